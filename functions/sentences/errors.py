"""Why a sentence becomes no scene."""

from __future__ import annotations

from typing import ClassVar

EXAMPLES = (
    "a 2 kg ball rolls down a 30 degree ramp",
    "a pendulum of 1 m let go at 20 degrees",
    "an Atwood machine with 3 and 5 kg",
    "a 2 kg block hangs from a spring with k = 200 N/m",
    "a ball is thrown at 10 m/s and 45 degrees",
)
"""What may be said, for those who said what was not understood."""


class SentenceError(Exception):
    """What is wrong with the sentence, and what to say instead."""

    code: ClassVar[str] = "SENTENCE_NOT_UNDERSTOOD"

    def __init__(self, detail: str, *, suggestion: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.suggestion = suggestion


class SentenceNotUnderstood(SentenceError):
    """Nothing in it is a thing of mechanics."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, suggestion="Say, for example: " + "; ".join(EXAMPLES) + ".")


class DescriptionRefused(SentenceError):
    """What was understood can't be put together, such as a thing that stands on itself."""

    code = "DESCRIPTION_REFUSED"
