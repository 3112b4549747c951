"""What people do: open a session, send a drawing, watch its job, look at what came of it.

Run by `make load`, which says where and how hastily; what was met is written as JSON to `--met`.
"""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from locust import HttpUser, events, task

_PNG = (Path(__file__).parents[1] / "data/examples/pendulum.png").read_bytes()
_PNG_START, _PNG_END = _PNG[:-12], _PNG[-12:]
_SENTENCES = (
    "a 2 kg ball rolls down a 30 degree ramp",
    "a pendulum of length 1 m swings from 20 degrees",
    "a 3 kg box hangs on a spring of 200 N/m",
)
_EXPECTED = {200, 201, 202, 204, 303, 304, 429}
"""429 is an answer: it is what limits are for. Anything else counts as a failure, by its status."""

met: dict[str, Any] = {
    "statuses": Counter(),
    "milliseconds": defaultdict(list),
    "unanswered": Counter(),
}


@events.init_command_line_parser.add_listener
def _(parser: Any) -> None:
    parser.add_argument("--met", default="met.json")
    parser.add_argument("--known", action="store_true", help="all send the very same drawing")
    parser.add_argument("--think-s", type=float, default=1.5, help="between two requests")


@events.request.add_listener
def _(name: str, response_time: float, response: Any, exception: Any, **_: Any) -> None:
    status = response.status_code if response is not None else 0
    met["statuses"][str(status or "unanswered")] += 1
    met["milliseconds"][name].append(response_time)
    if not status:
        # Locust's own exception says only that there is no status; why is the response's.
        cause = getattr(response, "error", None) or exception
        met["unanswered"][f"{name}: {cause!r}"] += 1


@events.quitting.add_listener
def _(environment: Any, **_: Any) -> None:
    Path(environment.parsed_options.met).write_text(json.dumps(met))


def drawing(name: str) -> bytes:
    """The example with a comment, so that no cache knows it, and all are read the same."""
    comment = b"tEXtComment\0" + name.encode()
    length, check = struct.pack(">I", len(comment) - 4), struct.pack(">I", zlib.crc32(comment))
    return _PNG_START + length + comment + check + _PNG_END


class Person(HttpUser):
    """One person at a browser."""

    def wait_time(self) -> float:
        """Seconds until the next request."""
        return random.uniform(0.3, 1.7) * self.environment.parsed_options.think_s

    def on_start(self) -> None:
        """Open a session, as often as it takes: an address may open only so many at once."""
        self.headers: dict[str, str] = {}
        self.waited_for: list[dict[str, str]] = []
        self.done: list[dict[str, str]] = []
        while not self.headers:
            answer = self._ask("POST", "/v1/sessions")
            if answer.status_code == 201:
                self.headers = {"authorization": f"Bearer {answer.json()['token']}"}
                known = self.environment.parsed_options.known
                self.drawing = _PNG if known else drawing(answer.json()["session_id"])
            else:
                self.wait()
        self.draw()

    @task(1)
    def draw(self) -> None:
        """Send the drawing: it is new the first time."""
        self._send("/v1/sketches", "image/png", self.drawing)

    @task(1)
    def tell(self) -> None:
        """Send a sentence."""
        body = json.dumps({"prompt": random.choice(_SENTENCES), "duration": 5})
        self._send("/v1/simulations", "application/json", body)

    @task(10)
    def list(self) -> None:
        """See what there is."""
        self._ask("GET", "/v1/simulations")

    @task(6)
    def watch(self) -> None:
        """See how far the oldest job under way is."""
        for one in self.waited_for[:1]:
            job = self._ask("GET", f"/v1/jobs/{one['job_id']}", name="/v1/jobs/{id}")
            if job.status_code == 200 and job.json()["finished_at"]:
                self.waited_for.remove(one)
                if job.json()["status"] == "succeeded":
                    self.done = [*self.done[-4:], one]

    @task(6)
    def read(self) -> None:
        """See what was read."""
        for one in self.done:
            if one["sketch_id"]:
                self._ask("GET", f"/v1/sketches/{one['sketch_id']}", name="/v1/sketches/{id}")
                break

    @task(5)
    def look(self) -> None:
        """Fetch a model, a picture or the motion."""
        part = random.choice(("model.xml", "preview.png", "trajectory"))
        for one in self.done[:1]:
            path = f"/v1/simulations/{one['simulation_id']}/{part}"
            self._ask("GET", path, name=f"/v1/simulations/{{id}}/{part}")

    @task(2)
    def templates(self) -> None:
        """See what to start from."""
        self._ask("GET", "/v1/templates")

    @task(1)
    def share(self) -> None:
        """Make a link to a simulation."""
        for one in self.done[:1]:
            path = f"/v1/simulations/{one['simulation_id']}/share"
            self._ask("POST", path, name="/v1/simulations/{id}/share")

    def _send(self, path: str, kind: str, data: Any) -> None:
        answer = self._ask("POST", path, data=data, kind=kind)
        if answer.status_code == 202:
            self.waited_for = [*self.waited_for[-4:], answer.json()]

    def _ask(
        self, method: str, path: str, *, name: str = "", data: Any = None, kind: str = ""
    ) -> Any:
        headers = self.headers | ({"content-type": kind} if kind else {})
        with self.client.request(
            method,
            path,
            name=f"{method} {name or path}",
            data=data,
            headers=headers,
            catch_response=True,
        ) as answer:
            if answer.status_code in _EXPECTED:
                answer.success()
            else:
                answer.failure(f"{answer.status_code}")
        return answer
