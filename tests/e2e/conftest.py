"""One service for all end-to-end tests of a worker, and what those of the page have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import chromium
from tests.e2e.browsing import Recorded, record
from tests.oidc import AUDIENCE, LocalIssuer, local_issuer
from tests.service import Client, Service, data_folder

# A condition may take long on a machine that does much else; a test that fails waits once.
expect.set_options(timeout=60_000)

EXAMPLES = Path(__file__).parents[1] / "data/examples"


@pytest.fixture(scope="session")
def issuer() -> Iterator[LocalIssuer]:
    """Where people sign in."""
    with local_issuer() as issuer:
        yield issuer


@pytest.fixture(scope="session")
def service(issuer: LocalIssuer) -> Iterator[Service]:
    """The whole service, on an empty data folder."""
    with data_folder() as data:
        service = Service(data, {"OIDC_ISSUER": issuer.address, "OIDC_AUDIENCE": AUDIENCE})
        yield service
        service.stop()


@pytest.fixture
def client(service: Service) -> Client:
    """A client with a session of its own."""
    return Client(service.address)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module: while it is open, its thread has a running event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def pendulum(service: Service) -> Recorded:
    """The example pendulum, read and simulated, to look at: its sketch is all tests' own."""
    return record_pendulum(service)


@pytest.fixture
def own_pendulum(service: Service) -> Recorded:
    """The example pendulum of somebody new, to correct."""
    return record_pendulum(service)


def record_pendulum(service: Service) -> Recorded:
    """Have the example pendulum read and simulated, for somebody new."""
    return record(service.address, (EXAMPLES / "pendulum.png").read_bytes())
