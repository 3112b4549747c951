"""JSON bodies: those of requests read strictly, those of answers described.

Strictly is by RFC 8259 with I-JSON's rules (RFC 7493).

Python's parser takes NaN, lets the last of two equal keys win, and fails on deep nesting with an
exception of its own. Each is an attack or a mistake: all are refused the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from fastapi.utils import create_model_field
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

from shared.errors import UnsupportedMediaType

_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def _rfc3339(value: object) -> object:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("must be a time with its zone, such as 2026-03-01T12:00:00Z (RFC 3339)")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_rfc3339)]
"""A time as the contract has it: pydantic by itself also takes seconds since 1970."""


def parse_json(data: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        json.JSONDecodeError: it is none: not UTF-8, cut short, NaN or Infinity, a key twice in one
            object, nested too deep, a lone surrogate, a NUL in a string, a number too long to be
            one.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        if "\\u" in text:  # only an escape can hide a NUL or half of a surrogate pair
            _check_strings(value)
    except json.JSONDecodeError:
        raise
    except UnicodeDecodeError:
        raise json.JSONDecodeError("it is not UTF-8", "", 0) from None
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deep", "", 0) from None
    except _Refused as error:
        raise json.JSONDecodeError(str(error), "", 0) from None
    except ValueError:  # Python bounds the digits of a whole number
        raise json.JSONDecodeError("a number is too long", "", 0) from None
    return value


class StrictRequest(Request):
    """A request whose JSON is read by `parse_json`."""

    async def json(self) -> Any:
        """The body's value.

        Raises:
            json.JSONDecodeError: see `parse_json`.
        """
        return parse_json(await self.body())


class AnswerModel(BaseModel):
    """What an answer looks like, for the OpenAPI document.

    Routes make their answers themselves, so a function that serves never needs the schema, and
    its start does not pay for it.
    """

    model_config = ConfigDict(defer_build=True)


class StrictRoute(APIRoute):
    """A route that reads JSON strictly, and refuses bodies of other types with 415.

    Its `response_model` only describes: it waits for `describe_answer`.
    """

    def __init__(self, *args: Any, response_model: Any = None, **rest: Any) -> None:
        super().__init__(*args, response_model=None, **rest)
        # What a decorator leaves out is a placeholder of FastAPI's, and no type.
        self._answer_model = response_model if isinstance(response_model, type) else None

    def describe_answer(self) -> None:
        """Put into the route what FastAPI's OpenAPI document says of its answer."""
        if self._answer_model is not None:
            self.response_field = create_model_field(
                f"Response_{self.unique_id}", self._answer_model, mode="serialization"
            )

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route as a function of the request."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def handle_json(request: Request) -> Response:
            check_is_json(request)
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_json


def check_is_json(request: Request) -> None:
    """Refuse a body that says it is something else; one that says nothing is taken for JSON.

    Raises:
        UnsupportedMediaType: another type.
    """
    sent = media_type_of(request)
    if sent not in ("", "application/json"):
        raise UnsupportedMediaType(f"A body of application/json is taken here, not {sent[:80]!r}.")


def media_type_of(request: Request) -> str:
    """The content type without its parameters, in lower case; empty where none was sent."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


class _Refused(ValueError):
    """JSON that Python would take."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("a key stands twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is no JSON number")


def _check_strings(value: Any) -> None:
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            pending.extend(part)
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
        elif isinstance(part, str):
            if "\0" in part:
                raise _Refused("a string holds NUL")
            try:
                part.encode()
            except UnicodeEncodeError:
                raise _Refused("a string holds half of a surrogate pair") from None
