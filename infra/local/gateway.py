"""The REST API: API Gateway's part of a request, from its routes to its limits and refusals."""

import asyncio
import gzip
import json
import logging
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from .authorizers import Authorizers, Invoke, Refusal, Refused
from .declared import FixedAnswer, RestApi, RestRoute, Variable
from .proxy import (
    MalformedAnswer,
    MatchedRoute,
    ProxyAnswer,
    RestRequest,
    is_binary_type,
    read_proxy_answer,
    rest_event,
)
from .runtime import RequestTooLarge, TooManyRequests
from .runtime_api import Answer

PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024
BODY_LIMIT_S = 30.0  # for all of a body to come

_log = logging.getLogger(__name__)


NO_ROUTE = Refusal("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token")
TOO_LARGE = Refusal("REQUEST_TOO_LARGE", 413, "Request Too Long")
TOO_SLOW = Refusal("BAD_REQUEST_BODY", 400, "Request body took too long")
BAD_ENCODING = Refusal("BAD_REQUEST_BODY", 400, "Invalid request body")
TIMED_OUT = Refusal("INTEGRATION_TIMEOUT", 504, "Endpoint request timed out")
# "Execution failed due to configuration error: Rate Exceeded", as its log calls it.
THROTTLED = Refusal("API_CONFIGURATION_ERROR", 500, "Internal server error")
FAILED = Refusal("INTEGRATION_FAILURE", 502, "Internal server error")
MALFORMED = Refusal("API_CONFIGURATION_ERROR", 502, "Internal server error")


class RestGateway:
    """Serves one REST API by invoking the functions that its routes lead to.

    Args:
        invoke: runs one event through a function, by name.
        body_limit_s: for how long the body of a request is waited for.
    """

    def __init__(self, api: RestApi, invoke: Invoke, *, body_limit_s: float = BODY_LIMIT_S) -> None:
        self._api = api
        self._body_limit_s = body_limit_s
        self._invoke = invoke
        self._authorizers = Authorizers(api.id, api.stage, invoke)
        self._routes = RouteTable(api.routes)

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        request_id = str(uuid.uuid4())
        try:
            response = await self._serve(request)
        except Refused as refused:
            response = refusal_response(self._api, refused, request_id)
        response.headers.setdefault("x-amzn-requestid", request_id)
        return response

    async def _serve(self, request: Request) -> Response:
        raw_path = _raw_path(request)
        found = self._routes.find(request.method, raw_path)
        if found is None:
            raise Refused(NO_ROUTE)
        route, parameters = found
        if isinstance(route.target, FixedAnswer):
            return Response(status_code=route.target.status, headers=route.target.headers)
        received = await self._receive(request, raw_path)
        matched = MatchedRoute(self._api.id, self._api.stage, route.path, parameters)
        event = rest_event(received, matched, self._api.binary_media_types)
        if route.authorizer is not None:
            method = f"{request.method}{unquote(raw_path)}"
            allowed = await self._authorizers.check(route.authorizer, event, method)
            event["requestContext"]["authorizer"] = allowed
        payload = json.dumps(event, separators=(",", ":")).encode()
        try:
            async with asyncio.timeout(route.timeout_s):
                answer = await self._invoke(route.target, payload)
        except RequestTooLarge:
            raise Refused(TOO_LARGE) from None
        except TooManyRequests:
            raise Refused(THROTTLED) from None
        except TimeoutError:
            raise Refused(TIMED_OUT) from None
        return await self._respond(received, route, answer)

    async def _receive(self, request: Request, raw_path: str) -> RestRequest:
        host = request.client.host if request.client else "127.0.0.1"
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw]
        forwarded = [
            ("X-Forwarded-For", ", ".join([*request.headers.getlist("x-forwarded-for"), host])),
            ("X-Forwarded-Port", str(request.url.port or 80)),
            ("X-Forwarded-Proto", request.url.scheme),
        ]
        replaced = {name.lower() for name, _ in forwarded}
        try:
            async with asyncio.timeout(self._body_limit_s):
                body = await _read_body(request)
        except TimeoutError:
            raise Refused(TOO_SLOW) from None
        if request.headers.get("content-encoding") and self._compresses:
            body = _decompressed(body, request.headers["content-encoding"])
            replaced.add("content-encoding")
        return RestRequest(
            method=request.method,
            path=raw_path,
            query=request.url.query,
            headers=(*(item for item in headers if item[0] not in replaced), *forwarded),
            body=body,
            source_ip=host,
        )

    async def _respond(self, received: RestRequest, route: RestRoute, answer: Answer) -> Response:
        if answer.error:
            _log.info("%s %s: %s", route.method, route.path, answer.payload.decode()[:500])
            raise Refused(FAILED)
        binary = is_binary_type(received.header("accept") or "*/*", self._api.binary_media_types)
        try:
            proxied = read_proxy_answer(answer.payload, binary)
        except MalformedAnswer as error:
            _log.info("%s %s: malformed answer: %s", route.method, route.path, error)
            raise Refused(MALFORMED) from error
        return await self._compressed(proxied, received.header("accept-encoding") or "")

    @property
    def _compresses(self) -> bool:
        return self._api.minimum_compression_bytes is not None

    async def _compressed(self, answer: ProxyAnswer, accepted: str) -> Response:
        body = answer.body
        headers = list(answer.headers)
        minimum = self._api.minimum_compression_bytes
        encoded = any(name.lower() == "content-encoding" for name, _ in headers)
        if minimum is not None and len(body) >= minimum and not encoded:
            for coding, compress in _CODINGS.items():
                if _accepts(accepted, coding):
                    body = await asyncio.to_thread(compress, body)
                    headers.append(("Content-Encoding", coding))
                    break
        return _response(answer.status, headers, body)


