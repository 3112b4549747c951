"""From a drawing to a motion that obeys the textbook, by a client that knows only the contract."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import httpx
import mujoco
import numpy as np
import pytest
from websockets.sync.client import connect

from shared.frames import decode, read_stream
from tests.drawings.draw import draw
from tests.eval import judge
from tests.service import Client, Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

EXAMPLES = Path(__file__).parents[1] / "data/examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json"))

Json = dict[str, Any]


def bodies_of(truth: Json, read: Json) -> dict[str, str]:
    """The model's body for each mark of the truth: that of the nearest mark of its kind."""
    found = {}
    for mark in truth["shapes"]:
        same = [s for s in read["shapes"] if s["kind"] == mark["kind"] and s.get("body")]
        if same:
            nearest = min(same, key=lambda s: math.dist(s["center"], mark["center"]))
            found[mark["id"]] = nearest["body"]
    return found


def assert_moves_as(truth: Json, read: Json, model_xml: str) -> None:
    motion = judge.run_model(model_xml, max(e["t"][1] for e in truth["expect"]))
    bodies = bodies_of(truth["analysis"], read)
    for expectation in truth["expect"]:
        measured = judge.measure(motion, expectation, bodies)
        assert judge.holds(expectation, measured), (expectation, measured)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_moves_as_the_textbook_says(client: Client, name: str) -> None:
    posted = client.draw((EXAMPLES / f"{name}.png").read_bytes())
    job = client.finish(posted["job_id"])
    assert job["status"] == "succeeded", job["error"]
    truth = json.loads((EXAMPLES / f"{name}.json").read_text())
    read = client.get(f"/v1/sketches/{posted['sketch_id']}").json()
    kinds = sorted(shape["kind"] for shape in read["shapes"])
    assert kinds == sorted(shape["kind"] for shape in truth["analysis"]["shapes"])
    model = client.get(f"/v1/simulations/{posted['simulation_id']}/model.xml").text
    assert_moves_as(truth, read, model)


def test_all_that_a_simulation_has_can_be_fetched(client: Client) -> None:
    posted = client.draw((EXAMPLES / "pendulum.png").read_bytes())
    assert client.finish(posted["job_id"])["status"] == "succeeded"
    simulation = f"/v1/simulations/{posted['simulation_id']}"
    said = client.get(simulation).json()
    assert (said["status"], said["duration"], said["fps"]) == ("succeeded", 10, 60)

    header, chunks = read_stream(client.get(f"{simulation}/trajectory").content)
    frames = [decode(chunk) for chunk in chunks]
    positions = np.concatenate([chunk.position for chunk in frames])
    assert positions.shape == (601, len(header["bodies"]), 3)
    table = client.get(f"{simulation}/trajectory", headers={"accept": "text/csv"}).text
    assert len(table.splitlines()) == 602
    as_json = client.get(f"{simulation}/trajectory", headers={"accept": "application/json"}).json()
    assert len(as_json["time"] if "time" in as_json else as_json["frames"]) == 601

    # What was computed is what the model does: stock MuJoCo agrees with the stored frames.
    model = mujoco.MjModel.from_xml_string(client.get(f"{simulation}/model.xml").text)
    data = mujoco.MjData(model)
    mujoco.mj_resetDataKeyframe(model, data, 0)
    while data.time < 5 - model.opt.timestep / 2:
        mujoco.mj_step(model, data)
    mujoco.mj_kinematics(model, data)
    names = [body["name"] for body in header["bodies"]]
    ball = next(name for name in names if name.startswith("ball"))
    assert positions[300, names.index(ball)] == pytest.approx(data.body(ball).xpos, abs=1e-3)

    assert client.get(f"{simulation}/preview.png").content.startswith(b"\x89PNG")
    assert client.get(f"{simulation}/preview.gif").content.startswith(b"GIF8")
    overlay = client.get(f"/v1/sketches/{posted['sketch_id']}/overlay.svg")
    assert overlay.headers["content-type"].startswith("image/svg+xml")
    for link in said["links"] | client.get(f"/v1/sketches/{posted['sketch_id']}").json()["links"]:
        address = {**said["links"]}.get(link)
        if address:
            assert httpx.get(str(client.http.base_url).rstrip("/") + address).is_success, link


def test_the_same_image_is_not_read_again_and_moves_the_same(client: Client) -> None:
    image = (EXAMPLES / "mass_on_spring.png").read_bytes()
    models = []
    for _ in range(2):
        posted = client.draw(image)
        assert client.finish(posted["job_id"])["status"] == "succeeded"
        models.append(client.get(f"/v1/simulations/{posted['simulation_id']}/model.xml").text)
    assert models[0] == models[1]


