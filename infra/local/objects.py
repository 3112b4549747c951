"""Presigned uploads and downloads: the part of S3 that clients talk to, over a folder."""

import asyncio
import hashlib
import re

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from shared.errors import Forbidden
from shared.folder import FolderObjects
from shared.objects import ObjectNotFound
from shared.presign import Grant, UrlSigner

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_ANYONE = {
    "Access-Control-Allow-Origin": "*",  # as the bucket's CORS rules say
    "X-Content-Type-Options": "nosniff",  # here the page has the same origin
}
_PREFLIGHT = {
    **_ANYONE,
    "Access-Control-Allow-Methods": "GET, PUT",
    "Access-Control-Allow-Headers": "content-type, if-none-match",
    "Access-Control-Max-Age": "3600",
}


class ObjectGateway:
    """Answers the requests that `signer` has signed, and no others."""

    def __init__(self, objects: FolderObjects, signer: UrlSigner) -> None:
        self._objects = objects
        self._signer = signer

    async def __call__(self, request: Request) -> Response:
        """Answer one request below `shared.presign.OBJECTS_PATH`."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        if request.method not in ("GET", "HEAD", "PUT"):
            return _error(405, "METHOD_NOT_ALLOWED", "Only GET, HEAD and PUT.")
        try:
            grant = self._signer.verify(request.method, request.scope["path"], request.url.query)
        except Forbidden as refusal:
            return _error(403, "SIGNATURE_REFUSED", str(refusal))
        if request.method == "PUT":
            return await self._put(request, grant)
        return await self._get(request, grant)

    async def _put(self, request: Request, grant: Grant) -> Response:
        content_type = request.headers.get("content-type")
        if content_type != grant.content_type:
            return _error(403, "WRONG_CONTENT_TYPE", f"Content-Type must be {grant.content_type}.")
        limit = grant.size if grant.size is not None else grant.max_bytes
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if limit is not None and len(body) > limit:
                    return _error(413, "TOO_LARGE", f"At most {limit} bytes may be sent.")
        except ClientDisconnect:
            return _error(400, "INCOMPLETE_BODY", "The connection broke before the end.")
        if grant.size is not None and len(body) != grant.size:
            return _error(400, "INCOMPLETE_BODY", f"{grant.size} bytes were announced.")
        data = bytes(body)
        await asyncio.to_thread(self._objects.put, grant.key, data, content_type or "")
        return Response(status_code=200, headers={**_ANYONE, "ETag": _etag(data)})

    async def _get(self, request: Request, grant: Grant) -> Response:
        try:
            data = await asyncio.to_thread(self._objects.get, grant.key)
            info = await asyncio.to_thread(self._objects.head, grant.key)
        except ObjectNotFound:
            info = None
        if info is None:
            return _error(404, "NOT_FOUND", "There is no such object.")
        headers = {**_ANYONE, "ETag": _etag(data), "Accept-Ranges": "bytes"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        span = _span(request.headers.get("range"), len(data))
        if span is None:
            headers["Content-Range"] = f"bytes */{len(data)}"
            return Response(status_code=416, headers=headers)
        start, end = span
        partial = (start, end) != (0, len(data))
        if partial:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
        return Response(data[start:end], 206 if partial else 200, headers, info.content_type)


def _span(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the byte after the last that a Range header asks for.

    The whole where there is no header, or one that is not understood (RFC 9110, 14.2); None where
    nothing of what it asks for exists.
    """
    match = _RANGE.match(header or "")
    if not match or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else None


def _etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'  # as S3 makes it


def _error(status: int, code: str, detail: str) -> Response:
    problem = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JSONResponse(problem, status, _ANYONE, media_type="application/problem+json")
