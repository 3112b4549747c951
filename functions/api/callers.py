"""Who calls: the token of a request, checked, and its session, which must still be there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from records.sessions import find_session
from shared.errors import Forbidden, Unauthenticated
from shared.tokens import Identity, Role

from .services import TheClock, TheDatabase, TheTokens

_bearer = HTTPBearer(
    bearerFormat="JWT",
    description="The token that `POST /v1/sessions` hands out.",
    auto_error=False,
)
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
_GONE = "The session is over. POST /v1/sessions starts a new one."


async def caller(
    credentials: _Credentials, tokens: TheTokens, database: TheDatabase, clock: TheClock
) -> Identity:
    """Who calls, by the bearer token.

    Raises:
        Unauthenticated: no token, one that does not hold, or its session is over.
    """
    if credentials is None:
        raise Unauthenticated("A token is needed: POST /v1/sessions hands one out.")
    identity = tokens.read(credentials.credentials)
    if find_session(database, identity.owner_id, now=clock.now()) is None:
        raise Unauthenticated(_GONE)
    return identity


async def viewer(
    request: Request,
    credentials: _Credentials,
    tokens: TheTokens,
    database: TheDatabase,
    clock: TheClock,
    token: Annotated[
        str | None,
        Query(description="The token in a link that an answer handed out, instead of a header."),
    ] = None,
) -> Identity:
    """Who looks: a caller, or whoever follows a link that a caller was given.

    Raises:
        Unauthenticated: neither token holds, or the session is over.
    """
    if credentials is not None or token is None:
        return await caller(credentials, tokens, database, clock)
    owner_id = tokens.read_link(token, request.url.path)
    if find_session(database, owner_id, now=clock.now()) is None:
        raise Unauthenticated(_GONE)
    return Identity(owner_id, Role.GUEST)


async def admin(credentials: _Credentials, tokens: TheTokens) -> Identity:
    """An administrator, who needs no session.

    Raises:
        Unauthenticated: no token, or one that does not hold.
        Forbidden: the token is not an administrator's.
    """
    if credentials is None:
        raise Unauthenticated("A token is needed.")
    identity = tokens.read(credentials.credentials)
    if identity.role is not Role.ADMIN:
        raise Forbidden("Only administrators may see this.")
    return identity


Caller = Annotated[Identity, Depends(caller)]
Viewer = Annotated[Identity, Depends(viewer)]
Admin = Annotated[Identity, Depends(admin)]
