"""Shared simulations: whoever has the link sees them, and nobody changes anything by it.

A link works until its owner revokes it. Nothing lists them, and none can be guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Request, Response
from pydantic import Field

from records.shares import find_shared_simulation
from records.simulations import Simulation
from records.sketches import Sketch, find_sketch
from shared.config import (
    CacheSettings,
    DatabaseSettings,
    LimitSettings,
    ObjectSettings,
    PublicSettings,
    TokenSettings,
)
from shared.database import Queries
from shared.errors import NotFound

from .answers import REVALIDATE, etag_of, is_known, json_response, not_modified
from .app import make_handler, resource_router
from .bodies import AnswerModel
from .drawings import analysis_key_of, serve_image, serve_overlay
from .images import IMAGE_TYPES
from .models import BodyModel, Status
from .problems import problem_responses
from .readings import AnalysesProvider, load_analysis
from .result_routes import add_result_routes
from .results import served
from .services import TheAnalyses, TheDatabase
from .serving import TheServing

_GONE = "There is no such link, or it was revoked."

Token = Annotated[str, Path(max_length=64, description="The token in the link.")]


async def _shared(token: Token, database: TheDatabase) -> Simulation:
    simulation = find_shared_simulation(database, token)
    if simulation is None:
        raise NotFound(_GONE)
    return simulation


Shared = Annotated[Simulation, Depends(_shared)]
"""The simulation that a link is of."""


@dataclass(frozen=True, kw_only=True)
class SharesConfig(
    CacheSettings,
    DatabaseSettings,
    ObjectSettings,
    PublicSettings,
    TokenSettings,
    LimitSettings,
):
    """What this function reads."""


class SharedModel(AnswerModel):
    """A simulation as those see it who have its link."""

    simulation_id: str = Field(description="What the messages of a socket call it by.")
    source: Literal["sketch", "mjcf", "prompt"]
    status: Status
    title: str
    prompt: str
    duration: float | None = Field(description="Seconds.")
    fps: int | None
    gravity: float | None
    frames: int | None
    bodies: list[BodyModel]
    energy: dict[str, Any]
    created_at: datetime
    links: dict[str, str]


router = resource_router("shared")


@router.get(
    "/v1/shared/{token}",
    response_model=SharedModel,
    responses={304: {"description": "Nothing has changed."}, **problem_responses(404)},
    summary="A shared simulation",
)
async def read_shared(request: Request, token: Token, simulation: Shared) -> Response:
    """Needs no token but the link's. A socket opened with `?share=` plays it."""
    etag = etag_of("shared", simulation.id, simulation.updated_at.isoformat(), token)
    if is_known(request, etag):
        return not_modified(etag, REVALIDATE)
    return json_response(
        _shared_json(simulation, token), headers={"ETag": etag, "Cache-Control": REVALIDATE}
    )


add_result_routes(router, "/v1/shared/{token}", _shared)


@router.get(
    "/v1/shared/{token}/image",
    response_class=Response,
    responses=served("The image.", *IMAGE_TYPES),
    summary="The image that it was drawn on",
)
async def read_shared_image(
    serving: TheServing,
    simulation: Shared,
) -> Response:
    """The very bytes, of a simulation that came of a sketch."""
    sketch = _sketch_of(serving.database, simulation)
    return serve_image(serving, sketch, cache_control=REVALIDATE)


@router.get(
    "/v1/shared/{token}/overlay.svg",
    response_class=Response,
    responses=served("The image and what was read.", "image/svg+xml"),
    summary="What was read, drawn over the image",
)
async def read_shared_overlay(
    serving: TheServing,
    simulation: Shared,
    analyses: TheAnalyses,
) -> Response:
    """Every mark, label and connection in its place."""
    sketch = _sketch_of(serving.database, simulation)
    key = simulation.analysis_key or analysis_key_of(serving.database, sketch)
    return serve_overlay(serving, analyses, sketch, key)


@router.get(
    "/v1/shared/{token}/analysis",
    response_class=Response,
    responses=served("An analysis, as of a sketch.", "application/json"),
    summary="What was read",
)
async def read_shared_analysis(
    request: Request, simulation: Shared, database: TheDatabase, analyses: TheAnalyses
) -> Response:
    """The analysis that the simulation was made from."""
    sketch = _sketch_of(database, simulation)
    key = simulation.analysis_key or analysis_key_of(database, sketch)
    etag = etag_of("analysis", sketch.id, key)
    if is_known(request, etag):
        return not_modified(etag, REVALIDATE)
    return json_response(
        load_analysis(analyses, key, sketch).to_json(),
        headers={"ETag": etag, "Cache-Control": REVALIDATE},
    )


def _sketch_of(queries: Queries, simulation: Simulation) -> Sketch:
    sketch = None
    if simulation.sketch_id is not None:
        sketch = find_sketch(queries, simulation.owner_id, simulation.sketch_id)
    if sketch is None:
        raise NotFound("This simulation came of no drawing.")
    return sketch


def _shared_json(simulation: Simulation, token: str) -> dict[str, Any]:
    path = f"/v1/shared/{token}"
    links = {
        "model": f"{path}/model.xml",
        "trajectory": f"{path}/trajectory",
        "energy": f"{path}/energy",
        "preview_png": f"{path}/preview.png",
        "preview_gif": f"{path}/preview.gif",
    }
    if simulation.sketch_id is not None:
        links |= {
            "image": f"{path}/image",
            "overlay": f"{path}/overlay.svg",
            "analysis": f"{path}/analysis",
        }
    return {
        "simulation_id": simulation.id,
        "source": simulation.source,
        "status": simulation.status,
        "title": simulation.title,
        "prompt": simulation.prompt,
        "duration": simulation.duration_s,
        "fps": simulation.fps,
        "gravity": simulation.gravity,
        "frames": simulation.frames,
        "bodies": simulation.bodies,
        "energy": simulation.energy,
        "created_at": simulation.created_at,
        "links": links,
    }


PROVIDERS = (AnalysesProvider(),)
handler = make_handler(SharesConfig, router, providers=PROVIDERS)
