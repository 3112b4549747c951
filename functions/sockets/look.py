"""look: what is read in a drawing in progress, without its writing and without a job.

It has OpenCV beside it and so no database (both would not fit): API Gateway hands over messages of
open sockets only, and what is looked at is the client's own. So it reads no row, and may do nothing
but answer.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from dishka import Container

from shared.config import LimitSettings, SocketSettings
from shared.errors import FieldError, TooLarge, ValidationFailed
from shared.limits import Kind
from shared.push import MAX_MESSAGE_BYTES, encode_message

from .messages import Message, ref_of
from .route import message_handler

KIND = Kind.READ
"""It costs a processor a tenth of a second, so it is charged as what costs more than a message."""


@dataclass(frozen=True, kw_only=True)
class LookConfig(SocketSettings, LimitSettings):
    """What this function reads."""


def answer(_connection_id: str, message: Message, _services: Container) -> Message:
    """A `look` message with the analysis of the image.

    Raises:
        ValidationFailed: there is no image in base64.
        vision.errors.ReadingError: it can't be read, or there is nothing on it.
        TooLarge: so much was read that it doesn't fit in a message.
    """
    from vision.look import look

    told = {"type": "look", **ref_of(message), "analysis": look(_image_of(message)).to_json()}
    if len(encode_message(told)) > MAX_MESSAGE_BYTES:
        raise TooLarge("There is too much in this drawing to look at: send it to /v1/sketches.")
    return told


def _image_of(message: Message) -> bytes:
    image = message.get("image")
    try:
        if isinstance(image, str) and image:
            return base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise ValidationFailed(
        "image must be a PNG, JPEG or WebP in base64.", errors=[FieldError("image", "is no base64")]
    )


handler = message_handler(LookConfig, answer, kind=KIND)
