"""Configuration: frozen typed sections, read once from an explicit mapping.

A function's configuration is one frozen dataclass that derives from the sections it needs and from
no others, so a task that only reads objects needs only `OBJECTS_URL`:

    @dataclass(frozen=True, kw_only=True)
    class PrepareConfig(ObjectSettings):
        '''What the prepare task reads.'''

    config = read_config(PrepareConfig, os.environ)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

_Config = TypeVar("_Config")
_Value = TypeVar("_Value")

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_DURATION = re.compile(r"([0-9]+)(s|m|h|d)?")
_SECRET_ARN = re.compile(r"arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:\S+")
MOST_DAYS = 365
_SECONDS = {None: 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class ConfigError(Exception):
    """The environment lacks names or holds wrong values; `problems` names every one of them.

    Values are not repeated: they may be secrets.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        lines = (f"{name}: {why}" for name, why in sorted(problems.items()))
        super().__init__("; ".join(lines))
        self.problems = dict(problems)


def setting(
    name: str,
    parse: Callable[[str], _Value],
    default: _Value | None = None,
    *,
    secret: bool = False,
) -> Any:
    """A dataclass field that is read from the environment's `name`.

    Without a default the name is required. A secret is left out of the object's `repr`.
    """
    metadata = {"name": name, "parse": parse}
    if default is None:
        return field(metadata=metadata, repr=not secret)
    return field(metadata=metadata, repr=not secret, default=default)


