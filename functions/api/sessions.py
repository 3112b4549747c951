"""Sessions: a guest's token, and the end of all that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import Path, Request, Response

from records.idempotency import Answer, once
from records.sessions import Session, create_session, delete_session
from records.sketches import analyses_of
from shared.config import CacheSettings, DatabaseSettings, LimitSettings, TokenSettings
from shared.database import Queries
from shared.errors import NotFound
from shared.identity import Identity, Role
from shared.tokens import Tokens

from .answers import json_response
from .app import make_handler, resource_router
from .bodies import AnswerModel
from .cached import object_entry
from .callers import Caller
from .idempotency import Key, request_key
from .problems import problem_responses
from .services import Ids, TheClock, TheDatabase, TheTiers, TheTokens

SESSION_LIFETIME = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class SessionsConfig(CacheSettings, DatabaseSettings, TokenSettings, LimitSettings):
    """What this function reads."""


class SessionModel(AnswerModel):
    """A guest's session."""

    session_id: str
    token: str
    expires_at: datetime


router = resource_router("sessions")


@router.post(
    "/v1/sessions",
    status_code=201,
    response_model=SessionModel,
    responses=problem_responses(409, 422),
    summary="Start a guest session",
)
async def start_session(
    request: Request,
    database: TheDatabase,
    tokens: TheTokens,
    clock: TheClock,
    ids: Ids,
    idempotency_key: Key = None,
) -> Response:
    """Hands out the token that all other calls want as `Authorization: Bearer …`.

    All that is made with it belongs to the session and goes with it.
    """
    now = clock.now().replace(microsecond=0)

    def begin(transaction: Queries) -> Answer:
        session = Session(ids("session"), now, now + SESSION_LIFETIME)
        create_session(transaction, session)
        return Answer(
            201,
            {
                "session_id": session.id,
                "created_at": session.created_at.isoformat(),
                "expires_at": session.expires_at.isoformat(),
            },
        )

    key = request_key(request, _asker(request), idempotency_key)
    return _welcome(once(database, key, begin, now=now).answer, tokens)


@router.delete(
    "/v1/sessions/{session_id}",
    status_code=204,
    responses=problem_responses(401, 404),
    summary="End a session",
)
async def end_session(
    session_id: Annotated[str, Path(max_length=64)],
    caller: Caller,
    database: TheDatabase,
    tiers: TheTiers,
) -> Response:
    """Deletes the caller's session with its sketches, simulations and jobs.

    A guest's token is void then. Who signed in calls theirs `me`, and begins anew by calling again.
    """
    analyses = analyses_of(database, caller.owner_id)
    named = session_id in (caller.owner_id, "me")
    if not named or not delete_session(database, caller.owner_id):
        raise NotFound("There is no such session.")
    tiers.forget(*map(object_entry, analyses))
    return Response(status_code=204)


def _welcome(answer: Answer, tokens: Tokens) -> Response:
    """The session with its token, which is made again from the row and so never stored."""
    created_at, expires_at = (
        datetime.fromisoformat(answer.body[name]) for name in ("created_at", "expires_at")
    )
    session_id = answer.body["session_id"]
    token = tokens.issue(
        Identity(session_id, Role.GUEST), issued_at=created_at, expires_at=expires_at
    )
    return json_response(
        {"session_id": session_id, "token": token, "expires_at": expires_at},
        status=answer.status,
    )


def _asker(request: Request) -> str:
    """Stands for who asks before there is a session: their address and their program.

    So that a key as simple as `1`, sent by two people, doesn't hand one the other's session.
    """
    address = request.client.host if request.client else ""
    program = request.headers.get("user-agent", "")
    return "anonymous:" + sha256(f"{address}\n{program}".encode()).hexdigest()[:32]


handler = make_handler(SessionsConfig, router)
