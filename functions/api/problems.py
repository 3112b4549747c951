"""Exceptions as answers: every error is RFC 9457 `application/problem+json`.

The table of codes is `shared.errors`; here is what only HTTP knows.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Any, cast

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException

from shared.errors import FieldError, Problem, problem, problem_of

from .answers import json_response
from .bodies import AnswerModel

PROBLEM_TYPE = "application/problem+json"
_MAX_FIELD_ERRORS = 50
_METRICS_NAMESPACE = "SimGen"
_logger = logging.getLogger(__name__)

_HTTP_CODES = {
    400: ("MALFORMED_REQUEST", "The request's body can't be parsed."),
    404: ("NOT_FOUND", "There is nothing at this address."),
    405: ("METHOD_NOT_ALLOWED", "This address does not take this method."),
    413: ("TOO_LARGE", "The body is larger than is taken."),
}


class FieldErrorModel(AnswerModel):
    """What is wrong with one field."""

    field: str = Field(description="The field's path, such as `shapes.s3.kind`.")
    message: str


class ProblemModel(AnswerModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable: what a program may tell errors apart by.")
    request_id: str = Field(description="What to quote when reporting the error.")
    errors: list[FieldErrorModel] = Field(description="Each bad field.")
    retry_after: int | None = Field(
        default=None, description="Seconds after which to try again; also in `Retry-After`."
    )
    suggestion: str | None = Field(default=None, description="What to do about it.")
    bbox: list[float] | None = Field(
        default=None, description="Where in the image: x, y, width, height in pixels."
    )


_MEANINGS: Mapping[int, str] = {
    400: "The body can't be parsed.",
    401: "No token, or one that does not hold.",
    403: "The caller may not do this.",
    404: "There is no such thing, or it is another owner's.",
    406: "None of the accepted types is available.",
    409: "The state does not allow this: it is not ready, is finished, or the idempotency key was "
    "used for another request.",
    413: "Larger than is taken.",
    415: "A type that is not taken.",
    422: "Fields are wrong (`errors` names each), or the input can't be read.",
    429: "Too many requests; `Retry-After` says when to try again.",
    500: "Something went wrong on our side.",
    503: "A dependency is down; `Retry-After` says when to try again.",
}


PROBLEM_CONTENT = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemModel"}}}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may fail with these, beside 422, 500 and 503.

    And beside 429 where somebody's own things are read (401) or made (409): those are counted.
    """
    counted = {429} if {401, 409} & {*statuses} else set()
    return {
        status: {"description": _MEANINGS[status], "content": PROBLEM_CONTENT}
        for status in sorted({*statuses, *counted, 422, 500, 503})
    }


def request_id_of(scope: Mapping[str, Any]) -> str:
    """API Gateway's id of the request, which its logs and traces have too."""
    context = scope.get("aws.event", {}).get("requestContext", {})
    return str(context.get("requestId") or "unknown")


def problem_response(
    request: Request, found: Problem, headers: Mapping[str, str] | None = None
) -> Response:
    """The problem as an answer."""
    sent = dict(headers or {})
    if found.retry_after is not None:
        sent["Retry-After"] = str(found.retry_after)
    if found.status == 401:
        sent["WWW-Authenticate"] = "Bearer"
    return json_response(
        found.to_json(request_id_of(request.scope)),
        status=found.status,
        headers=sent,
        media_type=PROBLEM_TYPE,
    )


async def answer_error(request: Request, error: Exception) -> Response:
    """Any exception, by the error table; what isn't in it is counted, logged and not shown."""
    found = problem_of(error)
    if found.status == 500:
        record_failure(request, error)
    return problem_response(request, found)


async def answer_http_error(request: Request, error: Exception) -> Response:
    """What Starlette raises by itself: no such route, method or body."""
    raised = cast(HTTPException, error)
    code, detail = _HTTP_CODES.get(raised.status_code, ("INTERNAL", ""))
    if code == "INTERNAL":
        return await answer_error(request, RuntimeError(f"HTTP {raised.status_code}"))
    return problem_response(request, problem(code, detail), raised.headers)


async def answer_invalid_request(request: Request, error: Exception) -> Response:
    """What pydantic refused: 400 where the body is no JSON, else 422 that names each field."""
    raised = cast(RequestValidationError, error).errors()
    if raised and raised[0]["type"] == "json_invalid":
        why = raised[0]["ctx"]["error"]
        return problem_response(
            request, problem("MALFORMED_REQUEST", f"The body is not JSON that is taken: {why}.")
        )
    errors = tuple(
        FieldError(field_path(entry["loc"]), entry["msg"]) for entry in raised[:_MAX_FIELD_ERRORS]
    )
    names = ", ".join(dict.fromkeys(one.field for one in errors))
    found = problem("VALIDATION_FAILED", f"Not valid: {names}.")
    return problem_response(
        request,
        Problem(found.code, found.status, found.title, found.detail, errors),
    )


def field_path(location: Sequence[str | int]) -> str:
    """A pydantic location as a path; where it stood (body, query …) only if that is all."""
    place, *rest = (str(part) for part in location)
    return ".".join(rest)[:200] or place


def record_failure(request: Request, error: Exception) -> None:
    """Log an unforeseen error with its stack, and count it, so that an alarm can tell."""
    _logger.error(
        "request failed",
        exc_info=error,
        extra={
            "request_id": request_id_of(request.scope),
            "method": request.method,
            "path": request.url.path,
        },
    )
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(
        name="RequestsFailed", unit=MetricUnit.Count, value=1, namespace=_METRICS_NAMESPACE
    ) as metric:
        metric.add_dimension("service", os.environ.get("POWERTOOLS_SERVICE_NAME", "simgen"))
