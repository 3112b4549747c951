"""subscribe: hear of every change of a job, and how it is right now."""

from __future__ import annotations

from dataclasses import dataclass

from dishka import Container

from records.announce import tell
from records.connections import subscribe
from shared.config import DatabaseSettings, LimitSettings, SocketSettings
from shared.database import Database
from shared.errors import FieldError, NotFound, ValidationFailed
from shared.push import Sockets

from .messages import Message
from .route import message_handler


@dataclass(frozen=True, kw_only=True)
class SubscribeConfig(DatabaseSettings, SocketSettings, LimitSettings):
    """What this function reads."""


def answer(connection_id: str, message: Message, services: Container) -> None:
    """Subscribe, and send the job's `job` message as it is now.

    Raises:
        ValidationFailed: no job is named.
        NotFound: there is no such job, or it is another owner's.
    """
    job_id = message.get("job_id")
    if not isinstance(job_id, str) or "\0" in job_id or not job_id.isascii():
        raise ValidationFailed(
            "job_id must name a job.", errors=[FieldError("job_id", "is missing")]
        )
    database = services.get(Database)
    if not subscribe(database, connection_id, job_id):
        raise NotFound("There is no such job.")
    tell(database, services.get(Sockets), connection_id, job_id)


handler = message_handler(SubscribeConfig, answer)
