"""An issuer's public keys: fetched by discovery, kept, and fetched again when they were rotated.

After OpenID Connect Discovery 1.0 and RFC 7517. The only addresses that are ever asked are the
configured issuer's and the one that its own document gives; what a token says (`jku`, `x5u`, a
`kid` in the form of an address) leads nowhere.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from jwt import PyJWK, PyJWTError

from shared.errors import DependencyUnavailable, Unauthenticated
from shared.retry import Guard, Policy
from shared.tokens import DOES_NOT_HOLD

ISSUER = Policy("identity_issuer", timeout_s=2.0, retries=1, first_s=0.1, patience_s=2.0)
"""A person waits, and API Gateway gives an authorizer 10 s."""

FRESH_S = 3600.0
USABLE_S = 24 * 3600.0
"""While the issuer can't be reached, keys of up to this age do."""
REFETCH_S = 60.0
"""For an unknown key the set is fetched no more often than this, whoever makes up names."""

_MAX_BYTES = 256 * 1024
_MAX_KEYS = 100
_MIN_RSA_BITS = 2048

_logger = logging.getLogger(__name__)

Fetch = Callable[[str], Any]
"""From an address to the JSON that lies there.

Raises:
    DependencyUnavailable: nothing of use does.
"""


class IssuerKeys:
    """The keys of one issuer. May be used by several threads.

    Args:
        issuer: its address.
        fetch: reads JSON from an address.
        monotonic: seconds.
    """

    def __init__(
        self, issuer: str, fetch: Fetch, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: Mapping[tuple[str, str], PyJWK] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._lock = threading.Lock()

    def find(self, kid: str, algorithm: str) -> PyJWK:
        """The key of this name that signs by this algorithm.

        Raises:
            Unauthenticated: the issuer has no such key.
            DependencyUnavailable: its keys are not known, and can't be fetched now.
        """
        with self._lock:
            age_s = self._monotonic() - self._fetched_at
            found = self._keys.get((kid, algorithm))
            if age_s >= FRESH_S or found is None:
                self._refresh(may_use_old=age_s < USABLE_S)
                found = self._keys.get((kid, algorithm))
        if found is None:
            raise Unauthenticated(DOES_NOT_HOLD)
        return found

    def _refresh(self, *, may_use_old: bool) -> None:
        """Fetch the keys, unless that was tried a short while ago."""
        now = self._monotonic()
        if may_use_old and now - self._tried_at < REFETCH_S:
            return
        self._tried_at = now
        try:
            self._keys = self._fetched()
        except DependencyUnavailable:
            if not may_use_old:
                self._keys = {}
                raise
            _logger.warning("the issuer's keys could not be fetched; the old ones are used")
            return
        self._fetched_at = now

    def _fetched(self) -> Mapping[tuple[str, str], PyJWK]:
        about = self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        address = about.get("jwks_uri") if isinstance(about, dict) else None
        if not isinstance(address, str) or about.get("issuer") != self._issuer:
            raise DependencyUnavailable("The issuer's configuration is not its own.")
        if urlsplit(address).scheme != urlsplit(self._issuer).scheme:
            raise DependencyUnavailable("The issuer's keys lie at an address that is not taken.")
        found = self._fetch(address)
        listed = found.get("keys") if isinstance(found, dict) else None
        if not isinstance(listed, list):
            raise DependencyUnavailable("The issuer's keys are not a JWK set.")
        keys = [key for one in listed[:_MAX_KEYS] if (key := _signing_key(one)) is not None]
        return {(str(key.key_id), key.algorithm_name): key for key in keys}


def _signing_key(jwk: object) -> PyJWK | None:
    """A key that signs by one of our algorithms; None where it is for something else."""
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
        return None
    algorithm = {"RSA": "RS256", "EC": "ES256"}.get(str(jwk.get("kty")))
    if algorithm is None or jwk.get("alg", algorithm) != algorithm:
        return None
    if not isinstance(jwk.get("kid"), str) or jwk.get("crv", "P-256") != "P-256":
        return None
    try:
        key = PyJWK(jwk, algorithm)
    except PyJWTError:
        return None
    return key if algorithm != "RS256" or key.key.key_size >= _MIN_RSA_BITS else None


def fetch_json(address: str, guard: Guard) -> Any:
    """The JSON at an address. Redirects are not followed.

    Raises:
        DependencyUnavailable: there is none, it is too large, or nobody answers in time.
    """
    return guard.call(lambda: _fetch_once(address, guard.policy.timeout_s))


def _fetch_once(address: str, timeout_s: float) -> Any:
    parts = urlsplit(address)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    deadline = time.monotonic() + timeout_s
    try:
        connection = connect(parts.hostname or "", parts.port, timeout=timeout_s)
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("GET", path, headers={"Accept": "application/json"})
            response = connection.getresponse()
            body = bytearray()
            while chunk := response.read1(_MAX_BYTES):
                body += chunk
                if len(body) > _MAX_BYTES or time.monotonic() > deadline:
                    raise DependencyUnavailable("The issuer's answer is too large or too slow.")
        finally:
            connection.close()
        if response.status != 200:
            raise DependencyUnavailable("The issuer does not answer as it should.")
        return json.loads(bytes(body))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise DependencyUnavailable("The issuer can't be reached.") from error
