"""An OpenID Connect issuer on this machine: discovery, keys that rotate, tokens, failures."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "the-page"
DISCOVERY = "/.well-known/openid-configuration"


class SigningKey:
    """A key pair of the issuer's."""

    def __init__(self, kid: str, private: PrivateKeyTypes, algorithm: str) -> None:
        self.kid = kid
        self.private = private
        self.algorithm = algorithm

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half, as the issuer publishes it."""
        kind = RSAAlgorithm if self.algorithm.startswith("RS") else ECAlgorithm
        public = json.loads(kind.to_jwk(self.private.public_key()))  # type: ignore[union-attr]
        return {**public, "kid": self.kid, "use": "sig", "alg": self.algorithm}


def rsa_key(kid: str, bits: int = 2048) -> SigningKey:
    return SigningKey(kid, rsa.generate_private_key(65537, bits), "RS256")


def ec_key(kid: str) -> SigningKey:
    return SigningKey(kid, ec.generate_private_key(ec.SECP256R1()), "ES256")


class LocalIssuer:
    """What a test may set: the keys it shows, how it answers; and what it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.keys = [rsa_key("first"), ec_key("curve")]
        self.answers: dict[str, Any] = {}
        self.down = False
        self.delay_s = 0.0
        self.asked: list[str] = []

    def claims(self, now: datetime, **changes: Any) -> dict[str, Any]:
        """The claims of an access token; a change to None leaves a claim out."""
        issued_at = int(now.timestamp())
        claims = {
            "iss": self.address,
            "sub": "ada",
            "aud": AUDIENCE,
            "iat": issued_at,
            "exp": issued_at + 3600,
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, now: datetime, key: SigningKey | None = None, **changes: Any) -> str:
        """A token, signed by the first of the keys unless another is given."""
        key = key or self.keys[0]
        claims = self.claims(now, **changes)
        headers = {"kid": key.kid}
        return jwt.encode(claims, key.private, algorithm=key.algorithm, headers=headers)

    def answer(self, path: str) -> Any:
        documents = {
            DISCOVERY: {"issuer": self.address, "jwks_uri": f"{self.address}/keys"},
            "/keys": {"keys": [key.jwk for key in self.keys]},
        }
        return (documents | self.answers).get(path)


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any], signature: bytes = b"") -> str:
    """A token put together by hand."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@contextmanager
def local_issuer() -> Iterator[LocalIssuer]:
    """An issuer that listens on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            time.sleep(issuer.delay_s)
            found = issuer.answer(self.path)
            if issuer.down or found is None:
                self.send_error(503 if issuer.down else 404)
                return
            if isinstance(found, tuple):  # a status, headers and a body, as they are
                status, headers, body = found
            else:
                status, headers, body = 200, {}, json.dumps(found).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = LocalIssuer(f"http://127.0.0.1:{server.server_port}")
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
