"""What Schemathesis looks for in every answer, beside its own checks."""

from __future__ import annotations

import re
from typing import Any

import schemathesis

LEAKS = re.compile(r"Traceback \(most|psycopg|redis\.exceptions|SELECT .* FROM|site-packages|/tmp/")
_PAGES = ("/docs", "/openapi.json")


@schemathesis.check
def nothing_leaks(ctx: Any, response: Any, case: Any) -> None:
    """No stack, no SQL, no path of ours."""
    found = LEAKS.search(response.content.decode("latin-1")) if case.path not in _PAGES else None
    assert found is None, f"the answer tells of {found and found[0]!r}"
