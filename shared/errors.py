"""Domain exceptions, and the one table that turns any of them into a problem (RFC 9457).

Step Functions match the class name of what a task raises: `DependencyUnavailable` is tried again,
`Unprocessable` is not. `vision`, `scenes` and `physics` raise their own small exceptions; they are
told by what they carry (a `code` in UPPER_SNAKE on the class, and a `detail`), not by their type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_PROBLEM_TYPE = "urn:simgen:problem:"

# code -> (status, title). A code that is not here says that the input can't be read: 422.
_TABLE: Mapping[str, tuple[int, str]] = {
    "VALIDATION_FAILED": (422, "The request is not valid"),
    "MALFORMED_REQUEST": (400, "The request can't be parsed"),
    "UNAUTHENTICATED": (401, "A valid token is needed"),
    "FORBIDDEN": (403, "This is not allowed"),
    "NOT_FOUND": (404, "There is no such thing"),
    "METHOD_NOT_ALLOWED": (405, "The method is not allowed here"),
    "NOT_ACCEPTABLE": (406, "None of the accepted types is available"),
    "CONFLICT": (409, "The state does not allow this"),
    "IDEMPOTENCY_CONFLICT": (409, "The idempotency key was used for another request"),
    "JOB_FINISHED": (409, "The job is finished"),
    "NOT_READY": (409, "It is not ready yet"),
    "TOO_LARGE": (413, "The body is too large"),
    "IMAGE_TOO_LARGE": (413, "The image is too large"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "The media type is not taken"),
    "UNSUPPORTED_IMAGE": (415, "The image is of a type that is not taken"),
    "UNREADABLE_IMAGE": (422, "The image can't be read"),
    "MJCF_REFUSED": (422, "The model is refused"),
    "SIMULATION_DIVERGED": (422, "The motion could not be computed"),
    "SIMULATION_TOO_SLOW": (422, "The motion takes too long to compute"),
    "SIMULATION_TOO_LARGE": (422, "The model needs too much memory"),
    "SIMULATION_CRASHED": (422, "The physics engine gave up on this model"),
    "NOTHING_TO_READ": (422, "There is no drawing in this image"),
    "NOTHING_DRAWN": (422, "There is nothing in this drawing to simulate"),
    "NOTHING_MOVES": (422, "Nothing in this scene can move"),
    "SENTENCE_NOT_UNDERSTOOD": (422, "Nothing to simulate was found in the sentence"),
    "DESCRIPTION_REFUSED": (422, "What the sentence says can't be put together"),
    "RATE_LIMITED": (429, "Too many requests"),
    "INTERNAL": (500, "Something went wrong on our side"),
    "DEPENDENCY_UNAVAILABLE": (503, "A service that is needed is down"),
}
_UNREADABLE = (422, "The input can't be processed")
_INTERNAL_DETAIL = "The failure was recorded. Quote the request id if you report it."

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels of the image as given."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `field` is its path, such as `shapes.s3.kind`."""

    field: str
    message: str

    def to_json(self) -> dict[str, str]:
        """`{"field", "message"}`."""
        return {"field": self.field, "message": self.message}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem as a client sees it; `retry_after` is in whole seconds."""

    code: str
    status: int
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    retry_after: int | None = None
    suggestion: str | None = None
    bbox: Box | None = None

    def to_json(self, request_id: str | None = None) -> dict[str, Any]:
        """The `application/problem+json` object; empty members are left out."""
        body: dict[str, Any] = {
            "type": _PROBLEM_TYPE + self.code.lower().replace("_", "-"),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [error.to_json() for error in self.errors],
        }
        optional = {
            "request_id": request_id,
            "retry_after": self.retry_after,
            "suggestion": self.suggestion,
            "bbox": list(self.bbox) if self.bbox else None,
        }
        return body | {name: value for name, value in optional.items() if value is not None}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Problem:
        """The problem that `to_json` wrote.

        Raises:
            KeyError: a member that every problem has is missing.
            TypeError: it is no object.
        """
        code, bbox = body["code"], body.get("bbox")
        return cls(
            code=code,
            status=body["status"],
            title=body["title"],
            detail=body["detail"],
            errors=tuple(FieldError(**error) for error in body.get("errors", ())),
            retry_after=body.get("retry_after"),
            suggestion=body.get("suggestion"),
            bbox=tuple(bbox) if bbox else None,
        )


def problem(code: str, detail: str) -> Problem:
    """The problem that the table has for `code`; an unknown code is a 422."""
    status, title = _TABLE.get(code, _UNREADABLE)
    return Problem(code=code, status=status, title=title, detail=detail)


class SimGenError(Exception):
    """A failure that has a place in the error table.

    Args:
        detail: one or two sentences for the person who asked: what was wrong and, where there is
            something to do about it, what. Never SQL, paths or names of machines.
        errors: each field that is at fault.
        retry_after: seconds after which trying again makes sense.
    """

    code: ClassVar[str] = "INTERNAL"

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Iterable[FieldError] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after


class ValidationFailed(SimGenError):
    """A field is missing, of the wrong type or out of its bounds."""

    code = "VALIDATION_FAILED"


class MalformedRequest(SimGenError):
    """The request can't even be parsed."""

    code = "MALFORMED_REQUEST"


