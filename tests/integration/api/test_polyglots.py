"""Images that are something else, too: taken as what their first bytes say, or refused; and what is
taken comes back as the very bytes, under that type, which no browser may guess otherwise.
"""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image

from tests.api_client import Api
from tests.gateway_events import Answered
from tests.unit.vision.pngs import chunk
from vision.decode import decode
from vision.header import check_header

MARKUP = b"<html><script>alert(document.domain)</script><?php system($_GET['c']); ?></html>"
SCRIPT = b"*/=1;alert(document.domain)//"


def saved(kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(file, kind, **options)
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("../../etc/cron.d/x", "* * * * * root id")
    return file.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


PNG, JPEG, WEBP = saved("PNG"), saved("JPEG"), saved("WEBP")
IN_TEXT = PNG[:33] + chunk(b"tEXt", b"Comment\0" + MARKUP) + PNG[33:]

TAKEN = {
    "a PNG and an archive": (PNG + archive(), "image/png"),
    "a PNG with a page behind it": (PNG + MARKUP, "image/png"),
    "a PNG with a page in its comment": (IN_TEXT, "image/png"),
    "a JPEG with a page in its comment": (
        JPEG[:2] + segment(0xFE, MARKUP) + JPEG[2:],
        "image/jpeg",
    ),
    "a JPEG that is a script": (JPEG[:2] + segment(0xFE, SCRIPT) + JPEG[2:], "image/jpeg"),
    "a JPEG and an archive": (JPEG + archive(), "image/jpeg"),
    "a JPEG with a page in its Exif": (
        JPEG[:2] + segment(0xE1, b"Exif\0\0" + MARKUP) + JPEG[2:],
        "image/jpeg",
    ),
    "a WebP with a page behind it": (WEBP + MARKUP, "image/webp"),
}
"""What decoders and our reading of headers take for an image, and what it is."""

REFUSED = {
    "a GIF that is a script": b"GIF89a" + SCRIPT,
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "an SVG with an entity": (
        b'<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>'
    ),
    "an SVG behind a byte order mark": b"\xef\xbb\xbf<svg onload='alert(1)'/>",
    "a page": MARKUP,
    "an archive": archive(),
    "a PDF": b"%PDF-1.7 " + MARKUP,
    "a page before a PNG": MARKUP + PNG,
    "a PNG that only begins as one": b"\x89PNG\r\n\x1a\n" + MARKUP,
    "a JPEG that only begins as one": b"\xff\xd8\xff\xfe" + MARKUP,
    "a WebP that only begins as one": b"RIFF\x40\x00\x00\x00WEBP" + MARKUP,
    "a bitmap": saved("BMP"),
    "a TIFF": saved("TIFF"),
    "an icon": saved("ICO"),
}


def raw(api: Api, token: str, data: bytes, kind: str) -> Answered:
    return api.send("POST", "/v1/sketches", data, token=token, content_type=kind)


def in_json(api: Api, token: str, data: bytes, _: str) -> Answered:
    body = {"image": base64.b64encode(data).decode()}
    return api.send_json("POST", "/v1/sketches", body, token=token)


Send = Callable[[Api, str, bytes, str], Answered]


@pytest.mark.parametrize("send", [raw, in_json])
@pytest.mark.parametrize("claimed", ["image/png", "image/jpeg", "image/webp"])
@pytest.mark.parametrize("name", TAKEN)
def test_what_is_an_image_is_served_as_that_image_whatever_it_was_said_to_be(
    api: Api, token: str, name: str, claimed: str, send: Send
) -> None:
    data, kind = TAKEN[name]
    answer = send(api, token, data, claimed)
    assert answer.status == 202, answer.body

    served = api.send("GET", f"/v1/sketches/{answer.json['sketch_id']}/image", token=token)
    assert (served.status, served.body) == (200, data)
    assert served.headers["content-type"] == kind
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"].startswith("default-src 'none'")
    assert decode(served.body, check_header(served.body)).shape == (48, 64, 3)


@pytest.mark.parametrize("send", [raw, in_json])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_image_is_refused_and_says_nothing_of_what_was_in_it(
    api: Api, token: str, name: str, send: Send
) -> None:
    answer = send(api, token, REFUSED[name], "image/png")
    assert answer.status in (415, 422), answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    for secret in (b"root:", b"alert(", b"/work", b"Traceback"):
        assert secret not in answer.body
    assert answer.json["suggestion"]
