"""Sends the example drawings through the REST API, as any client would, and tells what came of it.

Run by `make run` as a process of its own: `python -m infra.local.demo ADDRESS SESSION_FILE`.
"""

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from physics.measures import Motion, NotMeasurable, acceleration, period, shift, tilt, wander
from shared.frames import decode, join, read_stream

EXAMPLES = Path(__file__).resolve().parents[2] / "tests" / "data" / "examples"
GRAVITY_M_S2 = 9.81  # where a drawing says nothing else
JOB_LIMIT_S = 120.0
SLIDE_S = (0.05, 0.4)  # the block is on its way, and still on the ramp

Json = dict[str, Any]


class Failed(Exception):
    """A drawing did not become a simulation; the message is the problem's."""


@dataclass(frozen=True)
class Finding:
    """One measured value, and what the textbook says it is."""

    what: str
    measured: float
    formula: str
    expected: float
    unit: str

    def __str__(self) -> str:
        off = f"{self.measured / self.expected - 1:+.1%}" if self.expected else ""
        return (
            f"{self.what} {self.measured:.4g} {self.unit}, "
            f"{self.formula} = {self.expected:.4g} {self.unit}  {off}"
        )


def pendulum(labels: Mapping[str, float], bodies: Mapping[str, str], motion: Motion) -> Finding:
    """The period of the ball."""
    expected = 2 * math.pi * math.sqrt(labels["length"] / labels.get("gravity", GRAVITY_M_S2))
    return Finding("period", period(motion, bodies["ball"]), "2π√(L/g)", expected, "s")


def block_on_ramp(
    labels: Mapping[str, float], bodies: Mapping[str, str], motion: Motion
) -> Finding:
    """The acceleration of the block down the slope, whichever way that falls."""
    angle = math.radians(labels["angle"])
    slide = motion.window(*SLIDE_S)
    down_deg = -labels["angle"] if shift(slide, bodies["box"], 0.0) > 0 else 180 + labels["angle"]
    expected = labels.get("gravity", GRAVITY_M_S2) * (
        math.sin(angle) - labels["friction"] * math.cos(angle)
    )
    measured = acceleration(slide, bodies["box"], down_deg)
    return Finding("acceleration", measured, "g(sin θ - μ cos θ)", expected, "m/s²")


def mass_on_spring(
    labels: Mapping[str, float], bodies: Mapping[str, str], motion: Motion
) -> Finding:
    """The period of the weight, up and down."""
    expected = 2 * math.pi * math.sqrt(labels["mass"] / labels["stiffness"])
    measured = period(motion, bodies["box"], 90.0)
    return Finding("period", measured, "2π√(m/k)", expected, "s")


def stack_and_ball(labels: Mapping[str, float], bodies: Mapping[str, str], motion: Motion) -> str:
    """How far anything gets from where it was drawn: nowhere, if what is stacked stays stacked."""
    farthest_m = max(wander(motion, body) for body in motion.names)
    most_deg = max(tilt(motion, body) for body in motion.names)
    return f"stays put: nothing moves more than {farthest_m * 1000:.1f} mm or {most_deg:.2f}°"


Measure = Callable[[Mapping[str, float], Mapping[str, str], Motion], Finding | str]
DRAWINGS: Mapping[str, Measure] = {
    measure.__name__: measure
    for measure in (pendulum, block_on_ramp, mass_on_spring, stack_and_ball)
}


@dataclass(frozen=True)
class Outcome:
    """What became of one drawing."""

    seconds: float
    analysis: Json
    simulation: Json
    motion: Motion

    @property
    def labels(self) -> dict[str, float]:
        """The values that were read, by their quantity."""
        return {text["quantity"]: text["value"] for text in self.analysis["texts"] if text["value"]}

    @property
    def bodies(self) -> dict[str, str]:
        """Bodies by the kind of their mark."""
        return {
            shape["kind"]: shape["body"] for shape in self.analysis["shapes"] if shape.get("body")
        }


