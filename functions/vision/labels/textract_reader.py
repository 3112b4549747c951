"""The managed label reader: Amazon Textract, one call a drawing.

Textract bills and answers by page, so all crops go into one contact sheet, and the lines found in
it go back to the crops by where they lie.
https://docs.aws.amazon.com/textract/latest/dg/API_DetectDocumentText.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np

from ..page import Pixels
from .reader import ReaderUnavailable, Reading

_LINE_HEIGHT = 64
"""Pixels; Textract wants letters of at least 15 and does no better above this."""
_MARGIN = 40
_MOST_WIDTH = 1200
_MOST_ROWS = 40
"""Rows in a column of the sheet: it stays below Textract's 10,000 pixels a side."""


class TextractClient(Protocol):
    """What is used of boto3's Textract client."""

    def detect_document_text(self, *, Document: Mapping[str, Any]) -> Mapping[str, Any]:
        """The blocks of text in an image."""
        ...


class TextractReader:
    """Reads by Textract. Who builds the client sets its time-outs and retries."""

    def __init__(self, client: TextractClient) -> None:
        self._client = client

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        """One reading a crop; see `LabelReader`.

        Raises:
            ReaderUnavailable: Textract did not answer, or refused.
        """
        if not crops:
            return []
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
        )

        sheet, cells = _contact_sheet(crops)
        done, png = cv2.imencode(".png", sheet)
        if not done:
            raise ValueError("the contact sheet could not be encoded")
        try:
            answer = self._client.detect_document_text(Document={"Bytes": png.tobytes()})
        except (BotoCoreError, ClientError) as error:
            raise ReaderUnavailable(f"Textract: {type(error).__name__}") from error
        return _by_cell(answer["Blocks"], cells, sheet.shape[1], sheet.shape[0])


class _Cell(NamedTuple):
    left: int
    top: int
    width: int
    height: int


def _contact_sheet(crops: Sequence[Pixels]) -> tuple[Pixels, list[_Cell]]:
    """All crops on one white page, (h, w) uint8, and the cell that each has there."""
    lines = [_level(crop) for crop in crops]
    wide = max(line.shape[1] for line in lines) + 2 * _MARGIN
    high = _LINE_HEIGHT + 2 * _MARGIN
    rows = min(len(lines), _MOST_ROWS)
    columns = math.ceil(len(lines) / rows)
    sheet = np.full((rows * high, columns * wide), 255, dtype=np.uint8)
    cells = []
    for index, line in enumerate(lines):
        left, top = index // rows * wide, index % rows * high
        sheet[top + _MARGIN :, left + _MARGIN :][: line.shape[0], : line.shape[1]] = line
        cells.append(_Cell(left, top, wide, high))
    return sheet, cells


def _level(crop: Pixels) -> Pixels:
    height, width = crop.shape
    wide = min(max(round(_LINE_HEIGHT * width / height), 1), _MOST_WIDTH)
    shrinks = height > _LINE_HEIGHT
    line = cv2.resize(
        crop, (wide, _LINE_HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    )
    return np.asarray(line, dtype=np.uint8)


def _by_cell(
    blocks: Sequence[Mapping[str, Any]], cells: Sequence[_Cell], width: int, height: int
) -> list[Reading]:
    """The lines of each cell, from left to right, as one reading."""
    found: list[list[tuple[float, str, float]]] = [[] for _ in cells]
    for block in blocks:
        if block["BlockType"] != "LINE":
            continue
        box = block["Geometry"]["BoundingBox"]
        x = (box["Left"] + box["Width"] / 2) * width
        y = (box["Top"] + box["Height"] / 2) * height
        for lines, cell in zip(found, cells, strict=True):
            across = cell.left <= x < cell.left + cell.width
            if across and cell.top <= y < cell.top + cell.height:
                lines.append((box["Left"], block["Text"], block["Confidence"] / 100))
    return [
        Reading(
            " ".join(text for _, text, _ in sorted(lines)),
            min((sure for _, _, sure in lines), default=0.0),
        )
        for lines in found
    ]
