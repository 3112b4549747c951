"""Tokens of an OpenID Connect issuer, which is real, on this machine, and sometimes hostile."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode
from jwt.warnings import InsecureKeyLengthWarning

from authorizers.callers import Callers
from authorizers.issuer import Issuer
from authorizers.keys import FRESH_S, ISSUER, REFETCH_S, USABLE_S, IssuerKeys, fetch_json
from authorizers.settings import AuthorizerConfig, IssuerSettings
from shared.breaker import LocalStates
from shared.config import ConfigError, read_config
from shared.errors import DependencyUnavailable, Unauthenticated
from shared.identity import Grant, Identity, Role
from shared.retry import Guards
from shared.token_keys import fixed_keys
from shared.tokens import Tokens
from tests.api_client import NOW, SetClock
from tests.oidc import (
    AUDIENCE,
    DISCOVERY,
    LocalIssuer,
    SigningKey,
    ec_key,
    local_issuer,
    rsa_key,
    unsigned,
)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalIssuer]:
    with local_issuer() as server:
        yield server


@pytest.fixture
def issuer(server: LocalIssuer) -> Iterator[LocalIssuer]:
    """The issuer, in order."""
    kept = list(server.keys)
    server.asked.clear()
    yield server
    server.keys = kept
    server.answers, server.down, server.delay_s = {}, False, 0.0


class Reader:
    """An execution environment's reader of tokens, and the time that it goes by."""

    def __init__(self, issuer: LocalIssuer, **settings: Any) -> None:
        self.seconds = 0.0
        self.clock = SetClock()
        guard = Guards(LocalStates()).of(ISSUER)
        told = IssuerSettings(issuer=issuer.address, audiences=frozenset({AUDIENCE}), **settings)
        keys = IssuerKeys(
            issuer.address, lambda address: fetch_json(address, guard), lambda: self.seconds
        )
        self.tokens = Tokens(fixed_keys("s" * 32), self.clock)
        self._callers = Callers(self.tokens, Issuer(told, keys, self.clock))

    def read(self, token: str) -> Grant:
        return self._callers.read(token)


@pytest.fixture
def reader(issuer: LocalIssuer) -> Reader:
    return Reader(issuer)


def test_a_token_by_either_algorithm_names_a_user(issuer: LocalIssuer, reader: Reader) -> None:
    by_rsa, by_curve = (reader.read(issuer.token(NOW, key)) for key in issuer.keys)

    assert by_rsa == by_curve
    assert by_rsa.identity.role is Role.USER
    assert by_rsa.identity.owner_id.startswith("user_")


def test_the_same_name_at_another_issuer_is_somebody_else(
    issuer: LocalIssuer, reader: Reader
) -> None:
    with local_issuer() as other:
        theirs = Reader(other).read(other.token(NOW)).identity

    assert reader.read(issuer.token(NOW)).identity.owner_id != theirs.owner_id
    assert (
        reader.read(issuer.token(NOW, sub="bob")).identity
        != reader.read(issuer.token(NOW)).identity
    )


@pytest.mark.parametrize(
    ("claim", "claims", "role"),
    [
        ("cognito:groups", {"cognito:groups": ["teachers", "admin"]}, Role.ADMIN),
        ("cognito:groups", {"cognito:groups": ["administrators"]}, Role.USER),
        ("https://simgen.example/roles", {"https://simgen.example/roles": ["admin"]}, Role.ADMIN),
        ("realm_access.roles", {"realm_access": {"roles": ["admin"]}}, Role.ADMIN),
        ("realm_access.roles", {"realm_access": ["admin"]}, Role.USER),
        ("role", {"role": "admin"}, Role.ADMIN),
        ("role", {"role": {"admin": True}}, Role.USER),
        ("role", {"role": None, "roles": ["admin"]}, Role.USER),
    ],
)
def test_roles_are_read_from_the_claim_that_is_configured(
    issuer: LocalIssuer, claim: str, claims: dict[str, Any], role: Role
) -> None:
    found = Reader(issuer, roles_claim=claim).read(issuer.token(NOW, **claims))

    assert found.identity.role is role


