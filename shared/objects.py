"""Objects: bytes under a key, which are written whole, never changed, and named by their content.

`ObjectStore` and `Presigner` are the ports. `shared.folder` keeps objects in a folder, `shared.s3`
in a bucket.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .errors import NotFound

MAX_KEY_LENGTH = 512
_SEGMENT = r"[A-Za-z0-9_][A-Za-z0-9_.=-]*"
_KEY = re.compile(rf"{_SEGMENT}(/{_SEGMENT})*")
_PREFIX = re.compile(rf"({_SEGMENT}/)*({_SEGMENT})?")


class ObjectNotFound(NotFound):
    """There is no object under this key."""

    def __init__(self) -> None:
        super().__init__("There is no such object.")


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What is known of an object without reading it; `size` is in bytes."""

    key: str
    size: int
    content_type: str
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class ListedObject:
    """One line of a listing; `size` is in bytes."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class PresignedRequest:
    """A request that anyone may make until `expires_at`; all of `headers` must be sent with it."""

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


class ObjectStore(Protocol):
    """Where objects live.

    Every call raises `ValueError` for a key that `check_key` refuses, and
    `shared.errors.DependencyUnavailable` when the store can't be reached or is too slow.
    """

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Write an object whole: a reader sees all of it or none.

        Writing the same again changes nothing but its age, which keeps it from the orphan sweep.
        """
        ...

    def get(self, key: str) -> bytes:
        """The object's bytes.

        Raises:
            ObjectNotFound: there is none.
        """
        ...

    def head(self, key: str) -> ObjectInfo | None:
        """Size, type and age, or None where there is no object."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing happens where there is none."""
        ...

    def list(self, prefix: str = "") -> Iterator[ListedObject]:
        """The objects whose keys start with `prefix`, in the order of their keys."""
        ...


class Presigner(Protocol):
    """Makes requests that carry their own permission, for clients to make without a token."""

    def presign_put(
        self,
        key: str,
        content_type: str,
        *,
        max_bytes: int,
        expires_s: int,
        size: int | None = None,
    ) -> PresignedRequest:
        """A request that lets its holder write this one object, of this type.

        With `size`, exactly so many bytes; without, at most `max_bytes` where the store can tell
        (S3 can't bound a PUT of unknown length, so whoever takes the upload looks at `head` first).

        Raises:
            ValueError: `size` is over `max_bytes`.
        """
        ...

    def presign_get(self, key: str, *, expires_s: int) -> PresignedRequest:
        """A request that lets its holder read this one object."""
        ...


def check_key(key: str) -> str:
    """The key itself, if it is one that every store takes.

    Segments of letters, digits and `_.=-`, joined by `/`, none of which starts with a dot: no
    `..`, no hidden file, no absolute path, no empty segment.

    Raises:
        ValueError: it is not.
    """
    if len(key) > MAX_KEY_LENGTH or not _KEY.fullmatch(key):
        raise ValueError(f"not an object key: {key[:80]!r}")
    return key


def check_prefix(prefix: str) -> str:
    """The prefix itself, if keys may start with it.

    Raises:
        ValueError: none can.
    """
    if len(prefix) > MAX_KEY_LENGTH or not _PREFIX.fullmatch(prefix):
        raise ValueError(f"not the start of an object key: {prefix[:80]!r}")
    return prefix


def content_key(prefix: str, data: bytes, suffix: str) -> str:
    """`prefix/ab/abcd….suffix`, named by the SHA-256 of `data`.

    The two digits spread a folder's entries over 256 folders. `suffix` has its dot.
    """
    digest = hashlib.sha256(data).hexdigest()
    return check_key(f"{prefix}/{digest[:2]}/{digest}{suffix}")
