"""The embedded label reader: RapidOCR's recognition model, without the rest of RapidOCR.

The wheel of `rapidocr` carries the PP-OCRv6 models. Only its recogniser is wanted, on crops that
were found already, and its probabilities rather than its one best text; so the model is run by
ONNX Runtime directly. That also keeps its thread count, and what is imported, in our hands.
"""

from __future__ import annotations

import importlib.util
import math
import threading
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from ..page import Pixels
from .ctc import confidence, likely_texts, sign_places
from .reader import Alternative, ReaderUnavailable, Reading
from .vocabulary import SAME_SIGN

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_MODEL = "PP-OCRv6_rec_small.onnx"
_HEIGHT = 48
"""Pixels: the height of line that the model was trained at."""
_LEAST_WIDTH = 48
_MOST_WIDTH = 960
_ALPHABET = (
    " 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "=:.,/^+-_~*'\"()[]|!?·°²³½¼¾"
    "αβθμωτπρφΔΩ"
)


class RapidOcrReader:
    """Reads on this machine, offline.

    Nothing is loaded before the first crop is read. `threads` is how many cores one reading may
    use.
    """

    def __init__(self, *, threads: int = 2) -> None:
        self._threads = threads
        self._loading = threading.Lock()
        self._model: _Model | None = None

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        """One reading a crop; see `LabelReader`.

        Raises:
            ReaderUnavailable: the model or its runtime is not installed.
        """
        if not crops:
            return []
        with self._loading:
            if self._model is None:
                self._model = _Model(self._threads)
        return [self._model.read(crop) for crop in crops]


class _Model:
    def __init__(self, threads: int) -> None:
        self._session = _open_session(threads)
        self._input = self._session.get_inputs()[0].name
        known = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._columns, self._fold = _folding([*known, " "])

    def read(self, crop: Pixels) -> Reading:
        line, wide = _as_input(crop)
        raw = self._session.run(None, {self._input: line})[0][0]
        folded = raw[:, self._columns] @ self._fold
        texts = likely_texts(folded, _ALPHABET)

        def places(text: str) -> tuple[float, ...]:
            """Where its signs are, as shares of the crop's width."""
            step = line.shape[3] / len(folded) / wide
            return tuple((at + 0.5) * step for at in sign_places(folded, text, _ALPHABET))

        best, chance = texts[0]
        return Reading(
            best,
            confidence(folded) if best else 0.0,
            tuple(
                Alternative(text, other / chance, places(text))
                for text, other in texts[1:]
                if other > 0
            ),
            places(best),
        )


def _open_session(threads: int) -> InferenceSession:
    try:
        import onnxruntime
    except ImportError as missing:
        raise ReaderUnavailable("onnxruntime is not installed") from missing
    package = importlib.util.find_spec("rapidocr")
    if package is None or not package.submodule_search_locations:
        raise ReaderUnavailable("the package rapidocr, which carries the model, is not installed")
    model = Path(package.submodule_search_locations[0]) / "models" / _MODEL
    if not model.is_file():
        raise ReaderUnavailable(f"this version of rapidocr does not carry {_MODEL}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _folding(
    known: Sequence[str],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """The model's outputs that matter, and the 0/1 matrix that adds them up by our alphabet."""
    place = {sign: 1 + index for index, sign in enumerate(_ALPHABET)}
    owner = {0: 0}
    for index, sign in enumerate(known):
        alike = sign if sign in place else SAME_SIGN.get(sign, unicodedata.normalize("NFKC", sign))
        if alike in place:
            owner[1 + index] = place[alike]
    fold = np.zeros((len(owner), 1 + len(_ALPHABET)), dtype=np.float32)
    fold[np.arange(len(owner)), list(owner.values())] = 1.0
    return np.array(list(owner), dtype=np.intp), fold


def _as_input(crop: Pixels) -> tuple[npt.NDArray[np.float32], int]:
    """The crop as (1, 3, 48, w) float32 in -1..1, and how much of the w is the crop's."""
    height, width = crop.shape
    wide = min(max(math.ceil(_HEIGHT * width / height), 1), _MOST_WIDTH)
    shrinks = height > _HEIGHT
    line = cv2.resize(
        crop, (wide, _HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    )
    if wide < _LEAST_WIDTH:
        line = cv2.copyMakeBorder(
            line, 0, 0, 0, _LEAST_WIDTH - wide, cv2.BORDER_CONSTANT, value=255.0
        )
    signal = line.astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(np.broadcast_to(signal, (1, 3, *signal.shape))), wide
