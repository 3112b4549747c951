"""Serving objects: what every route that does needs, as one argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from shared.cache import ReadThrough
from shared.database import Database
from shared.objects import ObjectStore, Presigner

from .services import TheDatabase, TheObjects, ThePresigner, TheTiers


@dataclass(frozen=True, slots=True)
class Serving:
    """A request for an object, and where objects, their rows and their addresses come from."""

    request: Request
    database: Database
    objects: ObjectStore
    presigner: Presigner
    tiers: ReadThrough


async def _serving(
    request: Request,
    database: TheDatabase,
    objects: TheObjects,
    presigner: ThePresigner,
    tiers: TheTiers,
) -> Serving:
    return Serving(request, database, objects, presigner, tiers)


TheServing = Annotated[Serving, Depends(_serving)]
