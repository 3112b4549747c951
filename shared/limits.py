"""How often one may ask: buckets that fill again evenly, by caller and by address.

A bucket holds `capacity`, each request takes one, and they flow back one every `window_s / quota`
seconds: bursts are allowed, and a pause earns the next. What is allowed is decided here; where
buckets are kept is a `Buckets`: in Redis, shared by all instances, or in this process.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .config import LimitSettings
from .errors import RateLimited

MINUTE_S, HOUR_S = 60, 3600
READS_PER_WRITE = 10
"""Reading may be done so many times as often as making and changing."""
MESSAGES_PER_WRITE = 50
"""And messages sent over sockets: whoever watches a motion acknowledges two chunks a second."""
CALLERS_PER_ADDRESS = 10
"""An address may do what so many callers may: a class of pupils sits behind one."""
MAX_LOCAL_BUCKETS = 10_000
_MICROSECONDS = 1_000_000
_IPV6_NETWORK_BITS = 64


class Kind(StrEnum):
    """What a request asks for; each kind has buckets of its own."""

    READ = "read"
    WRITE = "write"
    PAID = "paid"
    """What costs money each time, such as a question to a language model."""
    MESSAGE = "message"
    """What comes over an open socket."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`quota` in `window_s` seconds, at most `capacity` of them at once."""

    name: str
    quota: int
    window_s: int
    capacity: int

    @property
    def interval_us(self) -> int:
        """In which one flows back."""
        return max(1, self.window_s * _MICROSECONDS // self.quota)

    def times(self, factor: int) -> Rate:
        """The same for so many as often."""
        return Rate(self.name, self.quota * factor, self.window_s, self.capacity * factor)


@dataclass(frozen=True, slots=True)
class Level:
    """Of a bucket: how many are left, and how long until it is full."""

    left: int
    full_in_us: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a request: nothing was taken if `wait_us` is above 0."""

    wait_us: int
    levels: tuple[Level, ...]


class Buckets(Protocol):
    """Where buckets are kept."""

    def take(self, buckets: Sequence[tuple[str, Rate]]) -> Taken:
        """Take one from each bucket, by its key, or none from any if one is empty. Atomic."""
        ...


class LocalBuckets:
    """This process's buckets; may be used by several threads.

    Holds `most` buckets: beyond that, those that were not used for the longest are forgotten, and
    so are full.

    Args:
        monotonic: seconds.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, *, most: int = MAX_LOCAL_BUCKETS
    ) -> None:
        self._monotonic = monotonic
        self._most = most
        self._full_at_us: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._full_at_us)

    def take(self, buckets: Sequence[tuple[str, Rate]]) -> Taken:
        """See `Buckets`."""
        with self._lock:
            # As shared/scripts/limits.lua does it.
            now = int(self._monotonic() * _MICROSECONDS)
            full_at = [max(self._full_at_us.get(key, now), now) for key, _ in buckets]
            wait = max(
                0,
                *(
                    full + rate.interval_us * (1 - rate.capacity) - now
                    for full, (_, rate) in zip(full_at, buckets, strict=True)
                ),
            )
            if wait == 0:
                for place, (key, rate) in enumerate(buckets):
                    full_at[place] += rate.interval_us
                    self._full_at_us[key] = full_at[place]
                    self._full_at_us.move_to_end(key)
                while len(self._full_at_us) > self._most:
                    self._full_at_us.popitem(last=False)
        levels = tuple(
            Level(rate.capacity - -(-(full - now) // rate.interval_us), full - now)
            for full, (_, rate) in zip(full_at, buckets, strict=True)
        )
        return Taken(wait, levels)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an asker stands; refused if `wait_s` is above 0."""

    wait_s: int
    rates: tuple[Rate, ...]
    levels: tuple[Level, ...]

    def check(self) -> None:
        """Let the request pass.

        Raises:
            RateLimited: it is refused.
        """
        if self.wait_s > 0:
            raise RateLimited(
                f"Too many requests. Try again in {self.wait_s} seconds.", retry_after=self.wait_s
            )

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has it: all rates, and the tightest level."""
        policy = ", ".join(f'"{rate.name}";q={rate.quota};w={rate.window_s}' for rate in self.rates)
        rate, level = min(
            zip(self.rates, self.levels, strict=True),
            key=lambda pair: (pair[1].left, -pair[1].full_in_us),
        )
        until_full_s = math.ceil(level.full_in_us / _MICROSECONDS)
        return {
            "RateLimit-Policy": policy,
            "RateLimit": f'"{rate.name}";r={level.left};t={until_full_s}',
        }


def outermost(forwarded: Sequence[str], seen: str, proxies: int) -> str:
    """The address that a request came from, as the outermost of our own proxies saw it.

    Each proxy adds whom it was called by; what stands further left was written by whoever asks,
    and is not believed.

    Args:
        forwarded: the addresses in `X-Forwarded-For`.
        seen: whom the gateway was called by.
        proxies: how many of ours are before the gateway.
    """
    return forwarded[-1 - proxies] if 0 < proxies < len(forwarded) else seen


class Limiter:
    """Charges requests to those who make them."""

    def __init__(self, settings: LimitSettings, buckets: Buckets) -> None:
        self._rates = _rates(settings)
        self._buckets = buckets

    def charge(self, kind: Kind, caller: str | None, address: str) -> Standing:
        """Count a request, unless it is refused.

        Args:
            caller: who asks, by whatever names them for good; None for one who has no name yet,
                and is then the only caller at their address.
            address: where from, as IPv4 or IPv6.
        """
        place = network_of(address)
        own = f"caller:{caller}" if caller else f"nameless:{place}"
        rates = self._rates[kind]
        shared = tuple(
            Rate(f"address-{rate.name}", rate.quota, rate.window_s, rate.capacity)
            for rate in (each.times(CALLERS_PER_ADDRESS) for each in rates)
        )
        buckets = [(_key(kind, own, rate), rate) for rate in rates]
        buckets += [(_key(kind, f"address:{place}", rate), rate) for rate in shared]
        taken = self._buckets.take(buckets)
        return Standing(math.ceil(taken.wait_us / _MICROSECONDS), (*rates, *shared), taken.levels)


def network_of(address: str) -> str:
    """Whom an address stands for: of IPv6, a customer has a whole network of addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK_BITS), strict=False))


def _rates(settings: LimitSettings) -> dict[Kind, tuple[Rate, ...]]:
    per_minute, per_hour = settings.rate_limit_per_minute, settings.rate_limit_per_hour
    writes = (
        Rate("minute", per_minute, MINUTE_S, min(settings.burst_size, per_minute)),
        Rate("hour", per_hour, HOUR_S, per_hour),
    )
    paid = settings.paid_limit_per_minute
    return {
        Kind.WRITE: writes,
        Kind.READ: tuple(rate.times(READS_PER_WRITE) for rate in writes),
        Kind.MESSAGE: tuple(rate.times(MESSAGES_PER_WRITE) for rate in writes),
        Kind.PAID: (Rate("paid", paid, MINUTE_S, paid),),
    }


def _key(kind: Kind, whose: str, rate: Rate) -> str:
    # One hash tag, so that one script may take from a caller's and an address's buckets at once:
    # all of them lie in one slot, which does some tens of thousands of scripts a second.
    return f"{{limits}}:{kind}:{rate.window_s}:{whose}"
