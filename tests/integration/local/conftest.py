"""Workers, and what they are made of, for the tests of the one-machine stack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.declared import Function
from infra.local.leash import Leash
from infra.local.worker import Settings

ROOT = Path(__file__).parents[3]
FUNCTIONS = ROOT / "tests" / "data" / "local_functions"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def leash() -> Iterator[Leash]:
    leash = Leash()
    yield leash
    leash.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name in ("logs", "scratch"):
        (tmp_path / name).mkdir()
    return Settings(
        stand_ins={},
        platform={},
        layer=ROOT,
        logs=tmp_path / "logs",
        scratch=tmp_path / "scratch",
    )


def function(
    handler: str, *, timeout_s: float = 5.0, memory_mib: int = 128, init_s: float = 0.0
) -> Function:
    """A function of tests/data/local_functions/sample."""
    environment = {"INIT_SECONDS": str(init_s)}
    return Function(handler, f"sample.{handler}", FUNCTIONS, timeout_s, memory_mib, environment)
