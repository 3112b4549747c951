"""Documents: what this API takes and answers, for programs and for people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi

from . import health, jobs, sessions, shares, simulations, sketches, stats, templates, uploads
from .answers import cached_response, etag_of, is_known, not_modified
from .app import TITLE, VERSION, create_app, make_handler, resource_router
from .bodies import StrictRoute
from .pages import CONTENT_SECURITY_POLICY, render_page
from .problems import FieldErrorModel, ProblemModel, problem_responses

_PUBLIC = "public, max-age=300"
_DESCRIPTION = """\
Draw it, and it moves: a photo of a physics drawing becomes a MuJoCo model and a simulation.

1. `POST /v1/sessions` hands out a token; send it as `Authorization: Bearer …` from then on.
2. `POST /v1/sketches` with the bytes of an image answers with a job.
3. `GET /v1/jobs/{job_id}?wait=20` until it has ended.
4. `GET /v1/sketches/{sketch_id}` says what was read, `GET /v1/simulations/{simulation_id}` how it
moves; `model.xml`, `trajectory` and `preview.png` lie beneath it.

`POST /v1/simulations/{simulation_id}/share` makes a link by which anyone may look. The WebSocket
API at `/live?token=…` tells of jobs and plays motion as it is computed; messages are JSON, by
`action`: `subscribe`, `play`, `ack`, `pause`, `seek`, `stop`, `look`, `ping`.

Every error is `application/problem+json` (RFC 9457) with a stable `code`, the `request_id` and, in
`errors`, each bad field. What one session made, another can't see: 404. A POST with an
`Idempotency-Key` may be sent again: it has one effect and one answer. Times are RFC 3339 in UTC.

Requests are counted by caller and by address: `RateLimit-Policy` says how many are taken in how
many seconds (`q`, `w`), `RateLimit` how many are left at once and when all are back (`r`, `t`).
Past that the answer is 429, and `Retry-After` says when to come back.
"""

TAGS = {
    "sessions": "A guest's token, and the end of all that hangs on it.",
    "uploads": "An address for large images.",
    "sketches": "Drawings, what was read of them, and corrections.",
    "simulations": "Models and how they move.",
    "shared": "Simulations that others shared, by their links.",
    "jobs": "How far a simulation is.",
    "templates": "Sketches to start from.",
    "stats": "For administrators.",
    "health": "Alive, and able to serve.",
    "documents": "This.",
}


@dataclass(frozen=True, kw_only=True)
class DocumentsConfig:
    """This function reads nothing."""


router = resource_router("documents")


@router.get(
    "/openapi.json",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {}}, "description": "OpenAPI 3.1."},
        304: {"description": "What the client has still holds."},
        **problem_responses(),
    },
    summary="This API as OpenAPI 3.1",
)
async def read_openapi(request: Request) -> Response:
    """For programs."""
    return _serve(request, orjson.dumps(openapi_document()), "application/json", {})


@router.get(
    "/docs",
    response_class=Response,
    responses={
        200: {"content": {"text/html": {}}, "description": "A page."},
        304: {"description": "What the client has still holds."},
        **problem_responses(),
    },
    summary="This API as a page",
)
async def read_docs(request: Request) -> Response:
    """For people. It loads nothing else, and runs nothing."""
    page = render_page(openapi_document()).encode()
    return _serve(request, page, "text/html", {"Content-Security-Policy": CONTENT_SECURITY_POLICY})


def all_routers() -> tuple[APIRouter, ...]:
    """Every resource's routes, in the order that a person reads them."""
    resources = (
        sessions,
        uploads,
        sketches,
        simulations,
        shares,
        jobs,
        templates,
        stats,
        health,
    )
    return (*(resource.router for resource in resources), router)


@cache
def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of all resources together."""
    routes = create_app(*all_routers()).routes
    for route in routes:
        if isinstance(route, StrictRoute):
            route.describe_answer()
    document = get_openapi(
        title=TITLE,
        version=VERSION,
        openapi_version="3.1.0",
        description=_DESCRIPTION,
        routes=routes,
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    template = "#/components/schemas/{model}"
    schemas = document["components"]["schemas"]
    for model in (ProblemModel, FieldErrorModel):
        schema = model.model_json_schema(ref_template=template)
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    return document


def _serve(request: Request, content: bytes, media_type: str, headers: dict[str, str]) -> Response:
    etag = etag_of(content)
    if is_known(request, etag):
        return not_modified(etag, _PUBLIC)
    return cached_response(content, media_type, etag=etag, cache_control=_PUBLIC, headers=headers)


handler = make_handler(DocumentsConfig, router)
