"""Rotates the keys of tokens: a step of Secrets Manager's rotation.

The keys are one secret, with commas between them: the one that signs, those that signed before it,
and at the end the one that will sign next. A rotation puts the next one first, keeps those before
it while a token of theirs may live, and adds a new one at the end. So every instance knows a key
for a whole period before anything is signed with it, and nobody is logged out.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from shared.config import secrets as parse_keys
from shared.logs import log_invocations
from shared.token_keys import MIN_LENGTH

RETIRED = 2
"""Keys kept after they signed. Two periods of 30 days: a token lives as long as its session, 30."""

_KEY_BYTES = 48
_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"


def rotated(keys: Sequence[str], new: str) -> list[str]:
    """The keys after a rotation.

    Args:
        keys: those before it, at least one. A first key alone goes on signing.
        new: signs after the next rotation.
    """
    *known, upcoming = keys
    return [upcoming, *known[:RETIRED], new]


class Rotation:
    """One rotation of one secret. Each step may be run again.

    Args:
        client: boto3's, of Secrets Manager.
        secret_arn: of the secret.
        version: the name of the version that the rotation makes.
    """

    def __init__(self, client: Any, secret_arn: str, version: str) -> None:
        self._client = client
        self._secret_arn = secret_arn
        self._version = version

    def create(self) -> None:
        """Write the new version, which nobody reads yet."""
        if _PENDING in self._stages().get(self._version, ()) and self._is_written():
            return
        current = self._client.get_secret_value(SecretId=self._secret_arn, VersionStage=_CURRENT)
        keys = parse_keys(MIN_LENGTH)(current["SecretString"])
        self._client.put_secret_value(
            SecretId=self._secret_arn,
            ClientRequestToken=self._version,
            SecretString=",".join(rotated(keys, secrets.token_urlsafe(_KEY_BYTES))),
            VersionStages=[_PENDING],
        )

    def test(self) -> None:
        """Read the new version as functions will.

        Raises:
            ValueError: it does not hold keys.
        """
        parse_keys(MIN_LENGTH)(self._pending()["SecretString"])

    def finish(self) -> None:
        """Let the new version be the one that is read."""
        stages = self._stages()
        current = next(version for version, of in stages.items() if _CURRENT in of)
        if current != self._version:
            self._client.update_secret_version_stage(
                SecretId=self._secret_arn,
                VersionStage=_CURRENT,
                MoveToVersionId=self._version,
                RemoveFromVersionId=current,
            )

    def _stages(self) -> Mapping[str, Sequence[str]]:
        found = self._client.describe_secret(SecretId=self._secret_arn)
        stages: Mapping[str, Sequence[str]] = found["VersionIdsToStages"]
        return stages

    def _pending(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._client.get_secret_value(
            SecretId=self._secret_arn, VersionId=self._version, VersionStage=_PENDING
        )
        return found

    def _is_written(self) -> bool:
        try:
            self._pending()
        except self._client.exceptions.ResourceNotFoundException:
            return False
        return True


def run(event: Mapping[str, str], client: Any) -> None:
    """One step of a rotation.

    Raises:
        ValueError: there is no such step.
    """
    rotation = Rotation(client, event["SecretId"], event["ClientRequestToken"])
    match event["Step"]:
        case "createSecret":
            rotation.create()
        case "setSecret":
            pass  # nothing else keeps these keys
        case "testSecret":
            rotation.test()
        case "finishSecret":
            rotation.finish()
        case step:
            raise ValueError(f"{step} is no step of a rotation")


def _handle(event: dict[str, Any], _context: Any) -> None:
    import boto3

    run(event, boto3.client("secretsmanager"))


handler = log_invocations(_handle)
