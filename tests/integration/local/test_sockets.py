"""The WebSocket API holds API Gateway's contract: routes, refusals, limits, posts by functions."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import boto3
import httpx
import pytest
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from infra.local import naming
from infra.local.address import listen, serving
from infra.local.credentials import Credentials
from infra.local.declared import SocketApi, SocketRoute
from infra.local.runtime_api import Answer
from infra.local.sockets import (
    FRAME_LIMIT_BYTES,
    MESSAGE_LIMIT_BYTES,
    OUTBOX_LIMIT_BYTES,
    SocketGateway,
)

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
CREDENTIALS = Credentials("LOCALkey", "secret")
ROUTES = {
    key: SocketRoute(key, "function", answers=key == "ask")
    for key in ("$connect", "$disconnect", "$default", "ask", "tell")
}


class Api:
    """A WebSocket API of one function, which tests set, and the events that it was given."""

    def __init__(self) -> None:
        self.events: list[Json] = []
        self.answer: Callable[[Json], Any] = lambda event: {"statusCode": 200}
        self.address = ""

    async def invoke(self, function: str, event: bytes) -> Answer:
        self.events.append(json.loads(event))
        answer = self.answer(json.loads(event))
        if asyncio.iscoroutine(answer):
            answer = await answer
        return answer if isinstance(answer, Answer) else Answer(json.dumps(answer).encode())

    def connect(self, query: str = "") -> connect:
        return connect(f"ws://{self.address}/{query}", compression=None)

    def of(self, route: str) -> list[Json]:
        return [event for event in self.events if event["requestContext"]["routeKey"] == route]


def application(gateway: SocketGateway) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await gateway.serve(WebSocket(scope, receive, send))
            return
        request = Request(scope, receive)
        response = await gateway.manage(request, scope["path"].split("/")[-1])
        await response(scope, receive, send)

    return app


@asynccontextmanager
async def served(
    api: Api, routes: dict[str, SocketRoute] = ROUTES, **limits: float
) -> AsyncIterator[Api]:
    declared = SocketApi("api", "live", "action", routes)
    gateway = SocketGateway(declared, api.invoke, CREDENTIALS, **limits)
    with listen(0) as listener:
        api.address = f"127.0.0.1:{listener.getsockname()[1]}"
        async with serving(application(gateway), listener):
            yield api


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with served(Api()) as api:
        yield api


def management(api: Api) -> Any:
    """An unchanged client of the management API."""
    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=f"http://{api.address}/live",
        region_name=naming.REGION,
        aws_access_key_id=CREDENTIALS.access_key_id,
        aws_secret_access_key=CREDENTIALS.secret_access_key,
    )


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


async def close_code(client: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        async with asyncio.timeout(5):
            await client.recv()
    return client.close_code


async def test_connect_sees_the_handshake_and_the_end_is_told(api: Api) -> None:
    async with api.connect("?token=abc&x=1&x=2"):
        (connected,) = api.of("$connect")
    await until(lambda: api.of("$disconnect"))
    context = connected["requestContext"]
    assert context["eventType"] == "CONNECT"
    assert (context["stage"], context["domainName"]) == ("live", api.address)
    assert connected["queryStringParameters"] == {"token": "abc", "x": "2"}
    assert connected["multiValueQueryStringParameters"]["x"] == ["1", "2"]
    assert connected["headers"]["Host"] == api.address
    (disconnected,) = api.of("$disconnect")
    assert disconnected["requestContext"]["connectionId"] == context["connectionId"]
    assert disconnected["requestContext"]["disconnectStatusCode"] == 1000


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"statusCode": 401}, 401),
        ({"statusCode": 403}, 403),
        (Answer(b'{"errorType": "E"}', "Unhandled"), 502),
        ({"no": "status"}, 502),
    ],
)
async def test_connect_may_refuse_and_nothing_else_hears_of_it(
    api: Api, answer: Any, status: int
) -> None:
    api.answer = lambda event: answer
    with pytest.raises(InvalidStatus) as refusal:
        await api.connect()
    assert refusal.value.response.status_code == status
    assert not api.of("$disconnect")


@pytest.mark.parametrize(
    ("message", "route"),
    [
        ('{"action": "tell", "n": 1}', "tell"),
        ('{"action": "unknown"}', "$default"),
        ('{"action": "$connect"}', "$default"),
        ('{"action": ["tell"]}', "$default"),
        ("[1, 2]", "$default"),
        ("not json", "$default"),
    ],
)
async def test_a_message_goes_to_the_route_that_it_selects(
    api: Api, message: str, route: str
) -> None:
    async with api.connect() as client:
        await client.send(message)
        await until(lambda: len(api.events) == 2)
    event = api.events[1]
    assert (event["requestContext"]["routeKey"], event["body"]) == (route, message)
    assert event["requestContext"]["eventType"] == "MESSAGE"
    assert event["isBase64Encoded"] is False


async def test_only_a_route_with_a_response_sends_the_functions_answer(api: Api) -> None:
    api.answer = lambda event: {"statusCode": 200, "body": event.get("body", "")}
    async with api.connect() as client:
        await client.send('{"action": "tell"}')
        await client.send('{"action": "ask"}')
        assert await client.recv() == '{"action": "ask"}'


async def test_the_gateway_answers_where_no_route_fits_or_the_function_fails() -> None:
    routes = {key: route for key, route in ROUTES.items() if key != "$default"}
    async with served(Api(), routes) as api, api.connect() as client:
        await client.send("lost")
        assert json.loads(await client.recv())["message"] == "Forbidden"
        api.answer = lambda event: Answer(b'{"errorType": "E"}', "Unhandled")
        await client.send('{"action": "tell"}')
        assert json.loads(await client.recv())["message"] == "Internal server error"


async def test_messages_of_one_connection_run_at_the_same_time(api: Api) -> None:
    both = asyncio.Event()

    async def answer(event: Json) -> Json:
        if len(api.of("ask")) == 2:
            both.set()
        if event["requestContext"]["routeKey"] == "ask":
            await asyncio.wait_for(both.wait(), 5)
        return {"statusCode": 200, "body": "done"}

    api.answer = answer
    async with api.connect() as client:
        await client.send('{"action": "ask"}')
        await client.send('{"action": "ask"}')
        assert [await client.recv(), await client.recv()] == ["done", "done"]


async def test_a_binary_frame_closes_the_connection(api: Api) -> None:
    async with api.connect() as client:
        await client.send(b"binary")
        assert await close_code(client) == 1003
    await until(lambda: api.of("$disconnect"))


async def test_a_frame_or_a_message_over_the_limit_closes_the_connection(api: Api) -> None:
    async with api.connect() as client:
        await client.send("x" * FRAME_LIMIT_BYTES)
        await until(lambda: len(api.events) == 2)
        await client.send("x" * (FRAME_LIMIT_BYTES + 1))
        assert await close_code(client) == 1009
    async with api.connect() as client:
        frames = ["x" * FRAME_LIMIT_BYTES] * (MESSAGE_LIMIT_BYTES // FRAME_LIMIT_BYTES)
        await client.send(frames)
        await until(lambda: len(api.of("$default")) == 2)
        assert len(api.of("$default")[1]["body"]) == MESSAGE_LIMIT_BYTES
        await client.send([*frames, "x"])
        assert await close_code(client) == 1009


async def test_a_connection_that_is_idle_for_long_is_closed() -> None:
    async with served(Api(), idle_limit_s=0.3) as api, api.connect() as client:
        for _ in range(4):
            await asyncio.sleep(0.15)
            await client.send("{}")
        assert await close_code(client) == 1001


async def test_a_connection_that_lives_for_long_is_closed_however_busy() -> None:
    async with served(Api(), life_limit_s=0.4) as api, api.connect() as client:
        with pytest.raises(ConnectionClosed):
            for _ in range(100):
                await asyncio.sleep(0.05)
                await client.send("{}")
        assert client.close_code == 1001


async def test_a_function_posts_looks_and_hangs_up_by_an_unchanged_client(api: Api) -> None:
    posting = management(api)
    async with api.connect() as client:
        connection_id = api.events[0]["requestContext"]["connectionId"]
        call = {"ConnectionId": connection_id}
        await asyncio.to_thread(posting.post_to_connection, Data=b'{"type": "hello"}', **call)
        assert await client.recv() == '{"type": "hello"}'
        status = await asyncio.to_thread(posting.get_connection, **call)
        assert status["ConnectedAt"] <= status["LastActiveAt"]
        assert status["Identity"]["SourceIp"] == "127.0.0.1"
        await asyncio.to_thread(posting.delete_connection, **call)
        assert await close_code(client) == 1001
    with pytest.raises(posting.exceptions.GoneException):
        await asyncio.to_thread(posting.post_to_connection, Data=b"x", **call)


async def test_a_post_from_connect_finds_nobody_yet(api: Api) -> None:
    posting = management(api)

    async def answer(event: Json) -> Json:
        connection_id = event["requestContext"]["connectionId"]
        try:
            await asyncio.to_thread(
                posting.post_to_connection, ConnectionId=connection_id, Data=b"x"
            )
        except posting.exceptions.GoneException:
            return {"statusCode": 403}
        return {"statusCode": 200}

    api.answer = answer
    with pytest.raises(InvalidStatus):
        await api.connect()


async def test_a_post_over_the_limit_is_refused(api: Api) -> None:
    posting = management(api)
    async with api.connect():
        connection_id = api.events[0]["requestContext"]["connectionId"]
        data = b"x" * (MESSAGE_LIMIT_BYTES + 1)
        with pytest.raises(posting.exceptions.PayloadTooLargeException):
            await asyncio.to_thread(
                posting.post_to_connection, ConnectionId=connection_id, Data=data
            )


async def test_a_client_that_reads_slowly_holds_up_nobody_who_posts(api: Api) -> None:
    posting = management(api)
    async with connect(f"ws://{api.address}/", compression=None, max_queue=1):
        call = {"ConnectionId": api.events[0]["requestContext"]["connectionId"]}
        data, sent = b"x" * MESSAGE_LIMIT_BYTES, 0

        def post_until_refused() -> None:
            nonlocal sent
            while True:
                posting.post_to_connection(Data=data, **call)
                sent += 1

        async with asyncio.timeout(30):
            with pytest.raises(posting.exceptions.LimitExceededException):
                await asyncio.to_thread(post_until_refused)
            assert sent * MESSAGE_LIMIT_BYTES >= OUTBOX_LIMIT_BYTES
            async with api.connect() as other:
                call = {"ConnectionId": api.of("$connect")[1]["requestContext"]["connectionId"]}
                await asyncio.to_thread(posting.post_to_connection, Data=b"here", **call)
                assert await other.recv() == "here"


async def test_only_who_has_the_key_may_post(api: Api) -> None:
    async with api.connect(), httpx.AsyncClient() as anybody:
        connection_id = api.events[0]["requestContext"]["connectionId"]
        url = f"http://{api.address}/live/@connections/{connection_id}"
        assert (await anybody.post(url, content=b"x")).status_code == 403
