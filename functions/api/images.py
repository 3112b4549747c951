"""Images as they come in: raw, in a form, as base64, or through an upload."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile

from shared.errors import FieldError, TooLarge, UnsupportedMediaType, ValidationFailed
from shared.validation import check_text
from vision.header import MAX_BYTES

from .bodies import media_type_of, parse_json

IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp")
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


class SketchRequest(BaseModel):
    """An image as JSON: one of `image` and `upload_id`."""

    model_config = ConfigDict(extra="forbid")

    image: str | None = Field(
        default=None, description="Base64.", json_schema_extra={"contentEncoding": "base64"}
    )
    upload_id: Annotated[str, Field(max_length=64)] | None = None
    prompt: str = Field(
        default="",
        description="Up to 10,000 characters: what it adds to the drawing, such as 'no friction' "
        "or 'the left block is 2 kg', wins over labels; and words to find it again by.",
    )


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came in: the image itself, or the upload that holds it."""

    image: bytes | None
    upload_id: str | None
    prompt: str


async def read_submitted(request: Request) -> Submitted:
    """The image and the prompt of a request, however they were sent.

    Raises:
        UnsupportedMediaType: a body of another type.
        RequestValidationError: JSON that does not fit.
        ValidationFailed: parts are missing or wrong.
        TooLarge: more than is taken.
        HTTPException: a form that can't be parsed (400).
    """
    kind = media_type_of(request)
    if kind in IMAGE_TYPES or kind == "application/octet-stream":
        return Submitted(_some(await request.body()), None, "")
    if kind == "multipart/form-data":
        return await _read_form(request)
    if kind == "application/json":
        return _read_json(await request.body())
    raise UnsupportedMediaType(
        f"Send image/png, image/jpeg, image/webp, multipart/form-data or application/json, "
        f"not {kind[:80]!r}."
    )


async def _read_form(request: Request) -> Submitted:
    async with request.form(max_files=1, max_fields=8, max_part_size=MAX_BYTES + 1) as form:
        image, prompt = form.get("image"), form.get("prompt", "")
        if isinstance(prompt, UploadFile):
            prompt = _text(await prompt.read())
        data = await image.read() if isinstance(image, UploadFile) else b""
    if not isinstance(image, UploadFile):
        raise _wrong("image", "is missing: it must be a file")
    return Submitted(_some(data), None, check_text(prompt, "prompt"))


def _read_json(body: bytes) -> Submitted:
    try:
        sent = SketchRequest.model_validate(parse_json(body))
    except ValidationError as error:
        raise RequestValidationError(_in_body(error.errors(include_url=False))) from None
    except json.JSONDecodeError as error:
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body",), "msg": "", "ctx": {"error": error.msg}}]
        ) from None
    if (sent.image is None) == (sent.upload_id is None):
        raise _wrong("image", "exactly one of image and upload_id must be there")
    prompt = check_text(sent.prompt, "prompt")
    if sent.image is None:
        return Submitted(None, sent.upload_id, prompt)
    try:
        # A browser's data URL carries the same base64 behind its comma.
        data = sent.image.partition(",")[2] if sent.image.startswith("data:") else sent.image
        return Submitted(_some(base64.b64decode(data, validate=True)), None, prompt)
    except (binascii.Error, ValueError):
        raise _wrong("image", "is not base64") from None


def _some(data: bytes) -> bytes:
    if not data:
        raise _wrong("image", "is empty")
    if len(data) > MAX_BYTES:
        raise TooLarge(f"The image has {len(data)} bytes; {MAX_BYTES} is the most.")
    return data


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise _wrong("prompt", "is not UTF-8") from None


def _in_body(errors: list[Any]) -> list[dict[str, Any]]:
    return [{**error, "loc": ("body", *error["loc"])} for error in errors]


def _wrong(field: str, message: str) -> ValidationFailed:
    return ValidationFailed(f"{field} {message}.", errors=[FieldError(field, message)])
