"""Configuration from an explicit mapping."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass

import pytest

from shared import config
from shared.config import (
    CacheSettings,
    ConfigError,
    DatabaseSettings,
    LabelReaderKind,
    LabelSettings,
    LimitSettings,
    ObjectSettings,
    TokenSettings,
    read_config,
)


@dataclass(frozen=True, kw_only=True)
class _Everything(DatabaseSettings, CacheSettings, ObjectSettings, TokenSettings, LimitSettings):
    """As an API function would need."""


COMPLETE = {
    "DATABASE_URL": "postgresql://simgen:hunter2@localhost/simgen",
    "REDIS_URL": "redis://localhost:6379/0",
    "OBJECTS_URL": "file:///var/lib/simgen",
    "TOKEN_SECRET": "s" * 32,
}


def test_a_complete_environment_gives_typed_values_and_defaults() -> None:
    found = read_config(_Everything, COMPLETE | {"ENABLE_CACHING": "false", "CACHE_TTL": "15m"})

    assert found.database_url == COMPLETE["DATABASE_URL"]
    assert found.enable_caching is False
    assert found.cache_ttl_s == 900
    assert (found.rate_limit_per_minute, found.rate_limit_per_hour, found.burst_size) == (
        60,
        600,
        10,
    )


def test_every_missing_and_every_wrong_name_is_reported_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        read_config(
            _Everything,
            {
                "DATABASE_URL": "mysql://localhost/simgen",
                "REDIS_URL": "   ",
                "TOKEN_SECRET": "short",
                "CACHE_TTL": "soon",
                "BURST_SIZE": "-1",
                "ENABLE_CACHING": "maybe",
            },
        )

    assert set(refused.value.problems) == {
        "DATABASE_URL",
        "REDIS_URL",
        "OBJECTS_URL",
        "TOKEN_SECRET",
        "CACHE_TTL",
        "BURST_SIZE",
        "ENABLE_CACHING",
    }
    assert "short" not in str(refused.value)
    assert all(name in str(refused.value) for name in refused.value.problems)


def test_a_function_reads_only_what_it_needs() -> None:
    assert read_config(ObjectSettings, {"OBJECTS_URL": "s3://drawings"}) == ObjectSettings(
        objects_url="s3://drawings"
    )


def test_a_configuration_can_not_be_changed() -> None:
    found = read_config(ObjectSettings, {"OBJECTS_URL": "s3://drawings"})

    with pytest.raises(FrozenInstanceError):
        found.objects_url = "s3://others"  # type: ignore[misc]


def test_secrets_are_not_shown() -> None:
    shown = repr(read_config(_Everything, COMPLETE))

    assert "hunter2" not in shown
    assert "s" * 32 not in shown
    assert "file:///var/lib/simgen" in shown


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://localhost/simgen",
        "postgresql://postgres:@/simgen?host=/tmp/pg",
        "postgresql+iam://simgen@proxy.example:5432/simgen",
    ],
)
def test_addresses_of_databases_are_taken(url: str) -> None:
    assert read_config(DatabaseSettings, {"DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    "url", ["s3:", "s3://", "http://x", "drawings", "file://", "s3://[", "//x"]
)
def test_what_is_no_place_for_objects_is_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        read_config(ObjectSettings, {"OBJECTS_URL": url})


@pytest.mark.parametrize(
    ("raw", "seconds"), [("1", 1), ("90s", 90), ("15m", 900), ("24h", 86400), ("7d", 604800)]
)
def test_durations_are_read(raw: str, seconds: int) -> None:
    assert config.duration_s(raw) == seconds


@pytest.mark.parametrize("raw", ["0", "-1", "1.5", "1w", "s", "", "0h", "1 2", "٣"])
def test_what_is_no_duration_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        config.duration_s(raw)


@pytest.mark.parametrize("raw", ["0", "-3", "1.0", "ten", "", "+1", "1e3", "²"])
def test_what_is_no_positive_number_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        config.positive_int(raw)


@pytest.mark.parametrize(
    ("raw", "value"), [("true", True), ("FALSE", False), ("1", True), ("off", False)]
)
def test_booleans_are_read(raw: str, value: bool) -> None:
    assert config.boolean(raw) is value


def test_a_choice_is_one_of_its_values() -> None:
    assert read_config(LabelSettings, {}).label_reader is LabelReaderKind.RAPIDOCR
    assert (
        read_config(LabelSettings, {"LABEL_READER": "textract"}).label_reader
        is LabelReaderKind.TEXTRACT
    )
    with pytest.raises(ConfigError, match="rapidocr, textract"):
        read_config(LabelSettings, {"LABEL_READER": "tesseract"})


def test_keys_may_be_in_secrets_manager_and_only_its_own_names_are_taken_for_that() -> None:
    arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:TokenSecret-a1b2c3"
    found = read_config(TokenSettings, {"TOKEN_SECRET": arn})
    assert found.token_secrets == config.SecretReference(arn)

    found = read_config(TokenSettings, {"TOKEN_SECRET": "a" * 32 + "," + "b" * 40})
    assert found.token_secrets == ("a" * 32, "b" * 40)


@pytest.mark.parametrize(("raw", "count"), [("0", 0), ("2", 2)])
def test_there_may_be_no_proxy_in_front(raw: str, count: int) -> None:
    found = read_config(LimitSettings, {**COMPLETE, "PROXIES_IN_FRONT": raw})
    assert found.proxies_in_front == count


@pytest.mark.parametrize("raw", ["-1", "00", "one", "1.5"])
def test_a_number_of_proxies_that_is_none_is_refused(raw: str) -> None:
    with pytest.raises(ConfigError, match="PROXIES_IN_FRONT"):
        read_config(LimitSettings, {**COMPLETE, "PROXIES_IN_FRONT": raw})
