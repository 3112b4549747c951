"""Making something: what every route that does needs, as one argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from shared.clock import NewId
from shared.database import Database
from shared.objects import ObjectStore

from .callers import Caller
from .problems import request_id_of
from .services import Ids, TheClock, TheDatabase, TheObjects


@dataclass(frozen=True, slots=True)
class Making:
    """Who asks and when, by which request, and where what is made gets its name and its place."""

    owner_id: str
    request_id: str
    now: datetime
    ids: NewId
    database: Database
    objects: ObjectStore


async def _making(
    request: Request,
    caller: Caller,
    clock: TheClock,
    ids: Ids,
    database: TheDatabase,
    objects: TheObjects,
) -> Making:
    return Making(
        caller.owner_id, request_id_of(request.scope), clock.now(), ids, database, objects
    )


TheMaking = Annotated[Making, Depends(_making)]
