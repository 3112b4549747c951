"""What schedules are given in tests: a clock that is set, and executions that are remembered."""

from __future__ import annotations

import pytest

from tests.api_client import SetClock
from tests.executions import RememberedExecutions


@pytest.fixture
def executions() -> RememberedExecutions:
    return RememberedExecutions()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()
