"""Fields of the messages that clients send."""

from __future__ import annotations

import math

from shared.errors import FieldError, ValidationFailed

from .messages import Message

_LONGEST_TEXT = 256


def text(message: Message, name: str) -> str | None:
    """A short text, or None where it is left out.

    Raises:
        ValidationFailed: it is something else.
    """
    value = message.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise _invalid(name, "must be a text")
    if not 0 < len(value) <= _LONGEST_TEXT:
        raise _invalid(name, f"must have 1 to {_LONGEST_TEXT} characters")
    return value


def needed_text(message: Message, name: str) -> str:
    """A short text that must be there.

    Raises:
        ValidationFailed: it isn't, or is something else.
    """
    value = text(message, name)
    if value is None:
        raise _invalid(name, "is missing")
    return value


def seconds(message: Message, name: str) -> float:
    """A time from 0 up; 0 where it is left out.

    Raises:
        ValidationFailed: it is something else.
    """
    value = message.get(name, 0)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not (0 <= value < 1e9 and math.isfinite(value)):
        raise _invalid(name, "must be a time in seconds from 0 up")
    return float(value)


def whole(
    message: Message, name: str, *, least: int, most: int, default: int | None = None
) -> int | None:
    """A whole number within bounds, or the default where it is left out.

    Raises:
        ValidationFailed: it is something else.
    """
    value = message.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _invalid(name, f"must be a whole number from {least} to {most}")
    return value


def flag(message: Message, name: str, *, default: bool) -> bool:
    """True or false, or the default where it is left out.

    Raises:
        ValidationFailed: it is something else.
    """
    value = message.get(name, default)
    if not isinstance(value, bool):
        raise _invalid(name, "must be true or false")
    return value


def _invalid(name: str, why: str) -> ValidationFailed:
    return ValidationFailed(f"{name} {why}.", errors=[FieldError(name, why)])