def test_a_correction_changes_the_motion_without_the_image_being_read_again(
    client: Client,
) -> None:
    posted = client.draw((EXAMPLES / "pendulum.png").read_bytes())
    client.finish(posted["job_id"])
    sketch = f"/v1/sketches/{posted['sketch_id']}"
    (label,) = client.get(sketch).json()["texts"]
    changed = client.http.patch(sketch, json={"texts": {label["id"]: {"text": "L = 20 cm"}}})
    assert changed.status_code == 202, changed.text
    job = client.finish(changed.json()["job_id"])
    assert job["status"] == "succeeded", job["error"]
    read = client.get(sketch).json()
    motion = judge.run_model(
        client.get(f"/v1/simulations/{job['result']['simulation_id']}/model.xml").text, 6
    )
    ball = next(shape["body"] for shape in read["shapes"] if shape["kind"] == "ball")
    expectation = {"measure": "period", "on": "ball", "dir": 0, "t": [0, 6]}
    period_s = judge.measure(motion, expectation, {"ball": ball})
    assert period_s == pytest.approx(2 * math.pi * math.sqrt(0.2 / 9.81), rel=0.02)


def test_whoever_watches_a_job_hears_of_its_stages(service: Service, client: Client) -> None:
    address = service.address.replace("http", "ws") + f"/live?token={client.token}"
    drawing = draw("pendulum", "clean", 7)
    with connect(address) as socket:
        posted = client.draw(drawing.image, drawing.media_type)
        socket.send(json.dumps({"action": "subscribe", "job_id": posted["job_id"]}))
        heard = []
        while not heard or heard[-1]["status"] not in ("succeeded", "failed"):
            message = json.loads(socket.recv(timeout=60))
            assert message["type"] == "job", message
            heard.append(message)
    assert heard[-1]["status"] == "succeeded"
    assert [m["progress"] for m in heard] == sorted(m["progress"] for m in heard)
    assert [m["version"] for m in heard] == sorted({m["version"] for m in heard})
    assert {"simulate", "publish"} <= {m["stage"] for m in heard}


def test_an_uploaded_model_moves_and_a_hostile_one_is_refused_by_line(client: Client) -> None:
    ball = (
        "<mujoco>\n <worldbody>\n  <body name='ball' pos='0 0 5'>\n   <freejoint/>\n"
        "   <geom size='.1'/>\n  </body>\n </worldbody>\n</mujoco>"
    )
    posted = client.post("/v1/simulations", json={"mjcf": ball, "duration": 1}).json()
    assert client.finish(posted["job_id"])["status"] == "succeeded"
    stream = client.get(f"/v1/simulations/{posted['simulation_id']}/trajectory").content
    last = decode(read_stream(stream)[1][-1]).position[-1, 0, 2]
    assert last == pytest.approx(5 - 9.81 / 2, abs=0.02)

    hostile = ball.replace("<freejoint/>", "<include file='/etc/passwd'/>")
    refused = client.http.post("/v1/simulations", json={"mjcf": hostile})
    assert refused.status_code == 422
    assert "include" in refused.text and "line 4" in refused.text


@pytest.mark.parametrize("kind", ["blank", "noise"])
def test_what_is_no_drawing_fails_with_what_to_do(client: Client, kind: str) -> None:
    import cv2

    pixels = np.full((600, 800), 255, np.uint8)
    if kind == "noise":
        pixels = np.random.default_rng(1).integers(0, 255, (600, 800)).astype(np.uint8)
    posted = client.draw(cv2.imencode(".png", pixels)[1].tobytes())
    job = client.finish(posted["job_id"])
    assert job["status"] == "failed"
    assert job["error"]["status"] == 422
    assert job["error"]["suggestion"]


def test_a_deleted_sketch_is_gone_with_all_that_hangs_on_it(client: Client) -> None:
    posted = client.draw((EXAMPLES / "block_on_ramp.png").read_bytes())
    client.finish(posted["job_id"])
    assert client.http.delete(f"/v1/sketches/{posted['sketch_id']}").status_code == 204
    for path in (
        f"/v1/sketches/{posted['sketch_id']}",
        f"/v1/simulations/{posted['simulation_id']}",
        f"/v1/jobs/{posted['job_id']}",
    ):
        assert client.http.get(path).status_code == 404
