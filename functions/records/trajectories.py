"""Where the parts of a stored trajectory lie, for those who write one and those who read it.

Under one prefix, which ends in `/`: the chunks, in the order of their keys; `header.json`, what
moves and how it looks, which is written first; `energy.json`, at each frame; and `summary.json`,
which is written last, so that where it is, the whole trajectory is. Beside it,
`pictures-….json` names the pictures that were drawn of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from shared.objects import ObjectStore

_CHUNK_SUFFIX = ".chunk"
_LAYOUT = 2
"""Counts up when what lies under a prefix changes: what an older task left is then made again."""


def trajectory_prefix(model: bytes, duration_s: float, fps: int, codec_version: int) -> str:
    """The prefix of one run of a model: the same run has the same."""
    digest = hashlib.sha256(model).hexdigest()
    run = f"{duration_s:g}s-{fps}fps-v{codec_version}.{_LAYOUT}"
    return f"trajectories/{digest[:2]}/{digest}-{run}/"


def header_key(prefix: str) -> str:
    """The header, JSON."""
    return f"{prefix}header.json"


def energy_key(prefix: str) -> str:
    """The energies, JSON."""
    return f"{prefix}energy.json"


def summary_key(prefix: str) -> str:
    """The summary, JSON."""
    return f"{prefix}summary.json"


def pictures_key(prefix: str, version: int) -> str:
    """The keys of the pictures that a version of their drawing made, JSON."""
    return f"{prefix}pictures-{version}.json"


def chunk_key(prefix: str, index: int) -> str:
    """One chunk, as `shared.frames` encodes it."""
    return f"{prefix}{index:05d}{_CHUNK_SUFFIX}"


def load_chunks(objects: ObjectStore, prefix: str) -> Iterator[bytes]:
    """The chunks, the first first."""
    for found in objects.list(prefix):
        if found.key.endswith(_CHUNK_SUFFIX):
            yield objects.get(found.key)
