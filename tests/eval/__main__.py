"""Read many drawings and print how well that went: `python -m tests.eval --seeds 0:4`.

Seeds from 100000 on are the unseen split: they are looked at for final figures only.
"""

from __future__ import annotations

import sys
from pathlib import Path

FUNCTIONS = Path(__file__).parents[2] / "functions"
if str(FUNCTIONS) not in sys.path:  # as pytest and Lambda have it
    sys.path.insert(0, str(FUNCTIONS))

import argparse  # noqa: E402
import json  # noqa: E402

from ..drawings import LOOKS, SCENES  # noqa: E402
from .report import report  # noqa: E402
from .work import Task, read_all  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description=__doc__)
    parser.add_argument("--seeds", default="0:1", help="first:past-the-last")
    parser.add_argument("--scenes", nargs="*", default=list(SCENES))
    parser.add_argument("--looks", nargs="*", default=list(LOOKS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="write failures here: pictures, models, a list")
    parser.add_argument("--from-truth", action="store_true", help="judge all but the reader")
    args = parser.parse_args()
    first, last = map(int, args.seeds.split(":"))
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
    tasks: list[Task] = [
        (scene, look, seed, args.from_truth, args.out)
        for seed in range(first, last)
        for scene in args.scenes
        for look in args.looks
    ]
    results = sorted(read_all(tasks, args.jobs), key=lambda r: r.name)
    text = report(results)
    sys.stdout.write(text)
    failures = [
        {"name": r.name, "stage": r.stage, "notes": r.notes, "reading": r.score.notes}
        for r in results
        if not r.whole
    ]
    for failure in failures:
        sys.stdout.write(f"{failure['name']}: {failure['stage']}: {failure['notes']}\n")
    if args.out:
        (args.out / "failures.json").write_text(json.dumps(failures, indent=1))
        (args.out / "report.md").write_text(text)


if __name__ == "__main__":
    main()
