"""A language model behind its guard and its caches, with real PostgreSQL and answers put in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from pipeline.read_sentence import GuardedReader
from records.llm_responses import LlmResponses
from sentences.bedrock_reader import BedrockReader
from sentences.errors import SentenceNotUnderstood
from shared.cache import MemoryCache, ReadThrough
from shared.clock import SystemClock
from shared.database import Database
from shared.errors import DependencyUnavailable
from shared.retry import LANGUAGE, Guard

ANSWERS = Path(__file__).parents[2] / "data" / "bedrock"
SAID = "Atwood machine with 3 and 5 kg"


def answer(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text())
    return read


@pytest.fixture
def bedrock() -> tuple[Any, Stubber]:
    client = boto3.client(
        "bedrock-runtime",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    stubber = Stubber(client)
    stubber.activate()
    return client, stubber


def reader_of(client: Any, database: Database, model: str = "model-1") -> GuardedReader:
    """As a fresh execution environment makes it: with nothing in its memory yet."""
    guard = Guard(LANGUAGE, sleep=lambda _: None)
    tiers = ReadThrough([MemoryCache(), LlmResponses(database, SystemClock())])
    return GuardedReader(BedrockReader(client, model), model, guard, tiers)


def test_the_same_sentence_is_asked_once_however_spaced_and_wherever(
    bedrock: tuple[Any, Stubber], database: Database
) -> None:
    client, stubber = bedrock
    stubber.add_response("converse", answer("atwood"))
    first = reader_of(client, database).read(SAID)
    again = reader_of(client, database).read(f"  {SAID.replace(' ', '   ')} ")
    assert again == first
    stubber.assert_no_pending_responses()


def test_another_model_is_asked_anew(bedrock: tuple[Any, Stubber], database: Database) -> None:
    client, stubber = bedrock
    for _ in range(2):
        stubber.add_response("converse", answer("atwood"))
    for model in ("model-1", "model-2"):
        reader_of(client, database, model).read(SAID)
    stubber.assert_no_pending_responses()


def test_a_model_that_throttles_is_asked_again(
    bedrock: tuple[Any, Stubber], database: Database
) -> None:
    client, stubber = bedrock
    stubber.add_client_error("converse", "ThrottlingException")
    stubber.add_response("converse", answer("atwood"))
    assert len(reader_of(client, database).read(SAID).things) == 3


def test_a_model_that_is_down_is_told_of_and_nothing_is_kept(
    bedrock: tuple[Any, Stubber], database: Database
) -> None:
    client, stubber = bedrock
    for _ in range(1 + LANGUAGE.retries):
        stubber.add_client_error("converse", "ServiceUnavailableException")
    with pytest.raises(DependencyUnavailable):
        reader_of(client, database).read(SAID)
    stubber.add_response("converse", answer("atwood"))
    reader_of(client, database).read(SAID)


def test_what_is_not_understood_is_not_asked_again_by_the_guard(
    bedrock: tuple[Any, Stubber], database: Database
) -> None:
    client, stubber = bedrock
    stubber.add_response("converse", answer("nothing"))
    with pytest.raises(SentenceNotUnderstood):
        reader_of(client, database).read("colourless green ideas")
    stubber.assert_no_pending_responses()


def test_a_model_that_is_down_for_long_is_left_alone(
    bedrock: tuple[Any, Stubber], database: Database
) -> None:
    client, stubber = bedrock
    reader = reader_of(client, database)
    for _ in range(LANGUAGE.terms.failures):
        stubber.add_client_error("converse", "ServiceUnavailableException")
    while not is_asked_for_all(stubber):
        with pytest.raises(DependencyUnavailable):
            reader.read(SAID)
    stubber.add_response("converse", answer("atwood"))
    with pytest.raises(DependencyUnavailable):
        reader.read(SAID)
    with pytest.raises(AssertionError):
        stubber.assert_no_pending_responses()  # the answer was never asked for


def is_asked_for_all(stubber: Stubber) -> bool:
    """Whether nothing is left of what was put in."""
    try:
        stubber.assert_no_pending_responses()
    except AssertionError:
        return False
    return True
