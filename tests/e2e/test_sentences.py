"""From a sentence to a motion that obeys the textbook, by a client that knows only the contract."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.eval import judge
from tests.service import Client

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

EXAMPLES = Path(__file__).parents[1] / "data/examples"


def test_a_sentence_moves_as_the_textbook_says(client: Client) -> None:
    said = "a 3 kg block slides down a frictionless 30 degree ramp on the moon for 4 s"
    posted = client.post("/v1/simulations", json={"prompt": said}).json()
    job = client.finish(posted["job_id"])
    assert job["status"] == "succeeded", job["error"]

    simulation = client.get(f"/v1/simulations/{posted['simulation_id']}").json()
    assert (simulation["source"], simulation["title"]) == ("prompt", said)
    assert (simulation["sketch_id"], simulation["duration"]) == (None, 4)
    assert simulation["warnings"] == []
    (block,) = simulation["bodies"]
    model = client.get(f"/v1/simulations/{posted['simulation_id']}/model.xml").text
    motion = judge.run_model(model, 0.5)
    slope = {"measure": "accel", "on": "block", "dir": -30, "t": [0.05, 0.4]}
    measured = judge.measure(motion, slope, {"block": block["name"]})
    assert measured == pytest.approx(1.62 * math.sin(math.radians(30)), rel=0.03)


def test_a_sentence_beside_a_drawing_adds_to_it(client: Client) -> None:
    image = (EXAMPLES / "pendulum.png").read_bytes()
    posted = client.post(
        "/v1/sketches",
        files={"image": ("pendulum.png", image, "image/png")},
        data={"prompt": "on the moon, and the ball weighs 3 kg"},
    ).json()
    job = client.finish(posted["job_id"])
    assert job["status"] == "succeeded", job["error"]
    simulation = client.get(f"/v1/simulations/{posted['simulation_id']}").json()
    assert [body["mass_kg"] for body in simulation["bodies"] if "ball" in body["name"]] == [3.0]
    model = client.get(f"/v1/simulations/{posted['simulation_id']}/model.xml").text
    assert 'gravity="0 0 -1.62"' in model


def test_a_sentence_about_nothing_is_refused_with_what_could_be_said(client: Client) -> None:
    answer = client.http.post("/v1/simulations", json={"prompt": "colourless green ideas"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "SENTENCE_NOT_UNDERSTOOD"
    assert "pendulum" in answer.json()["suggestion"]
