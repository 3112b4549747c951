"""Sketches: every way to send one in, what was read, corrections."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.app import Handler, make_handler
from api.sketches import PROVIDERS, SketchesConfig, router
from authorizers import rest
from records.jobs import advance, fail
from records.readings import keep_reading
from records.sketches import record_analysis
from shared.errors import problem
from shared.folder import FolderObjects
from shared.objects import content_key
from shared.postgres import Postgres
from tests.api_client import NOW, Answered, Api, SetClock
from tests.executions import RememberedExecutions
from tests.gateway_events import rest_event
from vision.analysis import Analysis, Connection, Shape, Text
from vision.version import READER_VERSION

READING = Analysis(
    sketch_id="",
    width=1221,
    height=977,
    metres_per_pixel=0.0016,
    shapes=(
        Shape("s1", "support", 0.9, (610, 183), (457, 180, 306, 6), ((457, 183), (763, 183))),
        Shape("s2", "rod", 0.9, (551, 420), (492, 183, 119, 474), ((610, 183), (492, 657))),
        Shape("s3", "ball", 0.9, (492, 657), (443, 608, 98, 98), ((443, 608), (541, 706))),
    ),
    texts=(Text("t1", "L = 8 m", 0.6, (726, 376, 196, 40), attached_to="s2"),),
    connections=(Connection("c1", "hinge", "s1", "s3", via="s2"),),
)
COMPILED = Analysis(
    **{
        **{name: getattr(READING, name) for name in ("sketch_id", "width", "height", "shapes")},
        "metres_per_pixel": 0.0017,
        "texts": READING.texts,
        "connections": (*READING.connections, Connection("c2", "contact", "s2", "s3")),
    }
)

Send = Callable[..., Answered]


@pytest.fixture
def send(api: Api, token: str) -> Send:
    """Sends as one guest."""

    def send(method: str, address: str, body: bytes | None = None, **headers: str) -> Answered:
        return api.send(method, address, body, token=headers.pop("token", token), **headers)

    return send


@pytest.fixture
def posted(send: Send, drawing: bytes) -> dict[str, Any]:
    """A sketch that was sent in and not read yet."""
    answer = send("POST", "/v1/sketches", drawing, content_type="image/webp")
    assert answer.status == 202
    return dict(answer.json)


@pytest.fixture
def read(
    posted: dict[str, Any],
    database: Postgres,
    objects: FolderObjects,
    executions: RememberedExecutions,
) -> dict[str, Any]:
    """A sketch that was read and compiled."""
    image_key = executions.given[posted["job_id"]]["image_key"]
    keys = []
    for name, analysis in (
        ("readings/ab/abcd-r1.json", READING),
        ("analyses/ab/abcd.json", COMPILED),
    ):
        objects.put(name, json.dumps(analysis.to_json()).encode(), "application/json")
        keys.append(name)
    advance(database, posted["job_id"], "compile", 0.5, now=NOW)
    record_analysis(database, posted["sketch_id"], keys[1], now=NOW)
    digest = image_key.rpartition("/")[2].partition(".")[0]
    keep_reading(database, digest, READER_VERSION, keys[0], now=NOW)
    return posted


def test_the_bytes_of_an_image_are_stored_and_a_job_is_started(
    send: Send, drawing: bytes, objects: FolderObjects, executions: RememberedExecutions
) -> None:
    answer = send("POST", "/v1/sketches", drawing, content_type="image/webp")

    assert answer.status == 202
    body = answer.json
    assert set(body) == {"sketch_id", "job_id", "simulation_id"}
    assert answer.headers["location"] == f"/v1/jobs/{body['job_id']}"
    given = executions.given[body["job_id"]]
    assert objects.get(given["image_key"]) == drawing
    assert given["image_key"] == content_key("images", drawing, ".webp")
    assert given == {
        **body,
        "owner_id": given["owner_id"],
        "source": "sketch",
        "image_key": given["image_key"],
        "analysis_key": None,
        "corrections_key": None,
        "corrections_version": 0,
        "model_key": None,
        "prompt": None,
        "duration_s": None,
        "fps": 60,
        "gravity": None,
        "request_id": answer.headers["x-request-id"],
    }


def form(image: bytes, prompt: str, name: str = "image") -> tuple[bytes, str]:
    boundary = "----boundary"
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n{prompt}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    return parts.encode() + image + f"\r\n--{boundary}--\r\n".encode(), boundary


def test_an_image_may_come_in_a_form_with_a_prompt(
    send: Send, drawing: bytes, objects: FolderObjects, executions: RememberedExecutions
) -> None:
    body, boundary = form(drawing, "a pendulum, ça va")

    answer = send(
        "POST", "/v1/sketches", body, content_type=f"multipart/form-data; boundary={boundary}"
    )

    given = executions.given[answer.json["job_id"]]
    assert (objects.get(given["image_key"]), given["prompt"]) == (drawing, "a pendulum, ça va")


def test_an_image_may_come_in_base64(
    api: Api, token: str, drawing: bytes, objects: FolderObjects, executions: RememberedExecutions
) -> None:
    encoded = base64.b64encode(drawing).decode()

    for image in (encoded, f"data:image/webp;base64,{encoded}"):
        answer = api.send_json("POST", "/v1/sketches", {"image": image, "prompt": "x"}, token=token)
        given = executions.given[answer.json["job_id"]]
        assert (objects.get(given["image_key"]), given["prompt"]) == (drawing, "x")


def test_a_large_image_comes_through_an_upload(
    api: Api, token: str, stranger: str, drawing: bytes, objects: FolderObjects
) -> None:
    upload = api.send_json("POST", "/v1/uploads", {"content_type": "image/webp"}, token=token)
    assert upload.status == 201
    assert set(upload.json) == {"upload_id", "method", "url", "headers", "expires_at"}
    assert upload.json["method"] == "PUT"
    wanted = {"upload_id": upload.json["upload_id"]}
    assert api.send_json("POST", "/v1/sketches", wanted, token=token).json["code"] == "NOT_READY"
    key = upload.json["url"].partition("/_objects/")[2].partition("?")[0]
    objects.put(key, drawing, "image/webp")

    assert api.send_json("POST", "/v1/sketches", wanted, token=stranger).status == 404
    assert api.send_json("POST", "/v1/sketches", wanted, token=token).status == 202


def test_an_upload_is_over_after_a_while(api: Api, token: str, clock: SetClock) -> None:
    upload = api.send("POST", "/v1/uploads", token=token)
    assert upload.status == 201
    clock.pass_by(minutes=16)

    answer = api.send_json(
        "POST", "/v1/sketches", {"upload_id": upload.json["upload_id"]}, token=token
    )

    assert answer.status == 404


def test_a_type_that_is_not_taken_is_415(send: Send, drawing: bytes) -> None:
    for kind in ("image/gif", "text/plain", "application/xml", ""):
        headers = {"content_type": kind} if kind else {}
        assert send("POST", "/v1/sketches", drawing, **headers).status == 415, kind
    gif = send("POST", "/v1/sketches", b"GIF89a....", content_type="image/png")
    assert (gif.status, gif.json["code"]) == (415, "UNSUPPORTED_IMAGE")


def png_header(width: int, height: int) -> bytes:
    ihdr = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    end = b"\0\0\0\0IEND\xaeB`\x82"
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + ihdr + b"\0\0\0\0" + end


def test_what_is_too_large_is_413(send: Send, api: Api, token: str, drawing: bytes) -> None:
    bomb = send("POST", "/v1/sketches", png_header(50_000, 50_000), content_type="image/png")
    assert (bomb.status, bomb.json["code"]) == (413, "IMAGE_TOO_LARGE")
    heavy = drawing + bytes(10 * 1024 * 1024)
    assert send("POST", "/v1/sketches", heavy, content_type="image/webp").status == 413
    wordy = {"image": base64.b64encode(drawing).decode(), "prompt": "a" * 10_001}
    assert api.send_json("POST", "/v1/sketches", wordy, token=token).status == 413
    assert api.send_json("POST", "/v1/uploads", {"size": 10**9}, token=token).status == 413


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "image"),
        ({"image": "?"}, "image"),
        ({"image": ""}, "image"),
        ({"image": "aaaa", "upload_id": "u"}, "image"),
        ({"image": 3}, "image"),
        ({"image": "aaaa", "imagine": 1}, "imagine"),
        ({"image": "aaaa", "prompt": "a\u0007b"}, "prompt"),
        ([], "body"),
    ],
)
def test_a_bad_field_is_named(api: Api, token: str, body: Any, field: str) -> None:
    answer = api.send_json("POST", "/v1/sketches", body, token=token)

    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_damaged_form_is_refused(send: Send, drawing: bytes) -> None:
    body, boundary = form(drawing, "x", name="picture")
    kind = f"multipart/form-data; boundary={boundary}"
    missing = send("POST", "/v1/sketches", body, content_type=kind)
    assert (missing.status, missing.json["errors"][0]["field"]) == (422, "image")
    for damaged in (body[:200], b"garbage", b""):
        assert send("POST", "/v1/sketches", damaged, content_type=kind).status in (400, 422)
    assert send("POST", "/v1/sketches", body, content_type="multipart/form-data").status == 400


def test_a_truncated_image_is_422(send: Send) -> None:
    answer = send("POST", "/v1/sketches", png_header(10, 10)[:40], content_type="image/png")

    assert (answer.status, answer.json["code"]) == (422, "UNREADABLE_IMAGE")
    assert answer.json["suggestion"]


def test_the_same_key_and_image_make_one_sketch(
    send: Send, drawing: bytes, executions: RememberedExecutions
) -> None:
    def post(body: bytes = drawing, key: str = "k") -> Answered:
        return send("POST", "/v1/sketches", body, content_type="image/webp", idempotency_key=key)

    first, again = post(), post()

    assert (again.status, again.json) == (first.status, first.json)
    assert again.headers["location"] == first.headers["location"]
    assert list(executions.given) == [first.json["job_id"]]
    other = post(drawing + b"\0")
    assert (other.status, other.json["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert post(key="l").json["sketch_id"] != first.json["sketch_id"]


def test_one_key_sent_eight_times_at_once_makes_one_sketch(
    api: Api,
    token: str,
    drawing: bytes,
    environ: dict[str, str],
    parts: Any,
    database: Postgres,
    executions: RememberedExecutions,
) -> None:
    authorizer = rest.make_handler(environ, [parts])

    def post(handler: Handler) -> Answered:
        return Api({"sketches": handler, "authorizer": authorizer}).send(
            "POST",
            "/v1/sketches",
            drawing,
            token=token,
            content_type="image/webp",
            idempotency_key="one",
        )

    def invoke(handler: Handler) -> Answered:
        asyncio.set_event_loop(asyncio.new_event_loop())
        return post(handler)

    environments = [
        make_handler(SketchesConfig, router, environ=environ, providers=[*PROVIDERS, parts])
        for _ in range(8)
    ]
    for handler in environments:  # FastAPI builds its routes at the first request
        assert handler(rest_event("GET", "/v1/sketches/x"), None)["statusCode"] == 401
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(invoke, environments))

    assert {answer.status for answer in answers} == {202}
    assert len({answer.body for answer in answers}) == 1
    assert len(executions.given) == 1
    counted = database.fetch_one("SELECT count(*) AS n FROM sketches")
    assert counted == {"n": 1}


def test_a_job_that_could_not_be_started_is_started_by_the_same_request_again(
    send: Send, drawing: bytes, executions: RememberedExecutions
) -> None:
    executions.down = True
    post = {"content_type": "image/webp", "idempotency_key": "k"}
    first = send("POST", "/v1/sketches", drawing, **post)
    assert first.status == 202
    assert send("GET", f"/v1/jobs/{first.json['job_id']}").json["status"] == "queued"
    executions.down = False

    again = send("POST", "/v1/sketches", drawing, **post)

    assert again.json == first.json
    assert executions.running == {first.json["job_id"]}


def test_a_sketch_that_is_not_read_yet_says_so(send: Send, posted: dict[str, Any]) -> None:
    for leaf in ("", "/overlay.svg"):
        answer = send("GET", f"/v1/sketches/{posted['sketch_id']}{leaf}")
        assert (answer.status, answer.json["code"]) == (409, "NOT_READY")
        assert answer.headers["retry-after"] == "1"


def test_a_sketch_that_could_not_be_read_says_why(
    send: Send, posted: dict[str, Any], database: Postgres
) -> None:
    fail(database, posted["job_id"], problem("NOTHING_TO_READ", "The page is blank."), now=NOW)

    answer = send("GET", f"/v1/sketches/{posted['sketch_id']}")

    assert (answer.status, answer.json["code"]) == (422, "NOTHING_TO_READ")
    assert answer.json["detail"] == "The page is blank."


def test_the_analysis_is_that_of_the_contract(send: Send, read: dict[str, Any]) -> None:
    answer = send("GET", f"/v1/sketches/{read['sketch_id']}")

    assert answer.status == 200
    body = answer.json
    assert body["sketch_id"] == read["sketch_id"]
    assert (body["width"], body["height"], body["metres_per_pixel"]) == (1221, 977, 0.0017)
    assert body["shapes"][2] == {
        "id": "s3",
        "kind": "ball",
        "confidence": 0.9,
        "center": [492, 657],
        "bbox": [443, 608, 98, 98],
        "polygon": [[443, 608], [541, 706]],
        "angle": 0.0,
        "fixed": False,
        "body": None,
        "geom": None,
        "solid": None,
    }
    assert [link["id"] for link in body["connections"]] == ["c1", "c2"]
    again = send("GET", f"/v1/sketches/{read['sketch_id']}", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_links_show_the_pictures_to_whoever_holds_them_and_nothing_else(
    api: Api, send: Send, read: dict[str, Any], drawing: bytes
) -> None:
    links = send("GET", f"/v1/sketches/{read['sketch_id']}").json["links"]

    image = api.send("GET", links["image"])
    assert (image.status, image.body) == (200, drawing)
    assert image.headers["content-type"] == "image/webp"
    assert api.send("GET", links["overlay"]).status == 200
    carried = links["image"].partition("?")[2]
    for path in ("", "s", "/image/.."):
        assert api.send("GET", f"/v1/sketches/{read['sketch_id']}{path}?{carried}").status in (
            401,
            404,
        )
    assert (
        api.send("GET", f"/v1/simulations/{read['simulation_id']}/model.xml?{carried}").status
        == 401
    )
    assert api.send("DELETE", f"/v1/sketches/{read['sketch_id']}?{carried}").status == 401


def test_the_overlay_holds_the_image_and_every_mark(
    send: Send, read: dict[str, Any], drawing: bytes
) -> None:
    answer = send("GET", f"/v1/sketches/{read['sketch_id']}/overlay.svg")

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "script-src" not in answer.headers["content-security-policy"]
    text = answer.body.decode()
    assert base64.b64encode(drawing).decode() in text
    assert 'viewBox="0 0 1221 977"' in text
    assert (
        send(
            "GET",
            f"/v1/sketches/{read['sketch_id']}/overlay.svg",
            if_none_match=answer.headers["etag"],
        ).status
        == 304
    )


def test_an_image_never_changes(send: Send, posted: dict[str, Any]) -> None:
    path = f"/v1/sketches/{posted['sketch_id']}/image"
    first = send("GET", path)

    assert "immutable" in first.headers["cache-control"]
    for sent in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        assert send("GET", path, if_none_match=sent).status == 304
    assert send("GET", path, if_none_match='"x"').status == 200


def test_an_image_too_large_for_an_answer_is_elsewhere(send: Send, objects: FolderObjects) -> None:
    start, end = png_header(40, 30)[:33], png_header(1, 1)[-12:]
    padding = bytes(5_000_000)
    image = start + len(padding).to_bytes(4, "big") + b"teXt" + padding + b"\0\0\0\0" + end
    posted = send("POST", "/v1/sketches", image, content_type="image/png")
    assert posted.status == 202, posted.json

    answer = send("GET", f"/v1/sketches/{posted.json['sketch_id']}/image")

    assert answer.status == 303
    key = answer.headers["location"].partition("/_objects/")[2].partition("?")[0]
    assert objects.get(key) == image


def test_another_owner_sees_nothing_of_a_sketch(
    api: Api, stranger: str, read: dict[str, Any]
) -> None:
    path = f"/v1/sketches/{read['sketch_id']}"
    for method, leaf in (("GET", ""), ("GET", "/image"), ("GET", "/overlay.svg"), ("DELETE", "")):
        assert api.send(method, path + leaf, token=stranger).json["code"] == "NOT_FOUND"
    patched = api.send_json("PATCH", path, {"shapes": {"s3": None}}, token=stranger)
    assert patched.status == 404
    theirs = api.send_json(
        "POST", "/v1/simulations", {"sketch_id": read["sketch_id"]}, token=stranger
    )
    assert theirs.status == 404


def test_a_known_image_begins_with_its_reading(
    send: Send, read: dict[str, Any], drawing: bytes, executions: RememberedExecutions
) -> None:
    answer = send("POST", "/v1/sketches", drawing, content_type="image/webp")

    assert executions.given[answer.json["job_id"]]["analysis_key"] == "readings/ab/abcd-r1.json"


def patch(api: Api, token: str, read: dict[str, Any], body: Any, **headers: str) -> Answered:
    return api.send_json("PATCH", f"/v1/sketches/{read['sketch_id']}", body, token=token, **headers)


def corrections_of(
    answer: Answered, executions: RememberedExecutions, objects: FolderObjects
) -> Any:
    given = executions.given[answer.json["job_id"]]
    assert (given["source"], given["analysis_key"]) == ("corrections", "readings/ab/abcd-r1.json")
    return json.loads(objects.get(given["corrections_key"]))


def test_corrections_start_a_job_with_all_that_was_ever_said(
    api: Api,
    token: str,
    read: dict[str, Any],
    executions: RememberedExecutions,
    objects: FolderObjects,
) -> None:
    first = patch(api, token, read, {"texts": {"t1": {"text": "L = 0.8 m"}}})
    second = patch(
        api,
        token,
        read,
        {"texts": {"t1": {"attached_to": "s3"}}, "shapes": {"s2": {"kind": "rope"}}},
    )

    assert first.status == second.status == 202
    assert second.json["sketch_id"] == read["sketch_id"]
    assert second.json["simulation_id"] != read["simulation_id"]
    assert corrections_of(second, executions, objects) == {
        "texts": {"t1": {"text": "L = 0.8 m", "attached_to": "s3"}},
        "shapes": {"s2": {"kind": "rope"}},
    }


def test_a_mark_may_be_added_and_dropped_again(
    api: Api,
    token: str,
    read: dict[str, Any],
    executions: RememberedExecutions,
    objects: FolderObjects,
) -> None:
    new = {"kind": "box", "polygon": [[0, 0], [50, 0], [50, 50], [0, 50]]}
    added = patch(api, token, read, {"shapes": {"n1": new, "s3": None}, "texts": {"t1": None}})
    assert corrections_of(added, executions, objects)["shapes"] == {"n1": new, "s3": None}

    dropped = patch(api, token, read, {"shapes": {"n1": None}})

    assert corrections_of(dropped, executions, objects)["shapes"] == {"s3": None}


def test_a_connection_that_follows_from_the_drawing_can_be_changed_but_not_dropped(
    api: Api,
    token: str,
    read: dict[str, Any],
    executions: RememberedExecutions,
    objects: FolderObjects,
) -> None:
    changed = patch(api, token, read, {"connections": {"c2": {"kind": "weld"}}})
    assert corrections_of(changed, executions, objects)["connections"]["c2"] == {
        "kind": "weld",
        "a": "s2",
        "b": "s3",
        "via": None,
        "at": None,
    }
    other = patch(api, token, read, {"connections": {"c1": None}})
    assert corrections_of(other, executions, objects)["connections"]["c1"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"shapes": {"s9": None}}, "shapes.s9"),
        ({"shapes": {"s9": {"kind": "ball"}}}, "shapes.s9"),
        ({"shapes": {"s3": {"kind": "banana"}}}, "shapes.s3.kind"),
        ({"shapes": {"s3": {"colour": "red"}}}, "shapes.s3.colour"),
        ({"shapes": {"s3": {"angle": 1e9}}}, "shapes.s3.angle"),
        ({"connections": {"c9": {"kind": "hinge", "a": "s1", "b": "s8"}}}, "connections.c9"),
        ({"connections": {"c2": None}}, "connections.c2"),
        ({"shapes": {}}, "body"),
        ({"forms": {}}, "forms"),
    ],
)
def test_a_correction_that_can_not_be_is_refused_by_name_and_changes_nothing(
    api: Api,
    token: str,
    read: dict[str, Any],
    executions: RememberedExecutions,
    body: Any,
    field: str,
) -> None:
    answer = patch(api, token, read, body)

    assert answer.status == 422
    assert answer.json["errors"][0]["field"].startswith(field)
    assert len(executions.given) == 1


def test_corrections_wait_for_the_reading(api: Api, token: str, posted: dict[str, Any]) -> None:
    answer = patch(api, token, posted, {"shapes": {"s3": None}})

    assert (answer.status, answer.json["code"]) == (409, "NOT_READY")


def test_the_same_corrections_under_one_key_make_one_job(
    api: Api, token: str, read: dict[str, Any]
) -> None:
    body = {"shapes": {"s3": {"kind": "wheel"}}}
    first, again = (patch(api, token, read, body, idempotency_key="k") for _ in range(2))

    assert first.json == again.json


def test_a_deleted_sketch_takes_its_simulations_and_jobs_along(
    send: Send, read: dict[str, Any]
) -> None:
    assert send("DELETE", f"/v1/sketches/{read['sketch_id']}").status == 204
    for path in ("sketches/" + read["sketch_id"], "jobs/" + read["job_id"]):
        assert send("GET", f"/v1/{path}").status == 404
    assert send("GET", f"/v1/simulations/{read['simulation_id']}").status == 404
    assert send("DELETE", f"/v1/sketches/{read['sketch_id']}").status == 404
