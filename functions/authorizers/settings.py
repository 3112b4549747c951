"""What the authorizers read from their environment."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.config import ConfigError, ProxySettings, TokenSettings, setting, text, url

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def issuer(raw: str) -> str:
    """The address of an OpenID Connect issuer, as its tokens name it.

    Raises:
        ValueError: it is not https (http does for this machine), or has a query or a fragment.
    """
    parsed = urlsplit(url("https", "http")(raw))
    if parsed.scheme == "http" and parsed.hostname not in _LOOPBACK:
        raise ValueError("must be a URL that starts with https")
    if parsed.query or parsed.fragment or parsed.username:
        raise ValueError("must be a URL of scheme, host and path only")
    return raw


def names(raw: str) -> frozenset[str]:
    """Texts with commas between them.

    Raises:
        ValueError: one is empty.
    """
    found = frozenset(each.strip() for each in raw.split(","))
    if "" in found:
        raise ValueError("must be names with commas between them")
    return found


@dataclass(frozen=True, kw_only=True)
class IssuerSettings:
    """Whose tokens are taken beside our own: Cognito's, or any OpenID Connect issuer's.

    Without an issuer nobody signs in, and all callers are guests.

    Attributes:
        issuer: as the `iss` of its tokens.
        audiences: the `aud` of which one must be in a token, or the `client_id` where it has none,
            as Cognito's access tokens.
        roles_claim: the claim that lists a caller's roles; a dot leads into an object.
        admin_role: the role in it that makes an administrator.
    """

    issuer: str = setting("OIDC_ISSUER", issuer, "")
    audiences: frozenset[str] = setting("OIDC_AUDIENCE", names, frozenset[str]())
    roles_claim: str = setting("OIDC_ROLES_CLAIM", text, "cognito:groups")
    admin_role: str = setting("OIDC_ADMIN_ROLE", text, "admin")

    def __post_init__(self) -> None:
        if self.issuer and not self.audiences:
            raise ConfigError({"OIDC_AUDIENCE": "is missing, and OIDC_ISSUER is set"})


@dataclass(frozen=True, kw_only=True)
class AuthorizerConfig(IssuerSettings, TokenSettings, ProxySettings):
    """What both authorizers read."""
