import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from infra.local.objects import ObjectGateway
from shared.folder import FolderObjects
from shared.objects import PresignedRequest
from shared.presign import UrlSigner

KEY = "images/ab/abc.png"


class Now:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Now:
    return Now()


@pytest.fixture
def signer(clock: Now) -> UrlSigner:
    return UrlSigner("http://here", "a secret of thirty-two characters", clock)


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path)


class Client:
    """Sends requests to one gateway."""

    def __init__(self, gateway: ObjectGateway) -> None:
        self._gateway = gateway

    def send(self, method: str, url: str, **options: Any) -> httpx.Response:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await (await self._gateway(Request(scope, receive)))(scope, receive, send)

        async def exchange() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
                return await client.request(method, url, **options)

        return asyncio.run(exchange())

    def put(self, presigned: PresignedRequest, content: Any) -> httpx.Response:
        return self.send("PUT", presigned.url, content=content, headers=presigned.headers)


@pytest.fixture
def client(objects: FolderObjects, signer: UrlSigner) -> Client:
    return Client(ObjectGateway(objects, signer))


def test_what_is_put_can_be_got(client: Client, signer: UrlSigner, objects: FolderObjects) -> None:
    presigned = signer.presign_put(KEY, "image/png", max_bytes=10, expires_s=60, size=5)
    assert client.put(presigned, b"image").status_code == 200
    assert objects.get(KEY) == b"image"
    response = client.send("GET", signer.presign_get(KEY, expires_s=60).url)
    assert (response.content, response.headers["content-type"]) == (b"image", "image/png")
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_put_of_another_type_is_refused(client: Client, signer: UrlSigner) -> None:
    presigned = signer.presign_put(KEY, "image/png", max_bytes=10, expires_s=60)
    response = client.send(
        "PUT", presigned.url, content=b"x", headers={"Content-Type": "text/html"}
    )
    assert (response.status_code, response.json()["code"]) == (403, "WRONG_CONTENT_TYPE")


def test_a_put_is_cut_off_at_its_limit(
    client: Client, signer: UrlSigner, objects: FolderObjects
) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 4

    presigned = signer.presign_put(KEY, "image/png", max_bytes=10, expires_s=60)
    response = client.put(presigned, endless())
    assert (response.status_code, sent) == (413, 3)
    assert objects.head(KEY) is None


def test_a_put_of_another_size_than_announced_is_refused(
    client: Client, signer: UrlSigner, objects: FolderObjects
) -> None:
    presigned = signer.presign_put(KEY, "image/png", max_bytes=10, expires_s=60, size=5)
    response = client.send(
        "PUT", presigned.url, content=b"img", headers={"Content-Type": "image/png"}
    )
    assert (response.status_code, objects.head(KEY)) == (400, None)


def test_an_address_that_was_changed_has_expired_or_is_for_another_method_is_refused(
    client: Client, signer: UrlSigner, clock: Now
) -> None:
    url = signer.presign_get(KEY, expires_s=60).url
    assert client.send("GET", url.replace("abc", "abd")).status_code == 403
    assert client.send("GET", url.split("?")[0]).status_code == 403
    assert client.send("PUT", url).status_code == 403
    assert client.send("DELETE", url).status_code == 405
    clock.time += timedelta(seconds=61)
    assert client.send("GET", url).status_code == 403


def test_a_missing_object_is_a_404(client: Client, signer: UrlSigner) -> None:
    assert client.send("GET", signer.presign_get(KEY, expires_s=60).url).status_code == 404


@pytest.mark.parametrize(
    ("header", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
    ],
)
def test_a_range_is_served_as_rfc_9110_has_it(
    client: Client,
    signer: UrlSigner,
    objects: FolderObjects,
    header: str,
    status: int,
    body: bytes,
    content_range: str | None,
) -> None:
    objects.put(KEY, b"0123456789", "image/png")
    url = signer.presign_get(KEY, expires_s=60).url
    response = client.send("GET", url, headers={"Range": header})
    assert (response.status_code, response.content) == (status, body)
    assert response.headers.get("content-range") == content_range


def test_an_object_that_the_client_has_is_not_sent_again(
    client: Client, signer: UrlSigner, objects: FolderObjects
) -> None:
    objects.put(KEY, b"image", "image/png")
    url = signer.presign_get(KEY, expires_s=60).url
    etag = client.send("GET", url).headers["etag"]
    response = client.send("GET", url, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
