"""Many drawings at once, on several cores."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from vision.labels.rapidocr_reader import RapidOcrReader

from .pictures import side_by_side
from .run import Result, evaluate, failed

Task = tuple[str, str, int, bool, Path | None]
"""Scene, look, seed, whether to leave the reader out, and where failures are written."""

_reader = RapidOcrReader(threads=1)


def read_one(task: Task) -> Result:
    """Evaluate one drawing; a crash is a failure like any other."""
    scene, look, seed, from_truth, out = task
    try:
        result = evaluate(scene, look, seed, _reader, from_truth=from_truth)
    except Exception:
        crash = traceback.format_exc()
        result = failed(Result(scene, look, seed), "crash", crash.strip().splitlines()[-1])
        if out is not None:
            (out / f"{result.name}.crash.txt").write_text(crash)
        return result
    if out is not None and not result.whole:
        side_by_side(result, out / f"{result.name}.png")
        if result.model is not None:
            (out / f"{result.name}.xml").write_text(result.model)
    # Images are large and the report does not need them.
    result.drawing = result.analysis = result.model = None
    return result


def read_all(tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    """Results as they come."""
    if jobs == 1:
        yield from map(read_one, tasks)
        return
    with multiprocessing.get_context("forkserver").Pool(jobs) as pool:
        yield from pool.imap_unordered(read_one, tasks)
