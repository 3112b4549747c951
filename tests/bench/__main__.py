"""`python -m tests.bench [name ...]`: run the benches, all `bench_*.py` beside this or those named.

Each has `main()`, which returns its table as text.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Print the tables one after the other."""
    # As in Lambda and in the tests: `from physics...`, `from shared...`.
    root = HERE.parents[1]
    sys.path[:0] = [str(root), str(root / "functions")]
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = set(names) - set(known)
    if unknown:
        sys.exit(f"no bench is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for name in names or known:
        bench = importlib.import_module(f"tests.bench.bench_{name}")
        sys.stdout.write(bench.main() + "\n\n")
        sys.stdout.flush()


main(sys.argv[1:])
