"""Sketches: drawings come in, what was read of them goes out, corrections come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated

from fastapi import Body, Path, Request, Response

from records.idempotency import Answer, kept_answer, once
from records.sketches import Sketch, delete_sketch, find_sketch, record_corrections
from records.submissions import Submission, insert_submission, submit
from records.uploads import find_upload
from shared.config import (
    CacheSettings,
    DatabaseSettings,
    LimitSettings,
    ObjectSettings,
    PublicSettings,
    StateMachineSettings,
    TokenSettings,
)
from shared.database import Queries
from shared.errors import NotFound, NotReady, TooLarge
from shared.objects import content_key
from vision.header import MAX_BYTES, check_header

from .answers import (
    IMMUTABLE,
    REVALIDATE,
    etag_of,
    is_known,
    json_response,
    not_modified,
)
from .app import make_handler, resource_router
from .callers import Caller, Viewer
from .corrections import Corrections, check_drops, complete
from .drawings import analysis_key_of, serve_image, serve_overlay
from .idempotency import Key, request_key
from .images import IMAGE_TYPES, SUFFIXES, SketchRequest, Submitted, read_submitted
from .links import signed_links
from .making import Making, TheMaking
from .models import AnalysisModel
from .problems import problem_responses
from .readings import Analyses, AnalysesProvider, keep_corrections, known_reading, load_analysis
from .services import (
    TheAnalyses,
    TheClock,
    TheDatabase,
    TheExecutions,
    TheTokens,
)
from .serving import TheServing
from .starting import StartedModel, Work, plan, start, started_response

Id = Annotated[str, Path(max_length=64)]


@dataclass(frozen=True, kw_only=True)
class SketchesConfig(
    CacheSettings,
    DatabaseSettings,
    ObjectSettings,
    PublicSettings,
    StateMachineSettings,
    TokenSettings,
    LimitSettings,
):
    """What this function reads."""


router = resource_router("sketches")

_binary = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "required": True,
    "content": {
        **dict.fromkeys(IMAGE_TYPES, _binary),
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["image"],
                "properties": {"image": _binary["schema"], "prompt": {"type": "string"}},
            }
        },
        "application/json": {"schema": SketchRequest.model_json_schema()},
    },
}


@router.post(
    "/v1/sketches",
    status_code=202,
    response_model=StartedModel,
    responses=problem_responses(400, 401, 404, 409, 413, 415, 422),
    openapi_extra={"requestBody": _BODY},
    summary="Send a drawing in",
)
async def create_sketch(
    request: Request,
    making: TheMaking,
    executions: TheExecutions,
    idempotency_key: Key = None,
) -> Response:
    """A png, jpeg or webp image of at most 10 MB and 50 megapixels, in any of four wrappings.

    The answer tells of a job that reads it and sets it in motion.
    """
    submitted = await read_submitted(request)
    key = request_key(request, making.owner_id, idempotency_key, *_said(submitted))
    done = kept_answer(making.database, key, now=making.now)
    if done is None:
        submission, answer = _plan_reading(making, submitted)
        done = submit(making.database, submission, answer, key=key, now=making.now)
    start(executions, making.database, making.owner_id, done)
    return started_response(done)


@router.get(
    "/v1/sketches/{sketch_id}",
    response_model=AnalysisModel,
    responses={
        304: {"description": "What the client has still holds."},
        **problem_responses(401, 404, 409, 422),
    },
    summary="What was read",
)
async def read_sketch(
    request: Request,
    sketch_id: Id,
    caller: Caller,
    database: TheDatabase,
    analyses: TheAnalyses,
    tokens: TheTokens,
    clock: TheClock,
) -> Response:
    """The analysis. Until it is there: 409 `NOT_READY` with `Retry-After`.

    If the drawing could not be read, the problem that the job ended with.
    """
    sketch = _there(find_sketch(database, caller.owner_id, sketch_id))
    analysis_key = analysis_key_of(database, sketch)
    path = f"/v1/sketches/{sketch.id}"
    leaves = {"image": "/image", "overlay": "/overlay.svg"}
    links = signed_links(tokens, caller.owner_id, path, leaves, now=clock.now())
    etag = etag_of(sketch.id, analysis_key, *links.values())
    if is_known(request, etag):
        return not_modified(etag, REVALIDATE)
    analysis = load_analysis(analyses, analysis_key, sketch)
    return json_response(
        {**analysis.to_json(), "links": links},
        headers={"ETag": etag, "Cache-Control": REVALIDATE},
    )


@router.get(
    "/v1/sketches/{sketch_id}/image",
    response_class=Response,
    responses={
        200: {"content": dict.fromkeys(IMAGE_TYPES, _binary), "description": "The image."},
        303: {"description": "Too large for an answer: `Location` has it."},
        304: {"description": "What the client has still holds."},
        **problem_responses(401, 404),
    },
    summary="The image as it was sent",
)
async def read_image(sketch_id: Id, viewer: Viewer, serving: TheServing) -> Response:
    """The very bytes."""
    sketch = _there(find_sketch(serving.database, viewer.owner_id, sketch_id))
    return serve_image(serving, sketch, cache_control=IMMUTABLE)


@router.get(
    "/v1/sketches/{sketch_id}/overlay.svg",
    response_class=Response,
    responses={
        200: {"content": {"image/svg+xml": {}}, "description": "The image and what was read."},
        304: {"description": "What the client has still holds."},
        **problem_responses(401, 404, 409, 422),
    },
    summary="What was read, drawn over the image",
)
async def read_overlay(
    sketch_id: Id, viewer: Viewer, serving: TheServing, analyses: TheAnalyses
) -> Response:
    """Every mark, label and connection in its place."""
    sketch = _there(find_sketch(serving.database, viewer.owner_id, sketch_id))
    key = analysis_key_of(serving.database, sketch)
    return serve_overlay(serving, analyses, sketch, key)


@router.patch(
    "/v1/sketches/{sketch_id}",
    status_code=202,
    response_model=StartedModel,
    responses=problem_responses(400, 401, 404, 409, 415, 422),
    summary="Correct what was read",
)
async def correct_sketch(
    request: Request,
    sketch_id: Id,
    making: TheMaking,
    corrections: Annotated[Corrections, Body()],
    analyses: TheAnalyses,
    executions: TheExecutions,
    idempotency_key: Key = None,
) -> Response:
    """Corrections add up: fields that aren't named stay, null drops a mark, a new id adds one.

    The answer tells of a job that compiles the drawing anew.
    """
    sent = json.dumps(corrections.model_dump(mode="json", exclude_unset=True), sort_keys=True)
    key = request_key(request, making.owner_id, idempotency_key, sent.encode())
    done = kept_answer(making.database, key, now=making.now)
    if done is None:
        write = _plan_correction(making, analyses, sketch_id, corrections)
        done = once(making.database, key, write, now=making.now)
    start(executions, making.database, making.owner_id, done)
    return started_response(done)


@router.delete(
    "/v1/sketches/{sketch_id}",
    status_code=204,
    responses=problem_responses(401, 404),
    summary="Delete a sketch",
)
async def remove_sketch(
    sketch_id: Id, caller: Caller, database: TheDatabase, analyses: TheAnalyses
) -> Response:
    """Deletes the sketch with its simulations and jobs."""
    sketch = _there(find_sketch(database, caller.owner_id, sketch_id))
    if not delete_sketch(database, caller.owner_id, sketch_id):
        raise NotFound("There is no such sketch.")
    if sketch.analysis_key is not None:
        analyses.forget(sketch.analysis_key)
    return Response(status_code=204)


def _said(submitted: Submitted) -> tuple[bytes, bytes]:
    """What tells this request from another."""
    if submitted.image is None:
        return str(submitted.upload_id).encode(), submitted.prompt.encode()
    return sha256(submitted.image).digest(), submitted.prompt.encode()


def _plan_reading(making: Making, submitted: Submitted) -> tuple[Submission, Answer]:
    """Store the image; the rows of its sketch and job, and the answer that tells of them."""
    image = _image_of(making, submitted)
    header = check_header(image)
    image_key = content_key("images", image, SUFFIXES[header.type])
    making.objects.put(image_key, image, header.type)

    digest = sha256(image).hexdigest()
    sketch = Sketch(
        id=making.ids("sketch"),
        owner_id=making.owner_id,
        image_sha256=digest,
        image_key=image_key,
        content_type=header.type,
        width=header.width,
        height=header.height,
        size=len(image),
        prompt=submitted.prompt,
        created_at=making.now,
        updated_at=making.now,
    )
    work = Work(
        source="sketch",
        sketch_id=sketch.id,
        image_key=image_key,
        analysis_key=known_reading(making.database, making.objects, digest, making.now),
        prompt=submitted.prompt or None,
    )
    submission, answer = plan(making, work, "sketch")
    return replace(submission, sketch=sketch), answer


def _plan_correction(
    making: Making, analyses: Analyses, sketch_id: str, corrections: Corrections
) -> Callable[[Queries], Answer]:
    """What a correction writes in its transaction: itself, and a job that compiles anew."""
    owner_id, now = making.owner_id, making.now
    sketch = _there(find_sketch(making.database, owner_id, sketch_id))
    shown = load_analysis(analyses, analysis_key_of(making.database, sketch), sketch)
    reading_key = known_reading(making.database, making.objects, sketch.image_sha256, now)
    reading = load_analysis(analyses, reading_key, sketch) if reading_key else shown
    said = complete(corrections, reading, shown)

    def write(transaction: Queries) -> Answer:
        earlier = _there(find_sketch(transaction, owner_id, sketch_id)).corrections
        check_drops(said, reading, earlier)
        merged = _there(record_corrections(transaction, owner_id, sketch_id, said, now=now))
        work = Work(
            source="corrections",
            sketch_id=sketch.id,
            image_key=sketch.image_key,
            analysis_key=reading_key,
            # Stored inside the transaction: only here is it known what others said meanwhile.
            corrections_key=keep_corrections(making.objects, merged.corrections, reading),
            corrections_version=merged.corrections_version,
            prompt=sketch.prompt or None,
        )
        submission, answer = plan(making, work, "sketch")
        insert_submission(transaction, submission)
        return answer

    return write


def _image_of(making: Making, submitted: Submitted) -> bytes:
    if submitted.image is not None:
        return submitted.image
    upload = find_upload(making.database, making.owner_id, str(submitted.upload_id), now=making.now)
    if upload is None:
        raise NotFound("There is no such upload, or its time is over.")
    info = making.objects.head(upload.object_key)
    if info is None:
        raise NotReady("Nothing was sent to this upload's address yet.")
    if info.size > MAX_BYTES:
        raise TooLarge(f"The image has {info.size} bytes; {MAX_BYTES} is the most.")
    return making.objects.get(upload.object_key)


def _there(sketch: Sketch | None) -> Sketch:
    if sketch is None:
        raise NotFound("There is no such sketch.")
    return sketch


PROVIDERS = (AnalysesProvider(),)
handler = make_handler(SketchesConfig, router, providers=PROVIDERS)