class Client:
    """What a program does that has read the API's contract and nothing else."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def open_session(self, file: Path) -> int:
        """Go on with the session of an earlier run, or open one; how much it holds already."""
        if file.exists():
            self._use(file.read_text())
            earlier = self._http.get("/v1/simulations", params={"limit": 100})
            if earlier.is_success:
                return len(earlier.json()["items"])
        answer = _checked(self._http.post("/v1/sessions")).json()
        file.touch(mode=0o600)
        file.write_text(answer["token"])
        self._use(answer["token"])
        return 0

    def send(self, image: bytes) -> Outcome:
        """Send a drawing, wait for its job, and fetch what was made.

        Raises:
            Failed: it could not be read or simulated.
        """
        started = time.monotonic()
        headers = {"Content-Type": "image/png"}
        posted = _checked(self._http.post("/v1/sketches", content=image, headers=headers)).json()
        self._wait(posted["job_id"])
        seconds = time.monotonic() - started
        analysis = _checked(self._http.get(f"/v1/sketches/{posted['sketch_id']}")).json()
        simulation_path = f"/v1/simulations/{posted['simulation_id']}"
        simulation = _checked(self._http.get(simulation_path)).json()
        stream = _checked(self._http.get(f"{simulation_path}/trajectory")).content
        header, chunks = read_stream(stream)
        frames = join(decode(chunk) for chunk in chunks)
        return Outcome(seconds, analysis, simulation, Motion.of_frames(frames, header["bodies"]))

    def _use(self, token: str) -> None:
        self._http.headers["Authorization"] = f"Bearer {token}"

    def _wait(self, job_id: str) -> None:
        deadline = time.monotonic() + JOB_LIMIT_S
        while time.monotonic() < deadline:
            job = _checked(self._http.get(f"/v1/jobs/{job_id}", params={"wait": 20})).json()
            if job["status"] == "succeeded":
                return
            if job["status"] in ("failed", "cancelled"):
                raise Failed(json.dumps(job["error"]))
        raise Failed(f"the job was not done after {JOB_LIMIT_S:.0f} s")


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        raise Failed(f"{response.request.method} {response.request.url}: {response.text}")
    return response


def report(name: str, outcome: Outcome, address: str) -> Iterator[str]:
    """What was read, how it moves, and where to look at it: lines to print."""
    analysis = outcome.analysis
    yield f"{name}.png, done in {outcome.seconds:.1f} s"
    yield f"  marks     {', '.join(shape['kind'] for shape in analysis['shapes'])}"
    yield f"  labels    {', '.join(text['text'] for text in analysis['texts']) or 'none'}"
    yield f"  warnings  {'; '.join(w['message'] for w in analysis['warnings']) or 'none'}"
    try:
        yield f"  motion    {DRAWINGS[name](outcome.labels, outcome.bodies, outcome.motion)}"
    except NotMeasurable as error:
        yield f"  motion    can't be measured: {error}"
    except KeyError as missing:
        yield f"  motion    can't be compared: no {missing.args[0]} was read"
    links = analysis["links"] | outcome.simulation["links"]
    for what in ("overlay", "model", "preview_png"):
        yield f"  {what.removesuffix('_png'):9} {urljoin(address, links[what])}"


def main(address: str, session_file: Path) -> int:
    """Show all examples; 1 if one failed."""
    failures = 0
    with httpx.Client(base_url=address, timeout=40.0) as http:
        client = Client(http)
        earlier = client.open_session(session_file)
        _say(f"{earlier} simulations are here from earlier runs" if earlier else "nothing here yet")
        for name in DRAWINGS:
            try:
                outcome = client.send((EXAMPLES / f"{name}.png").read_bytes())
                lines = list(report(name, outcome, address))
            except (Failed, httpx.HTTPError) as problem:
                failures += 1
                lines = [f"{name}.png failed: {problem}"]
            _say("", *lines)
    return min(failures, 1)


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201  it is what this program is for


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
