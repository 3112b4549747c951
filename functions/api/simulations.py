"""Simulations: from a sketch, from a model, and what came of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from physics.errors import MjcfRefused
from records.idempotency import kept_answer
from records.pages import DEFAULT_LIMIT, MAX_LIMIT
from records.shares import share_simulation, unshare_simulation
from records.simulations import Simulation, delete_simulation, find_simulation, list_simulations
from records.simulations import Source as Made
from records.sketches import Sketch, find_sketch
from records.submissions import submit
from scenes.errors import SceneError
from sentences.errors import SentenceError
from sentences.grammar import read_sentence
from sentences.layout import lay_out
from shared.config import (
    CacheSettings,
    DatabaseSettings,
    LimitSettings,
    ObjectSettings,
    PublicSettings,
    SentenceReaderKind,
    SentenceSettings,
    StateMachineSettings,
    TokenSettings,
)
from shared.errors import (
    FieldError,
    NotFound,
    Unprocessable,
    ValidationFailed,
    problem_of,
)
from shared.objects import ObjectStore, content_key
from shared.tokens import Tokens
from shared.validation import (
    MAX_DURATION_S,
    MAX_FPS,
    MAX_GRAVITY,
    MIN_FPS,
    check_mjcf_size,
    check_text,
)

from .answers import (
    REVALIDATE,
    etag_of,
    is_known,
    json_response,
    not_modified,
)
from .app import make_handler, resource_router
from .bodies import Moment
from .callers import Caller, Viewer
from .idempotency import Key, request_key
from .links import signed_links
from .making import Making, TheMaking
from .models import ShareModel, SimulationModel, SimulationPage, Status
from .problems import problem_responses
from .readings import (
    Analyses,
    AnalysesProvider,
    keep_corrections,
    known_reading,
    load_analysis,
)
from .result_routes import add_result_routes
from .services import (
    TheAnalyses,
    TheClock,
    TheDatabase,
    TheExecutions,
    TheSentences,
    TheTokens,
)
from .starting import DEFAULT_FPS, StartedModel, Work, plan, start, started_response

_SHARE_TOKEN_BYTES = 24
"""192 bits: nobody finds one by trying, however many there are."""

Id = Annotated[str, Path(max_length=64)]


def _there(simulation: Simulation | None) -> Simulation:
    if simulation is None:
        raise NotFound("There is no such simulation.")
    return simulation


async def _seen(simulation_id: Id, viewer: Viewer, database: TheDatabase) -> Simulation:
    """The simulation that is looked at, by its owner or by whoever follows a link of theirs."""
    return _there(find_simulation(database, viewer.owner_id, simulation_id))


@dataclass(frozen=True, kw_only=True)
class SimulationsConfig(
    CacheSettings,
    DatabaseSettings,
    ObjectSettings,
    PublicSettings,
    StateMachineSettings,
    SentenceSettings,
    TokenSettings,
    LimitSettings,
):
    """What this function reads."""


class SimulationRequest(BaseModel):
    """What to simulate: `mjcf`, `sketch_id` or a sentence as `prompt`, and for how long."""

    model_config = ConfigDict(extra="forbid", strict=True)

    mjcf: str | None = Field(default=None, description="A MuJoCo model of at most 5 MB.")
    sketch_id: Annotated[str, Field(max_length=64)] | None = None
    prompt: str | None = Field(
        default=None,
        description="Alone: a sentence to simulate, such as 'a 2 kg ball rolls down a 30 degree "
        "ramp'. Beside `sketch_id`: what it adds to the drawing, such as 'no friction'; it wins "
        "over labels. Beside `mjcf`: words to find it again by.",
    )
    duration: float | None = Field(
        default=None,
        gt=0,
        le=MAX_DURATION_S,
        allow_inf_nan=False,
        description="Seconds; left out, what the drawing says, or 10.",
    )
    fps: int = Field(default=DEFAULT_FPS, ge=MIN_FPS, le=MAX_FPS)
    gravity: float | None = Field(
        default=None,
        ge=-MAX_GRAVITY,
        le=MAX_GRAVITY,
        allow_inf_nan=False,
        description="m/s², downwards; left out, what the drawing or the model says, or 9.81.",
    )


router = resource_router("simulations")


@router.post(
    "/v1/simulations",
    status_code=202,
    response_model=StartedModel,
    responses=problem_responses(400, 401, 404, 409, 413, 415, 422),
    summary="Simulate a model, or a sketch again",
)
async def create_simulation(
    request: Request,
    making: TheMaking,
    wanted: Annotated[SimulationRequest, Body()],
    analyses: TheAnalyses,
    executions: TheExecutions,
    sentences: TheSentences,
    idempotency_key: Key = None,
) -> Response:
    """A model is checked before it is taken: 422 names the element and the line at fault.

    A sentence in which nothing can be simulated is answered with what could be said.
    """
    _check_request(wanted)
    key = request_key(request, making.owner_id, idempotency_key, wanted.model_dump_json().encode())
    done = kept_answer(making.database, key, now=making.now)
    if done is None:
        work, made_from = _plan_work(making, wanted, analyses, sentences)
        submission, answer = plan(making, work, made_from)
        done = submit(making.database, submission, answer, key=key, now=making.now)
    start(executions, making.database, making.owner_id, done)
    return started_response(done)


@router.get(
    "/v1/simulations",
    response_model=SimulationPage,
    responses=problem_responses(401, 422),
    summary="The caller's simulations",
)
async def read_simulations(
    caller: Caller,
    database: TheDatabase,
    tokens: TheTokens,
    clock: TheClock,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=256)] = None,
    q: Annotated[
        str | None,
        Query(max_length=500, pattern=r"^[^\x00]*$", description="Words in title or prompt."),
    ] = None,
    status: Annotated[Status | None, Query()] = None,
    made_from: Annotated[
        Moment | None, Query(alias="from", description="That time and later.")
    ] = None,
    made_to: Annotated[Moment | None, Query(alias="to", description="Before that time.")] = None,
) -> Response:
    """Newest first. What is made while one turns pages is neither skipped nor shown twice."""
    page = list_simulations(
        database,
        caller.owner_id,
        limit=limit,
        cursor=cursor,
        words=q,
        status=status,
        created_from=made_from,
        created_to=made_to,
    )
    now = clock.now()
    items = [simulation_json(one, _links(tokens, one, now)) for one in page.items]
    return json_response({"items": items, "next_cursor": page.next_cursor})


@router.get(
    "/v1/simulations/{simulation_id}",
    response_model=SimulationModel,
    responses={304: {"description": "Nothing has changed."}, **problem_responses(401, 404)},
    summary="A simulation",
)
async def read_simulation(
    request: Request,
    simulation_id: Id,
    caller: Caller,
    database: TheDatabase,
    tokens: TheTokens,
    clock: TheClock,
) -> Response:
    """Status, source, bodies, energy, and links to what it made."""
    simulation = _there(find_simulation(database, caller.owner_id, simulation_id))
    links = _links(tokens, simulation, clock.now())
    etag = etag_of(
        simulation.id,
        simulation.updated_at.isoformat(),
        simulation.share_token or "",
        *links.values(),
    )
    if is_known(request, etag):
        return not_modified(etag, REVALIDATE)
    return json_response(
        simulation_json(simulation, links), headers={"ETag": etag, "Cache-Control": REVALIDATE}
    )


@router.delete(
    "/v1/simulations/{simulation_id}",
    status_code=204,
    responses=problem_responses(401, 404),
    summary="Delete a simulation",
)
async def remove_simulation(simulation_id: Id, caller: Caller, database: TheDatabase) -> Response:
    """Deletes the simulation with its jobs; the sketch stays."""
    if not delete_simulation(database, caller.owner_id, simulation_id):
        raise NotFound("There is no such simulation.")
    return Response(status_code=204)


@router.post(
    "/v1/simulations/{simulation_id}/share",
    response_model=ShareModel,
    responses=problem_responses(401, 404, 409),
    summary="Let others see a simulation",
)
async def share(
    simulation_id: Id, caller: Caller, database: TheDatabase, idempotency_key: Key = None
) -> Response:
    """Whoever has the link may look, and change nothing. Sharing again gives the same link.

    So it is the same request whatever its `Idempotency-Key`: kept answers would outlive the link.
    """
    token = share_simulation(
        database, caller.owner_id, simulation_id, token=secrets.token_urlsafe(_SHARE_TOKEN_BYTES)
    )
    if token is None:
        raise NotFound("There is no such simulation.")
    return json_response(
        {
            "simulation_id": simulation_id,
            "share_token": token,
            "links": {"page": f"/s/{token}", "shared": f"/v1/shared/{token}"},
        }
    )


@router.delete(
    "/v1/simulations/{simulation_id}/share",
    status_code=204,
    responses=problem_responses(401, 404),
    summary="Revoke the link",
)
async def unshare(simulation_id: Id, caller: Caller, database: TheDatabase) -> Response:
    """The link is worth nothing from now on, and what is being played by it ends."""
    if not unshare_simulation(database, caller.owner_id, simulation_id):
        raise NotFound("There is no such simulation.")
    return Response(status_code=204)


add_result_routes(router, "/v1/simulations/{simulation_id}", _seen)


def simulation_json(simulation: Simulation, links: dict[str, str]) -> dict[str, Any]:
    """A simulation as the contract writes it."""
    return {
        "simulation_id": simulation.id,
        "sketch_id": simulation.sketch_id,
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
        "warnings": simulation.warnings,
        "created_at": simulation.created_at,
        "updated_at": simulation.updated_at,
        "share_token": simulation.share_token,
        "links": links,
    }


def _check_request(wanted: SimulationRequest) -> None:
    check_text(wanted.prompt or "", "prompt")
    if wanted.mjcf is not None and wanted.sketch_id is not None:
        raise ValidationFailed(
            "Send mjcf or sketch_id, not both.",
            errors=[FieldError("mjcf", "must not be there beside sketch_id")],
        )
    words = (wanted.prompt or "").strip()
    if wanted.mjcf is None and wanted.sketch_id is None and not words:
        raise ValidationFailed(
            "There is nothing to simulate.",
            errors=[FieldError("body", "mjcf, sketch_id or prompt must be there")],
        )


def _check_sentence(reader: SentenceReaderKind, sentence: str) -> None:
    """Refuse at once what the grammar can't make a scene of; what a model makes of it the job says.

    Raises:
        Unprocessable: nothing in the sentence can be simulated; says what could be said.
    """
    if reader is not SentenceReaderKind.GRAMMAR:
        return
    try:
        lay_out(read_sentence(sentence))
    except (SentenceError, SceneError) as refused:
        found = problem_of(refused)
        raise Unprocessable(
            replace(found, errors=(FieldError("prompt", found.detail),))
        ) from refused


def _plan_work(
    making: Making, wanted: SimulationRequest, analyses: Analyses, sentences: SentenceSettings
) -> tuple[Work, Made]:
    """What there is to do, with the model stored, if one was sent."""
    objects = making.objects
    terms: dict[str, Any] = {
        "prompt": wanted.prompt,
        "duration_s": wanted.duration,
        "fps": wanted.fps,
        "gravity": wanted.gravity,
    }
    if wanted.mjcf is not None:
        return Work(source="model", model_key=_take_model(objects, wanted.mjcf), **terms), "mjcf"
    if wanted.sketch_id is None:
        _check_sentence(sentences.sentence_reader, str(wanted.prompt))
        return Work(source="prompt", **terms), "prompt"
    sketch = find_sketch(making.database, making.owner_id, str(wanted.sketch_id))
    if sketch is None:
        raise NotFound("There is no such sketch.")
    reading_key = known_reading(making.database, objects, sketch.image_sha256, making.now)
    work = Work(
        source="corrections" if sketch.corrections else "sketch",
        sketch_id=sketch.id,
        image_key=sketch.image_key,
        analysis_key=reading_key,
        corrections_key=_corrections_of(objects, analyses, sketch, reading_key),
        corrections_version=sketch.corrections_version,
        **{**terms, "prompt": wanted.prompt or sketch.prompt or None},
    )
    return work, "sketch"


def _take_model(objects: ObjectStore, text: str) -> str:
    """Check an uploaded model and store it; its key.

    Raises:
        TooLarge: over 5 MB.
        Unprocessable: it asks for what is not allowed; says which element, on which line.
    """
    from physics.untrusted import check_mjcf  # brings an XML parser, which few requests need

    try:
        check_mjcf(check_mjcf_size(text))
    except MjcfRefused as refused:
        found = problem_of(refused)
        raise Unprocessable(replace(found, errors=(FieldError("mjcf", found.detail),))) from refused
    data = text.encode()
    key = content_key("models", data, ".xml")
    objects.put(key, data, "application/xml")
    return key


def _corrections_of(
    objects: ObjectStore, analyses: Analyses, sketch: Sketch, reading_key: str | None
) -> str | None:
    base = reading_key or sketch.analysis_key
    if not sketch.corrections or base is None:
        return None
    return keep_corrections(objects, sketch.corrections, load_analysis(analyses, base, sketch))


def _links(tokens: Tokens, simulation: Simulation, now: datetime) -> dict[str, str]:
    leaves = {
        "model": "/model.xml",
        "trajectory": "/trajectory",
        "energy": "/energy",
        "preview_png": "/preview.png",
        "preview_gif": "/preview.gif",
    }
    path = f"/v1/simulations/{simulation.id}"
    links = signed_links(tokens, simulation.owner_id, path, leaves, now=now)
    if simulation.sketch_id is None:
        return links
    sketch = f"/v1/sketches/{simulation.sketch_id}"
    seen = {"image": "/image", "overlay": "/overlay.svg"}
    return links | signed_links(tokens, simulation.owner_id, sketch, seen, now=now)


PROVIDERS = (AnalysesProvider(),)
handler = make_handler(SimulationsConfig, router, providers=PROVIDERS)
