"""What the page takes to decode motion, and how smoothly it shows it without a graphics card."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page

from physics.header import describe_model
from physics.model import load_model
from physics.simulate import record
from shared.frames import Frames, encode, write_stream
from tests.browser import chromium

from .bench_frames import bouncing, settling
from .harness import Ratio, table

WEB = Path(__file__).parents[2] / "functions/web"
NODE = Path(__file__).parents[2] / ".venv/bin/node"

FRAME_US = 1e6 / 60
DECODE_PART = 0.01
BODIES = 1000
SHOWN_BODIES = 200
SHOWN_S = 10.0
MOTION_S = 4.0
"""Of motion, which begins again at its end: a busy machine computes no more in reasonable time."""

_PATIENCE_S = 600.0
GOAL_FPS = 58
GOAL_WORST_MS = 50

_SIZE = {"width": 1280, "height": 800}


def main() -> str:
    """Decoding against a hundredth of a frame; frames a second, and the longest wait."""
    return "\n\n".join([_decoding(), _showing()])


def _decoding() -> str:
    names = {"1000 that never rest": bouncing(), "1000 that settle": settling()}
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, model in names.items():
            frames = record(model, duration_s=MOTION_S, budget_s=_PATIENCE_S).frames
            file = Path(folder) / f"{name}.sgfs"
            file.write_bytes(b"".join(write_stream({}, encode(_many(frames, BODIES)))))
            files.append(str(file))
        printed = subprocess.run(
            [str(NODE), str(WEB / "bench/decode.ts"), *files],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    allowed = DECODE_PART * FRAME_US
    rows = [
        Ratio(name, us, allowed, "µs a frame", us / allowed, "<= 1")
        for name, us in zip(names, json.loads(printed), strict=True)
    ]
    return table("Decoding in the page's own codec (Node), against 1 % of a frame", rows)


def _many(frames: Frames, bodies: int) -> Frames:
    """The same motion by as many bodies, each a little elsewhere."""
    copies = -(-bodies // frames.bodies)
    aside = np.arange(copies)[:, None] * np.array([0.37, 0.0, 0.11])
    position = np.concatenate([frames.position + place for place in aside], axis=1)
    quaternion = np.concatenate([frames.quaternion] * copies, axis=1)
    return Frames(position[:, :bodies], quaternion[:, :bodies], dt_s=frames.dt_s)


def _showing() -> str:
    """Two heaps of a hundred boxes, in an exported page, whose stage is the page's."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "motion.html"
        file.write_text(_page(_stream()), "utf-8")
        page = browser.new_page(viewport=_SIZE)
        page.goto(file.as_uri())
        page.wait_for_timeout(4000)
        drawn, spent = _told(page, "drawn"), _browser_s()
        page.wait_for_timeout(1000 * SHOWN_S)
        drawn, spent = _told(page, "drawn") - drawn, _browser_s() - spent
        fps, worst = _told(page, "fps"), _told(page, "worst")
    each_ms, share_ms = 1000 * spent / max(drawn, 1), 1000 * (os.cpu_count() or 1) / GOAL_FPS
    rows = [
        Ratio("frames a second, median", fps, GOAL_FPS, "fps", fps / GOAL_FPS, ">= 1"),
        Ratio("longest wait in 10 s", worst, GOAL_WORST_MS, "ms", worst / GOAL_WORST_MS, "<= 1"),
        # What a busy machine does not change: the browser's processors, all of them, for a frame.
        Ratio("processor time a frame", each_ms, share_ms, "ms", each_ms / share_ms, "<= 1"),
    ]
    return table(f"{SHOWN_BODIES} bodies in a headless Chromium without a graphics card", rows)


def _told(page: Page, name: str) -> float:
    return float(page.locator("canvas").get_attribute(f"data-{name}") or 0)


def _browser_s() -> float:
    """Processor time of the browser's processes so far, s."""
    spent = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "chrom" in process.name():
                times = process.cpu_times()
                spent += times.user + times.system
    return spent


def _stream() -> bytes:
    model = load_model(settling())
    header = describe_model(model, duration_s=MOTION_S, fps=60)
    recording = record(model, duration_s=MOTION_S, budget_s=_PATIENCE_S)
    frames = _many(recording.frames, SHOWN_BODIES)
    times = SHOWN_BODIES // len(header["bodies"])
    header["geoms"] += [
        {**geom, "body": geom["body"] + copy * len(header["bodies"])}
        for copy in range(1, times)
        for geom in header["geoms"]
        if geom["body"] >= 0
    ]
    header["bodies"] *= times
    return b"".join(write_stream(header, encode(frames)))


def _page(stream: bytes) -> str:
    """As `src/exports/page.ts` makes it."""
    (player,) = (WEB / "dist/assets").glob("offline-player-*.js")
    script = player.read_text("utf-8").replace("</script", "\\x3C/script")
    script = script.replace("<!--", "\\x3C!--")
    motion = base64.b64encode(stream).decode()
    return (
        '<!doctype html><meta charset="utf-8"><main id="player"></main>'
        f'<script type="text/plain" id="motion">{motion}</script><script>{script}</script>'
    )
