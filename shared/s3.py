"""Objects in an S3 bucket: the managed side of the `ObjectStore` and `Presigner` ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import urlsplit

from .clock import Clock, SystemClock
from .errors import DependencyUnavailable
from .objects import (
    ListedObject,
    ObjectInfo,
    ObjectNotFound,
    PresignedRequest,
    check_key,
    check_prefix,
)
from .retry import OBJECTS, Guard, asked_wait_s

CONNECT_TIMEOUT_S = 1

_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class S3Objects:
    """The `ObjectStore` and `Presigner` ports over one bucket.

    Args:
        bucket: its name.
        connect: makes the boto3 client, at the first call. It must not retry by itself.
        guard: for hiccups of S3; the state machine's own retries are for longer outages.
        clock: for the time at which a signature ends.
        served_at: where clients reach the bucket's objects: a distribution that passes requests on
            to the bucket's own host, for which they are signed. Left out, the bucket itself.
    """

    def __init__(
        self,
        bucket: str,
        connect: Callable[[], Any],
        *,
        guard: Guard | None = None,
        clock: Clock | None = None,
        served_at: str | None = None,
    ) -> None:
        self._served_at = served_at
        self._bucket = bucket
        self._connect = connect
        self._guard = guard or Guard(OBJECTS)
        self._clock = clock or SystemClock()
        self._made: Any = None

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `shared.objects.ObjectStore`."""
        check_key(key)
        self._call("put_object", Key=key, Body=data, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """See `shared.objects.ObjectStore`."""
        check_key(key)

        def read() -> bytes:
            with _translated():
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                data: bytes = answer["Body"].read()
                return data

        return self._guard.call(read)

    def head(self, key: str) -> ObjectInfo | None:
        """See `shared.objects.ObjectStore`."""
        check_key(key)
        try:
            found = self._call("head_object", Key=key)
        except ObjectNotFound:
            return None
        return ObjectInfo(
            key=key,
            size=found["ContentLength"],
            content_type=found["ContentType"],
            modified_at=found["LastModified"],
        )

    def delete(self, key: str) -> None:
        """See `shared.objects.ObjectStore`."""
        check_key(key)
        self._call("delete_object", Key=key)

    def list(self, prefix: str = "") -> Iterator[ListedObject]:
        """See `shared.objects.ObjectStore`."""
        after = {"Prefix": check_prefix(prefix)}
        while True:
            answer = self._call("list_objects_v2", **after)
            for entry in answer.get("Contents", ()):
                yield ListedObject(entry["Key"], entry["Size"], entry["LastModified"])
            if not answer.get("IsTruncated"):
                return
            after = {"Prefix": prefix, "ContinuationToken": answer["NextContinuationToken"]}

    def presign_put(
        self,
        key: str,
        content_type: str,
        *,
        max_bytes: int,
        expires_s: int,
        size: int | None = None,
    ) -> PresignedRequest:
        """See `shared.objects.Presigner`."""
        check_key(key)
        if size is not None and size > max_bytes:
            raise ValueError("size is over max_bytes")
        bound: dict[str, Any] = {"ContentType": content_type}
        headers = {"Content-Type": content_type}
        if size is not None:
            bound["ContentLength"] = size
            headers["Content-Length"] = str(size)
        return self._presign("PUT", "put_object", key, bound, headers, expires_s)

    def presign_get(self, key: str, *, expires_s: int) -> PresignedRequest:
        """See `shared.objects.Presigner`."""
        check_key(key)
        return self._presign("GET", "get_object", key, {}, {}, expires_s)

    @property
    def _client(self) -> Any:
        if self._made is None:
            self._made = self._connect()
        return self._made

    def _call(self, operation: str, **arguments: Any) -> Any:
        def once() -> Any:
            with _translated():
                return getattr(self._client, operation)(Bucket=self._bucket, **arguments)

        return self._guard.call(once)

    def _presign(
        self,
        method: str,
        operation: str,
        key: str,
        bound: dict[str, Any],
        headers: dict[str, str],
        expires_s: int,
    ) -> PresignedRequest:
        url = self._client.generate_presigned_url(
            operation,
            Params={"Bucket": self._bucket, "Key": key, **bound},
            ExpiresIn=expires_s,
            HttpMethod=method,
        )
        if self._served_at is not None:
            signed = urlsplit(url)
            url = f"{self._served_at}{signed.path}?{signed.query}"
        expires_at = self._clock.now() + timedelta(seconds=expires_s)
        return PresignedRequest(method, url, headers, expires_at.astimezone(UTC))


def open_s3(url: str, guard: Guard | None = None, *, served_at: str | None = None) -> S3Objects:
    """The bucket at `s3://bucket`; `served_at` as for `S3Objects`."""
    return S3Objects(urlsplit(url).netloc, _connect, guard=guard, served_at=served_at)


def _connect() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=OBJECTS.timeout_s,
            retries={"total_max_attempts": 1},
            # Only this version binds a presigned request to its headers.
            signature_version="s3v4",
            # The host of the bucket in its region, which is the distribution's origin: a signature
            # holds for one host, and botocore would sign for the global one.
            s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
            # Our keys are hashes of what they hold; a checksum beside them would only have to be
            # sent by whoever uses a presigned request, too.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Tell what isn't there from what may work later; anything else is a fault of ours."""
    from botocore.exceptions import (
        ClientError,
        ConnectionError,
        HTTPClientError,
        IncompleteReadError,
    )

    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if code in _ABSENT:
            raise ObjectNotFound from None
        if status >= _SERVER_ERROR or status == _TOO_MANY_REQUESTS:
            headers = error.response["ResponseMetadata"]["HTTPHeaders"].items()
            raise DependencyUnavailable(_DOWN, asked_wait_s=asked_wait_s(headers)) from error
        raise
    except (ConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise DependencyUnavailable(_DOWN) from error


_DOWN = "The object store does not answer. Try again soon."
