"""`python -m tests.load [--users 100 200] [--seconds 300 60]`: one user, then many.

Loopback only, and bounded by time. One user at a time asks without much thinking, so that there are
enough requests to tell the slowest hundredth by; many think as people do. Prints what each met:
requests by status, and percentiles in milliseconds; and whether that is what was aimed at. The
service has the limits that the template sets, but for the address's: all users share one here.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import psutil

from shared.limits import CALLERS_PER_ADDRESS
from tests.service import Client, Service, data_folder

from .sockets import IdleSockets

HERE = Path(__file__).parent
WARM_UP_S, ONE_USER_S = 30, 40
HASTE_S = 0.15
"""What one user alone thinks between two requests."""
MOST_TIMES_SLOWER = 10.0
AMONG_MANY = 200
"""So many users may be sent away by 503, too."""
_SLOW_ROUTES = 5


@dataclass(frozen=True)
class Met:
    """What a number of users met.

    `milliseconds` of every request, by its name; `unanswered`: what came in the place of an answer;
    `processor_s` that the stack's own process took, and all of its processes.
    """

    users: int
    seconds: int
    statuses: Counter[str]
    milliseconds: dict[str, list[float]]
    unanswered: Counter[str]
    processor_s: tuple[float, float]

    def percentile(self, share: float) -> float:
        """Milliseconds, of all requests together."""
        return float(np.percentile(np.concatenate(list(self.milliseconds.values())), share))

    @property
    def failed(self) -> Counter[str]:
        """Answers that are none, or not such as were to be had."""
        fine = {"429"} | ({"503"} if self.users >= AMONG_MANY else set())
        return Counter(
            {
                status: number
                for status, number in self.statuses.items()
                if status not in fine
                and not status.startswith(("2", "3"))
                # Not ready, or not there any more: what somebody asks for who is early.
                and status not in ("404", "409")
            }
        )

    def lines(self) -> list[str]:
        """For a person to read."""
        total = sum(self.statuses.values())
        by_status = ", ".join(f"{n} x {status}" for status, n in sorted(self.statuses.items()))
        slowest = sorted(
            ((float(np.percentile(times, 99)), name) for name, times in self.milliseconds.items()),
            reverse=True,
        )[:_SLOW_ROUTES]
        return [
            f"{self.users:>4} users, {self.seconds} s: {total} requests, "
            f"{total / self.seconds:.0f}/s ({by_status})",
            f"     p50 {self.percentile(50):.0f} ms, p95 {self.percentile(95):.0f} ms, "
            f"p99 {self.percentile(99):.0f} ms; slowest by p99: "
            + ", ".join(f"{name} {p99:.0f}" for p99, name in slowest),
            "     processor time a request: gateway {:.1f} ms, all processes {:.0f} ms".format(
                *(1000 * spent / total for spent in self.processor_s)
            ),
            *(f"     unanswered: {n} x {what}" for what, n in self.unanswered.items()),
        ]


def run(
    service: Service,
    users: int,
    seconds: int,
    folder: Path,
    *,
    think_s: float = 1.5,
    known: bool = False,
) -> Met:
    """Let users ask for a while.

    Args:
        think_s: what each does between two requests.
        known: whether all send the same drawing; or else each one that nobody has sent before.
    """
    met = folder / f"users-{users}.json"
    before = processor_s(service)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "locust", "--headless", "--only-summary"),
            *("--locustfile", str(HERE / "locustfile.py"), "--host", service.address),
            *("--users", str(users), "--spawn-rate", "5", "--run-time", f"{seconds}s"),
            *("--met", str(met), "--think-s", str(think_s), "--exit-code-on-error", "0"),
            *(["--known"] if known else []),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr)
    found = json.loads(met.read_text())
    after = processor_s(service)
    return Met(
        users,
        seconds,
        Counter(found["statuses"]),
        found["milliseconds"],
        Counter(found["unanswered"]),
        (after[0] - before[0], after[1] - before[1]),
    )


def processor_s(service: Service) -> tuple[float, float]:
    """Processor seconds of the stack's own process so far, and of all that run, with their past.

    Of a process that has ended, only what its parent has waited for is counted.
    """
    own, *others = service.processes
    spent = own.cpu_times()
    total = sum(spent[:4])
    for process in others:
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return spent.user + spent.system, total


def limits_for(users: int) -> dict[str, str]:
    """The service's limits: an address does what so many callers may; here it stands for all."""
    share = -(-users // CALLERS_PER_ADDRESS)
    return {
        "RATE_LIMIT_PER_MINUTE": str(60 * share),
        "RATE_LIMIT_PER_HOUR": str(600 * share),
        "BURST_SIZE": str(10 * share),
        "PAID_LIMIT_PER_MINUTE": str(5 * share),
    }


def until_idle(address: str) -> float:
    """Wait until what was sent in so far is done, since jobs run in turn; for how many seconds."""
    began = time.monotonic()
    client = Client(address)
    client.finish(client.post("/v1/simulations", json={"prompt": "a ball falls"}).json()["job_id"])
    return time.monotonic() - began


def say(line: str) -> None:
    """Print at once."""
    print(line, flush=True)  # noqa: T201  it is what this program is for


def main() -> int:
    """Run, and print; 1 if it is not what was aimed at."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=[100, AMONG_MANY])
    parser.add_argument("--seconds", type=int, nargs="+", default=[300, 60])
    parser.add_argument("--sockets", type=int, default=1000)
    wanted = parser.parse_args()
    if len(wanted.users) != len(wanted.seconds):
        parser.error("--seconds needs a number for each of --users")
    with ExitStack() as ending:
        data = ending.enter_context(data_folder())
        results = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        service = Service(data, limits_for(max(wanted.users)))
        ending.callback(service.stop)

        # Workers start at their first requests, which is not what is measured here.
        run(service, wanted.users[0], WARM_UP_S, results, known=True)
        say(f"warm, with no job under way, after {until_idle(service.address):.0f} s")
        alone = run(service, 1, ONE_USER_S, results, think_s=HASTE_S)
        say("\n".join(alone.lines()))
        reached = True
        token = Client(service.address).token
        url = f"{service.address.replace('http', 'ws', 1)}/live?token={token}"
        with IdleSockets(url, wanted.sockets) as sockets:
            for users, seconds in zip(wanted.users, wanted.seconds, strict=True):
                met = run(service, users, seconds, results)
                slower = met.percentile(99) / alone.percentile(99)
                say("\n".join(met.lines()))
                say(
                    f"     failed: {dict(met.failed) or 'none'}; p99 is {slower:.1f} times that of "
                    f"one user (aimed at: {MOST_TIMES_SLOWER:g} for up to 100 users)"
                )
                reached &= not met.failed and (users > 100 or slower <= MOST_TIMES_SLOWER)
            answering = sockets.answering()
        say(f"{answering} of {wanted.sockets} idle sockets answer afterwards")
        ready = httpx.get(f"{service.address}/health/ready", timeout=60.0)
        say(f"afterwards: {ready.status_code} {ready.text}")
        return int(not (reached and answering == wanted.sockets and ready.is_success))


if __name__ == "__main__":
    sys.exit(main())