def read_config(config: type[_Config], environ: Mapping[str, str]) -> _Config:
    """Build `config` from the environment; an empty value counts as missing.

    Raises:
        ConfigError: with every missing or wrong name in it, not just the first.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for entry in fields(config):  # type: ignore[arg-type]  # a class, checked by `fields`
        name: str = entry.metadata["name"]
        raw = environ.get(name, "").strip()
        if not raw:
            if _required(entry):
                problems[name] = "is missing"
            continue
        try:
            values[entry.name] = entry.metadata["parse"](raw)
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise ConfigError(problems)
    return config(**values)


def _required(entry: Field[Any]) -> bool:
    return entry.default is MISSING and entry.default_factory is MISSING


def text(raw: str) -> str:
    """Any text."""
    return raw


def url(*schemes: str) -> Callable[[str], str]:
    """An absolute URL of one of the schemes.

    Raises:
        ValueError: another scheme, or no place behind it.
    """

    def parse(raw: str) -> str:
        try:
            parts = urlsplit(raw)
        except ValueError:
            raise ValueError("is not a URL") from None
        if parts.scheme not in schemes:
            raise ValueError(f"must be a URL that starts with {' or '.join(schemes)}")
        if not parts.netloc and not parts.path.strip("/"):
            raise ValueError("is a URL without a host or a path")
        return raw

    return parse


def positive_int(raw: str) -> int:
    """A whole number from 1 up.

    Raises:
        ValueError: anything else.
    """
    if not raw.isascii() or not raw.isdigit() or int(raw) < 1:
        raise ValueError("must be a whole number from 1 up")
    return int(raw)


def whole_number(raw: str) -> int:
    """A whole number from 0 up.

    Raises:
        ValueError: anything else.
    """
    return 0 if raw == "0" else positive_int(raw)


def days(raw: str) -> int:
    """Whole days from 1 to 365.

    Raises:
        ValueError: anything else.
    """
    found = positive_int(raw) if len(raw) <= 3 else 0
    if not 1 <= found <= MOST_DAYS:
        raise ValueError(f"must be a whole number of days from 1 to {MOST_DAYS}")
    return found


def duration_s(raw: str) -> int:
    """A duration in whole seconds from 1 up, as `3600`, `90s`, `15m`, `24h` or `7d`.

    Raises:
        ValueError: anything else.
    """
    match = _DURATION.fullmatch(raw)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if seconds < 1:
        raise ValueError("must be a duration from 1 second up, such as 3600, 90s, 15m, 24h or 7d")
    return seconds


def boolean(raw: str) -> bool:
    """`true` or `false`, also as 1/0, yes/no, on/off.

    Raises:
        ValueError: anything else.
    """
    word = raw.lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError("must be true or false")


def choice(kind: type[_Enum]) -> Callable[[str], _Enum]:
    """One of an enumeration's values.

    Raises:
        ValueError: anything else.
    """

    def parse(raw: str) -> _Enum:
        try:
            return kind(raw)
        except ValueError:
            raise ValueError(f"must be one of {', '.join(kind)}") from None

    return parse


def secret_text(minimum: int) -> Callable[[str], str]:
    """Text of at least `minimum` characters.

    Raises:
        ValueError: shorter.
    """

    def parse(raw: str) -> str:
        if len(raw) < minimum:
            raise ValueError(f"must have at least {minimum} characters")
        return raw

    return parse


def secrets(minimum: int) -> Callable[[str], tuple[str, ...]]:
    """Texts of at least `minimum` characters each, with commas between them.

    Raises:
        ValueError: one is shorter.
    """
    parse_one = secret_text(minimum)

    def parse(raw: str) -> tuple[str, ...]:
        return tuple(parse_one(each.strip()) for each in raw.split(","))

    return parse


@dataclass(frozen=True, slots=True)
class SecretReference:
    """A secret that Secrets Manager keeps."""

    arn: str


def secrets_or_reference(minimum: int) -> Callable[[str], tuple[str, ...] | SecretReference]:
    """`secrets`, or the ARN of a secret that holds them.

    Raises:
        ValueError: a text that is neither.
    """
    parse_secrets = secrets(minimum)

    def parse(raw: str) -> tuple[str, ...] | SecretReference:
        return SecretReference(raw) if _SECRET_ARN.fullmatch(raw) else parse_secrets(raw)

    return parse


_Enum = TypeVar("_Enum", bound=StrEnum)


class LabelReaderKind(StrEnum):
    """Which OCR reads the labels."""

    RAPIDOCR = "rapidocr"
    TEXTRACT = "textract"


class SentenceReaderKind(StrEnum):
    """Who reads sentences."""

    GRAMMAR = "grammar"
    BEDROCK = "bedrock"


@dataclass(frozen=True, kw_only=True)
class StageSettings:
    """Where this runs."""

    stage: str = setting("STAGE", text, "local")


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """`postgresql://` for a plain server, `postgresql+iam://` for RDS Proxy with IAM tokens."""

    database_url: str = setting("DATABASE_URL", url("postgresql", "postgresql+iam"), secret=True)


@dataclass(frozen=True, kw_only=True)
class RedisSettings:
    """`redis://` (`rediss://` with TLS) for one server, `rediss+cluster://` for a cluster."""

    redis_url: str = setting(
        "REDIS_URL", url("redis", "rediss", "redis+cluster", "rediss+cluster"), secret=True
    )


@dataclass(frozen=True, kw_only=True)
class CacheSettings(RedisSettings):
    """Whether what took long to compute is kept, and for how long."""

    cache_ttl_s: int = setting("CACHE_TTL", duration_s, 3600)
    enable_caching: bool = setting("ENABLE_CACHING", boolean, True)


@dataclass(frozen=True, kw_only=True)
class ObjectSettings:
    """`file:///folder` or `s3://bucket`."""

    objects_url: str = setting("OBJECTS_URL", url("file", "s3"))


@dataclass(frozen=True, kw_only=True)
class PublicSettings:
    """The API's address as its clients see it, for the addresses of objects that are signed.

    Without one they are relative to the API.
    """

    public_url: str = setting("PUBLIC_URL", url("http", "https"), "")


@dataclass(frozen=True, kw_only=True)
class TokenSettings:
    """The keys that guest tokens and, on one machine, presigned addresses are signed with.

    One, or several with commas between them: the first signs, and what the others have signed holds
    until it expires. Or the ARN of a secret that holds them and is rotated (`shared.token_keys`).
    32 bytes are what RFC 7518 asks of an HS256 key.
    """

    token_secrets: tuple[str, ...] | SecretReference = setting(  # noqa: RUF009  # can't change
        "TOKEN_SECRET", secrets_or_reference(32), secret=True
    )


@dataclass(frozen=True, kw_only=True)
class ProxySettings:
    """How many proxies of ours, such as a distribution, are before the gateway.

    Callers are also told apart by address, which is then not the one that the gateway sees.
    """

    proxies_in_front: int = setting("PROXIES_IN_FRONT", whole_number, 0)


@dataclass(frozen=True, kw_only=True)
class LimitSettings(RedisSettings, ProxySettings):
    """How often a caller may make or change things, and what costs money each time."""

    rate_limit_per_minute: int = setting("RATE_LIMIT_PER_MINUTE", positive_int, 60)
    rate_limit_per_hour: int = setting("RATE_LIMIT_PER_HOUR", positive_int, 600)
    burst_size: int = setting("BURST_SIZE", positive_int, 10)
    paid_limit_per_minute: int = setting("PAID_LIMIT_PER_MINUTE", positive_int, 5)


@dataclass(frozen=True, kw_only=True)
class StateMachineSettings:
    """The state machine that turns a job into a simulation."""

    jobs_state_machine_arn: str = setting("JOBS_STATE_MACHINE_ARN", text)


@dataclass(frozen=True, kw_only=True)
class SocketSettings:
    """The management address of the WebSocket API."""

    sockets_endpoint: str = setting("SOCKETS_ENDPOINT", url("http", "https"))


@dataclass(frozen=True, kw_only=True)
class LabelSettings:
    """Who reads the labels of a drawing."""

    label_reader: LabelReaderKind = setting(  # noqa: RUF009  # an enumeration can't change
        "LABEL_READER", choice(LabelReaderKind), LabelReaderKind.RAPIDOCR
    )


@dataclass(frozen=True, kw_only=True)
class KeepSettings:
    """For how many days things are kept that nobody asks for any more."""

    keep_readings_days: int = setting("KEEP_READINGS_DAYS", days, 90)
    keep_measurements_days: int = setting("KEEP_MEASUREMENTS_DAYS", days, 30)
    keep_locks_days: int = setting("KEEP_LOCKS_DAYS", days, 7)


@dataclass(frozen=True, kw_only=True)
class SentenceSettings:
    """Who reads sentences: the grammar, or a language model on Bedrock."""

    sentence_reader: SentenceReaderKind = setting(  # noqa: RUF009  # an enumeration can't change
        "SENTENCE_READER", choice(SentenceReaderKind), SentenceReaderKind.GRAMMAR
    )
    bedrock_model_id: str = setting("BEDROCK_MODEL_ID", text, "")
