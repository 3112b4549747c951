"""The composition root: the one place that chooses what stands behind each port.

Which stores a function has follows from the sections its configuration derives from; which adapter
a store gets follows from the scheme of its URL. Drivers are imported when a store is first asked
for, so a function pays at its start only for what it uses, and needs no package that it does not.

Lifetimes are dishka's: `Scope.APP` lives as long as the execution environment, `Scope.REQUEST` as
long as one invocation (`with container() as invocation:`), `cache=False` gives a fresh one each
time. A cycle, a port that nothing provides and an APP service that asks for a REQUEST one are
refused when the container is built. What is closed is closed in reverse order of its making.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeVar
from urllib.parse import urlsplit

from dishka import Container, Provider, Scope, make_container, provide

from .bounded import BoundedDatabase
from .breaker import LocalStates
from .cache import MAX_ENTRIES, Cache, Flights, MemoryCache, NoCache, ReadThrough
from .clock import Clock, NewId, SystemClock, new_id
from .config import (
    CacheSettings,
    DatabaseSettings,
    LimitSettings,
    ObjectSettings,
    PublicSettings,
    RedisSettings,
    SecretReference,
    SocketSettings,
    StateMachineSettings,
    TokenSettings,
    read_config,
)
from .database import Database
from .executions import Executions, StepFunctions
from .limits import Limiter
from .measure import Measurements
from .objects import ObjectStore, Presigner
from .push import GatewaySockets, Sockets
from .redis_breaker import RedisStates
from .redis_cache import RedisCache, RedisFlights
from .redis_limits import RedisBuckets
from .redis_server import RedisServer, open_redis
from .retry import EXECUTIONS, OBJECTS, SOCKETS, Guards
from .token_keys import Keys, SecretsManagerKeys, fixed_keys
from .tokens import Tokens

_Config = TypeVar("_Config")


class ClockProvider(Provider):
    """Time, names and what is measured."""

    scope = Scope.APP

    @provide
    def clock(self) -> Clock:
        """The machine's clock."""
        return SystemClock()

    @provide
    def ids(self) -> NewId:
        """Ids that sort by time and can't be guessed."""
        return new_id

    @provide
    def measurements(self, clock: Clock) -> Measurements:
        """What is measured, until it is written down."""
        return Measurements(clock)


class DatabaseProvider(Provider):
    """PostgreSQL, by password or by IAM token."""

    scope = Scope.APP

    @provide
    def database(
        self, settings: DatabaseSettings, measurements: Measurements
    ) -> Iterable[Database]:
        """A connection for each operation under way, opened at its first statement."""
        from .postgres import open_postgres

        database = BoundedDatabase(lambda: open_postgres(settings.database_url), measurements)
        yield database
        database.close()


class RedisProvider(Provider):
    """Redis or Valkey, alone or as a cluster."""

    scope = Scope.APP

    @provide
    def redis(self, settings: RedisSettings, measurements: Measurements) -> Iterable[RedisServer]:
        """One client an environment, opened at the first command."""
        server = open_redis(settings.redis_url, measurements.breaker_opened)
        yield server
        server.close()


class GuardProvider(Provider):
    """Retries and breakers, where there is no Redis to share breakers by."""

    scope = Scope.APP

    @provide
    def guards(self, measurements: Measurements) -> Guards:
        """One guard a dependency, whose breakers are this process's own."""
        return Guards(LocalStates(), measurements.breaker_opened)


class SharedGuardProvider(Provider):
    """Retries and breakers, where there is Redis."""

    scope = Scope.APP

    @provide
    def guards(self, redis: RedisServer, measurements: Measurements) -> Guards:
        """One guard a dependency, whose breakers all instances share."""
        return Guards(RedisStates(redis), measurements.breaker_opened)


class CacheProvider(Provider):
    """The cache's tiers."""

    scope = Scope.APP

    @provide
    def cache(self, settings: CacheSettings, redis: RedisServer) -> Cache:
        """The second cache tier, or none where caching is off."""
        if not settings.enable_caching:
            return NoCache()
        return RedisCache(redis)

    @provide
    def memory(self, settings: CacheSettings, measurements: Measurements) -> MemoryCache:
        """The first tier, which keeps nothing where caching is off."""
        return MemoryCache(
            most=MAX_ENTRIES if settings.enable_caching else 0, measurements=measurements
        )

    @provide
    def flights(self, redis: RedisServer) -> Flights:
        """Who of many askers computes."""
        return RedisFlights(redis)

    @provide
    def tiers(
        self, memory: MemoryCache, cache: Cache, flights: Flights, measurements: Measurements
    ) -> ReadThrough:
        """The tiers in front of what takes long to compute or to fetch, the nearest first."""
        return ReadThrough([memory, cache], flights=flights, measurements=measurements)