def test_cognitos_access_tokens_name_their_client_in_the_place_of_an_audience(
    issuer: LocalIssuer, reader: Reader
) -> None:
    cognitos = {"aud": None, "client_id": AUDIENCE, "token_use": "access"}

    assert reader.read(issuer.token(NOW, **cognitos)).identity.role is Role.USER
    for wrong in ({"client_id": "another"}, {"token_use": "id"}, {"client_id": None}):
        with pytest.raises(Unauthenticated):
            reader.read(issuer.token(NOW, **cognitos | wrong))


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "of another audience": {"aud": "else"},
    "of other audiences": {"aud": ["else", 7, None]},
    "of no audience": {"aud": None},
    "another's client in the place of the audience": {"aud": ["else"], "client_id": AUDIENCE},
    "an ID token": {"token_use": "id"},
    "of another issuer": {"iss": "https://issuer.example"},
    "of the issuer with a slash": {"iss": "http://127.0.0.1/"},
    "of no issuer": {"iss": None},
    "expired": {"exp": int(NOW.timestamp()) - 60},
    "without an end": {"exp": None},
    "with an end that is text": {"exp": "9999999999"},
    "with an end beyond all numbers": {"exp": 1e400},
    "not yet": {"nbf": int(NOW.timestamp()) + 61},
    "from tomorrow": {"iat": int(NOW.timestamp()) + 86400},
    "of nobody": {"sub": None},
    "of nobody's number": {"sub": 7},
}


@pytest.mark.parametrize("kind", WRONG_CLAIMS)
def test_a_token_that_is_not_for_us_is_refused(
    issuer: LocalIssuer, reader: Reader, kind: str
) -> None:
    with pytest.raises(Unauthenticated):
        reader.read(issuer.token(NOW, **WRONG_CLAIMS[kind]))


def test_an_issuers_clock_may_be_a_minute_off(issuer: LocalIssuer, reader: Reader) -> None:
    now = int(NOW.timestamp())

    assert reader.read(issuer.token(NOW, exp=now - 59))
    assert reader.read(issuer.token(NOW, nbf=now + 59, iat=now + 59))
    for late in ({"exp": now - 61}, {"nbf": now + 61}, {"iat": now + 61}):
        with pytest.raises(Unauthenticated):
            reader.read(issuer.token(NOW, **late))


def public_pem(key: SigningKey) -> bytes:
    public = key.private.public_key()  # type: ignore[union-attr]
    return bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def by_hmac(issuer: LocalIssuer, secret: bytes) -> str:
    """A token signed with what is public as if it were a shared secret."""
    header = {"alg": "HS256", "typ": "JWT", "kid": issuer.keys[0].kid}
    text = unsigned(header, issuer.claims(NOW)).rsplit(".", 1)[0]
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64url_encode(digest).decode()}"


@cache
def forgers() -> SigningKey:
    """A key that the issuer has never had."""
    return rsa_key("forger's")


def forged(issuer: LocalIssuer, kid: str, **headers: Any) -> str:
    told = {"kid": kid, **headers}
    return jwt.encode(issuer.claims(NOW), forgers().private, algorithm="RS256", headers=told)


def by_hand(issuer: LocalIssuer, signature: bytes = b"", **header: Any) -> str:
    return unsigned({"kid": "first", **header}, issuer.claims(NOW), signature)