def refusal_response(api: RestApi, refused: Refused, request_id: str) -> Response:
    """The refusal as the template words it, or in API Gateway's own words."""
    refusal = refused.refusal
    default = "DEFAULT_4XX" if refusal.status < 500 else "DEFAULT_5XX"
    responses = api.gateway_responses
    wording = responses.get(refusal.kind) or responses.get(default)
    if wording is None:
        body = json.dumps({"message": refusal.message}).encode()
        return _response(refusal.status, [("Content-Type", "application/json")], body)
    media_type, template = next(
        iter(wording.templates.items()),
        ("application/json", '{"message":$context.error.messageString}'),
    )
    variables = {
        "context.error.messageString": json.dumps(refusal.message),
        "context.error.message": refusal.message,
        "context.error.responseType": refusal.kind,
        "context.requestId": request_id,
        **{f"context.authorizer.{name}": value for name, value in refused.context.items()},
    }
    for variable, value in variables.items():
        template = template.replace(f"${variable}", value)
    headers = {
        name: variables.get(value, "") if isinstance(value, Variable) else value
        for name, value in wording.headers.items()
    }
    return _response(
        wording.status or refusal.status,
        [("Content-Type", media_type), *headers.items()],
        template.encode(),
    )


class RouteTable:
    """Finds the route of a path: a literal segment wins over a parameter, and that over `{x+}`."""

    def __init__(self, routes: Iterable[RestRoute]) -> None:
        self._root = _Segment()
        for route in routes:
            node = self._root
            for part in route.path.strip("/").split("/"):
                node = node.child(part)
            node.routes[route.method] = route

    def find(self, method: str, path: str) -> tuple[RestRoute, dict[str, str]] | None:
        """The route, and the values of its path parameters, decoded; None where none fits.

        Args:
            path: as the client sent it, percent-encoded.
        """
        parts = path.removeprefix("/").split("/")
        node = self._root.walk([unquote(part) for part in parts], method)
        if node is None:
            return None
        route = node.routes.get(method) or node.routes["ANY"]
        return route, _parameters(route.path, parts)


class _Segment:
    """One segment of the paths of the routes, and what may follow it."""

    def __init__(self) -> None:
        self._literals: dict[str, _Segment] = {}
        self._parameter: _Segment | None = None
        self._rest: _Segment | None = None
        self.routes: dict[str, RestRoute] = {}

    def child(self, part: str) -> "_Segment":
        """The segment that follows as the template writes it, made where it is new."""
        if part.endswith("+}"):
            self._rest = self._rest or _Segment()
            return self._rest
        if _is_parameter(part):
            self._parameter = self._parameter or _Segment()
            return self._parameter
        return self._literals.setdefault(part, _Segment())

    def walk(self, parts: list[str], method: str) -> "_Segment | None":
        """The segment with a route for the method, at the end of a client's path."""
        if not parts:
            return self if method in self.routes or "ANY" in self.routes else None
        head, *rest = parts
        for child in (self._literals.get(head), self._parameter if head else None):
            found = child and child.walk(rest, method)
            if found:
                return found
        return self._rest.walk([], method) if self._rest and head else None


def _is_parameter(part: str) -> bool:
    return part.startswith("{") and part.endswith("}")


def _parameters(template: str, parts: list[str]) -> dict[str, str]:
    values = {}
    for index, name in enumerate(template.strip("/").split("/")):
        if name.endswith("+}"):
            values[name[1:-2]] = unquote("/".join(parts[index:]))
        elif _is_parameter(name):
            values[name[1:-1]] = unquote(parts[index])
    return values


def _raw_path(request: Request) -> str:
    path: bytes = request.scope["raw_path"]
    return path.decode("ascii")


async def _read_body(request: Request) -> bytes:
    """The body, of which no more is read than the gateway takes."""
    if int(request.headers.get("content-length") or 0) > PAYLOAD_LIMIT_BYTES:
        raise Refused(TOO_LARGE)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > PAYLOAD_LIMIT_BYTES:
                raise Refused(TOO_LARGE)
    except ClientDisconnect:
        raise Refused(BAD_ENCODING) from None
    return bytes(body)


def _decompressed(body: bytes, coding: str) -> bytes:
    """A compressed body in full, of which no more is unpacked than the gateway takes."""
    if coding not in ("gzip", "deflate"):
        raise Refused(BAD_ENCODING)
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # 32: tell gzip and zlib apart
    try:
        unpacked = unpacker.decompress(body, PAYLOAD_LIMIT_BYTES + 1)
    except zlib.error:
        raise Refused(BAD_ENCODING) from None
    if len(unpacked) > PAYLOAD_LIMIT_BYTES:
        raise Refused(TOO_LARGE)
    return unpacked


_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
    "deflate": zlib.compress,
}


def _accepts(header: str, coding: str) -> bool:
    """Whether an Accept-Encoding names the coding, and not with a weight of nothing."""
    for item in header.lower().split(","):
        name, _, parameters = item.partition(";")
        if name.strip() == coding:
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _response(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Response:
    """A response with exactly these headers, and the length of its body."""
    response = Response(body, status_code=status)
    response.raw_headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in headers
        if name.lower() not in ("content-length", "connection", "transfer-encoding")
    ]
    if not any(name == b"content-type" for name, _ in response.raw_headers):
        response.raw_headers.append((b"content-type", b"application/json"))
    if status not in (204, 304):
        response.raw_headers.append((b"content-length", str(len(body)).encode()))
    return response
