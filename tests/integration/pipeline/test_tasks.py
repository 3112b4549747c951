"""The tasks, one after another as the state machine runs them, on real stores."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from pipeline.publish import publish_pictures
from records.jobs import Job, cancel, find_job, insert_job
from records.sessions import Session, create_session
from records.simulations import Simulation, find_simulation, insert_simulation
from records.sketches import Sketch, find_sketch, insert_sketch
from records.trajectories import load_chunks
from shared.clock import SystemClock
from shared.database import Database
from shared.errors import Unprocessable
from shared.folder import open_folder
from shared.frames import decode
from vision.version import READER_VERSION

EXAMPLES = Path(__file__).parents[2] / "data/examples"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
OWNER = "session_1"
Task = Callable[[Mapping[str, Any]], Any]


@pytest.fixture
def objects_folder(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the tasks keep objects in, with all else that they read."""
    folder = tmp_path / "objects"
    folder.mkdir()
    monkeypatch.setenv("OBJECTS_URL", f"file://{folder}")
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    monkeypatch.setenv("SOCKETS_ENDPOINT", "http://127.0.0.1:9/live")
    monkeypatch.setenv("LABEL_READER", "rapidocr")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9")
    return folder


@pytest.fixture
def task(objects_folder: Path) -> Callable[[str], Task]:
    """A task's handler by its name, in a fresh execution environment."""

    def fresh(name: str) -> Task:
        module = importlib.reload(importlib.import_module(f"pipeline.{name}"))
        return lambda event: json.loads(
            json.dumps(module.handler(json.loads(json.dumps(event)), None))
        )

    return fresh


@pytest.fixture
def submit(objects_folder: Path, database: Database) -> Callable[..., dict[str, Any]]:
    """Stores a drawing or a model with its rows; the execution's input."""
    objects = open_folder(f"file://{objects_folder}")

    def rows(image: bytes | None = None, model: str | None = None, **given: Any) -> dict[str, Any]:
        event: dict[str, Any] = {
            "job_id": "job_1",
            "owner_id": OWNER,
            "simulation_id": "simulation_1",
            "sketch_id": None,
            "source": "model" if model else "sketch" if image else "prompt",
            "image_key": None,
            "analysis_key": None,
            "corrections_key": None,
            "corrections_version": 0,
            "model_key": None,
            "prompt": None,
            "duration_s": 2.0,
            "fps": 60,
            "gravity": None,
            **given,
        }
        create_session(database, Session(OWNER, NOW, NOW.replace(year=2027)))
        if image is not None:
            digest = hashlib.sha256(image).hexdigest()
            event |= {"sketch_id": "sketch_1", "image_key": f"images/{digest[:2]}/{digest}.png"}
            objects.put(event["image_key"], image, "image/png")
            insert_sketch(
                database,
                Sketch(
                    id="sketch_1",
                    owner_id=OWNER,
                    image_sha256=digest,
                    image_key=event["image_key"],
                    content_type="image/png",
                    width=1,
                    height=1,
                    size=len(image),
                    created_at=NOW,
                    updated_at=NOW,
                ),
            )
        if model is not None:
            event["model_key"] = "models/uploaded.xml"
            objects.put("models/uploaded.xml", model.encode(), "application/xml")
        insert_simulation(
            database,
            Simulation(
                id="simulation_1",
                owner_id=OWNER,
                source="mjcf" if model else "sketch" if image else "prompt",
                sketch_id=event["sketch_id"],
                created_at=NOW,
                updated_at=NOW,
            ),
        )
        insert_job(
            database,
            Job(
                id="job_1",
                owner_id=OWNER,
                simulation_id="simulation_1",
                sketch_id=event["sketch_id"],
                request=event,
                created_at=NOW,
                updated_at=NOW,
            ),
        )
        return event

    return rows


def read(task: Callable[[str], Task], event: dict[str, Any]) -> dict[str, Any]:
    """Run the tasks that read an image; the state behind them."""
    event = {**event, "prepared": {"page_key": task("prepare")(event)}}
    event["read"] = {
        "marks_key": task("find_marks")(event),
        "texts_key": task("read_labels")(event),
    }
    event["related"] = {"analysis_key": task("relate")(event)}
    return {**event, "analysis_key": event["related"]["analysis_key"]}


def move(task: Callable[[str], Task], event: dict[str, Any]) -> dict[str, Any]:
    """Run the tasks that make it move; the state behind them."""
    event = {**event, "compiled": task("compile")(event)}
    event = {**event, "simulated": task("simulate")(event)}
    task("publish")(event)
    return event