HOSTILE: dict[str, Callable[[LocalIssuer], str]] = {
    "unsigned": lambda own: by_hand(own, alg="none"),
    "unsigned in capitals": lambda own: by_hand(own, alg="NONE"),
    "the public key as a secret": lambda own: by_hmac(own, public_pem(own.keys[0])),
    "the published key as a secret": lambda own: by_hmac(own, json.dumps(own.keys[0].jwk).encode()),
    "no secret": lambda own: by_hmac(own, b""),
    "an algorithm that is not taken": lambda own: jwt.encode(
        own.claims(NOW), own.keys[0].private, algorithm="PS256", headers={"kid": "first"}
    ),
    "an algorithm that is no text": lambda own: by_hand(own, alg=["RS256"]),
    "a key's name that is no text": lambda own: by_hand(own, alg="RS256", kid={"$ne": ""}),
    "signed by another's key": lambda own: forged(own, "first"),
    "with its own key in it": lambda own: forged(own, "forger's", jwk=forgers().jwk),
    "with the address of its own keys": lambda own: forged(own, "x", jku=f"{own.address}/evil"),
    "with the address of its certificate": lambda own: forged(own, "x", x5u=f"{own.address}/evil"),
    "a path for a key": lambda own: forged(own, "../../../../dev/null"),
    "SQL for a key": lambda own: forged(own, "x' UNION SELECT 'key"),
    "an address for a key": lambda own: forged(own, f"{own.address}/evil"),
    "a command for a key": lambda own: forged(own, "|/bin/true"),
    "no name of a key": lambda own: jwt.encode(
        own.claims(NOW), own.keys[0].private, algorithm="RS256"
    ),
    "a critical header that nobody knows": lambda own: jwt.encode(
        own.claims(NOW),
        own.keys[0].private,
        algorithm="RS256",
        headers={"kid": "first", "crit": ["exp"], "exp": 1},
    ),
    "RSA under the curve's name": lambda own: by_hand(own, bytes(256), alg="RS256", kid="curve"),
    "the curve's signature with RSA's key": lambda own: jwt.encode(
        own.claims(NOW), own.keys[1].private, algorithm="ES256", headers={"kid": "first"}
    ),
    "a signature of zeroes": lambda own: by_hand(own, bytes(64), alg="ES256", kid="curve"),
    "no signature": lambda own: by_hand(own, alg="RS256"),
    "huge": lambda own: own.token(NOW, more="x" * 8000),
    "nested": lambda _: base64url_encode(b'{"a":' * 1000).decode() + ".e30.x",
    "no token": lambda _: "..",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_forged_token_is_refused_and_leads_nowhere(
    issuer: LocalIssuer, reader: Reader, kind: str
) -> None:
    with pytest.raises(Unauthenticated):
        reader.read(HOSTILE[kind](issuer))

    assert set(issuer.asked) <= {DISCOVERY, "/keys"}


def test_a_guests_token_still_holds_beside_the_issuers(reader: Reader) -> None:
    guest = Identity("session_1", Role.GUEST)
    token = reader.tokens.issue(guest, issued_at=NOW, expires_at=NOW + timedelta(hours=1))

    assert reader.read(token).identity == guest


# ------------------------------------------------------------------------------------- the keys


def test_keys_are_fetched_once_and_kept(issuer: LocalIssuer, reader: Reader) -> None:
    for _ in range(5):
        reader.read(issuer.token(NOW))

    assert issuer.asked == [DISCOVERY, "/keys"]


def test_a_key_that_is_new_is_fetched_and_one_that_went_is_refused_in_an_hour(
    issuer: LocalIssuer, reader: Reader
) -> None:
    old = issuer.token(NOW)
    reader.read(old)
    issuer.keys = [rsa_key("second")]

    reader.seconds = REFETCH_S
    assert reader.read(issuer.token(NOW))
    with pytest.raises(Unauthenticated):
        reader.read(old)


def test_a_key_that_was_withdrawn_opens_nothing_once_the_keys_are_an_hour_old(
    issuer: LocalIssuer, reader: Reader
) -> None:
    old = issuer.token(NOW)
    reader.read(old)
    issuer.keys = [ec_key("second")]

    reader.seconds = FRESH_S
    with pytest.raises(Unauthenticated):
        reader.read(old)


def test_made_up_keys_do_not_make_us_ask_more_than_once_a_minute(
    issuer: LocalIssuer, reader: Reader
) -> None:
    reader.read(issuer.token(NOW))
    for number in range(50):
        reader.seconds = REFETCH_S + number / 10
        with pytest.raises(Unauthenticated):
            reader.read(forged(issuer, f"made up {number}"))

    assert issuer.asked.count("/keys") == 2


def test_while_the_issuer_is_down_its_old_keys_do_for_a_day(
    issuer: LocalIssuer, reader: Reader
) -> None:
    reader.read(issuer.token(NOW))
    issuer.down = True

    reader.seconds = USABLE_S - 1
    assert reader.read(issuer.token(NOW))
    reader.seconds = USABLE_S
    with pytest.raises(DependencyUnavailable):
        reader.read(issuer.token(NOW))


def test_an_issuer_that_is_down_from_the_start_is_left_alone_after_five_tries_and_found_again(
    issuer: LocalIssuer,
) -> None:
    issuer.down = True
    reader = Reader(issuer)
    for _ in range(20):
        with pytest.raises(DependencyUnavailable):
            reader.read(issuer.token(NOW))
    assert len(issuer.asked) <= 6

    issuer.down = False
    assert Reader(issuer).read(issuer.token(NOW))


BAD_ANSWERS: dict[str, Callable[[LocalIssuer], dict[str, Any]]] = {
    "no JSON": lambda _: {"/keys": (200, {}, b"<html>")},
    "nested too deep": lambda _: {"/keys": (200, {}, b"[" * 100_000)},
    "too large": lambda _: {"/keys": (200, {}, b" " * 300_000)},
    "a list": lambda _: {"/keys": ["keys"]},
    "keys that are no list": lambda _: {"/keys": {"keys": {"first": 1}}},
    "a redirect": lambda own: {"/keys": (302, {"Location": f"{own.address}/elsewhere"}, b"")},
    "another's configuration": lambda _: {
        DISCOVERY: {"issuer": "https://issuer.example", "jwks_uri": "https://issuer.example/keys"}
    },
    "keys in a file": lambda own: {DISCOVERY: {"issuer": own.address, "jwks_uri": "file:///etc"}},
    "no address of keys": lambda own: {DISCOVERY: {"issuer": own.address}},
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_an_issuer_that_answers_nonsense_counts_as_down(issuer: LocalIssuer, kind: str) -> None:
    issuer.answers = BAD_ANSWERS[kind](issuer)

    with pytest.raises(DependencyUnavailable):
        Reader(issuer).read(issuer.token(NOW))
    assert "/elsewhere" not in issuer.asked


def test_keys_for_other_ends_are_passed_over(issuer: LocalIssuer) -> None:
    good, short = issuer.keys[0], rsa_key("short", 1024)
    shown = [
        {**good.jwk, "use": "enc"},
        {**good.jwk, "alg": "RS512"},
        {"kty": "oct", "kid": good.kid, "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": good.kid, "n": "!", "e": "AQAB"},
        {"kty": "EC", "kid": good.kid, "crv": "P-521", "x": "AA", "y": "AA"},
        {"kty": "RSA"},
        short.jwk,
        "key",
    ]
    issuer.answers = {"/keys": {"keys": shown}}

    with pytest.warns(InsecureKeyLengthWarning):
        weak = issuer.token(NOW, short)
    for token in (issuer.token(NOW), weak):
        with pytest.raises(Unauthenticated):
            Reader(issuer).read(token)
    issuer.answers = {"/keys": {"keys": [*shown, good.jwk]}}
    assert Reader(issuer).read(issuer.token(NOW))


# ------------------------------------------------------------------------------ the configuration

ENVIRON = {"TOKEN_SECRET": "s" * 32}


@pytest.mark.parametrize(
    "told",
    [
        {"OIDC_ISSUER": "https://issuer.example"},
        {"OIDC_ISSUER": "http://issuer.example", "OIDC_AUDIENCE": "a"},
        {"OIDC_ISSUER": "https://issuer.example?x=1", "OIDC_AUDIENCE": "a"},
        {"OIDC_ISSUER": "file:///etc/passwd", "OIDC_AUDIENCE": "a"},
        {"OIDC_ISSUER": "https://issuer.example", "OIDC_AUDIENCE": "a,,b"},
    ],
)
def test_a_wrong_issuer_is_told_at_the_start(told: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="OIDC_"):
        read_config(AuthorizerConfig, ENVIRON | told)


def test_without_an_issuer_nothing_else_needs_to_be_set() -> None:
    assert read_config(AuthorizerConfig, ENVIRON).issuer == ""
    assert not read_config(AuthorizerConfig, ENVIRON).audiences
