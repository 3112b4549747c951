"""The error table, and what a state machine sees of an error."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest

from shared import errors
from shared.errors import (
    DependencyUnavailable,
    FieldError,
    JobFinished,
    NotFound,
    Problem,
    SimGenError,
    TooLarge,
    Unprocessable,
    ValidationFailed,
    problem_from_cause,
    problem_of,
    task_error,
)


class _Unread(Exception):
    """As `vision` raises: it knows nothing of the table."""

    code: ClassVar[str] = "NOTHING_TO_READ"

    def __init__(self) -> None:
        super().__init__("the text")
        self.detail = "The page is blank."
        self.suggestion = "Draw something."
        self.bbox = (1, 2, 3.5, 4)


def _all_errors() -> list[type[SimGenError]]:
    def below(kind: type[SimGenError]) -> list[type[SimGenError]]:
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    return [kind for kind in below(SimGenError) if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", _all_errors())
def test_every_domain_error_has_its_place_in_the_table(kind: type[SimGenError]) -> None:
    if kind is not Unprocessable:  # it carries a problem of its own
        assert kind.code in errors._TABLE


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ValidationFailed("x"), 422, "VALIDATION_FAILED"),
        (NotFound("x"), 404, "NOT_FOUND"),
        (JobFinished("x"), 409, "JOB_FINISHED"),
        (TooLarge("x"), 413, "TOO_LARGE"),
        (DependencyUnavailable(), 503, "DEPENDENCY_UNAVAILABLE"),
        (_Unread(), 422, "NOTHING_TO_READ"),
    ],
)
def test_an_error_becomes_its_problem(error: Exception, status: int, code: str) -> None:
    found = problem_of(error)

    assert (found.status, found.code) == (status, code)
    assert found.title


def test_fields_and_the_time_to_wait_are_told() -> None:
    error = ValidationFailed("Two fields are wrong.", errors=[FieldError("fps", "is negative")])
    assert problem_of(error).to_json("req-1") == {
        "type": "urn:simgen:problem:validation-failed",
        "title": "The request is not valid",
        "status": 422,
        "detail": "Two fields are wrong.",
        "code": "VALIDATION_FAILED",
        "errors": [{"field": "fps", "message": "is negative"}],
        "request_id": "req-1",
    }
    assert problem_of(DependencyUnavailable(retry_after=7)).to_json()["retry_after"] == 7


def test_an_error_of_reading_says_where_and_what_to_do() -> None:
    body = problem_of(_Unread()).to_json()

    assert body["detail"] == "The page is blank."
    assert body["suggestion"] == "Draw something."
    assert body["bbox"] == [1.0, 2.0, 3.5, 4.0]


class _ForeignText(Exception):
    code = "e3q8"
    detail = "SELECT * FROM secrets"


class _ForeignNumber(Exception):
    code = 404
    detail = "/etc/passwd"


class _CodeOnTheObject(Exception):
    def __init__(self) -> None:
        self.code = "FROM_OUTSIDE"
        self.detail = "/etc/passwd"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("password=hunter2"),
        _ForeignText(),
        _ForeignNumber(),
        _CodeOnTheObject(),
        SimGenError("/etc/passwd"),
        KeyboardInterrupt(),
    ],
)
def test_what_was_not_foreseen_is_internal_and_says_nothing_of_itself(
    error: BaseException,
) -> None:
    found = problem_of(error)

    assert (found.code, found.status) == ("INTERNAL", 500)
    text = json.dumps(found.to_json())
    assert all(word not in text for word in ("hunter2", "SELECT", "passwd"))


def test_a_problem_survives_json() -> None:
    found = problem_of(_Unread())

    assert Problem.from_json(json.loads(json.dumps(found.to_json("req-1")))) == found


def _cause(error: BaseException) -> str:
    """What Lambda makes of an exception that leaves a handler."""
    return json.dumps(
        {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": ["/var/task"]}
    )


@pytest.mark.parametrize(
    ("error", "matched", "code"),
    [
        (_Unread(), "Unprocessable", "NOTHING_TO_READ"),
        (JobFinished("The job was cancelled."), "Unprocessable", "JOB_FINISHED"),
        (DependencyUnavailable(), "DependencyUnavailable", "DEPENDENCY_UNAVAILABLE"),
        (ZeroDivisionError("x"), "ZeroDivisionError", "INTERNAL"),
    ],
)
def test_a_state_machine_matches_the_class_and_hands_the_problem_on(
    error: Exception, matched: str, code: str
) -> None:
    raised = task_error(error)

    assert type(raised).__name__ == matched
    found = problem_from_cause(_cause(raised))
    assert found.code == code
    if matched == "Unprocessable":
        assert found == problem_of(error) == problem_of(raised)


def test_an_error_that_a_task_already_made_ready_is_left_as_it_is() -> None:
    ready = Unprocessable(problem_of(_Unread()))

    assert task_error(ready) is ready


@pytest.mark.parametrize(
    "cause",
    [
        "",
        "Task timed out after 30.00 seconds",
        "[]",
        "null",
        '{"errorType": "Unprocessable", "errorMessage": "not json"}',
        '{"errorType": "Unprocessable", "errorMessage": "{}"}',
        '{"errorType": "Unprocessable", "errorMessage": "[]"}',
        '{"errorType": "MemoryError"}',
        '{"errorMessage": "x"}',
    ],
)
def test_a_cause_that_is_not_ours_is_internal(cause: str) -> None:
    assert problem_from_cause(cause).code == "INTERNAL"
