"""What every object store must do: a folder, and S3 (moto's server)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from botocore.config import Config

from shared.clock import SystemClock
from shared.errors import DependencyUnavailable
from shared.folder import FolderObjects, open_folder
from shared.objects import ObjectNotFound, ObjectStore, Presigner, content_key
from shared.presign import UrlSigner
from shared.retry import Guard, Policy
from shared.s3 import S3Objects, open_s3


@pytest.fixture
def s3_environment(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return s3_url


@pytest.fixture
def bucket(s3_environment: str) -> Iterator[S3Objects]:
    client = boto3.client("s3")
    client.create_bucket(
        Bucket="drawings", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    store = open_s3("s3://drawings")
    yield store
    for entry in store.list():
        store.delete(entry.key)
    client.delete_bucket(Bucket="drawings")


@pytest.fixture
def folder(tmp_path: Path) -> FolderObjects:
    return open_folder((tmp_path / "of objects").as_uri())


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest) -> ObjectStore:
    found: ObjectStore = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def signer() -> UrlSigner:
    return UrlSigner("http://127.0.0.1:8000", "s" * 32, SystemClock())


def test_an_object_comes_back_as_it_was(objects: ObjectStore) -> None:
    data = bytes(range(256)) * 1000
    key = content_key("images", data, ".png")
    began = datetime.now(UTC) - timedelta(seconds=2)

    objects.put(key, data, "image/png")

    assert objects.get(key) == data
    found = objects.head(key)
    assert found is not None
    assert (found.key, found.size, found.content_type) == (key, len(data), "image/png")
    assert began <= found.modified_at <= datetime.now(UTC) + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("uploads/upl_1", "image/webp"),
        ("models/m.xml", "application/xml"),
        ("chunks/0", "application/octet-stream"),
        ("odd.png", "text/plain; charset=utf-8"),
    ],
)
def test_an_object_keeps_its_type(objects: ObjectStore, key: str, content_type: str) -> None:
    objects.put(key, b"x", content_type)

    found = objects.head(key)
    assert found is not None
    assert found.content_type == content_type


def test_the_last_type_stands(objects: ObjectStore) -> None:
    objects.put("a.png", b"x", "text/plain")
    objects.put("a.png", b"x", "image/png")

    found = objects.head("a.png")
    assert found is not None
    assert found.content_type == "image/png"


def test_an_empty_object_is_an_object(objects: ObjectStore) -> None:
    objects.put("empty", b"", "text/plain")

    assert objects.get("empty") == b""
    assert objects.head("empty") is not None


def test_what_was_never_put_is_not_there(objects: ObjectStore) -> None:
    objects.put("a/b", b"x", "text/plain")

    for absent in ("a", "b", "a/b/c", "a/bb"):
        assert objects.head(absent) is None
        with pytest.raises(ObjectNotFound):
            objects.get(absent)
        objects.delete(absent)
    assert objects.get("a/b") == b"x"


def test_a_deleted_object_is_gone(objects: ObjectStore) -> None:
    objects.put("a/b.png", b"x", "text/plain")
    objects.put("a/c", b"y", "text/plain")
    objects.delete("a/b.png")

    assert objects.head("a/b.png") is None
    assert [entry.key for entry in objects.list()] == ["a/c"]
    # Nor is its type left behind for another object under that name.
    objects.put("a/b.png", b"x", "image/png")
    found = objects.head("a/b.png")
    assert found is not None
    assert found.content_type == "image/png"


def test_putting_the_same_again_makes_it_young(objects: ObjectStore) -> None:
    objects.put("a", b"x", "text/plain")
    first = objects.head("a")
    time.sleep(1.1)  # S3 tells time in seconds
    objects.put("a", b"x", "text/plain")
    second = objects.head("a")

    assert first is not None
    assert second is not None
    assert second.modified_at > first.modified_at


def test_a_listing_has_what_starts_with_its_prefix_in_order(objects: ObjectStore) -> None:
    keys = ["a/1", "a/10", "a/2", "a_b", "b/1"]
    for number, key in enumerate(reversed(keys)):
        objects.put(key, b"x" * number, "text/plain")

    assert [entry.key for entry in objects.list()] == keys
    assert [entry.key for entry in objects.list("a/")] == ["a/1", "a/10", "a/2"]
    assert [entry.key for entry in objects.list("a/1")] == ["a/1", "a/10"]
    assert [entry.key for entry in objects.list("nothing/")] == []
    assert {entry.key: entry.size for entry in objects.list("b")} == {"b/1": 0}


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secret",
        "a/../../secret",
        "a/./b",
        "a//b",
        "a/",
        ".types/a",
        "a/.hidden",
        "a\\b",
        "a b",
        "a\0b",
        "ä",
        "a\n",
        "x" * 513,
    ],
)
def test_a_key_that_is_none_is_refused(objects: ObjectStore, key: str) -> None:
    for use in (
        lambda: objects.put(key, b"x", "text/plain"),
        lambda: objects.get(key),
        lambda: objects.head(key),
        lambda: objects.delete(key),
    ):
        with pytest.raises(ValueError, match="not an object key"):
            use()


@pytest.mark.parametrize("prefix", ["../", "/", ".types/", "a/../", "a//"])
def test_a_prefix_that_no_key_has_is_refused(objects: ObjectStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="not the start"):
        list(objects.list(prefix))


def test_a_listing_goes_on_behind_its_first_answer(bucket: S3Objects) -> None:
    for number in range(5):
        bucket.put(f"many/{number}", b"", "text/plain")

    def two_at_a_time() -> Any:
        client = boto3.client("s3")
        client.meta.events.register(
            "provide-client-params.s3.ListObjectsV2",
            lambda params, **_: {**params, "MaxKeys": 2},
        )
        return client

    listed = S3Objects("drawings", two_at_a_time).list("many/")
    assert [entry.key for entry in listed] == [f"many/{number}" for number in range(5)]


def test_a_presigned_put_to_a_bucket_binds_type_and_size(bucket: S3Objects) -> None:
    request = bucket.presign_put("uploads/u1", "image/png", max_bytes=10, expires_s=60, size=4)
    signed = parse_qs(urlsplit(request.url).query)

    assert request.method == "PUT"
    assert signed["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert signed["X-Amz-Expires"] == ["60"]
    assert request.headers == {"Content-Type": "image/png", "Content-Length": "4"}
    assert timedelta(seconds=50) < request.expires_at - datetime.now(UTC) <= timedelta(seconds=60)

    answer = httpx.request(request.method, request.url, headers=request.headers, content=b"\x89PNG")
    assert answer.status_code == 200
    found = bucket.head("uploads/u1")
    assert found is not None
    assert (found.size, found.content_type) == (4, "image/png")

    reading = bucket.presign_get("uploads/u1", expires_s=60)
    assert httpx.request(reading.method, reading.url).content == b"\x89PNG"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_what_is_served_by_a_distribution_is_signed_for_the_host_that_it_asks(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": region,
    }.items():
        monkeypatch.setenv(name, value)
    at_the_bucket = open_s3("s3://drawings").presign_get("images/ab/abc.png", expires_s=60)
    served = open_s3("s3://drawings", served_at="https://draw.example/_objects").presign_get(
        "images/ab/abc.png", expires_s=60
    )

    # What CloudFormation calls the bucket's RegionalDomainName.
    host = f"https://drawings.s3.{region}.amazonaws.com"
    assert at_the_bucket.url.startswith(f"{host}/images/ab/abc.png?X-Amz-Algorithm=")
    # The distribution takes the prefix off and puts the bucket's host in; the rest is as signed.
    assert urlsplit(served.url).path == "/_objects/images/ab/abc.png"
    same = {"X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Expires", "X-Amz-Signature"}
    assert same <= parse_qs(urlsplit(served.url).query).keys()


@pytest.mark.parametrize("presigner", ["bucket", "signer"])
def test_a_presigned_put_over_the_limit_is_refused(
    presigner: str, request: pytest.FixtureRequest
) -> None:
    made: Presigner = request.getfixturevalue(presigner)

    with pytest.raises(ValueError, match="max_bytes"):
        made.presign_put("uploads/u1", "image/png", max_bytes=10, expires_s=60, size=11)
    with pytest.raises(ValueError, match="not an object key"):
        made.presign_put("../u1", "image/png", max_bytes=10, expires_s=60)
    with pytest.raises(ValueError, match="not an object key"):
        made.presign_get("../u1", expires_s=60)


def test_a_reader_of_a_folder_sees_all_of_an_object_or_none(
    folder: FolderObjects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("a", b"old", "text/plain")

    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DependencyUnavailable):
        folder.put("a", b"new and longer", "text/plain")
    with pytest.raises(DependencyUnavailable):
        folder.put("b", b"new", "text/plain")

    assert folder.get("a") == b"old"
    assert folder.head("b") is None
    assert [path.name for path in (tmp_path / "of objects" / ".unfinished").iterdir()] == []


def test_a_bucket_that_is_not_there_is_tried_again_and_then_unavailable() -> None:
    asked: list[int] = []

    def connect() -> Any:
        return boto3.client(
            "s3",
            endpoint_url="http://127.0.0.1:9",
            region_name="eu-central-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
            config=Config(connect_timeout=0.2, retries={"total_max_attempts": 1}),
        )

    patient = Guard(Policy("objects"), sleep=lambda _: asked.append(1))
    with pytest.raises(DependencyUnavailable):
        S3Objects("drawings", connect, guard=patient).get("a")
    assert len(asked) == 2


def test_a_bucket_that_does_not_exist_is_a_fault_of_ours(s3_environment: str) -> None:
    with pytest.raises(Exception, match="NoSuchBucket") as failure:
        open_s3("s3://no-such-bucket").get("a")
    assert not isinstance(failure.value, (ObjectNotFound, DependencyUnavailable))
