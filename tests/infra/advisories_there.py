"""Whether PyPI's advisories can be had: exits with 1, and says so, where they can't.

A mirror serves packages without them, and pip-audit would find nothing and call that good.
"""

from __future__ import annotations

import json
import sys
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

_TIMEOUT_S = 10
_LOCK = Path(__file__).parents[2] / "uv.lock"


def main() -> int:
    """The exit status."""
    packages = tomllib.loads(_LOCK.read_text())["package"]
    version = next(each["version"] for each in packages if each["name"] == "fastapi")
    address = f"https://pypi.org/pypi/fastapi/{version}/json"
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT_S) as answer:  # https
            if "vulnerabilities" in json.load(answer):
                return 0
    except (urllib.error.URLError, TimeoutError, ValueError):
        pass
    sys.stderr.write("NOT AUDITED: PyPI's advisories can't be had from here.\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
