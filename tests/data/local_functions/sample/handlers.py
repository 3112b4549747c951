"""Functions of tests/data/templates/sample.yaml: each does one thing that Lambda must handle."""

import base64
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# So long the init phase takes, for what depends on it.
time.sleep(float(os.environ.get("INIT_SECONDS", "0")))


def echo(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a REST request with the event that came in."""
    return {"statusCode": 200, "body": json.dumps(event)}


def act(event: dict[str, Any], context: Any) -> Any:
    """Do what `event["do"]` says."""
    match event.get("do"):
        case "raise":
            raise ValueError("as asked")
        case "sleep":
            time.sleep(event["seconds"])
            return None
        case "touch":
            time.sleep(event["seconds"])
            Path(event["path"]).touch()
        case "hold":
            time.sleep(event["seconds"])
        case "print":
            print(event["text"])  # noqa: T201  to see where it goes
        case "modules":
            return str(sys.modules[event["module"]].__file__)
        case "exit":
            os._exit(3)
        case "large":
            return "x" * event["bytes"]
        case "environment":
            return dict(os.environ)
        case "context":
            return {
                "request_id": context.aws_request_id,
                "arn": context.invoked_function_arn,
                "remaining_ms": context.get_remaining_time_in_millis(),
                "path": sys.path,
                "cwd": str(Path.cwd()),
            }
    return {"pid": os.getpid(), "event": event}


def answer(event: dict[str, Any], context: Any) -> Any:
    """Answer with the JSON in the request's body, as it is."""
    body = event["body"] or "null"
    return json.loads(base64.b64decode(body) if event["isBase64Encoded"] else body)
