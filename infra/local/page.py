"""The built page, as the template's distribution would serve it from its bucket."""

import asyncio
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from .declared import CacheBehavior, Page

# By a table of our own: the system's may know other types, or none.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_COMPRESSED = ("text/", "application/json", "application/wasm", "application/xml", "image/svg+xml")
# CloudFront compresses objects of this size: 1,000 to 10,000,000 bytes.
_COMPRESSES_FROM, _COMPRESSES_UP_TO = 1_000, 10_000_000

_UNBUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SimGen: the page is not built</title></head>
<body><h1>The page is not built</h1>
<p>Build it with <code>make page</code> and load this again. The service itself is up:
<a href="/docs">its API</a>.</p></body></html>
"""
_MISSING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SimGen: not found</title></head>
<body><h1>There is no such page</h1><p><a href="/">SimGen</a></p></body></html>
"""


@dataclass(frozen=True)
class _File:
    """A file of the page, as it goes out."""

    content: bytes
    content_type: str
    etag: str
    gzipped: bytes | None


class PageServer:
    """Serves the files of a page. It may be built while this runs: files are looked for anew."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._folder = page.folder.resolve()
        self._elsewhere = [_matcher(pattern) for pattern in page.elsewhere]
        self._behaviors = [(_matcher(one.pattern), one) for one in page.behaviors]

    def takes(self, method: str, path: str) -> bool:
        """Whether the distribution would ask the page's bucket for this path."""
        if method not in ("GET", "HEAD"):
            return False
        return not any(pattern.fullmatch(path) for pattern in self._elsewhere)

    async def __call__(self, request: Request) -> Response:
        """Answer one request for a path that the page takes."""
        path = request.scope["path"]
        behavior = next(one for pattern, one in self._behaviors if pattern.fullmatch(path))
        file = await asyncio.to_thread(self._find, behavior.rewritten or path)
        if file is None:
            return self._missing(behavior)
        headers = {**behavior.headers, "ETag": file.etag}
        if file.gzipped is not None:
            headers["Vary"] = "Accept-Encoding"
        if _is_known(request.headers.get("if-none-match"), file.etag):
            return Response(status_code=304, headers=headers)
        content = file.content
        if file.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            content, headers["Content-Encoding"] = file.gzipped, "gzip"
        return Response(content, 200, headers, file.content_type)

    def _find(self, path: str) -> _File | None:
        wanted = path.removeprefix("/") or self._page.index
        try:
            found = (self._folder / wanted).resolve()
            if not found.is_relative_to(self._folder) or not found.is_file():
                return None
            seen = found.stat()
            return _load(found, seen.st_mtime_ns, seen.st_size)
        except (OSError, ValueError):  # a name too long, or with a zero byte
            return None

    def _missing(self, behavior: CacheBehavior) -> Response:
        built = (self._folder / self._page.index).is_file()
        headers: Mapping[str, str] = {**behavior.headers, "Cache-Control": "no-store"}
        text, status = (_MISSING, 404) if built else (_UNBUILT, 503)
        return Response(text, status, headers, "text/html; charset=utf-8")


def _matcher(pattern: str) -> re.Pattern[str]:
    """A distribution's path pattern; a slash at its start may be left out."""
    if not pattern.startswith(("/", "*")):
        pattern = "/" + pattern
    words = {"*": ".*", "?": "."}
    return re.compile("".join(words.get(one, re.escape(one)) for one in pattern), re.DOTALL)


@lru_cache(maxsize=64)
def _load(path: Path, _modified_ns: int, size: int) -> _File:
    """Read a file; one that was built anew is another."""
    content = path.read_bytes()
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    content_type = content_type or "application/octet-stream"
    compresses = content_type.startswith(_COMPRESSED)
    compresses = compresses and _COMPRESSES_FROM <= size <= _COMPRESSES_UP_TO
    return _File(
        content,
        content_type,
        f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"',  # as S3 makes it
        gzip.compress(content, mtime=0) if compresses else None,
    )


def _is_known(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match names the tag, weak or not (RFC 9110, section 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in (header or "").split(",")]
    return etag in tags or "*" in tags
