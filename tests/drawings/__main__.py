"""Draw scenes into a folder: `python -m tests.drawings --seed 1 --count 8 --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import LOOKS, SCENES, draw


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drawings", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=1, help="how many seeds")
    parser.add_argument("--scene", choices=SCENES, action="append", help="all without it")
    parser.add_argument("--look", choices=LOOKS, action="append", help="all without it")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for seed in range(args.seed, args.seed + args.count):
        for scene in args.scene or SCENES:
            for look in args.look or LOOKS:
                drawing = draw(scene, look, seed)
                stem = f"{scene}.{look}.{seed}"
                (args.out / f"{stem}{drawing.suffix}").write_bytes(drawing.image)
                (args.out / f"{stem}.json").write_text(json.dumps(drawing.truth, indent=1))
                sys.stdout.write(f"{stem}{drawing.suffix}\n")


if __name__ == "__main__":
    main()
