"""One function for all routes of a WebSocket API."""

import json
import os
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Refuse, remember or answer, by the route and what the client said."""
    request = event["requestContext"]
    match request["routeKey"]:
        case "$connect":
            wanted = (event.get("queryStringParameters") or {}).get("status", "200")
            return {"statusCode": int(wanted)}
        case "$disconnect":
            log = Path(os.environ["TMPDIR"]) / "disconnected"
            with log.open("a") as lines:
                lines.write(request["connectionId"] + "\n")
            return {"statusCode": 200}
    if "crash" in event["body"]:
        raise ValueError("as asked")
    return {"statusCode": 200, "body": json.dumps({"route": request["routeKey"], "event": event})}