def test_a_drawing_goes_all_the_way_and_every_task_may_run_twice(
    task: Callable[[str], Task],
    submit: Callable[..., dict[str, Any]],
    database: Database,
    objects_folder: Path,
) -> None:
    event = submit(image=(EXAMPLES / "pendulum.png").read_bytes())
    task("record")({"job_id": "job_1", "stage": "prepare"})
    done = move(task, read(task, event))

    job = find_job(database, OWNER, "job_1")
    simulation = find_simulation(database, OWNER, "simulation_1")
    sketch = find_sketch(database, OWNER, "sketch_1")
    assert job and simulation and sketch
    assert (job.status, job.progress) == ("succeeded", 1)
    assert simulation.status == "succeeded"
    assert simulation.frames == 121
    assert "ball" in simulation.title and "0.8" in simulation.title
    assert sketch.analysis_key == simulation.analysis_key
    objects = open_folder(f"file://{objects_folder}")
    chunks = [decode(data) for data in load_chunks(objects, str(simulation.trajectory_prefix))]
    assert sum(len(chunk.position) for chunk in chunks) == 121
    assert objects.get(str(simulation.preview_png_key)).startswith(b"\x89PNG")
    assert objects.get(str(simulation.preview_gif_key)).startswith(b"GIF8")
    known = database.fetch_one("SELECT reader_version, analysis_key FROM sketch_cache")
    assert known == {"reader_version": READER_VERSION, "analysis_key": done["analysis_key"]}

    def snapshot() -> dict[str, int]:
        return {
            str(path): path.stat().st_mtime_ns
            for path in objects_folder.rglob("*")
            if path.is_file() and path.parent.parent.name in made
        }

    made = ("pages", "marks", "texts", "readings", "previews")
    before = snapshot()
    assert before
    again = read(task, event)
    publish_pictures(objects, SystemClock(), done["simulated"]["trajectory_prefix"])
    assert {key: again[key] for key in ("prepared", "read", "related")} == {
        key: done[key] for key in ("prepared", "read", "related")
    }
    assert snapshot() == before, "a task that ran before did its work again"


def test_a_sentence_goes_all_the_way_and_is_read_once(
    task: Callable[[str], Task],
    submit: Callable[..., dict[str, Any]],
    database: Database,
    objects_folder: Path,
) -> None:
    said = "a purple 2 kg ball is dropped on the moon"
    event = submit(prompt=said, duration_s=1.0)
    event["said"] = task("read_sentence")(event)
    (read,) = objects_folder.glob("descriptions/*/*.json")
    written = read.stat().st_mtime_ns
    assert task("read_sentence")(event) == event["said"]
    assert read.stat().st_mtime_ns == written
    move(task, event)

    simulation = find_simulation(database, OWNER, "simulation_1")
    assert simulation
    assert (simulation.status, simulation.title) == ("succeeded", said)
    assert [warning["code"] for warning in simulation.warnings] == ["WORDS_NOT_PLACED", "ASSUMED"]
    objects = open_folder(f"file://{objects_folder}")
    first, *_, last = load_chunks(objects, str(simulation.trajectory_prefix))
    fallen_m = decode(first).position[0, 0, 2] - decode(last).position[-1, 0, 2]
    assert fallen_m == pytest.approx(0.5 * 1.62, rel=0.01)


def test_a_sentence_that_speaks_of_nothing_fails_with_what_could_be_said(
    task: Callable[[str], Task], submit: Callable[..., dict[str, Any]]
) -> None:
    event = submit(prompt="colourless green ideas sleep furiously")
    with pytest.raises(Unprocessable) as refused:
        task("read_sentence")(event)
    assert refused.value.problem.code == "SENTENCE_NOT_UNDERSTOOD"
    assert "pendulum" in str(refused.value.problem.suggestion)


def test_a_sentence_beside_a_drawing_wins_over_its_labels(
    task: Callable[[str], Task], submit: Callable[..., dict[str, Any]], database: Database
) -> None:
    event = submit(
        image=(EXAMPLES / "pendulum.png").read_bytes(),
        prompt="on the moon, the ball weighs 3 kg, and the rod is 50 cm long",
    )
    event = read(task, event)
    task("compile")(event)
    simulation = find_simulation(database, OWNER, "simulation_1")
    assert simulation and simulation.analysis_key and simulation.model_key
    assert "SENTENCE_WINS" in [warning["code"] for warning in simulation.warnings]
    objects = open_folder(os.environ["OBJECTS_URL"])
    model = objects.get(simulation.model_key).decode()
    assert 'gravity="0 0 -1.62"' in model
    assert 'mass="3"' in model


def test_a_run_that_is_stored_is_not_computed_again(
    task: Callable[[str], Task], submit: Callable[..., dict[str, Any]], objects_folder: Path
) -> None:
    event = read(task, submit(image=(EXAMPLES / "pendulum.png").read_bytes()))
    event["compiled"] = task("compile")(event)
    first = task("simulate")(event)
    written = {p: p.stat().st_mtime_ns for p in objects_folder.rglob("*.chunk")}
    assert written
    assert task("simulate")(event) == first
    assert {p: p.stat().st_mtime_ns for p in objects_folder.rglob("*.chunk")} == written


