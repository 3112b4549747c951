"""A module whose init phase takes a while."""

import time
from typing import Any

time.sleep(0.6)


def handler(event: dict[str, Any], context: Any) -> str:
    return "started"
