"""Limits on what comes in, and checks that name the field at fault.

How large an image may be is said where images are read: `vision.header`.
"""

from __future__ import annotations

import math
import re

from .errors import FieldError, TooLarge, ValidationFailed

MAX_MJCF_BYTES = 5 * 1024 * 1024
MAX_TEXT_LENGTH = 10_000
"""Characters."""
MAX_DURATION_S = 60.0
MIN_FPS = 1
MAX_FPS = 240
MAX_GRAVITY = 1000.0
"""m/s²; that of the Sun's surface is 274."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# Control characters other than tab and line ends say nothing; PostgreSQL takes no NUL.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_text(value: str, field: str, *, max_length: int = MAX_TEXT_LENGTH) -> str:
    """The text itself, if it is of Unicode characters, not too long and without control characters.

    Raises:
        TooLarge: it is too long.
        ValidationFailed: it has a control character, or half of a surrogate pair.
    """
    if len(value) > max_length:
        why = f"has {len(value):,} characters; {max_length:,} is the most"
        raise TooLarge(f"The text {why}.", errors=[FieldError(field, why)])
    if _CONTROL.search(value):
        raise _invalid(field, "has a control character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _invalid(field, "has half of a surrogate pair") from None
    return value


def check_mjcf_size(text: str, field: str = "mjcf") -> str:
    """The model itself, if it is not too large.

    Raises:
        TooLarge: its UTF-8 has more than `MAX_MJCF_BYTES`.
        ValidationFailed: it has half of a surrogate pair.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise _invalid(field, "has half of a surrogate pair") from None
    if size > MAX_MJCF_BYTES:
        why = f"has {size / 1e6:.1f} MB; {MAX_MJCF_BYTES / 1e6:.1f} MB is the most"
        raise TooLarge(f"The model {why}.", errors=[FieldError(field, why)])
    return text


def check_id(value: str, field: str) -> str:
    """The id itself, if it is one that could have been handed out.

    Raises:
        ValidationFailed: it could not.
    """
    if not _ID.fullmatch(value):
        raise _invalid(field, "is not an id")
    return value


def check_duration_s(value: float, field: str = "duration") -> float:
    """The duration in seconds, if it is above 0 and at most `MAX_DURATION_S`.

    Raises:
        ValidationFailed: it is not, or is no number.
    """
    if not _is_number(value) or not 0 < value <= MAX_DURATION_S:
        raise _invalid(field, f"must be above 0 and at most {MAX_DURATION_S:g} seconds")
    return float(value)


def check_fps(value: int, field: str = "fps") -> int:
    """The frames a second, if they are a whole number from `MIN_FPS` to `MAX_FPS`.

    Raises:
        ValidationFailed: they are not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not MIN_FPS <= value <= MAX_FPS:
        raise _invalid(field, f"must be a whole number from {MIN_FPS} to {MAX_FPS}")
    return value


def check_gravity(value: float, field: str = "gravity") -> float:
    """The gravity in m/s², downwards, if it is at most `MAX_GRAVITY` either way.

    Raises:
        ValidationFailed: it is not, or is no number.
    """
    if not _is_number(value) or abs(value) > MAX_GRAVITY:
        raise _invalid(field, f"must be a number from {-MAX_GRAVITY:g} to {MAX_GRAVITY:g} m/s²")
    return float(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _invalid(field: str, why: str) -> ValidationFailed:
    return ValidationFailed(f"The field {field} {why}.", errors=[FieldError(field, why)])