class Unauthenticated(SimGenError):
    """No token, or one that doesn't hold."""

    code = "UNAUTHENTICATED"


class Forbidden(SimGenError):
    """The caller is known and may not do this."""

    code = "FORBIDDEN"


class NotFound(SimGenError):
    """No such thing, or another owner's."""

    code = "NOT_FOUND"


class Conflict(SimGenError):
    """The state of the thing doesn't allow this."""

    code = "CONFLICT"


class IdempotencyConflict(Conflict):
    """The idempotency key was used before, with another body."""

    code = "IDEMPOTENCY_CONFLICT"


class JobFinished(Conflict):
    """The job has succeeded, failed or been cancelled: nothing more may be written to it."""

    code = "JOB_FINISHED"


class NotReady(Conflict):
    """What is asked for is still being made."""

    code = "NOT_READY"


class NotAcceptable(SimGenError):
    """None of the types that the client accepts is available."""

    code = "NOT_ACCEPTABLE"


class TooLarge(SimGenError):
    """The body is larger than is taken."""

    code = "TOO_LARGE"


class UnsupportedMediaType(SimGenError):
    """The media type is not one that is taken."""

    code = "UNSUPPORTED_MEDIA_TYPE"


class RateLimited(SimGenError):
    """The caller has to wait `retry_after` seconds."""

    code = "RATE_LIMITED"


class DependencyUnavailable(SimGenError):
    """A store or service is down or too slow: the same call may work later.

    Args:
        retry_after: what the person who asked is told, in seconds.
        asked_wait_s: what the dependency itself asked to be left alone for, in seconds.
    """

    code = "DEPENDENCY_UNAVAILABLE"

    def __init__(
        self,
        detail: str = "A service that is needed does not answer. Try again soon.",
        *,
        errors: Iterable[FieldError] = (),
        retry_after: int | None = 5,
        asked_wait_s: float = 0.0,
    ) -> None:
        super().__init__(detail, errors=errors, retry_after=retry_after)
        self.asked_wait_s = asked_wait_s


class Unprocessable(SimGenError):
    """A task's input can't be processed, now or later; carries the whole problem.

    Its text is the problem as JSON, so that it survives the trip through a state machine's `Cause`
    (see `problem_from_cause`).
    """

    code = "UNPROCESSABLE"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail, errors=problem.errors)
        self.problem = problem
        self.args = (json.dumps(problem.to_json()),)


def problem_of(error: BaseException) -> Problem:
    """The problem to answer with for any exception.

    What has no place in the error table is `INTERNAL`, and nothing of its text is shown.
    """
    if isinstance(error, Unprocessable):
        return error.problem
    code = getattr(type(error), "code", None)
    detail = getattr(error, "detail", None)
    if not (isinstance(code, str) and _CODE.fullmatch(code) and isinstance(detail, str)):
        return problem("INTERNAL", _INTERNAL_DETAIL)
    if code == "INTERNAL":
        return problem(code, _INTERNAL_DETAIL)
    bbox: Box | None = getattr(error, "bbox", None)
    return replace(
        problem(code, detail),
        errors=tuple(getattr(error, "errors", ())),
        retry_after=getattr(error, "retry_after", None),
        suggestion=getattr(error, "suggestion", None),
        bbox=bbox and (float(bbox[0]), float(bbox[1]), float(bbox[2]), float(bbox[3])),
    )


def task_error(error: Exception) -> Exception:
    """What a state machine's task raises in the place of `error`.

    `DependencyUnavailable` stays, what the user can act on becomes `Unprocessable`, and anything
    unforeseen stays as it is, for its stack to reach the log.
    """
    if isinstance(error, (DependencyUnavailable, Unprocessable)):
        return error
    found = problem_of(error)
    return error if found.code == "INTERNAL" else Unprocessable(found)


def problem_from_cause(cause: str) -> Problem:
    """The problem in the `Cause` that a state machine's Catch hands on.

    A cause is Lambda's error object, `{"errorType", "errorMessage", …}`, or free text for what
    never reached the handler (a time-out, a crash). What isn't ours is `INTERNAL`.
    """
    try:
        raised = json.loads(cause)
        if raised["errorType"] == Unprocessable.__name__:
            return Problem.from_json(json.loads(raised["errorMessage"]))
        if raised["errorType"] == DependencyUnavailable.__name__:
            return problem_of(DependencyUnavailable())
    except (ValueError, KeyError, TypeError):
        pass
    return problem("INTERNAL", _INTERNAL_DETAIL)
