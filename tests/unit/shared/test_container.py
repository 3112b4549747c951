"""The composition root."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from dishka import Provider, Scope, provide
from dishka.exceptions import InvalidGraphError, NoFactoryError

from shared.bounded import BoundedDatabase
from shared.cache import Cache, NoCache, ReadThrough
from shared.clock import Clock, NewId, SystemClock
from shared.config import (
    CacheSettings,
    ConfigError,
    DatabaseSettings,
    ObjectSettings,
    PublicSettings,
    TokenSettings,
)
from shared.container import build_container, container_once
from shared.database import Database
from shared.folder import FolderObjects
from shared.objects import ObjectStore, Presigner
from shared.presign import UrlSigner
from shared.redis_cache import RedisCache
from shared.s3 import S3Objects

_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, kw_only=True)
class _ApiConfig(DatabaseSettings, CacheSettings, ObjectSettings, PublicSettings, TokenSettings):
    """Everything."""


ENVIRON = {
    "DATABASE_URL": "postgresql://127.0.0.1:9/nowhere",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "OBJECTS_URL": "file:///tmp/nowhere",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "TOKEN_SECRET": "s" * 32,
}


class _Port(Protocol):
    def answer(self) -> int: ...


class _Other(Protocol):
    def answer(self) -> int: ...


def test_each_port_has_the_adapter_that_its_address_asks_for() -> None:
    container = build_container(ENVIRON, _ApiConfig)

    assert isinstance(container.get(Database), BoundedDatabase)
    assert isinstance(container.get(Cache), RedisCache)
    assert isinstance(container.get(ObjectStore), FolderObjects)
    assert isinstance(container.get(Presigner), UrlSigner)
    assert isinstance(container.get(Clock), SystemClock)
    assert container.get(NewId)("job").startswith("job_")
    container.close()


def test_in_the_cloud_objects_and_their_signatures_are_s3s() -> None:
    container = build_container(ENVIRON | {"OBJECTS_URL": "s3://drawings"}, _ApiConfig)

    assert isinstance(container.get(ObjectStore), S3Objects)
    assert isinstance(container.get(Presigner), S3Objects)


def test_no_cache_is_bound_where_caching_is_off() -> None:
    container = build_container(ENVIRON | {"ENABLE_CACHING": "false"}, _ApiConfig)

    assert isinstance(container.get(Cache), NoCache)
    assert container.get(ReadThrough).remember("a", 60, lambda: b"x") == b"x"


def test_the_configuration_is_provided_whole_and_by_section() -> None:
    container = build_container(ENVIRON, _ApiConfig)

    assert container.get(_ApiConfig) is container.get(TokenSettings)
    assert container.get(_ApiConfig).objects_url == "file:///tmp/nowhere"


def test_a_function_without_a_section_has_no_such_store() -> None:
    container = build_container({"OBJECTS_URL": "file:///tmp/nowhere"}, ObjectSettings)

    assert isinstance(container.get(ObjectStore), FolderObjects)
    with pytest.raises(NoFactoryError):
        container.get(Database)


def test_a_wrong_environment_is_refused_when_the_container_is_built() -> None:
    with pytest.raises(ConfigError, match=r"OBJECTS_URL.*TOKEN_SECRET"):
        build_container(ENVIRON | {"OBJECTS_URL": "", "TOKEN_SECRET": ""}, _ApiConfig)


def test_a_cycle_is_refused_when_the_container_is_built() -> None:
    class Cycle(Provider):
        scope = Scope.APP

        @provide
        def one(self, other: _Other) -> _Port: ...  # type: ignore[empty-body]

        @provide
        def two(self, port: _Port) -> _Other: ...  # type: ignore[empty-body]

    with pytest.raises(InvalidGraphError, match=r"(?i)cycle"):
        build_container(ENVIRON, _ApiConfig, Cycle())


def test_an_unknown_port_is_refused_when_the_container_is_built() -> None:
    class Unknown(Provider):
        @provide(scope=Scope.APP)
        def one(self, other: _Other) -> _Port: ...  # type: ignore[empty-body]

    with pytest.raises(InvalidGraphError, match="_Other"):
        build_container(ENVIRON, _ApiConfig, Unknown())


def test_a_singleton_that_holds_an_invocations_service_is_refused() -> None:
    class Captive(Provider):
        @provide(scope=Scope.REQUEST)
        def one(self) -> _Port: ...  # type: ignore[empty-body]

        @provide(scope=Scope.APP)
        def two(self, port: _Port) -> _Other: ...  # type: ignore[empty-body]

    with pytest.raises(InvalidGraphError, match="_Port"):
        build_container(ENVIRON, _ApiConfig, Captive())


class _Numbered:
    def __init__(self, number: int) -> None:
        self.number = number


class _Once(_Numbered):
    """Lives as long as the environment."""


class _EachInvocation(_Numbered):
    """Lives as long as an invocation."""


class _EachTime(_Numbered):
    """Fresh each time."""


class _Lifetimes(Provider):
    def __init__(self) -> None:
        super().__init__()
        self.made = 0
        self.events: list[str] = []

    def _next(self, what: str) -> int:
        self.made += 1
        self.events.append(f"open {what}")
        return self.made

    @provide(scope=Scope.APP)
    def once(self) -> Iterable[_Once]:
        yield _Once(self._next("once"))
        self.events.append("close once")

    @provide(scope=Scope.REQUEST)
    def each_invocation(self, _once: _Once) -> Iterable[_EachInvocation]:
        yield _EachInvocation(self._next("invocation"))
        self.events.append("close invocation")

    @provide(scope=Scope.REQUEST, cache=False)
    def each_time(self) -> _EachTime:
        return _EachTime(self._next("time"))


def test_singletons_scoped_and_transient_services_live_as_long_as_they_should() -> None:
    container = build_container(ENVIRON, _ApiConfig, _Lifetimes())
    with container() as first, container() as second:
        assert first.get(_Once) is second.get(_Once) is container.get(_Once)
        assert first.get(_EachInvocation) is first.get(_EachInvocation)
        assert first.get(_EachInvocation) is not second.get(_EachInvocation)
        assert first.get(_EachTime) is not first.get(_EachTime)


def test_what_was_opened_is_closed_in_reverse_and_nothing_is_opened_early() -> None:
    lifetimes = _Lifetimes()
    container = build_container(ENVIRON, _ApiConfig, lifetimes)
    assert lifetimes.events == []

    with container() as invocation:
        invocation.get(_EachInvocation)
    container.close()

    assert lifetimes.events == ["open once", "open invocation", "close invocation", "close once"]


def test_a_test_may_put_a_part_of_its_own_in_the_place_of_one() -> None:
    class Fixed(Provider):
        @provide(scope=Scope.APP)
        def cache(self) -> Cache:
            return NoCache()

    assert isinstance(build_container(ENVIRON, _ApiConfig, Fixed()).get(Cache), NoCache)


@pytest.fixture
def imported_by_a_vision_task() -> Iterator[set[str]]:
    """The modules that a task which only reads objects has loaded after reading one."""
    program = """
