"""Who calls, as the authorizer found, and their session, which must still be there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from records.sessions import is_there
from shared.errors import Forbidden, Unauthenticated
from shared.identity import Grant, Identity, Role, grant_in

from .services import TheClock, TheDatabase

_bearer = HTTPBearer(
    bearerFormat="JWT",
    description="The token that `POST /v1/sessions` hands out, or an access token of the issuer "
    "that this service takes sign-ins from.",
    auto_error=False,
)
# Read by the authorizer, in front of the function; declared here for the OpenAPI document.
_Described = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
_NOBODY = "A token is needed: POST /v1/sessions hands one out."
_GONE = "The session is over. POST /v1/sessions starts a new one."


async def _grant(request: Request, clock: TheClock) -> Grant:
    found = grant_in(request.scope["aws.event"], now=clock.now())
    if found is None:
        raise Unauthenticated(_NOBODY)
    return found


_TheGrant = Annotated[Grant, Depends(_grant)]


async def caller(
    _credentials: _Described, grant: _TheGrant, database: TheDatabase, clock: TheClock
) -> Identity:
    """Who calls.

    Raises:
        Unauthenticated: nobody is known to, or their session is over.
    """
    if grant.looks_only:
        raise Unauthenticated(_NOBODY)
    return _with_session(grant, database, clock)


async def viewer(
    _credentials: _Described,
    grant: _TheGrant,
    database: TheDatabase,
    clock: TheClock,
    _token: Annotated[
        str | None,
        Query(
            alias="token",
            description="The token in a link that an answer handed out, instead of a header.",
        ),
    ] = None,
) -> Identity:
    """Who looks: a caller, or whoever follows a link that a caller was given.

    Raises:
        Unauthenticated: neither is known, or the session is over.
    """
    return _with_session(grant, database, clock)


async def admin(_credentials: _Described, grant: _TheGrant) -> Identity:
    """An administrator, who needs no session.

    Raises:
        Unauthenticated: nobody is known to call.
        Forbidden: it is not an administrator.
    """
    if grant.looks_only or grant.identity.role is not Role.ADMIN:
        raise Forbidden("Only administrators may see this.")
    return grant.identity


def _with_session(grant: Grant, database: TheDatabase, clock: TheClock) -> Identity:
    if not is_there(database, grant, now=clock.now()):
        raise Unauthenticated(_GONE)
    return grant.identity


Caller = Annotated[Identity, Depends(caller)]
Viewer = Annotated[Identity, Depends(viewer)]
Admin = Annotated[Identity, Depends(admin)]
