"""Redis as its adapters meet it: one server, and a cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.servers import valkey_server

_ALL_SLOTS = 16384


@pytest.fixture(scope="session")
def cluster_url(run_folder: Path, worker_name: str) -> Iterator[str]:
    """A cluster of one Valkey that has all the slots."""
    folder = run_folder / f"cluster-{worker_name}"
    with valkey_server(folder, settings={"cluster-enabled": "yes"}) as url:
        client = Redis.from_url(url)
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, _ALL_SLOTS - 1)
        while client.cluster("INFO")["cluster_state"] != "ok":
            time.sleep(0.02)
        client.close()
        yield url.replace("redis", "redis+cluster", 1)


@pytest.fixture(params=["valkey_url", "cluster_url"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a server, then of a cluster."""
    found: str = request.getfixturevalue(request.param)
    return found
