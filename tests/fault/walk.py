"""What one guest does with many hands at once, and what is known of it afterwards."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from shared.database import Queries
from tests.service import Client

ANSWER_LIMIT_S = 30.0
"""API Gateway answers after 29 s at the latest, whatever happens."""
INSIST_S = 90.0
_AGAIN = {502, 503}
"""The worker died, or a store is down: the same request again is answered."""
ENDS = ("succeeded", "failed", "cancelled")

What = Literal["create", "correct", "delete", "cancel", "share", "unshare", "look", "play"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One thing done: to the simulation of that place among those there are, or under that key."""

    what: What
    place: int


@dataclass
class Known:
    """What is known of a simulation."""

    job_id: str
    ended: str | None = None
    share_tokens: set[str] = field(default_factory=set)


class Guest:
    """One guest, with a drawing that was read, and a model of all that is theirs.

    Every request is sent again until it has its answer, as a careful client does: so the model is
    exact, but for what was done to one thing at the same moment.
    """

    def __init__(self, address: str, drawing: bytes) -> None:
        self._address = address
        self._lock = threading.Lock()
        self.slowest_s = 0.0
        self._http = httpx.Client(base_url=address, timeout=ANSWER_LIMIT_S)
        self._token = self._insist("POST", "/v1/sessions", key=uuid4().hex).json()["token"]
        self._http.headers["authorization"] = f"Bearer {self._token}"
        self.answers: dict[str, Json] = {}
        self.simulations: dict[str, Known] = {}
        self.said: dict[str, set[float]] = defaultdict(set)
        answer = self._insist(
            "POST", "/v1/sketches", content=drawing, key="d", headers={"content-type": "image/png"}
        ).json()
        self.sketch_id = answer["sketch_id"]
        self.simulations[answer["simulation_id"]] = Known(answer["job_id"])
        Client(address, self._token).finish(answer["job_id"])
        shapes = self._insist("GET", f"/v1/sketches/{self.sketch_id}").json()["shapes"]
        self._marks = [shape["id"] for shape in shapes]

    def do(self, steps: list[Step]) -> None:
        """Take all steps at once, and wait until each is answered."""
        there = sorted(self.simulations)
        with ThreadPoolExecutor(len(steps)) as hands:
            done = [
                hands.submit(getattr(self, f"_{step.what}"), step.place, there) for step in steps
            ]
        for each in done:
            each.result()

    def look_around(self, queries: Queries) -> None:
        """Compare what there is with what is known."""
        listed = {one["simulation_id"]: one for one in self._list()}
        assert set(listed) == set(self.simulations)
        for simulation_id, known in self.simulations.items():
            status = listed[simulation_id]["status"]
            assert known.ended in (None, status), "an outcome has changed"
            known.ended = status if status in ENDS else None
            self._check_shares(simulation_id, known)
        self._check_corrections(queries)

    def wait_for_all(self) -> None:
        """Until every job has ended."""
        client = Client(self._address, self._token)
        for known in self.simulations.values():
            assert client.finish(known.job_id)["status"] in ENDS

    # --------------------------------------------------------------------------------- the steps

    def _create(self, place: int, _: list[str]) -> None:
        key = f"create-{place}"
        body = {"prompt": f"a {place + 1} kg ball falls", "duration": 1}
        answer = self._insist("POST", "/v1/simulations", key=key, json=body)
        assert answer.status_code == 202, answer.text
        with self._lock:
            if key not in self.answers:
                self.answers[key] = answer.json()
                self.simulations[answer.json()["simulation_id"]] = Known(answer.json()["job_id"])
            assert answer.json() == self.answers[key], "the same request was answered otherwise"

    def _correct(self, place: int, _: list[str]) -> None:
        mark = self._marks[place % len(self._marks)]
        angle = float(place)
        self.said[mark].add(angle)
        key = f"correct-{time.perf_counter_ns()}"
        body = {"shapes": {mark: {"angle": angle}}}
        answer = self._insist("PATCH", f"/v1/sketches/{self.sketch_id}", key=key, json=body)
        assert answer.status_code == 202, answer.text
        self.simulations[answer.json()["simulation_id"]] = Known(answer.json()["job_id"])

    def _delete(self, place: int, there: list[str]) -> None:
        gone = there[place % len(there)]
        answer = self._insist("DELETE", f"/v1/simulations/{gone}")
        assert answer.status_code in (204, 404)
        self.simulations.pop(gone, None)

    def _cancel(self, place: int, there: list[str]) -> None:
        simulation_id = there[place % len(there)]
        known = self.simulations.get(simulation_id)
        if known is None:
            return
        answer = self._insist("DELETE", f"/v1/jobs/{known.job_id}")
        assert answer.status_code in (200, 404, 409)
        if answer.status_code == 200:
            assert answer.json()["status"] == "cancelled"
            known.ended = "cancelled"

    def _share(self, place: int, there: list[str]) -> None:
        simulation_id = there[place % len(there)]
        answer = self._insist("POST", f"/v1/simulations/{simulation_id}/share")
        assert answer.status_code in (200, 404)
        if answer.status_code == 200 and (known := self.simulations.get(simulation_id)):
            known.share_tokens.add(answer.json()["share_token"])

    def _unshare(self, place: int, there: list[str]) -> None:
        answer = self._insist("DELETE", f"/v1/simulations/{there[place % len(there)]}/share")
        assert answer.status_code in (204, 404)

    def _look(self, place: int, there: list[str]) -> None:
        simulation_id = there[place % len(there)]
        answer = self._insist("GET", f"/v1/simulations/{simulation_id}")
        assert answer.status_code in (200, 404)
        strangers = httpx.post(f"{self._address}/v1/sessions", timeout=ANSWER_LIMIT_S)
        if strangers.status_code == 201:
            token = strangers.json()["token"]
            seen = self._insist(
                "GET",
                f"/v1/simulations/{simulation_id}",
                headers={"authorization": f"Bearer {token}"},
            )
            assert seen.status_code == 404, "a stranger sees it"

    def _play(self, place: int, there: list[str]) -> None:
        url = f"{self._address.replace('http', 'ws', 1)}/live?token={self._token}"
        message = {"action": "play", "simulation_id": there[place % len(there)], "credit": 1}
        try:
            with connect(url, compression=None, open_timeout=ANSWER_LIMIT_S) as socket:
                socket.send(json.dumps(message))
                assert json.loads(socket.recv(1.0))["type"] in ("header", "chunk", "error", "end")
        except (WebSocketException, TimeoutError, OSError):
            pass  # a socket may be cut; whoever wants the motion plays again

    # ------------------------------------------------------------------------------ what must hold

    def _check_shares(self, simulation_id: str, known: Known) -> None:
        alive = {
            token
            for token in known.share_tokens
            if self._insist("GET", f"/v1/shared/{token}").status_code == 200
        }
        assert len(alive) <= 1, "two links at once"
        known.share_tokens = alive

    def _check_corrections(self, queries: Queries) -> None:
        row = queries.fetch_one(
            "SELECT corrections FROM sketches WHERE id = %(id)s", {"id": self.sketch_id}
        )
        assert row is not None
        shapes = row["corrections"].get("shapes", {})
        assert set(shapes) == set(self.said), "a correction was lost"
        for mark, values in self.said.items():
            assert shapes[mark]["angle"] in values
            self.said[mark] = {shapes[mark]["angle"]}

    def _list(self) -> list[Json]:
        found: list[Json] = []
        cursor = ""
        while True:
            page = self._insist("GET", f"/v1/simulations?limit=20{cursor}").json()
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def _insist(self, method: str, path: str, *, key: str = "", **request: Any) -> httpx.Response:
        """The answer to a request that is sent until it has one that tells how it ended."""
        headers = dict(request.pop("headers", {})) | ({"idempotency-key": key} if key else {})
        deadline = time.monotonic() + INSIST_S
        while True:
            began = time.monotonic()
            answer = self._http.request(method, path, headers=headers, **request)
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
            if answer.status_code not in _AGAIN:
                assert answer.status_code < 500, answer.text
                return answer
            assert time.monotonic() < deadline, f"{method} {path} is not answered"
            time.sleep(0.1)
