"""Links that work where no header can be sent: in an `<img>`, in a browser's address line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.tokens import Tokens

_LIFETIME = timedelta(days=2)


def signed_links(
    tokens: Tokens, owner_id: str, path: str, leaves: Mapping[str, str], *, now: datetime
) -> dict[str, str]:
    """Addresses beneath `path`, each with a token that lets its holder see what lies there.

    The same all day, so that what holds them can be cached; they work for one to two days, or until
    the session is over.

    Args:
        leaves: name → what follows `path`, such as `/model.xml`.
    """
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    token = tokens.issue_link(owner_id, path, issued_at=day, expires_at=day + _LIFETIME)
    return {name: f"{path}{leaf}?token={token}" for name, leaf in leaves.items()}
