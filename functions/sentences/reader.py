"""The port of those who read sentences, and the one that needs no service."""

from __future__ import annotations

from typing import Protocol

from .description import Description
from .grammar import read_sentence


class SentenceReaderUnavailable(Exception):
    """The service behind a reader does not answer, or asks to be left alone for now."""


class SentenceReader(Protocol):
    """Reads sentences of a mechanics problem."""

    def read(self, sentence: str) -> Description:
        """What a sentence says.

        Raises:
            SentenceNotUnderstood: nothing that can be simulated is in it.
            SentenceReaderUnavailable: try again later.
        """
        ...


class GrammarReader:
    """Reads by the grammar."""

    def read(self, sentence: str) -> Description:
        """See `SentenceReader`; always available."""
        return read_sentence(sentence)