def test_an_uploaded_model_runs_in_the_sandbox_under_the_gravity_that_was_asked_for(
    task: Callable[[str], Task],
    submit: Callable[..., dict[str, Any]],
    database: Database,
    objects_folder: Path,
) -> None:
    ball = (
        "<mujoco><worldbody><body name='ball' pos='0 0 9'><freejoint/><geom size='.1'/></body>"
        "</worldbody></mujoco>"
    )
    move(task, submit(model=ball, gravity=1.62))
    simulation = find_simulation(database, OWNER, "simulation_1")
    assert simulation and simulation.status == "succeeded"
    objects = open_folder(f"file://{objects_folder}")
    *_, last = load_chunks(objects, str(simulation.trajectory_prefix))
    fallen_m = 9 - decode(last).position[-1, 0, 2]
    assert fallen_m == pytest.approx(0.5 * 1.62 * 2.0**2, rel=0.01)


def test_an_uploaded_model_that_mujoco_refuses_fails_with_the_place(
    task: Callable[[str], Task], submit: Callable[..., dict[str, Any]]
) -> None:
    event = submit(model="<mujoco><worldbody><geom type='box' size='1'/></worldbody></mujoco>")
    with pytest.raises(Unprocessable) as refused:
        task("compile")(event)
    assert refused.value.problem.code == "MJCF_REFUSED"
    assert "geom" in refused.value.problem.detail


def blank() -> bytes:
    return cv2.imencode(".png", np.full((300, 400), 255, np.uint8))[1].tobytes()


@pytest.mark.parametrize(
    ("image", "codes"),
    [
        (blank(), {"NOTHING_TO_READ"}),
        (b"\x89PNG\r\n\x1a\n and no more", {"UNREADABLE_IMAGE"}),
        (b"GIF89a" + bytes(100), {"UNSUPPORTED_IMAGE"}),
    ],
    ids=["blank", "cut short", "of another type"],
)
def test_an_image_that_can_not_be_read_ends_the_job_with_what_to_do(
    task: Callable[[str], Task],
    submit: Callable[..., dict[str, Any]],
    database: Database,
    image: bytes,
    codes: set[str],
) -> None:
    event = submit(image=image)
    with pytest.raises(Unprocessable) as raised:
        read(task, event)
    cause = json.dumps({"errorType": "Unprocessable", "errorMessage": str(raised.value)})
    fault = task("fail")({**event, "error": {"Error": "Unprocessable", "Cause": cause}})
    job = find_job(database, OWNER, "job_1")
    assert job and job.status == "failed" and job.error
    assert job.error["code"] in codes
    assert job.error["status"] in (415, 422)
    assert fault is False


def test_a_crash_ends_the_job_without_telling_of_its_insides(
    task: Callable[[str], Task], submit: Callable[..., dict[str, Any]], database: Database
) -> None:
    event = submit(image=blank())
    cause = json.dumps({"errorType": "ZeroDivisionError", "errorMessage": "/var/task/secret.py"})
    assert task("fail")({**event, "error": {"Error": "ZeroDivisionError", "Cause": cause}}) is True
    job = find_job(database, OWNER, "job_1")
    assert job and job.error and job.error["code"] == "INTERNAL"
    assert "secret" not in json.dumps(job.error)


def test_a_cancelled_job_stops_at_the_next_task_and_stays_cancelled(
    task: Callable[[str], Task], submit: Callable[..., dict[str, Any]], database: Database
) -> None:
    event = submit(image=(EXAMPLES / "pendulum.png").read_bytes())
    cancel(database, OWNER, "job_1", now=NOW)
    with pytest.raises(Unprocessable) as stopped:
        task("record")({"job_id": "job_1", "stage": "prepare"})
    assert stopped.value.problem.code == "JOB_FINISHED"
    cause = json.dumps({"errorType": "Unprocessable", "errorMessage": str(stopped.value)})
    assert task("fail")({**event, "error": {"Error": "Unprocessable", "Cause": cause}}) is False
    job = find_job(database, OWNER, "job_1")
    assert job and job.status == "cancelled" and job.error is None


def test_an_output_that_the_orphan_sweep_may_take_is_made_again(
    task: Callable[[str], Task], submit: Callable[..., dict[str, Any]], objects_folder: Path
) -> None:
    event = submit(image=(EXAMPLES / "pendulum.png").read_bytes())
    page = objects_folder / task("prepare")(event)
    yesterday = page.stat().st_mtime - 86_400
    os.utime(page, (yesterday, yesterday))
    task("prepare")(event)
    assert page.stat().st_mtime > yesterday + 86_000
