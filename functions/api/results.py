"""What a run made, as answers: to its owner, and to those who have the link of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from records.jobs import latest_job_of_simulation
from records.simulations import Simulation
from shared.database import Queries
from shared.errors import NotFound, NotReady, Problem, Unprocessable
from shared.objects import content_key

from .answers import (
    MAX_ANSWER_BYTES,
    REVALIDATE,
    attachment,
    cached_response,
    etag_of,
    is_known,
    not_modified,
)
from .cached import see_other
from .problems import problem_responses
from .serving import Serving
from .trajectories import choose_format, export

_RETRY_AFTER_S = 1

Download = Annotated[
    bool, Query(description="Whether a browser should save it as a file rather than show it.")
]


def served(description: str, *kinds: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that serves what a run made."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        200: {"description": description, "content": dict.fromkeys(kinds, binary)},
        303: {"description": "Too large for an answer: `Location` has it."},
        304: {"description": "What the client has still holds."},
        **problem_responses(401, 404, 409, 422),
    }


def made(queries: Queries, simulation: Simulation, key: str | None) -> str:
    """The key of something that the run makes, once it is made.

    Raises:
        NotReady: the run is under way.
        Unprocessable: what its job failed with.
        NotFound: it will not be made.
    """
    if key is not None:
        return key
    job = latest_job_of_simulation(queries, simulation.owner_id, simulation.id)
    if job is not None and not job.finished:
        raise NotReady("The simulation is not finished.", retry_after=_RETRY_AFTER_S)
    if job is not None and job.error is not None and job.error["status"] < 500:
        raise Unprocessable(Problem.from_json(job.error))
    raise NotFound("The simulation did not get that far.")


def model_key(queries: Queries, simulation: Simulation) -> str:
    """The key of the model: what was uploaded is there at once, but only compiling shows that it
    can be loaded.

    Raises:
        NotReady, Unprocessable, NotFound: as `made`.
    """
    compiled = simulation.source != "mjcf" or simulation.status == "succeeded"
    return made(queries, simulation, simulation.model_key if compiled else None)


def serve_result(
    serving: Serving,
    key: str,
    media_type: str,
    *,
    file_name: str | None = None,
) -> Response:
    """An object, as it is; as a file of that name where one is given."""
    etag = etag_of(key)
    if is_known(serving.request, etag):
        return not_modified(etag, REVALIDATE)
    info = serving.objects.head(key)
    if info is not None and info.size > MAX_ANSWER_BYTES:
        return see_other(serving.presigner, serving.tiers, key)
    return cached_response(
        serving.objects.get(key),
        media_type,
        etag=etag,
        cache_control=REVALIDATE,
        headers=attachment(file_name) if file_name else None,
    )


def serve_trajectory(serving: Serving, simulation: Simulation, *, download: bool) -> Response:
    """Every frame, in the type that `Accept` asks for.

    Raises:
        NotAcceptable: there is none that it takes.
        NotReady, Unprocessable, NotFound: as `made`.
    """
    wanted = choose_format(serving.request.headers.get("accept", ""))
    prefix = made(serving.database, simulation, simulation.trajectory_prefix)
    etag = etag_of(prefix, wanted.value)
    if is_known(serving.request, etag):
        return not_modified(etag, REVALIDATE, vary="Accept")
    data = export(serving.objects, prefix, wanted)
    if len(data) > MAX_ANSWER_BYTES:
        key = content_key("exports", data, wanted.suffix)
        serving.objects.put(key, data, wanted.value)
        return see_other(serving.presigner, serving.tiers, key)
    file = attachment(file_name(simulation, wanted.suffix)) if download else {}
    return cached_response(
        data, wanted.value, etag=etag, cache_control=REVALIDATE, headers={"Vary": "Accept", **file}
    )


def file_name(simulation: Simulation, suffix: str) -> str:
    """What a file of a simulation is called by."""
    return (simulation.title or "simulation")[:80] + suffix
