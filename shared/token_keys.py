"""The keys that tokens are signed with: as the environment gives them, or kept by Secrets Manager.

`Keys` is the port. Its first key signs; whatever any of them has signed holds. Secrets Manager's
keys change while functions run (`functions/schedules/rotate_token_keys.py`), so they are read anew
every few minutes; a new key is among them for weeks before it signs, so that no instance ever meets
a token of a key that it has not read yet.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

from .config import secrets
from .errors import DependencyUnavailable

KEEP_S = 300.0
MIN_LENGTH = 32
"""Characters of a key: RFC 7518, section 3.2, asks HS256 for as many bytes."""

_CONNECT_TIMEOUT_S = 1.0
_READ_TIMEOUT_S = 3.0
_logger = logging.getLogger(__name__)


class Keys(Protocol):
    """Where the keys are."""

    def __call__(self) -> tuple[str, ...]:
        """The keys, the one that signs first; at least one.

        Raises:
            DependencyUnavailable: they can't be read, and never were.
        """
        ...


def fixed_keys(*keys: str) -> Keys:
    """Keys that don't change while this runs."""
    return lambda: keys


class SecretsManagerKeys:
    """The `Keys` of a secret, with commas between them.

    Args:
        secret_arn: of the secret.
        connect: makes the boto3 client; left out, a real one is made at the first call.
        monotonic: seconds.
    """

    def __init__(
        self,
        secret_arn: str,
        connect: Callable[[], Any] | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret_arn = secret_arn
        self._connect = connect or _connect
        self._monotonic = monotonic
        self._client: Any = None
        self._keys: tuple[str, ...] = ()
        self._read_at = 0.0

    def __call__(self) -> tuple[str, ...]:
        """See `Keys`. Those read last stay in use while the secret can't be read."""
        now = self._monotonic()
        if not self._keys or now - self._read_at >= KEEP_S:
            try:
                self._keys = self._read()
            except DependencyUnavailable:
                if not self._keys:
                    raise
                _logger.warning("the keys of tokens can't be read: the last ones stay")
            self._read_at = now
        return self._keys

    def _read(self) -> tuple[str, ...]:
        from botocore.exceptions import BotoCoreError, ClientError

        if self._client is None:
            self._client = self._connect()
        try:
            found = self._client.get_secret_value(
                SecretId=self._secret_arn, VersionStage="AWSCURRENT"
            )
        except (BotoCoreError, ClientError) as error:
            raise DependencyUnavailable("The keys of tokens can't be read.") from error
        return secrets(MIN_LENGTH)(found["SecretString"])


def _connect() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "secretsmanager",
        config=Config(
            connect_timeout=_CONNECT_TIMEOUT_S,
            read_timeout=_READ_TIMEOUT_S,
            retries={"total_max_attempts": 3},
        ),
    )
