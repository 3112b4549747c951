"""Where each task keeps what it made.

A key follows from the hash of the task's input, so a task that runs again finds its work done, and
two people who send the same image share the reading of it.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from vision.version import READER_VERSION


def page_key(image_key: str) -> str:
    """The prepared page of an image."""
    return f"pages/{_reading(image_key)}.npz"


def marks_key(image_key: str) -> str:
    """The marks found on it."""
    return f"marks/{_reading(image_key)}.json"


def texts_key(image_key: str, reader: str) -> str:
    """What `reader` read of its writing."""
    return f"texts/{_reading(image_key)}-{reader}.json"


def reading_key(texts_key: str) -> str:
    """The analysis as read: before anyone corrected it and before it was given a scale."""
    return f"readings/{PurePosixPath(texts_key).relative_to('texts')}"


def description_key(sentence_hash: str, reader: str) -> str:
    """What `reader` made of a sentence."""
    return f"descriptions/{sentence_hash[:2]}/{sentence_hash}-{reader}.json"


def _reading(image_key: str) -> str:
    """`ab/abcd…-r1`: the image's hash and the reader's version."""
    digest = PurePosixPath(image_key).stem
    return f"{digest[:2]}/{digest}-r{READER_VERSION}"
