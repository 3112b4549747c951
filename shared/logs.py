"""Logs: one JSON line an invocation, and JSON for whatever else is logged meanwhile.

Code logs by the standard library's `logging.getLogger(__name__)`, with values as `extra={…}`. What
a line looks like, and the ids that every line carries, is decided here, by Powertools' formatter.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial, wraps
from typing import Any, TypeVar

_Event = TypeVar("_Event", bound=Mapping[str, Any])
_Answer = TypeVar("_Answer")
Handler = Callable[[_Event, Any], _Answer]

_SERVER_ERROR = 500
_logger = logging.getLogger(__name__)

# What may stand in an address, a header or an exception's text and lets its reader act as another.
_SECRET = re.compile(
    r"(?i)(\b(?:bearer\s+|(?:x-amz-)?(?:security-token|signature|credential|token|secret|password)"
    r"\\?[\"']?\s*[=:]\s*\\?[\"']?))[^\s&\"'\\@,}]+"
)
_PASSWORD_IN_URL = re.compile(r"(://[^/\s:@\"]*:)[^/\s@\"]+(?=@)")
_HIDDEN = r"\1[hidden]"


def log_invocations(handler: Handler[_Event, _Answer]) -> Handler[_Event, _Answer]:
    """The same handler, with one line in the log for each invocation.

    The line says what was asked (`route`, `job_id`), how it ended (`status` or `error`) and how
    long it took; `request_id` is on every line that is logged meanwhile.
    """

    @wraps(handler)
    def logged(event: _Event, context: Any) -> _Answer:
        write_json_lines()
        ids = _ids(event, context)
        began = time.perf_counter()
        with _on_every_line(ids):
            told: dict[str, Any] = {"error": "Exception"}
            try:
                answer = handler(event, context)
                told = _told(answer)
                return answer
            except Exception as error:
                # Lambda logs the stack of what leaves a handler.
                told = {"error": type(error).__name__}
                raise
            finally:
                told["duration_ms"] = round((time.perf_counter() - began) * 1000, 2)
                failed = "error" in told or told.get("status", 0) >= _SERVER_ERROR
                _logger.log(logging.ERROR if failed else logging.INFO, "invocation", extra=told)

    return logged


@cache
def write_json_lines() -> None:
    """Make the root logger of a Lambda environment write JSON, without secrets; elsewhere nothing.

    `LOG_LEVEL` (INFO by default) and `POWERTOOLS_SERVICE_NAME` are read at the first call.
    """
    function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
    if not function:
        return
    from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

    root = logging.getLogger()
    for output in root.handlers:
        # The handler of AWS's runtime client leaves the ends of lines to the formatter.
        ends_lines = isinstance(output, logging.StreamHandler)
        output.setFormatter(
            LambdaPowertoolsFormatter(
                json_serializer=_to_text if ends_lines else _to_line,
                serialize_stacktrace=False,
                use_rfc3339=True,
                utc=True,
                service=os.environ.get("POWERTOOLS_SERVICE_NAME", "simgen"),
                function=function,
            )
        )
    known = logging.getLevelNamesMapping()
    root.setLevel(known.get(os.environ.get("LOG_LEVEL", "").upper(), logging.INFO))
    # They log each request at INFO, which is ours to do, and headers at DEBUG, which is nobody's.
    for chatty in ("botocore", "boto3", "urllib3", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def hide_secrets(line: str) -> str:
    """The text without what looks like a token, a password or a signature."""
    return _SECRET.sub(_HIDDEN, _PASSWORD_IN_URL.sub(_HIDDEN, line))


_dump = partial(json.dumps, default=str, separators=(",", ":"), ensure_ascii=False)


def _to_text(record: Mapping[str, Any]) -> str:
    return hide_secrets(_dump(record))


def _to_line(record: Mapping[str, Any]) -> str:
    return _to_text(record) + "\n"


@contextmanager
def _on_every_line(ids: Mapping[str, str]) -> Iterator[None]:
    if not os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
        yield
        return
    from aws_lambda_powertools.logging.formatter import clear_context_keys, set_context_keys

    set_context_keys(**ids)  # type: ignore[arg-type]  # its annotation is narrower than it is
    try:
        yield
    finally:
        clear_context_keys()


def _ids(event: Mapping[str, Any], context: Any) -> dict[str, str]:
    """What tells one invocation from another: the client's request, and Lambda's own."""
    request = event.get("requestContext") or {}
    lambda_id = getattr(context, "aws_request_id", None)
    found = {
        # Of the client's request, which a job carries through the state machine.
        "request_id": request.get("requestId") or event.get("request_id") or lambda_id,
        "invocation_id": lambda_id,
        "route": request.get("resourcePath") or request.get("routeKey"),
        "method": request.get("httpMethod"),
        "connection_id": request.get("connectionId"),
        "job_id": event.get("job_id"),
    }
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _told(answer: object) -> dict[str, Any]:
    status = answer.get("statusCode") if isinstance(answer, Mapping) else None
    return {"status": status} if isinstance(status, int) else {"outcome": "done"}
