"""The whole service in a process of its own, and a client that has read only the API's contract."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import psutil

from infra.local.leash import Leash

ROOT = Path(__file__).parents[1]
JOB_LIMIT_S = 180.0

UNLIMITED = {
    "RATE_LIMIT_PER_MINUTE": "1000000",
    "RATE_LIMIT_PER_HOUR": "1000000",
    "BURST_SIZE": "1000000",
    "PAID_LIMIT_PER_MINUTE": "1000000",
}
"""A test asks as often as it likes, unless limits are what it is about."""

Json = dict[str, Any]


@cache
def leash() -> Leash:
    """Ends the stacks that this process has started, if it is killed."""
    return Leash()


@contextmanager
def data_folder() -> Iterator[Path]:
    """A folder that PostgreSQL can reach, which as root is not us: pytest's own keep others out."""
    with tempfile.TemporaryDirectory(prefix="simgen-") as folder:
        yield Path(folder)


class Service:
    """The one-machine stack on the repository's template, or on another's."""

    def __init__(
        self,
        data: Path,
        environ: Mapping[str, str] | None = None,
        *,
        template: Path = ROOT / "template.yaml",
    ) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "infra.local", "--data", str(data)),
                *("--template", str(template), "run", "--port", "0", "--no-demo"),
            ],
            cwd=ROOT,
            env=os.environ | UNLIMITED | dict(environ or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        leash().hold(self._process.pid, signal.SIGINT)
        assert self._process.stdout is not None
        output = ""
        for line in self._process.stdout:
            output += line
            if found := re.search(r"http://[\d.:]+", line):
                self.address = found[0]
                return
        raise AssertionError(f"the service did not start:\n{output}")

    @property
    def processes(self) -> list[psutil.Process]:
        """All of its processes."""
        own = psutil.Process(self._process.pid)
        return [own, *own.children(recursive=True)]

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        self._ended()

    def kill(self) -> None:
        """Kill every one of its processes, without a word."""
        family = self.processes[1:]
        self._process.kill()
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=10)
        self._ended()

    def _ended(self) -> None:
        self._process.wait(60)
        leash().release(self._process.pid)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Client:
    """What a program does that has read `/docs` and nothing else."""

    def __init__(self, address: str, token: str | None = None) -> None:
        self.http = httpx.Client(base_url=address, timeout=60.0)
        self.token = token or str(self.begin(address)["token"])
        self.http.headers["authorization"] = f"Bearer {self.token}"

    @staticmethod
    def begin(address: str) -> Json:
        """A new guest's session: `session_id`, `token`, `expires_at`."""
        session: Json = httpx.post(f"{address}/v1/sessions", timeout=60.0).raise_for_status().json()
        return session

    def post(self, path: str, **request: Any) -> httpx.Response:
        """A POST that must not fail."""
        return self.http.post(path, **request).raise_for_status()

    def get(self, path: str, **request: Any) -> httpx.Response:
        """A GET that must not fail."""
        return self.http.get(path, **request).raise_for_status()

    def draw(self, image: bytes, content_type: str = "image/png") -> Json:
        """Send a drawing; its job, sketch and simulation by id."""
        answer: Json = self.post(
            "/v1/sketches", content=image, headers={"content-type": content_type}
        ).json()
        return answer

    def job(self, job_id: str, wait: int = 0) -> Json:
        """A job as it is, or as it is after its next change."""
        found: Json = self.get(f"/v1/jobs/{job_id}", params={"wait": wait}).json()
        return found

    def finish(self, job_id: str) -> Json:
        """Wait for the end of a job."""
        deadline = time.monotonic() + JOB_LIMIT_S
        while time.monotonic() < deadline:
            job = self.job(job_id, wait=5)
            if job["status"] not in ("queued", "running"):
                return job
        raise AssertionError(f"not finished after {JOB_LIMIT_S} s: {job}")
