"""What is said before the noun it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field

from .words import Token


@dataclass(slots=True)
class Premods:
    """What was said before the noun it belongs to."""

    count: int | None = None
    quantities: list[Token] = field(default_factory=list)
    surfaces: list[str] = field(default_factory=list)
    side: str | None = None
    definite: bool = False
    another: bool = False
    together: str | None = None
    motor: bool = False
    level: bool = False
