"""What people do: open a session, send a drawing, watch its job, look at what came of it.

Run by `make load`; the address comes from there.
"""

from __future__ import annotations

from pathlib import Path

from locust import HttpUser, between, task

DRAWING = (Path(__file__).parents[1] / "data/examples/pendulum.png").read_bytes()
_EXPECTED = {200, 201, 202, 204, 303, 304, 404, 409, 429}
"""429 is an answer: it is what limits are for. 503 is counted as a failure, and told apart."""


class Person(HttpUser):
    """One person at a browser."""

    wait_time = between(0.5, 2.5)

    def on_start(self) -> None:
        """Open a session, as often as it takes: an address may open only so many at once."""
        self.headers: dict[str, str] = {}
        self.posted: list[dict[str, str]] = []
        while not self.headers:
            answer = self._ask("POST", "/v1/sessions")
            if answer.status_code == 201:
                self.headers = {"authorization": f"Bearer {answer.json()['token']}"}
            else:
                self.wait()
        self.draw()

    @task(1)
    def draw(self) -> None:
        """Send the drawing."""
        answer = self._ask("POST", "/v1/sketches", data=DRAWING, kind="image/png")
        if answer.status_code == 202:
            self.posted = [*self.posted[-4:], answer.json()]

    @task(10)
    def list(self) -> None:
        """See what there is."""
        self._ask("GET", "/v1/simulations")

    @task(6)
    def watch(self) -> None:
        """See how far the last job is."""
        for one in self.posted[-1:]:
            self._ask("GET", f"/v1/jobs/{one['job_id']}", name="/v1/jobs/{id}")

    @task(6)
    def look(self) -> None:
        """See what was read."""
        for one in self.posted[:1]:
            self._ask("GET", f"/v1/sketches/{one['sketch_id']}", name="/v1/sketches/{id}")

    @task(3)
    def model(self) -> None:
        """Fetch a model."""
        for one in self.posted[:1]:
            path = f"/v1/simulations/{one['simulation_id']}/model.xml"
            self._ask("GET", path, name="/v1/simulations/{id}/model.xml")

    @task(2)
    def templates(self) -> None:
        """See what to start from."""
        self._ask("GET", "/v1/templates")

    def _ask(self, method, path, *, name=None, data=None, kind=None):  # type: ignore[no-untyped-def]
        headers = self.headers | ({"content-type": kind} if kind else {})
        with self.client.request(
            method, path, name=name or path, data=data, headers=headers, catch_response=True
        ) as answer:
            if answer.status_code in _EXPECTED:
                answer.success()
            else:
                answer.failure(f"{answer.status_code}")
        return answer
