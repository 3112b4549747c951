"""Parts of the container as arguments of a route."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from shared.cache import ReadThrough
from shared.clock import Clock, NewId
from shared.config import SentenceSettings
from shared.database import Database
from shared.executions import Executions
from shared.objects import ObjectStore, Presigner
from shared.push import Sockets
from shared.retry import Guards
from shared.tokens import Tokens

from .readings import Analyses


def needed(port: Any) -> Any:
    """The dependency that hands a route what the container binds to `port`."""

    async def resolve(request: Request) -> Any:
        return request.app.state.container().get(port)

    return Depends(resolve)


TheAnalyses = Annotated[Analyses, needed(Analyses)]
TheClock = Annotated[Clock, needed(Clock)]
TheDatabase = Annotated[Database, needed(Database)]
TheGuards = Annotated[Guards, needed(Guards)]
TheObjects = Annotated[ObjectStore, needed(ObjectStore)]
ThePresigner = Annotated[Presigner, needed(Presigner)]
TheSockets = Annotated[Sockets, needed(Sockets)]
TheTiers = Annotated[ReadThrough, needed(ReadThrough)]
TheSentences = Annotated[SentenceSettings, needed(SentenceSettings)]
TheTokens = Annotated[Tokens, needed(Tokens)]
TheExecutions = Annotated[Executions, needed(Executions)]
Ids = Annotated[NewId, needed(NewId)]
