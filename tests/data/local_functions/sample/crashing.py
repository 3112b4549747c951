"""A module whose init phase fails."""

from typing import Any

raise RuntimeError("no good at import")


def handler(event: dict[str, Any], context: Any) -> None: ...
