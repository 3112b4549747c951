"""Objects in a folder: the embedded side of the `ObjectStore` port.

A key is a path below the folder. An object's type follows from its key's suffix; where it doesn't,
it is kept in a file of its own below `.types`, which no key can name.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from .errors import DependencyUnavailable
from .objects import ListedObject, ObjectInfo, ObjectNotFound, check_key, check_prefix

_TYPES = ".types"
_UNFINISHED = ".unfinished"
_NO_TYPE = "application/octet-stream"
_TYPE_OF_SUFFIX = {
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".xml": "application/xml",
}


class FolderObjects:
    """The `ObjectStore` port over a folder.

    Args:
        root: made when the first object is written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `shared.objects.ObjectStore`."""
        path = self._path(key)
        with _available():
            type_path = self._root / _TYPES / key
            if content_type == _type_by_suffix(key):
                type_path.unlink(missing_ok=True)
            else:
                self._write(type_path, content_type.encode())
            self._write(path, data)

    def get(self, key: str) -> bytes:
        """See `shared.objects.ObjectStore`."""
        path = self._path(key)
        with _available():
            try:
                return path.read_bytes()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise ObjectNotFound from None

    def head(self, key: str) -> ObjectInfo | None:
        """See `shared.objects.ObjectStore`."""
        path = self._path(key)
        with _available():
            try:
                found = path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
            if not path.is_file():
                return None
            return ObjectInfo(
                key=key,
                size=found.st_size,
                content_type=self._content_type(key),
                modified_at=datetime.fromtimestamp(found.st_mtime, UTC),
            )

    def delete(self, key: str) -> None:
        """See `shared.objects.ObjectStore`. Folders that are left empty go with it."""
        path = self._path(key)
        with _available():
            for gone in (path, self._root / _TYPES / key):
                with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
                    gone.unlink()
                # rmdir refuses a folder that isn't empty: the first such ends the climb.
                with suppress(OSError):
                    for folder in gone.parents:
                        if folder == self._root:
                            break
                        folder.rmdir()

    def list(self, prefix: str = "") -> Iterator[ListedObject]:
        """See `shared.objects.ObjectStore`."""
        folder = self._root / check_prefix(prefix).rpartition("/")[0]
        with _available():
            paths = sorted(
                (path.relative_to(self._root).as_posix(), path)
                for path in folder.rglob("*")
                if path.is_file()
            )
        for key, path in paths:
            if not key.startswith(prefix) or key.startswith("."):
                continue
            try:
                found = path.stat()
            except FileNotFoundError:
                continue  # deleted meanwhile
            yield ListedObject(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    def _content_type(self, key: str) -> str:
        try:
            return (self._root / _TYPES / key).read_text()
        except (FileNotFoundError, NotADirectoryError):
            return _type_by_suffix(key)

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file whole: under another name, to the disk, and then in one step in place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._root / _UNFINISHED
        unfinished.mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=unfinished)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _replace(Path(name), path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def open_folder(url: str) -> FolderObjects:
    """The objects at `file:///folder`."""
    return FolderObjects(Path(unquote(urlsplit(url).path)))


def _replace(source: Path, target: Path) -> None:
    """Move a file in place; a delete may have taken the folder it goes to away meanwhile."""
    while True:
        try:
            source.replace(target)
            return
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)


def _type_by_suffix(key: str) -> str:
    return _TYPE_OF_SUFFIX.get(PurePosixPath(key).suffix, _NO_TYPE)


@contextmanager
def _available() -> Iterator[None]:
    """A disk that is full or broken is a dependency that is down."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES):
            raise DependencyUnavailable("Objects can't be stored now. Try again soon.") from error
        raise
