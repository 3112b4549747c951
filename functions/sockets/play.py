"""play: the header of a simulation, then as many chunks as the client gave credit for."""

from __future__ import annotations

from dishka import Container

from records.jobs import latest_job_of_simulation
from records.plays import begin_play, end_play
from records.simulations import owner_and_status
from shared.database import Database
from shared.errors import Conflict, FieldError, NotFound, Problem, Unprocessable, ValidationFailed

from .fields import seconds, text
from .messages import Message
from .playing import DEFAULT_CREDIT, PlayConfig, credit_of, feed_play, fps_of
from .route import message_handler


def answer(connection_id: str, message: Message, services: Container) -> None:
    """Begin a play, or begin it anew from another time.

    One of a simulation that still runs, or is yet to run, is sent its chunks as they are computed.

    Raises:
        ValidationFailed: a field is wrong.
        NotFound: there is no such simulation, it is another owner's, or the link was revoked.
        Unprocessable: its job failed: what with.
        Conflict: its job was cancelled.
    """
    simulation_id, share_token = text(message, "simulation_id"), text(message, "share")
    if simulation_id is None and share_token is None:
        raise ValidationFailed(
            "simulation_id or share must say what to play.",
            errors=[FieldError("simulation_id", "is missing")],
        )
    database = services.get(Database)
    played = begin_play(
        database,
        connection_id,
        simulation_id=simulation_id,
        share_token=share_token,
        start_s=seconds(message, "from"),
        fps=fps_of(message),
        credit=credit_of(message, DEFAULT_CREDIT),
    )
    if played is None:
        raise NotFound("There is no such simulation.")
    try:
        _check_that_it_will_move(database, played)
        feed_play(services, connection_id, played)
    except (Unprocessable, Conflict, NotFound):
        end_play(database, connection_id, played)
        raise


def _check_that_it_will_move(database: Database, simulation_id: str) -> None:
    """Looked at after the play was written: whoever fails later tells those who play."""
    found = owner_and_status(database, simulation_id)
    if found is None or found[1] not in ("failed", "cancelled"):
        return
    job = latest_job_of_simulation(database, found[0], simulation_id)
    if job is not None and job.error is not None:
        raise Unprocessable(Problem.from_json(job.error))
    raise Conflict("The simulation was cancelled.")


handler = message_handler(PlayConfig, answer)
