"""The keys of tokens, in Secrets Manager (moto's): read, rotated, and nobody logged out by it."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from api.sessions import SESSION_LIFETIME
from schedules.rotate_token_keys import RETIRED, rotated, run
from shared.clock import Clock
from shared.errors import DependencyUnavailable, Unauthenticated
from shared.identity import Identity, Role
from shared.token_keys import KEEP_S, SecretsManagerKeys
from shared.tokens import Tokens
from tests import servers
from tests.infra.template import resources

FIRST = "f" * 64
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
SOMEONE = Identity("ses_1", Role.GUEST)


class Movable:
    """A clock that is put forward; it also tells seconds."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with servers.s3_server() as url:  # moto's server serves every service
        yield boto3.client(
            "secretsmanager",
            endpoint_url=url,
            region_name="eu-central-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )


@pytest.fixture
def secret(client: Any) -> str:
    made = client.create_secret(Name=uuid.uuid4().hex, SecretString=FIRST)
    arn: str = made["ARN"]
    return arn


def rotate(client: Any, secret: str, *, each: int = 1) -> None:
    version = str(uuid.uuid4())
    for step in STEPS:
        for _ in range(each):
            run({"Step": step, "SecretId": secret, "ClientRequestToken": version}, client)


def value(client: Any, secret: str) -> list[str]:
    text: str = client.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"]
    return text.split(",")


def instance(client: Any, secret: str, clock: Movable) -> Tokens:
    keys = SecretsManagerKeys(secret, lambda: client, monotonic=clock.seconds)
    as_clock: Clock = clock
    return Tokens(keys, as_clock)


def issue(tokens: Tokens, clock: Movable) -> str:
    return tokens.issue(SOMEONE, issued_at=clock.at, expires_at=clock.at + SESSION_LIFETIME)


def holds(tokens: Tokens, token: str) -> bool:
    try:
        tokens.read(token)
    except Unauthenticated:
        return False
    return True


def test_a_first_key_goes_on_signing_and_a_next_one_is_made(client: Any, secret: str) -> None:
    rotate(client, secret)

    first, upcoming = value(client, secret)
    assert first == FIRST
    assert len(upcoming) >= 64
    assert "," not in upcoming


def test_the_next_key_signs_after_a_rotation_and_those_before_it_are_kept(
    client: Any, secret: str
) -> None:
    rotate(client, secret)
    _, upcoming = value(client, secret)
    rotate(client, secret)

    signing, retired, newest = value(client, secret)
    assert (signing, retired) == (upcoming, FIRST)
    assert newest not in (signing, retired)


def test_steps_that_are_run_twice_rotate_once(client: Any, secret: str) -> None:
    rotate(client, secret, each=2)

    assert len(value(client, secret)) == 2


def test_the_list_does_not_grow_for_ever() -> None:
    keys = [FIRST]
    for number in range(20):
        keys = rotated(keys, str(number))
    assert keys == ["18", "17", "16", "19"]


def test_no_token_is_refused_while_keys_rotate_and_instances_read_them_late(
    client: Any, secret: str
) -> None:
    """A year of rotations; one instance has read the keys just before each, one reads them late."""
    (schedule,) = resources("AWS::SecretsManager::RotationSchedule").values()
    period = timedelta(days=schedule["RotationRules"]["AutomaticallyAfterDays"])
    clock = Movable()
    late, early = instance(client, secret, clock), instance(client, secret, clock)
    alive: list[tuple[datetime, str]] = []
    for _ in range(12):
        holds(late, issue(late, clock))  # it has just read them, and will not again for a while
        rotate(client, secret)
        clock.at += timedelta(seconds=KEEP_S / 2)
        fresh = instance(client, secret, clock)
        for one in (late, early, fresh):
            alive.append((clock.at + SESSION_LIFETIME, issue(one, clock)))
        alive = [(until, token) for until, token in alive if until > clock.at]
        assert all(holds(one, token) for one in (late, early, fresh) for _, token in alive)
        clock.at += period - timedelta(seconds=KEEP_S / 2)


def test_a_key_is_kept_for_as_long_as_a_token_of_it_may_live() -> None:
    (schedule,) = resources("AWS::SecretsManager::RotationSchedule").values()
    days = schedule["RotationRules"]["AutomaticallyAfterDays"]
    assert math.ceil(SESSION_LIFETIME.days / days) < RETIRED + 1


def test_keys_that_can_not_be_read_are_told_and_those_read_before_stay(
    client: Any, secret: str
) -> None:
    clock, asked = Movable(), []

    def connect() -> Any:
        asked.append(1)
        return client

    keys = SecretsManagerKeys(secret, connect, monotonic=clock.seconds)
    assert keys() == (FIRST,)
    client.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    clock.at += timedelta(seconds=KEEP_S)
    assert keys() == (FIRST,)
    assert len(asked) == 1
    with pytest.raises(DependencyUnavailable):
        SecretsManagerKeys(secret, connect, monotonic=clock.seconds)()


def test_a_step_that_does_not_exist_is_refused(client: Any, secret: str) -> None:
    with pytest.raises(ValueError, match="no step"):
        run({"Step": "dance", "SecretId": secret, "ClientRequestToken": "1" * 32}, client)
