"""Uploads: an address to send a large image to, past what one call may carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Body, Request, Response
from pydantic import BaseModel, Field

from records.idempotency import Answer, once
from records.uploads import Upload, create_upload
from shared.config import (
    DatabaseSettings,
    LimitSettings,
    ObjectSettings,
    PublicSettings,
    TokenSettings,
)
from shared.database import Queries
from shared.errors import TooLarge
from vision.header import MAX_BYTES

from .answers import json_response
from .app import make_handler, resource_router
from .bodies import AnswerModel
from .callers import Caller
from .idempotency import Key, request_key
from .problems import problem_responses
from .services import Ids, TheClock, TheDatabase, ThePresigner

UPLOAD_LIFETIME_S = 15 * 60


@dataclass(frozen=True, kw_only=True)
class UploadsConfig(DatabaseSettings, ObjectSettings, PublicSettings, TokenSettings, LimitSettings):
    """What this function reads."""


class UploadRequest(BaseModel):
    """What will be sent."""

    content_type: Literal["image/png", "image/jpeg", "image/webp", "application/octet-stream"] = (
        "application/octet-stream"
    )
    size: int | None = Field(default=None, ge=1, description="In bytes, if it is known.")


class UploadModel(AnswerModel):
    """A request that sends the image; `POST /v1/sketches` with `upload_id` then reads it."""

    upload_id: str
    method: str
    url: str
    headers: dict[str, str] = Field(description="All of these must be sent.")
    expires_at: datetime


router = resource_router("uploads")


@router.post(
    "/v1/uploads",
    status_code=201,
    response_model=UploadModel,
    responses=problem_responses(400, 401, 409, 413, 415, 422),
    summary="Ask for an address to send an image to",
)
async def promise_upload(
    request: Request,
    caller: Caller,
    database: TheDatabase,
    presigner: ThePresigner,
    clock: TheClock,
    ids: Ids,
    wanted: Annotated[UploadRequest | None, Body()] = None,
    idempotency_key: Key = None,
) -> Response:
    """For images over 4 MB, which do not fit through a function. At most 10 MB."""
    upload = wanted or UploadRequest()
    if upload.size is not None and upload.size > MAX_BYTES:
        raise TooLarge(f"An image may have at most {MAX_BYTES} bytes.")
    now = clock.now()

    def promise(transaction: Queries) -> Answer:
        upload_id = ids("upload")
        key = f"uploads/{upload_id}"
        signed = presigner.presign_put(
            key,
            upload.content_type,
            max_bytes=MAX_BYTES,
            expires_s=UPLOAD_LIFETIME_S,
            size=upload.size,
        )
        create_upload(
            transaction,
            Upload(
                id=upload_id,
                owner_id=caller.owner_id,
                object_key=key,
                content_type=upload.content_type,
                size=upload.size,
                created_at=now,
                expires_at=signed.expires_at,
            ),
        )
        return Answer(
            201,
            {
                "upload_id": upload_id,
                "method": signed.method,
                "url": signed.url,
                "headers": dict(signed.headers),
                "expires_at": signed.expires_at.isoformat(),
            },
        )

    key = request_key(request, caller.owner_id, idempotency_key, upload.model_dump_json().encode())
    answer = once(database, key, promise, now=now).answer
    body = {name: answer.body[name] for name in UploadModel.model_fields}
    return json_response(body, status=answer.status)


handler = make_handler(UploadsConfig, router)
