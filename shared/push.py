"""Messages to sockets that API Gateway holds.

A push is a courtesy: the rows are the truth, so a message that can't be delivered is dropped, and
the client reads the row when it comes back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .errors import DependencyUnavailable, SimGenError
from .retry import SOCKETS, Guard

MAX_MESSAGE_BYTES = 128 * 1024
"""API Gateway closes the socket on a larger one."""

_CONNECT_TIMEOUT_S = 1.0


class ConnectionGone(SimGenError):
    """The client has left: its connection's row may go."""

    code = "CONNECTION_GONE"


class Sockets(Protocol):
    """Posts to connections by their ids."""

    def post(self, connection_id: str, data: bytes) -> None:
        """Send one text message of at most `MAX_MESSAGE_BYTES`.

        Raises:
            ConnectionGone: nobody is there any more.
            DependencyUnavailable: it could not be sent now.
        """
        ...


class GatewaySockets:
    """API Gateway's management API, and the local gateway's, which speaks the same.

    Args:
        endpoint: `https://{api}.execute-api.{region}.amazonaws.com/{stage}`.
        connect: makes the boto3 client; left out, a real one is made at the first message.
        guard: what calls it.
    """

    def __init__(
        self,
        endpoint: str,
        connect: Callable[[str], Any] | None = None,
        guard: Guard | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._guard = guard or Guard(SOCKETS)
        self._connect = connect or _connect
        self._client: Any = None

    def post(self, connection_id: str, data: bytes) -> None:
        """Send one message; see `Sockets`.

        Raises:
            ConnectionGone: nobody is there any more.
            DependencyUnavailable: it could not be sent now.
            ValueError: it is larger than a socket takes.
        """
        if len(data) > MAX_MESSAGE_BYTES:
            raise ValueError(f"a message of {len(data)} bytes is more than a socket takes")
        self._guard.call(lambda: self._post_once(connection_id, data))

    def _post_once(self, connection_id: str, data: bytes) -> None:
        if self._client is None:
            self._client = self._connect(self._endpoint)
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=data)
        except self._client.exceptions.GoneException:
            raise ConnectionGone("The client has left.") from None
        except (ClientError, BotoCoreError) as error:
            raise DependencyUnavailable() from error


def encode_message(message: Mapping[str, Any]) -> bytes:
    """A message as it goes over the wire."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode()


def _connect(endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=endpoint,
        config=Config(
            connect_timeout=_CONNECT_TIMEOUT_S,
            read_timeout=SOCKETS.timeout_s,
            retries={"total_max_attempts": 1},
        ),
    )
