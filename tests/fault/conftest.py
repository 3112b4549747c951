"""The REST API's fixtures, for the tests that break what stands behind it."""

from __future__ import annotations

from tests.integration.api.conftest import (  # noqa: F401  pytest finds them by name
    api,
    clock,
    connection,
    database,
    drawing,
    environ,
    executions,
    handlers,
    objects,
    objects_url,
    parts,
    sockets,
    token,
)