class LimitProvider(Provider):
    """How often one may ask."""

    scope = Scope.APP

    @provide
    def limiter(self, settings: LimitSettings, redis: RedisServer) -> Limiter:
        """What counts requests, across all instances."""
        return Limiter(settings, RedisBuckets(redis))


class ObjectProvider(Provider):
    """A folder or a bucket."""

    scope = Scope.APP

    @provide
    def objects(self, settings: ObjectSettings, guards: Guards) -> ObjectStore:
        """Where objects are kept."""
        if urlsplit(settings.objects_url).scheme == "s3":
            from .s3 import open_s3

            return open_s3(settings.objects_url, guards.of(OBJECTS))
        from .folder import open_folder

        return open_folder(settings.objects_url)


class PresignerProvider(Provider):
    """Permission to read or write one object."""

    scope = Scope.APP

    @provide
    def presigner(
        self,
        objects: ObjectSettings,
        public: PublicSettings,
        keys: Keys,
        clock: Clock,
    ) -> Presigner:
        """The bucket's own signatures, or the gateway's where objects are in a folder.

        Either way clients reach objects where they reach the API, below `OBJECTS_PATH`.
        """
        from .presign import OBJECTS_PATH, UrlSigner

        if urlsplit(objects.objects_url).scheme == "s3":
            from .s3 import open_s3

            served_at = public.public_url.rstrip("/") + OBJECTS_PATH.rstrip("/")
            return open_s3(objects.objects_url, served_at=served_at)
        return UrlSigner(public.public_url, keys()[0], clock)


class SocketProvider(Provider):
    """Connections that API Gateway holds."""

    scope = Scope.APP

    @provide
    def sockets(self, settings: SocketSettings, guards: Guards) -> Sockets:
        """Where messages are posted."""
        return GatewaySockets(settings.sockets_endpoint, guard=guards.of(SOCKETS))


class TokenProvider(Provider):
    """Who calls."""

    scope = Scope.APP

    @provide
    def keys(self, settings: TokenSettings) -> Keys:
        """What tokens are signed with."""
        if isinstance(settings.token_secrets, SecretReference):
            return SecretsManagerKeys(settings.token_secrets.arn)
        return fixed_keys(*settings.token_secrets)

    @provide
    def tokens(self, keys: Keys, clock: Clock) -> Tokens:
        """What signs and reads tokens."""
        return Tokens(keys, clock)


class ExecutionProvider(Provider):
    """The state machine."""

    scope = Scope.APP

    @provide
    def executions(self, settings: StateMachineSettings, guards: Guards) -> Executions:
        """What starts and stops executions."""
        return StepFunctions(settings.jobs_state_machine_arn, guard=guards.of(EXECUTIONS))


_NEEDED: Mapping[type[Provider], tuple[type, ...]] = {
    ClockProvider: (),
    DatabaseProvider: (DatabaseSettings,),
    RedisProvider: (RedisSettings,),
    GuardProvider: (),
    SharedGuardProvider: (RedisSettings,),  # in the place of the one before
    CacheProvider: (CacheSettings,),
    LimitProvider: (LimitSettings,),
    ObjectProvider: (ObjectSettings,),
    PresignerProvider: (ObjectSettings, PublicSettings, TokenSettings),
    TokenProvider: (TokenSettings,),
    ExecutionProvider: (StateMachineSettings,),
    SocketProvider: (SocketSettings,),
}


def build_container(
    environ: Mapping[str, str], config: type[_Config], *providers: Provider
) -> Container:
    """Read a function's configuration and bind its ports.

    Args:
        environ: usually `os.environ`, as it is at the first invocation.
        config: the function's configuration (see `shared.config`). The container provides it, and
            each section it derives from, by type.
        providers: what the function's own package binds, and what tests put in the place of a part
            (a later provider's part replaces an earlier one's).

    Raises:
        ConfigError: names are missing or wrong.
        dishka.exceptions.InvalidGraphError: a cycle, an unknown port or a captive scope.
    """
    settings = read_config(config, environ)
    sections = [kind for kind in config.__mro__ if kind is not object]
    provided = Provider(scope=Scope.APP)
    for section in sections:
        provided.provide(lambda: settings, provides=section)
    parts = [
        part() for part, needed in _NEEDED.items() if all(issubclass(config, n) for n in needed)
    ]
    return make_container(provided, *parts, *providers)


def container_once(
    environ: Mapping[str, str], config: type, *providers: Provider
) -> Callable[[], Container]:
    """What gives a function its container: built at the first call, kept for the next ones.

    So nothing is built at import, and a wrong environment is the failure of an invocation, which is
    answered and logged, and not of a start. Arguments and errors are `build_container`'s; after an
    error the next call tries again.
    """

    @cache
    def container() -> Container:
        return build_container(environ, config, *providers)

    return container
