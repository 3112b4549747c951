"""ReadSentence: a sentence becomes a description of things and what joins them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from dishka import Container, Provider, Scope, provide

from records.llm_responses import LlmResponses, prompt_key
from sentences.description import Description
from sentences.reader import GrammarReader, SentenceReader, SentenceReaderUnavailable
from sentences.version import SENTENCES_VERSION
from shared.cache import Cache, Flights, MemoryCache, ReadThrough
from shared.clock import Clock
from shared.config import CacheSettings, ObjectSettings, SentenceReaderKind, SentenceSettings
from shared.database import Database
from shared.errors import DependencyUnavailable
from shared.measure import Measurements
from shared.objects import ObjectStore
from shared.retry import LANGUAGE, Guard, Guards

from .keys import description_key
from .outputs import is_made
from .progress import ProgressSettings, progress_of
from .task import Event, task_handler

_BEGINS_AT = 0.1
_NO_NAME = re.compile(r"[^a-z0-9.]+")
_CONNECT_TIMEOUT_S = 2.0
_KEEP_S = 30 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class ReadSentenceConfig(ObjectSettings, ProgressSettings, CacheSettings, SentenceSettings):
    """What this task reads."""


class GuardedReader:
    """A language model that is asked once for each sentence, and again where it may yet answer.

    Its answers are kept: in memory, in Redis and in the database.
    """

    def __init__(
        self, reader: SentenceReader, model_id: str, guard: Guard, tiers: ReadThrough
    ) -> None:
        self._reader = reader
        self._model_version = f"{model_id}:{SENTENCES_VERSION}"
        self._guard = guard
        self._tiers = tiers

    def read(self, sentence: str) -> Description:
        """See `sentences.reader.SentenceReader`.

        Raises:
            DependencyUnavailable: the model does not answer.
        """
        key = prompt_key(_spaced_once(sentence), self._model_version)
        answer = self._tiers.remember(
            key, _KEEP_S, lambda: self._guard.call(lambda: self._ask(sentence))
        )
        return Description.model_validate_json(answer)

    def _ask(self, sentence: str) -> bytes:
        try:
            return self._reader.read(sentence).model_dump_json(exclude_none=True).encode()
        except SentenceReaderUnavailable as error:
            raise DependencyUnavailable("Sentences can't be read just now.") from error


class SentenceReaderProvider(Provider):
    """The grammar on one machine, Bedrock in the cloud."""

    scope = Scope.APP

    @provide
    def reader(
        self,
        settings: SentenceSettings,
        guards: Guards,
        memory: MemoryCache,
        cache: Cache,
        flights: Flights,
        database: Database,
        clock: Clock,
        measurements: Measurements,
    ) -> SentenceReader:
        """Who reads sentences."""
        if settings.sentence_reader is SentenceReaderKind.GRAMMAR:
            return GrammarReader()
        model_id = settings.bedrock_model_id
        tiers = ReadThrough(
            [memory, cache, LlmResponses(database, clock)],
            flights=flights,
            measurements=measurements,
        )
        return GuardedReader(_bedrock(model_id), model_id, guards.of(LANGUAGE), tiers)


def sentence_hash(sentence: str) -> str:
    """The hash that what was read of a sentence is kept by: of its words, however spaced, and of
    the version of those who read it."""
    return sha256(f"{SENTENCES_VERSION}\n{_spaced_once(sentence)}".encode()).hexdigest()


def _spaced_once(sentence: str) -> str:
    return " ".join(sentence.split())


def read_sentence_once(
    objects: ObjectStore, clock: Clock, reader: SentenceReader, name: str, sentence: str
) -> str:
    """Read a sentence; the description's key.

    Args:
        name: of the reader: what one makes of a sentence is not what another does.

    Raises:
        sentences.errors.SentenceNotUnderstood: nothing that can be simulated is in it.
        DependencyUnavailable: the reader does not answer.
    """
    key = description_key(sentence_hash(sentence), name)
    if not is_made(objects, key, clock.now()):
        description = reader.read(sentence)
        data = description.model_dump_json(exclude_none=True).encode()
        objects.put(key, data, "application/json")
    return key


def run(event: Event, services: Container) -> dict[str, Any]:
    """The sentence in, the description's key out."""
    progress_of(event["job_id"], services).advance("read", _BEGINS_AT)
    settings = services.get(ReadSentenceConfig)
    key = read_sentence_once(
        services.get(ObjectStore),
        services.get(Clock),
        services.get(SentenceReader),
        _NO_NAME.sub("-", settings.bedrock_model_id or settings.sentence_reader),
        event["prompt"],
    )
    return {"description_key": key}


def _bedrock(model_id: str) -> SentenceReader:
    import boto3
    from botocore.config import Config

    from sentences.bedrock_reader import BedrockReader

    # The guard does the retrying.
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=LANGUAGE.timeout_s,
        retries={"total_max_attempts": 1},
    )
    return BedrockReader(boto3.client("bedrock-runtime", config=config), model_id)


handler = task_handler(ReadSentenceConfig, run, SentenceReaderProvider())
