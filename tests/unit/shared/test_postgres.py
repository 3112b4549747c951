"""How connections are asked for; what they do is in the contract suite."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from shared import postgres
from shared.errors import DependencyUnavailable
from shared.postgres import CONNECT_TIMEOUT_S, open_postgres


class _Signer:
    def generate_db_auth_token(self, *, DBHostname: str, Port: int, DBUsername: str) -> str:
        return f"token for {DBUsername}@{DBHostname}:{Port}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """With what a connection was asked for; there is none."""
    found: dict[str, Any] = {}

    def connect(**settings: Any) -> None:
        found.update(settings)
        raise psycopg.OperationalError

    monkeypatch.setattr(postgres._BoundedConnection, "connect", connect)
    return found


def _use(url: str) -> None:
    with pytest.raises(DependencyUnavailable):
        open_postgres(url, signer=_Signer).execute("SELECT 1")


def test_a_proxy_gets_a_token_over_tls_that_checks_its_name(asked: dict[str, Any]) -> None:
    _use("postgresql+iam://simgen@proxy.example:6432/drawings")

    assert asked["password"] == "token for simgen@proxy.example:6432"
    assert asked["sslmode"] == "verify-full"
    assert asked["sslrootcert"]
    assert (asked["host"], asked["dbname"]) == ("proxy.example", "drawings")


def test_a_plain_server_gets_what_its_address_says(asked: dict[str, Any]) -> None:
    _use("postgresql://simgen:hunter2@db.example/drawings")

    assert (asked["host"], asked["user"], asked["password"]) == ("db.example", "simgen", "hunter2")
    assert "sslmode" not in asked


def test_a_connection_never_pins_a_proxy_and_never_waits_for_ever(asked: dict[str, Any]) -> None:
    _use("postgresql+iam://simgen@proxy.example/drawings")

    assert asked["autocommit"] is True
    assert asked["prepare_threshold"] is None
    assert asked["connect_timeout"] == CONNECT_TIMEOUT_S
    assert "options" not in asked
