"""Addresses that carry their own permission, for objects that are kept in a folder.

The local gateway serves `/_objects/{key}` and checks each request with the same `UrlSigner` that
signed the address. A bucket has its own signatures, which bind the same things.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlencode

from .clock import Clock
from .errors import Forbidden
from .objects import PresignedRequest, check_key

OBJECTS_PATH = "/_objects/"
_CONTEXT = b"simgen presigned object v1"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a valid signature allows: one method on one object.

    For a PUT, the body is of `content_type` and has `size` bytes, or at most `max_bytes` where no
    size was declared.
    """

    method: str
    key: str
    content_type: str | None
    size: int | None
    max_bytes: int | None


class UrlSigner:
    """Signs requests for objects, and checks them.

    Args:
        public_url: the gateway's address as clients see it.
        secret: any key; the signing key is derived from it, so it may serve other ends too.
        clock: tells when a signature has expired.
    """

    def __init__(self, public_url: str, secret: str, clock: Clock) -> None:
        self._public_url = public_url.rstrip("/")
        self._key = hmac.digest(secret.encode(), _CONTEXT, "sha256")
        self._clock = clock

    def presign_put(
        self,
        key: str,
        content_type: str,
        *,
        max_bytes: int,
        expires_s: int,
        size: int | None = None,
    ) -> PresignedRequest:
        """A PUT of one object; see `shared.objects.Presigner`.

        Raises:
            ValueError: a key that is none, or `size` is over `max_bytes`.
        """
        if size is not None and size > max_bytes:
            raise ValueError("size is over max_bytes")
        bound = {"type": content_type, "max": str(max_bytes)}
        headers = {"Content-Type": content_type}
        if size is not None:
            bound["size"] = str(size)
            headers["Content-Length"] = str(size)
        return self._sign("PUT", key, bound, headers, expires_s)

    def presign_get(self, key: str, *, expires_s: int) -> PresignedRequest:
        """A GET of one object.

        Raises:
            ValueError: a key that is none.
        """
        return self._sign("GET", key, {}, {}, expires_s)

    def verify(self, method: str, path: str, query: str) -> Grant:
        """What a request's address allows.

        Args:
            method: the request's; a HEAD may use what was signed for GET.
            path: percent-decoded, from `/_objects/` on.
            query: as it came, without `?`.

        Raises:
            Forbidden: the signature doesn't hold, has expired, or is for another request.
        """
        method = "GET" if method == "HEAD" else method
        values = {name: found[-1] for name, found in parse_qs(query).items()}
        signature = values.pop("signature", "")
        key = path.removeprefix(OBJECTS_PATH)
        expected = self._signature(method, key, values)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise Forbidden("The address was changed, or is not for this method.")
        # Everything below was signed, so it is what `_sign` wrote.
        if self._clock.now().timestamp() >= int(values["expires"]):
            raise Forbidden("The address has expired. Ask for a new one.")
        return Grant(
            method=method,
            key=key,
            content_type=values.get("type"),
            size=int(values["size"]) if "size" in values else None,
            max_bytes=int(values["max"]) if "max" in values else None,
        )

    def _sign(
        self, method: str, key: str, bound: dict[str, str], headers: dict[str, str], expires_s: int
    ) -> PresignedRequest:
        check_key(key)
        until = int((self._clock.now() + timedelta(seconds=expires_s)).timestamp())
        values = {**bound, "expires": str(until)}
        values["signature"] = self._signature(method, key, values)
        return PresignedRequest(
            method=method,
            url=f"{self._public_url}{OBJECTS_PATH}{quote(key)}?{urlencode(values)}",
            headers=headers,
            expires_at=datetime.fromtimestamp(until, UTC),
        )

    def _signature(self, method: str, key: str, values: Mapping[str, str]) -> str:
        # urlencode escapes the separators, so no two requests have the same text.
        signed = urlencode([("method", method), ("key", key), *sorted(values.items())])
        return hmac.digest(self._key, signed.encode(), hashlib.sha256).hex()
