"""look: a drawing in progress is read, by a function that has neither rows nor rights."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from shared.config import DatabaseSettings
from sockets.look import LookConfig
from sockets.route import Handler
from tests.gateway_events import socket_event

from .players import HeldSockets

EXAMPLES = Path(__file__).parents[2] / "data/examples"


def look(routes: dict[str, Handler], sockets: HeldSockets, **fields: Any) -> dict[str, Any]:
    body = json.dumps({"action": "look", **fields})
    assert routes["look"](socket_event("look", "c1", body), None) == {"statusCode": 200}
    ((connection_id, message),) = sockets.sent
    assert connection_id == "c1"
    return message


def in_base64(pixels: np.ndarray) -> str:
    return base64.b64encode(cv2.imencode(".png", pixels)[1].tobytes()).decode()


def test_what_is_read_comes_back_by_the_name_that_the_client_gave(
    routes: dict[str, Handler], sockets: HeldSockets
) -> None:
    image = base64.b64encode((EXAMPLES / "pendulum.png").read_bytes()).decode()

    told = look(routes, sockets, image=image, ref="stroke 7")

    assert (told["type"], told["ref"]) == ("look", "stroke 7")
    found = {shape["kind"]: shape for shape in told["analysis"]["shapes"]}
    assert {"support", "rod", "ball"} <= found.keys()
    assert told["analysis"]["texts"] == []
    width, height = told["analysis"]["width"], told["analysis"]["height"]
    x, y = found["ball"]["center"]
    assert 0 < x < width
    assert height / 2 < y < height


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (None, "VALIDATION_FAILED"),
        ("", "VALIDATION_FAILED"),
        (7, "VALIDATION_FAILED"),
        ("no base64!", "VALIDATION_FAILED"),
        (base64.b64encode(b"GIF89a" + bytes(50)).decode(), "UNSUPPORTED_IMAGE"),
        (base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(), "UNREADABLE_IMAGE"),
        (in_base64(np.full((90, 120), 255, np.uint8)), "NOTHING_TO_READ"),
    ],
    ids=range(7),
)
def test_what_can_not_be_read_is_answered_with_why(
    routes: dict[str, Handler], sockets: HeldSockets, image: Any, code: str
) -> None:
    told = look(routes, sockets, image=image, ref=3)

    assert (told["type"], told["ref"], told["error"]["code"]) == ("error", 3, code)


def test_it_has_no_database_to_read(routes: dict[str, Handler]) -> None:
    assert not issubclass(LookConfig, DatabaseSettings)
