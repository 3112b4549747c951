"""ReadLabels: the writing on a page becomes text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dishka import Container, Provider, Scope, provide

from shared.clock import Clock
from shared.config import LabelReaderKind, LabelSettings, ObjectSettings
from shared.errors import DependencyUnavailable
from shared.objects import ObjectStore
from shared.retry import LABELS, Guard, Guards

from .keys import texts_key
from .outputs import is_made
from .task import Event, task_handler

if TYPE_CHECKING:
    from vision.labels.reader import LabelReader, Reading
    from vision.page import Pixels

_CONNECT_TIMEOUT_S = 2.0


@dataclass(frozen=True, kw_only=True)
class ReadLabelsConfig(ObjectSettings, LabelSettings):
    """What this task reads."""


class Reader:
    """A label reader that is made when there is a first label to read, and what it is called."""

    def __init__(self, kind: LabelReaderKind) -> None:
        self.kind = kind
        self._reader: LabelReader | None = None

    def get(self) -> LabelReader:
        """The reader."""
        if self._reader is None:
            self._reader = _textract() if self.kind is LabelReaderKind.TEXTRACT else _rapidocr()
        return self._reader


class _Guarded:
    """A label reader that is asked again where it may answer the next time."""

    def __init__(self, reader: Reader, guard: Guard) -> None:
        self._reader = reader
        self._guard = guard

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        """See `vision.labels.reader.LabelReader`.

        Raises:
            DependencyUnavailable: the reader does not answer.
        """
        from vision.labels.reader import ReaderUnavailable

        def read_once() -> list[Reading]:
            try:
                return self._reader.get().read(crops)
            except ReaderUnavailable as error:
                raise DependencyUnavailable("The writing can't be read just now.") from error

        return self._guard.call(read_once)


class ReaderProvider(Provider):
    """RapidOCR on one machine, Textract in the cloud."""

    scope = Scope.APP

    @provide
    def reader(self, settings: LabelSettings) -> Reader:
        """Who reads the labels."""
        return Reader(settings.label_reader)


def read_labels_on(
    objects: ObjectStore,
    clock: Clock,
    reader: Reader,
    guard: Guard,
    image_key: str,
    page_key: str,
) -> str:
    """Read the writing on a prepared page; the key of what was read.

    Raises:
        DependencyUnavailable: the reader does not answer.
    """
    from vision.labels.reading import read_labels
    from vision.page import Page

    key = texts_key(image_key, reader.kind)
    if not is_made(objects, key, clock.now()):
        page = Page.from_bytes(objects.get(page_key))
        texts = read_labels(page, _Guarded(reader, guard))
        data = json.dumps([text.to_json() for text in texts]).encode()
        objects.put(key, data, "application/json")
    return key


def run(event: Event, services: Container) -> str:
    """Page key in, texts key out."""
    return read_labels_on(
        services.get(ObjectStore),
        services.get(Clock),
        services.get(Reader),
        services.get(Guards).of(LABELS),
        event["image_key"],
        event["prepared"]["page_key"],
    )


def _rapidocr() -> LabelReader:
    from vision.labels.rapidocr_reader import RapidOcrReader

    return RapidOcrReader()


def _textract() -> LabelReader:
    import boto3
    from botocore.config import Config

    from vision.labels.textract_reader import TextractReader

    # The guard does the retrying.
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=LABELS.timeout_s,
        retries={"total_max_attempts": 1},
    )
    return TextractReader(boto3.client("textract", config=config))


handler = task_handler(ReadLabelsConfig, run, ReaderProvider())
