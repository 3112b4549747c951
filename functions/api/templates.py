"""Templates: sketches to start from, with what comes of them. Anyone may see them."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import Field

from records.pages import DEFAULT_LIMIT, MAX_LIMIT
from shared.errors import FieldError, NotFound, ValidationFailed

from .answers import cached_response, etag_of, is_known, json_response, not_modified
from .app import VERSION, make_handler, resource_router
from .bodies import AnswerModel
from .problems import problem_responses

_PUBLIC = "public, max-age=3600"
_GALLERY = files(__package__) / "gallery"

Name = Annotated[str, Path(max_length=64)]


@dataclass(frozen=True, kw_only=True)
class TemplatesConfig:
    """This function reads nothing: what it serves lies beside it."""


class ExpectedModel(AnswerModel):
    """A textbook result that the simulation meets."""

    quantity: str
    of: str = Field(description="The kind of mark that it is measured on.")
    value: float
    unit: str
    formula: str


class TemplateModel(AnswerModel):
    """A sketch to start from."""

    name: str
    title: str
    description: str
    marks: list[str] = Field(description="The kinds of marks in it.")
    labels: list[str]
    expected: list[ExpectedModel]
    links: dict[str, str]


class TemplatePage(AnswerModel):
    """Some templates."""

    items: list[TemplateModel]
    next_cursor: str | None


router = resource_router("templates")


@router.get(
    "/v1/templates",
    response_model=TemplatePage,
    responses={304: {"description": "Nothing has changed."}, **problem_responses(422)},
    summary="Sketches to start from",
)
async def read_templates(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=128)] = None,
) -> Response:
    """Post the image of one to `/v1/sketches` to see it move."""
    start = 0 if cursor is None else _decode_cursor(cursor)
    items = list(_templates().values())
    end = start + limit
    page = {
        "items": items[start:end],
        "next_cursor": _encode_cursor(end) if end < len(items) else None,
    }
    return _known_or(request, page)


@router.get(
    "/v1/templates/{name}",
    response_model=TemplateModel,
    responses={304: {"description": "Nothing has changed."}, **problem_responses(404)},
    summary="A sketch to start from",
)
async def read_template(request: Request, name: Name) -> Response:
    """What is drawn in it, and what its simulation does."""
    return _known_or(request, _template(name))


@router.get(
    "/v1/templates/{name}/image",
    response_class=Response,
    responses={
        200: {"content": {"image/webp": {}}, "description": "The image."},
        304: {"description": "Nothing has changed."},
        **problem_responses(404),
    },
    summary="Its image",
)
async def read_template_image(request: Request, name: Name) -> Response:
    """As it would be posted."""
    found = _template(name)
    data = (_GALLERY / f"{found['name']}.webp").read_bytes()
    etag = etag_of(data)
    if is_known(request, etag):
        return not_modified(etag, _PUBLIC)
    return cached_response(data, "image/webp", etag=etag, cache_control=_PUBLIC)


@cache
def _templates() -> dict[str, dict[str, Any]]:
    listed = json.loads((_GALLERY / "index.json").read_text("utf-8"))
    return {
        one["name"]: {**one, "links": {"image": f"/v1/templates/{one['name']}/image"}}
        for one in listed
    }


def _template(name: str) -> dict[str, Any]:
    found = _templates().get(name)
    if found is None:
        raise NotFound("There is no such template.")
    return found


def _known_or(request: Request, content: dict[str, Any]) -> Response:
    etag = etag_of(VERSION, json.dumps(content))
    if is_known(request, etag):
        return not_modified(etag, _PUBLIC)
    return json_response(content, headers={"ETag": etag, "Cache-Control": _PUBLIC})


def _encode_cursor(start: int) -> str:
    return base64.urlsafe_b64encode(str(start).encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise ValueError
        return int(text)
    except (ValueError, binascii.Error):
        raise ValidationFailed(
            "The cursor is not one that a list handed out.",
            errors=[FieldError("cursor", "use next_cursor of the page before, unchanged")],
        ) from None


handler = make_handler(TemplatesConfig, router)
