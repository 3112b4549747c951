"""One service for all end-to-end tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oidc import AUDIENCE, LocalIssuer, local_issuer
from tests.service import Client, Service, data_folder


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