import json, sys
from dataclasses import dataclass
from pathlib import Path
from shared.config import ObjectSettings
from shared.container import build_container, container_once
from shared.objects import ObjectStore
container = build_container({"OBJECTS_URL": sys.argv[1]}, ObjectSettings)
container.get(ObjectStore).head("nothing")
print(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, "file:///tmp/simgen-nowhere"],
        cwd=_ROOT,
        env={"PYTHONPATH": f"{_ROOT / 'functions'}:{_ROOT}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    yield set(json.loads(done.stdout))


def test_a_vision_task_loads_no_client_that_its_layer_lacks(
    imported_by_a_vision_task: set[str],
) -> None:
    # dishka itself looks for pydantic, and does without it.
    absent = {"psycopg", "redis", "fastapi", "orjson", "jwt", "boto3", "numpy", "cv2"}

    assert absent.isdisjoint(imported_by_a_vision_task)


def test_nothing_reads_the_environment_at_import() -> None:
    """Every module of `shared` can be imported with an environment that refuses to be read."""
    program = """
import importlib, os, pkgutil, sys
import dishka, jwt, numpy, psycopg, redis, redis.cluster  # what they read is their affair
class Shut(dict):
    def __getitem__(self, name, *_): raise SystemExit(f"read {name}")
    get = __contains__ = __iter__ = keys = items = __getitem__
import shared
os.environ = Shut()
for module in pkgutil.iter_modules(shared.__path__):
    importlib.import_module(f"shared.{module.name}")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_function_builds_its_container_once_and_at_its_first_invocation() -> None:
    environ: dict[str, str] = {}
    container = container_once(environ, ObjectSettings)  # nothing is read yet
    with pytest.raises(ConfigError):
        container()
    environ["OBJECTS_URL"] = "file:///tmp/somewhere"
    assert container() is container()
