"""Simulations: models, lists, and what a run has made."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from records.jobs import advance, fail, succeed
from records.sessions import Session, create_session
from records.simulations import Outcome, Simulation, insert_simulation, record_model
from records.trajectories import chunk_key, energy_key, header_key
from shared.errors import problem
from shared.folder import FolderObjects
from shared.frames import Frames, decode, encode, join, read_stream
from shared.postgres import Postgres
from tests.api_client import NOW, Answered, Api, SetClock
from tests.executions import RememberedExecutions

MODEL = '<mujoco><worldbody><body><freejoint/><geom size=".1"/></body></worldbody></mujoco>'


def post(api: Api, token: str, **wanted: Any) -> Answered:
    return api.send_json("POST", "/v1/simulations", wanted, token=token)


@pytest.fixture
def posted(api: Api, token: str) -> dict[str, Any]:
    """A model that was sent in and not run yet."""
    answer = post(api, token, mjcf=MODEL)
    assert answer.status == 202, answer.json
    return dict(answer.json)


FRAMES = Frames(
    position=np.linspace(0, 1, 200 * 3).reshape(200, 1, 3),
    quaternion=np.tile([1.0, 0, 0, 0], (200, 1, 1)),
)


@pytest.fixture
def done(posted: dict[str, Any], database: Postgres, objects: FolderObjects) -> dict[str, Any]:
    """A model that has run."""
    prefix = "trajectories/ab/abcd-3.3s-60fps-v1/"
    header = {"bodies": [{"name": "ball", "mass_kg": 1.0}], "fps": 60}
    objects.put(header_key(prefix), json.dumps(header).encode(), "application/json")
    for index, chunk in enumerate(encode(FRAMES)):
        objects.put(chunk_key(prefix, index), chunk, "application/octet-stream")
    still = [0.0] * len(FRAMES)
    energy = {"kinetic": still, "potential": still, "contact": [0] * len(FRAMES)}
    objects.put(energy_key(prefix), json.dumps(energy).encode(), "application/json")
    objects.put("models/ab/abcd.xml", MODEL.encode(), "application/xml")
    objects.put("previews/ab/abcd.png", b"\x89PNG picture", "image/png")
    objects.put("previews/ab/abcd.gif", b"GIF89a picture", "image/gif")
    advance(database, posted["job_id"], "simulate", 0.6, now=NOW)
    record_model(
        database,
        posted["simulation_id"],
        model_key="models/ab/abcd.xml",
        analysis_key=None,
        title="a falling ball",
        now=NOW,
    )
    outcome = Outcome(
        duration_s=199 / 60,
        fps=60,
        frames=200,
        bodies=header["bodies"],
        energy={"start_j": 1.0, "end_j": 1.0, "drift": 0.0},
        trajectory_prefix=prefix,
        preview_png_key="previews/ab/abcd.png",
        preview_gif_key="previews/ab/abcd.gif",
    )
    succeed(database, posted["job_id"], outcome, result={"simulation_id": "x"}, now=NOW)
    return posted


def test_a_model_is_stored_and_a_job_is_started(
    api: Api, token: str, objects: FolderObjects, executions: RememberedExecutions
) -> None:
    answer = post(api, token, mjcf=MODEL, duration=2.5, fps=30, gravity=1.62, prompt="the moon")

    assert answer.status == 202
    assert answer.json["sketch_id"] is None
    given = executions.given[answer.json["job_id"]]
    assert objects.get(given["model_key"]).decode() == MODEL
    told = {name: given[name] for name in ("source", "duration_s", "fps", "gravity", "prompt")}
    assert told == {
        "source": "model",
        "duration_s": 2.5,
        "fps": 30,
        "gravity": 1.62,
        "prompt": "the moon",
    }


def test_a_model_that_asks_for_a_file_is_refused_by_element_and_line(
    api: Api, token: str, executions: RememberedExecutions
) -> None:
    hostile = '<mujoco>\n <include file="/etc/passwd"/>\n</mujoco>'

    answer = post(api, token, mjcf=hostile)

    assert (answer.status, answer.json["code"]) == (422, "MJCF_REFUSED")
    (error,) = answer.json["errors"]
    assert error["field"] == "mjcf"
    assert "<include>" in error["message"]
    assert "line 2" in error["message"]
    assert not executions.given


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({}, "body"),
        ({"mjcf": MODEL, "sketch_id": "x"}, "mjcf"),
        ({"mjcf": MODEL, "duration": 0}, "duration"),
        ({"mjcf": MODEL, "duration": 61}, "duration"),
        ({"mjcf": MODEL, "duration": "2"}, "duration"),
        ({"mjcf": MODEL, "duration": True}, "duration"),
        ({"mjcf": MODEL, "fps": 0}, "fps"),
        ({"mjcf": MODEL, "fps": 59.5}, "fps"),
        ({"mjcf": MODEL, "gravity": 1e9}, "gravity"),
        ({"mjcf": 3}, "mjcf"),
        ({"mjcf": MODEL, "duratoin": 2}, "duratoin"),
    ],
)
def test_a_bad_field_is_named(api: Api, token: str, wanted: dict[str, Any], field: str) -> None:
    answer = post(api, token, **wanted)

    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_sentence_starts_a_job_that_reads_it(
    api: Api, token: str, executions: RememberedExecutions
) -> None:
    answer = post(api, token, prompt="a ball rolls down a 20° slope", duration=3, gravity=1.62)

    assert answer.status == 202
    (given,) = [g for g in executions.given.values() if g["job_id"] == answer.json["job_id"]]
    simulation = api.send("GET", f"/v1/simulations/{answer.json['simulation_id']}", token=token)
    assert (simulation.json["source"], simulation.json["sketch_id"]) == ("prompt", None)
    assert simulation.json["prompt"] == "a ball rolls down a 20° slope"
    assert simulation.json["warnings"] == []
    told = {name: given[name] for name in ("source", "prompt", "duration_s", "gravity")}
    assert told == {
        "source": "prompt",
        "prompt": "a ball rolls down a 20° slope",
        "duration_s": 3,
        "gravity": 1.62,
    }


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("colourless green ideas sleep furiously", "SENTENCE_NOT_UNDERSTOOD"),
        ("a ramp of 30 degrees", "NOTHING_MOVES"),
    ],
)
def test_a_sentence_without_a_scene_is_answered_with_what_could_be_said(
    api: Api, token: str, prompt: str, code: str
) -> None:
    answer = post(api, token, prompt=prompt)

    assert (answer.status, answer.json["code"]) == (422, code)
    assert [error["field"] for error in answer.json["errors"]] == ["prompt"]
    assert "ball" in answer.json["suggestion"]


def test_what_is_too_large_is_413(api: Api, token: str) -> None:
    assert post(api, token, mjcf="<mujoco>" + " " * 5 * 1024 * 1024).status == 413
    assert post(api, token, mjcf=MODEL, prompt="a" * 10_001).status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b'{"duration": NaN, "mjcf": ""}',
        b'{"duration": 1e999, "mjcf": "<mujoco/>"}',
        b'{"duration": Infinity}',
        b'{"mjcf": "a", "mjcf": "b"}',
        b'{"mjcf": "\\u0000"}',
        b'{"mjcf": "\\ud800"}',
        b'{"prompt": "\xff"}',
        b'{"fps": ' + b"9" * 5000 + b"}",
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"mjcf": "<mujoco>' + b"<a>" * 100_000 + b'"}',
        b"\xef\xbb\xbf{}",
        b"{}{}",
    ],
)
def test_hostile_json_is_refused(api: Api, token: str, body: bytes) -> None:
    answer = api.send("POST", "/v1/simulations", body, token=token, content_type="application/json")

    assert answer.status in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["code"]


def test_json_of_another_name_is_415(api: Api, token: str) -> None:
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        body = json.dumps({"mjcf": MODEL}).encode()
        answer = api.send("POST", "/v1/simulations", body, token=token, content_type=kind)
        assert (answer.status, answer.json["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_simulation_says_what_it_is(api: Api, token: str, done: dict[str, Any]) -> None:
    path = f"/v1/simulations/{done['simulation_id']}"
    answer = api.send("GET", path, token=token)

    body = answer.json
    assert body["simulation_id"] == done["simulation_id"]
    assert (body["status"], body["source"], body["frames"]) == ("succeeded", "mjcf", 200)
    assert body["bodies"] == [{"name": "ball", "mass_kg": 1.0}]
    assert body["energy"]["drift"] == 0.0
    assert body["created_at"] == "2026-03-01T12:00:00Z"
    assert set(body["links"]) == {"model", "trajectory", "energy", "preview_png", "preview_gif"}
    known = api.send("GET", path, token=token, if_none_match=answer.headers["etag"])
    assert known.status == 304


def test_what_a_run_made_is_served_as_it_is(api: Api, token: str, done: dict[str, Any]) -> None:
    links = api.send("GET", f"/v1/simulations/{done['simulation_id']}", token=token).json["links"]
    for name, kind, content in (
        ("model", "application/xml", MODEL.encode()),
        ("preview_png", "image/png", b"\x89PNG picture"),
        ("preview_gif", "image/gif", b"GIF89a picture"),
    ):
        answer = api.send("GET", links[name])
        assert (answer.status, answer.body) == (200, content)
        assert answer.headers["content-type"].startswith(kind)
        again = api.send("GET", links[name], if_none_match=answer.headers["etag"])
        assert (again.status, again.body) == (304, b"")


def test_energies_are_told_frame_by_frame(api: Api, token: str, done: dict[str, Any]) -> None:
    path = f"/v1/simulations/{done['simulation_id']}/energy"
    answer = api.send("GET", path, token=token)

    assert answer.status == 200
    assert {name: len(values) for name, values in answer.json.items()} == {
        "kinetic": 200,
        "potential": 200,
        "contact": 200,
    }
    assert api.send("GET", path, token=token, if_none_match=answer.headers["etag"]).status == 304


def test_what_a_run_makes_is_not_ready_before_it_has_run(
    api: Api, token: str, posted: dict[str, Any]
) -> None:
    for leaf in ("model.xml", "trajectory", "energy", "preview.png", "preview.gif"):
        answer = api.send("GET", f"/v1/simulations/{posted['simulation_id']}/{leaf}", token=token)
        assert (answer.status, answer.json["code"]) == (409, "NOT_READY")


def test_what_a_failed_run_did_not_make_says_why(
    api: Api, token: str, posted: dict[str, Any], database: Postgres
) -> None:
    fail(database, posted["job_id"], problem("SIMULATION_DIVERGED", "Too fast."), now=NOW)

    path = f"/v1/simulations/{posted['simulation_id']}"
    answer = api.send("GET", f"{path}/trajectory", token=token)

    assert (answer.status, answer.json["code"]) == (422, "SIMULATION_DIVERGED")
    assert api.send("GET", path, token=token).json["status"] == "failed"


def trajectory(api: Api, token: str, done: dict[str, Any], accept: str | None) -> Answered:
    headers = {} if accept is None else {"accept": accept}
    path = f"/v1/simulations/{done['simulation_id']}/trajectory"
    return api.send("GET", path, token=token, **headers)


@pytest.mark.parametrize("accept", [None, "*/*", "application/octet-stream", "application/*;q=0.5"])
def test_frames_come_in_the_stream_codec_by_default(
    api: Api, token: str, done: dict[str, Any], accept: str | None
) -> None:
    answer = trajectory(api, token, done, accept)

    assert answer.headers["content-type"] == "application/octet-stream"
    header, chunks = read_stream(answer.body)
    assert header["bodies"][0]["name"] == "ball"
    frames = join(decode(chunk) for chunk in chunks)
    assert np.abs(frames.position - FRAMES.position).max() < 1e-4


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("application/json", "application/json"),
        ("application/json;q=0.5, text/csv;q=0.9", "text/csv"),
        ("application/octet-stream;q=0, application/json;q=0.1", "application/json"),
        ("text/html, application/json;q=0.9, */*;q=0.1", "application/json"),
    ],
)
def test_frames_come_in_the_type_that_is_liked_best(
    api: Api, token: str, done: dict[str, Any], accept: str, kind: str
) -> None:
    answer = trajectory(api, token, done, accept)

    assert answer.status == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["vary"] == "Accept"
    if kind == "text/csv":
        assert len(answer.body.decode().strip().splitlines()) >= 201
    else:
        assert "ball" in answer.body.decode()


def test_another_type_is_406(api: Api, token: str, done: dict[str, Any]) -> None:
    for accept in ("text/html", "application/json;q=0", "image/*", "nonsense"):
        answer = trajectory(api, token, done, accept)
        assert (answer.status, answer.json["code"]) == (406, "NOT_ACCEPTABLE")


def test_frames_too_many_for_an_answer_are_elsewhere(
    api: Api, token: str, done: dict[str, Any], objects: FolderObjects
) -> None:
    rng = np.random.default_rng(5)
    prefix = "trajectories/ab/abcd-3.3s-60fps-v1/"
    noise = Frames(
        position=rng.uniform(-90, 90, (200, 900, 3)),
        quaternion=np.tile([1.0, 0, 0, 0], (200, 900, 1)),
    )
    for index, chunk in enumerate(encode(noise)):
        objects.put(chunk_key(prefix, index), chunk, "application/octet-stream")
    header = {"bodies": [{"name": f"b{n}", "mass_kg": 1.0} for n in range(900)]}
    objects.put(header_key(prefix), json.dumps(header).encode(), "application/json")

    answer = trajectory(api, token, done, "text/csv")

    assert answer.status == 303
    where = answer.headers["location"]
    key = where.partition("/_objects/")[2].partition("?")[0]
    assert where.startswith("http://api.example.test/_objects/exports/")
    assert len(objects.get(key)) > 4_000_000
    objects.delete(key)
    for found in list(objects.list(prefix)):
        objects.delete(found.key)


def test_another_owner_sees_nothing_of_a_simulation(
    api: Api, stranger: str, done: dict[str, Any]
) -> None:
    path = f"/v1/simulations/{done['simulation_id']}"
    for leaf in ("", "/model.xml", "/trajectory", "/energy", "/preview.png", "/preview.gif"):
        assert api.send("GET", path + leaf, token=stranger).status == 404
    assert api.send("DELETE", path, token=stranger).status == 404
    assert api.send("GET", f"/v1/jobs/{done['job_id']}", token=stranger).status == 404
    assert api.send("DELETE", f"/v1/jobs/{done['job_id']}", token=stranger).status == 404
    assert api.send("GET", "/v1/simulations", token=stranger).json["items"] == []


def test_a_deleted_simulation_is_gone(api: Api, token: str, done: dict[str, Any]) -> None:
    path = f"/v1/simulations/{done['simulation_id']}"
    assert api.send("DELETE", path, token=token).status == 204
    assert api.send("GET", path, token=token).status == 404
    assert api.send("DELETE", path, token=token).status == 404


@pytest.fixture
def owner(database: Postgres, api: Api, token: str) -> str:
    row = database.fetch_one("SELECT id FROM sessions")
    assert row is not None
    return str(row["id"])


def insert(database: Postgres, owner: str, number: int, title: str = "") -> None:
    at = NOW + timedelta(seconds=number // 3)  # several share a time
    insert_simulation(
        database,
        Simulation(
            id=f"simulation_{number:04}",
            owner_id=owner,
            source="prompt",
            title=title,
            created_at=at,
            updated_at=at,
        ),
    )


def test_pages_lose_and_double_nothing_while_rows_come_and_go(
    api: Api, token: str, owner: str, database: Postgres
) -> None:
    for number in range(100, 131):
        insert(database, owner, number)
    create_session(database, Session("other", NOW, NOW + timedelta(days=1)))
    insert(database, "other", 999)

    seen: list[str] = []
    cursor = None
    for page in range(7):
        address = "/v1/simulations?limit=5" + (f"&cursor={cursor}" if cursor else "")
        answer = api.send("GET", address, token=token).json
        seen += [item["simulation_id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        insert(database, owner, 200 + page)  # newer than all: belongs to no later page
        database.execute("DELETE FROM simulations WHERE id = %s", [seen[-1]])

    assert cursor is None
    assert seen == [f"simulation_{number:04}" for number in range(130, 99, -1)]


def test_a_list_can_be_narrowed(
    api: Api, token: str, owner: str, database: Postgres, clock: SetClock
) -> None:
    insert(database, owner, 1, "a swinging pendulum")
    insert(database, owner, 60, "a block on a ramp")
    database.execute("UPDATE simulations SET status = 'running' WHERE id = 'simulation_0060'")

    def found(query: str) -> list[str]:
        answer = api.send("GET", f"/v1/simulations?{query}", token=token)
        assert answer.status == 200, answer.json
        return [item["title"] for item in answer.json["items"]]

    assert found("q=pendulum+swing") == ["a swinging pendulum"]
    assert found("q=%27%22%3B+DROP+TABLE+simulations%3B--") == []
    assert found("status=running") == ["a block on a ramp"]
    assert found("to=2026-03-01T12:00:10Z") == ["a swinging pendulum"]
    assert found("from=2026-03-01T13:00:10%2B01:00") == ["a block on a ramp"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=x",
        "cursor=%00",
        "cursor=" + "A" * 300,
        "q=a%00b",
        "status=done",
        "from=yesterday",
        "from=2026-03-01",
        "to=2026-03-01T12:00:00",
        "to=999999-01-01T00:00:00Z",
    ],
)
def test_a_bad_query_is_refused_by_name(api: Api, token: str, query: str) -> None:
    answer = api.send("GET", f"/v1/simulations?{query}", token=token)

    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [query.partition("=")[0]]
