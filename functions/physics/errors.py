"""What can be wrong with a model or its run. Each says what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class PhysicsError(Exception):
    """A model that can't be loaded or run; `detail` is for the person who made it."""

    code: ClassVar[str] = "PHYSICS_ERROR"

    def __init__(self, detail: str, suggestion: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.suggestion = suggestion

    def to_json(self) -> dict[str, Any]:
        """What it is and says, for another process."""
        return {"error": type(self).__name__, **self.__dict__}


class MjcfRefused(PhysicsError):
    """The document is not allowed, or MuJoCo can't compile it; says where, if that is known."""

    code = "MJCF_REFUSED"

    def __init__(
        self,
        reason: str,
        suggestion: str | None = None,
        *,
        element: str | None = None,
        attribute: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        place = f"<{element}>" if element else ""
        if attribute:
            place += f" {attribute}" if place else attribute
        if line is not None:
            place += f"{', ' if place else ''}line {line}"
            place += f", column {column}" if column is not None else ""
        super().__init__(f"{place}: {reason}" if place else reason, suggestion)
        self.element = element
        self.attribute = attribute
        self.line = line
        self.column = column
        self.reason = reason


class SimulationDiverged(PhysicsError):
    """The numbers blew up: `body` did so first, at `time_s`."""

    code = "SIMULATION_DIVERGED"

    def __init__(self, body: str, time_s: float) -> None:
        super().__init__(
            f"The motion of {body} became infinitely fast after {time_s:.3g} s.",
            "Look for bodies that overlap at the start, very stiff springs on light bodies, or a "
            "time step that is too large for them.",
        )
        self.body = body
        self.time_s = time_s


class SimulationTooSlow(PhysicsError):
    """The time allowed was used up after `reached_s` of `duration_s` simulated seconds."""

    code = "SIMULATION_TOO_SLOW"

    def __init__(self, reached_s: float, duration_s: float, budget_s: float) -> None:
        super().__init__(
            f"{budget_s:g} s of computing reached {reached_s:.3g} s of {duration_s:g} s of motion.",
            "Simulate for a shorter time, use fewer bodies in contact, or a larger time step.",
        )
        self.reached_s = reached_s
        self.duration_s = duration_s
        self.budget_s = budget_s


class OutOfMemory(PhysicsError):
    """The model needs more memory than a run may have."""

    code = "SIMULATION_TOO_LARGE"


class SimulationCrashed(PhysicsError):
    """The physics engine itself fell over; the process that ran it was a child of ours."""

    code = "SIMULATION_CRASHED"


_KINDS: tuple[type[PhysicsError], ...] = (
    *(PhysicsError, MjcfRefused, SimulationDiverged, SimulationTooSlow),
    *(OutOfMemory, SimulationCrashed),
)


def error_from_json(data: Mapping[str, Any]) -> PhysicsError:
    """The error that `to_json` wrote.

    Raises:
        KeyError: there is no such error, or it says nothing.
    """
    kind = {kind.__name__: kind for kind in _KINDS}[data["error"]]
    error = kind.__new__(kind, data["detail"])
    error.__dict__.update({name: value for name, value in data.items() if name != "error"})
    return error
