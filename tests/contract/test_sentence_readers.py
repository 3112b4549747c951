"""What every reader of sentences keeps to, whichever stands behind the port.

Bedrock is not called: its client is boto3's own, which checks request and answer against the
service's model, with answers of the documented shape put in (tests/data/bedrock).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from scenes.scene import Scene
from sentences.bedrock_reader import BedrockReader
from sentences.errors import SentenceNotUnderstood
from sentences.layout import lay_out
from sentences.reader import GrammarReader, SentenceReader, SentenceReaderUnavailable

ANSWERS = Path(__file__).parents[1] / "data" / "bedrock"
MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
SAID = {
    "ball_on_ramp": "a 2 kg ball rolls down a 30 degree ramp",
    "pendulum": "a pendulum of 1 m let go at 10 degrees",
    "atwood": "Atwood machine with 3 and 5 kg",
    "mass_on_spring": "a 2 kg block hangs from a spring with k = 200 N/m",
    "nothing": "colourless green ideas sleep furiously",
}


def answer(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text())
    return read


def stubbed(*names: str) -> tuple[Any, Stubber]:
    """boto3's client, with these answers to come."""
    client = boto3.client(
        "bedrock-runtime",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}),
    )
    stubber = Stubber(client)
    for name in names:
        stubber.add_response("converse", answer(name))
    stubber.activate()
    return client, stubber


def bedrock(name: str) -> SentenceReader:
    return BedrockReader(stubbed(name)[0], MODEL)


READERS: list[Callable[[str], SentenceReader]] = [lambda _: GrammarReader(), bedrock]


@pytest.fixture(params=READERS, ids=["grammar", "bedrock"])
def reading(request: pytest.FixtureRequest) -> Callable[[str], Scene]:
    """The scene that a reader makes of one of the sentences."""

    def scene(name: str) -> Scene:
        reader: SentenceReader = request.param(name)
        return lay_out(reader.read(SAID[name]))

    return scene


def test_a_ball_lies_on_a_ramp_of_the_angle_that_was_said(reading: Callable[[str], Scene]) -> None:
    scene = reading("ball_on_ramp")
    ball = next(body for body in scene.bodies if body.kind == "ball")
    assert ball.mass_kg == 2
    assert ball.angle == pytest.approx(-0.5236, abs=1e-3)
    assert any(body.kind == "ramp" for body in scene.bodies)


def test_a_pendulum_has_the_length_that_was_said(reading: Callable[[str], Scene]) -> None:
    scene = reading("pendulum")
    ball = next(body for body in scene.bodies if body.kind == "ball")
    hinge = next(joint for joint in scene.joints if ball.name not in (joint.a, joint.b))
    x, z = ball.position[0] - hinge.at[0], ball.position[1] - hinge.at[1]
    assert (x**2 + z**2) ** 0.5 == pytest.approx(1.0)


def test_two_masses_share_a_rope_over_a_pulley(reading: Callable[[str], Scene]) -> None:
    scene = reading("atwood")
    assert sorted(body.mass_kg for body in scene.bodies if body.kind == "box") == [3, 5]
    (rope,) = scene.ropes
    assert len(rope.over) == 1


def test_a_spring_has_its_stiffness(reading: Callable[[str], Scene]) -> None:
    (spring,) = reading("mass_on_spring").springs
    assert spring.stiffness_n_m == 200


def test_a_sentence_about_nothing_is_not_understood(reading: Callable[[str], Scene]) -> None:
    with pytest.raises(SentenceNotUnderstood) as refused:
        reading("nothing")
    assert "pendulum" in str(refused.value.suggestion)  # it says what could be said


def test_the_title_is_what_was_said() -> None:
    for reader in (GrammarReader(), bedrock("atwood")):
        assert reader.read(f"  {SAID['atwood']}\n").title == SAID["atwood"]


def test_what_does_not_hold_goes_back_once_with_what_is_wrong() -> None:
    asked: list[dict[str, Any]] = []
    client, stubber = stubbed("wrong_name", "ball_on_ramp")
    client.meta.events.register(
        "provide-client-params.bedrock-runtime.Converse",
        lambda params, **_: asked.append(json.loads(json.dumps(params))),
    )
    description = BedrockReader(client, MODEL).read(SAID["ball_on_ramp"])
    assert [thing.id for thing in description.things] == ["ball_1", "ramp_1"]
    stubber.assert_no_pending_responses()
    first, second = asked
    assert first["toolConfig"]["toolChoice"] == {"tool": {"name": "describe_scene"}}
    assert [message["role"] for message in second["messages"]] == ["user", "assistant", "user"]
    result = second["messages"][-1]["content"][0]["toolResult"]
    assert (result["toolUseId"], result["status"]) == ("tooluse_1", "error")
    assert "things.0.mass_kg" in result["content"][0]["text"]


@pytest.mark.parametrize("names", [("wrong_name", "wrong_name"), ("words_only",)])
def test_a_model_that_fails_the_form_has_not_understood(names: tuple[str, ...]) -> None:
    client, stubber = stubbed(*names)
    with pytest.raises(SentenceNotUnderstood):
        BedrockReader(client, MODEL).read("a ball")
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["ThrottlingException", "ModelTimeoutException"])
def test_a_model_that_does_not_answer_is_unavailable(code: str) -> None:
    client, stubber = stubbed()
    stubber.add_client_error("converse", code)
    with pytest.raises(SentenceReaderUnavailable):
        BedrockReader(client, MODEL).read("a ball")
