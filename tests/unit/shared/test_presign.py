"""Addresses that carry their own permission."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest

from shared.errors import Forbidden
from shared.objects import PresignedRequest
from shared.presign import Grant, UrlSigner


class _Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def signer(clock: _Clock) -> UrlSigner:
    return UrlSigner("http://127.0.0.1:8000/", "s" * 32, clock)


def _verify(signer: UrlSigner, request: PresignedRequest, method: str | None = None) -> Grant:
    url = urlsplit(request.url)
    return signer.verify(method or request.method, unquote(url.path), url.query)


def test_a_put_grants_what_was_signed(signer: UrlSigner) -> None:
    request = signer.presign_put("uploads/u=1.png", "image/png", max_bytes=10, expires_s=60)

    assert request.url.startswith("http://127.0.0.1:8000/_objects/uploads/")
    assert request.headers == {"Content-Type": "image/png"}
    assert _verify(signer, request) == Grant("PUT", "uploads/u=1.png", "image/png", None, 10)


def test_a_declared_size_is_bound(signer: UrlSigner) -> None:
    request = signer.presign_put("uploads/u1", "image/png", max_bytes=10, expires_s=60, size=4)

    assert request.headers == {"Content-Type": "image/png", "Content-Length": "4"}
    assert _verify(signer, request).size == 4


def test_a_get_grants_reading_and_nothing_else(signer: UrlSigner) -> None:
    request = signer.presign_get("images/a.png", expires_s=60)

    assert _verify(signer, request) == Grant("GET", "images/a.png", None, None, None)
    assert _verify(signer, request, "HEAD").method == "GET"
    for method in ("PUT", "DELETE", "POST", "get"):
        with pytest.raises(Forbidden):
            _verify(signer, request, method)


def test_a_signature_ends(signer: UrlSigner, clock: _Clock) -> None:
    request = signer.presign_get("images/a.png", expires_s=60)
    assert request.expires_at == clock.time + timedelta(seconds=60)

    clock.time += timedelta(seconds=59)
    assert _verify(signer, request)
    clock.time += timedelta(seconds=1)
    with pytest.raises(Forbidden, match="expired"):
        _verify(signer, request)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max", "99999999"),
        ("type", "text/html"),
        ("expires", "9999999999"),
        ("size", "4"),
        ("signature", ""),
        ("signature", "ä"),
        ("other", "x"),
    ],
)
def test_nothing_of_an_address_can_be_changed(signer: UrlSigner, name: str, value: str) -> None:
    request = signer.presign_put("uploads/u1", "image/png", max_bytes=10, expires_s=60)
    url = urlsplit(request.url)
    changed = urlencode(dict(parse_qsl(url.query)) | {name: value})

    with pytest.raises(Forbidden):
        signer.verify("PUT", url.path, changed)
    with pytest.raises(Forbidden):
        signer.verify("PUT", "/_objects/uploads/u2", url.query)
    with pytest.raises(Forbidden):
        signer.verify("PUT", url.path, "")


def test_a_parameter_given_twice_does_not_hide_another(signer: UrlSigner) -> None:
    request = signer.presign_put("uploads/u1", "image/png", max_bytes=10, expires_s=60)
    url = urlsplit(request.url)

    with pytest.raises(Forbidden):
        signer.verify("PUT", url.path, f"{url.query}&max=99999999")


def test_another_secret_signs_other_addresses(signer: UrlSigner, clock: _Clock) -> None:
    other = UrlSigner("http://127.0.0.1:8000", "t" * 32, clock)

    with pytest.raises(Forbidden):
        _verify(other, signer.presign_get("images/a.png", expires_s=60))
