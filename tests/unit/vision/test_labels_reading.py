"""From a page to typed labels, with the real reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.drawings import draw
from vision.ink import stroke_width
from vision.labels.apart import part
from vision.labels.ctc import confidence, likely_texts
from vision.labels.rapidocr_reader import RapidOcrReader
from vision.labels.read_text import ReadText
from vision.labels.reader import Alternative, Reading
from vision.labels.reading import read_labels, understand
from vision.page import Page, Pixels
from vision.prepare import prepare

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"


@pytest.fixture(scope="module")
def reader() -> RapidOcrReader:
    return RapidOcrReader(threads=1)


def page_of(grey: Pixels, scale: float = 1.0) -> Page:
    ink = np.where(grey < 128, 255, 0).astype(np.uint8)
    height, width = grey.shape
    return Page(
        round(width / scale), round(height / scale), scale, grey, ink, stroke_width(ink) or 3.0
    )


def sheet_with(*labels: tuple[str, int, int]) -> Pixels:
    grey = np.full((600, 900), 255, np.uint8)
    for text, x, y in labels:
        cv2.putText(grey, text, (x, y), cv2.FONT_HERSHEY_DUPLEX, 1.1, 0, 2, cv2.LINE_AA)
    return grey


class CountingReader:
    """Passes crops on to a reader and keeps count of them."""

    def __init__(self, reader: RapidOcrReader) -> None:
        self.calls: list[int] = []
        self._reader = reader

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        self.calls.append(len(crops))
        return self._reader.read(crops)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pendulum", {("length", 0.8, "m")}),
        ("block_on_ramp", {("angle", 25.0, "°"), ("friction", 0.2, ""), ("mass", 3.0, "kg")}),
        ("mass_on_spring", {("stiffness", 120.0, "N/m"), ("mass", 2.0, "kg")}),
        ("stack_and_ball", {("mass", 2.0, "kg")}),
    ],
)
def test_the_labels_of_the_examples_are_read(
    name: str, expected: set[tuple[str, float, str]], reader: RapidOcrReader
) -> None:
    texts = read_labels(prepare((EXAMPLES / f"{name}.png").read_bytes()), reader)
    best = [text.meanings[0] for text in texts]
    assert {(meaning.quantity, meaning.value, meaning.unit) for meaning in best} == expected
    truth = json.loads((EXAMPLES / f"{name}.json").read_text())["analysis"]["texts"]
    for place in truth:
        x, y, width, height = place["bbox"]
        assert any(
            abs(text.center[0] - x - width / 2) < 0.2 * width
            and abs(text.center[1] - y - height / 2) < 0.4 * height
            for text in texts
        )


@pytest.mark.parametrize("turn", [-15, 15])
def test_a_turned_label_is_read(turn: int, reader: RapidOcrReader) -> None:
    matrix = cv2.getRotationMatrix2D((450, 300), turn, 1.0)
    grey = cv2.warpAffine(
        sheet_with(("k = 120 N/m", 300, 310)), matrix, (900, 600), borderValue=255.0
    )
    (text,) = read_labels(page_of(np.asarray(grey, np.uint8)), reader)
    assert (text.meanings[0].quantity, text.meanings[0].value) == ("stiffness", 120)


@pytest.mark.parametrize("quarter", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE])
def test_a_label_up_or_down_the_page_is_read(quarter: int, reader: RapidOcrReader) -> None:
    grey = np.ascontiguousarray(cv2.rotate(sheet_with(("L = 25 cm", 300, 310)), quarter))
    (text,) = read_labels(page_of(grey), reader)
    assert (text.meanings[0].value, text.meanings[0].unit) == (25, "cm")


def test_a_line_through_the_crop_does_not_spoil_the_reading(reader: RapidOcrReader) -> None:
    grey = sheet_with(("m = 3 kg", 300, 310))
    cv2.line(grey, (250, 255), (700, 345), 255, 1)
    cv2.line(grey, (250, 262), (800, 262), 0, 4)
    (text,) = read_labels(page_of(grey), reader)
    assert (text.meanings[0].quantity, text.meanings[0].value) == ("mass", 3)


def test_two_labels_side_by_side_are_two_texts(reader: RapidOcrReader) -> None:
    first = cv2.getTextSize("m = 3 kg", cv2.FONT_HERSHEY_DUPLEX, 1.1, 2)[0][0]
    texts = read_labels(
        page_of(sheet_with(("m = 3 kg", 100, 310), ("v = 5 m/s", 100 + first + 24, 310))), reader
    )
    assert [text.meanings[0].quantity for text in texts] == ["mass", "velocity"]
    assert [text.id for text in texts] == ["t1", "t2"]


def test_a_part_of_a_line_may_be_what_it_was_read_as_in_the_line(reader: RapidOcrReader) -> None:
    """The one of 1kg is read as an l where nothing stands before it."""
    texts = read_labels(prepare(draw("spring_between_boxes", "tiny", 500).image), reader)
    best = {(text.meanings[0].quantity, text.meanings[0].value) for text in texts}
    assert {("friction", 0.0), ("mass", 1.0), ("mass", 3.0)} <= best


def test_writing_that_is_no_label_keeps_its_words_and_has_no_meaning(
    reader: RapidOcrReader,
) -> None:
    (text,) = read_labels(page_of(sheet_with(("Hello", 300, 310))), reader)
    assert (text.raw, text.meanings) == ("Hello", ())


def test_a_page_without_writing_never_wakes_the_reader() -> None:
    grey = np.full((300, 400), 255, np.uint8)
    cv2.rectangle(grey, (50, 50), (350, 250), 0, 3)
    reader = RapidOcrReader()
    assert read_labels(page_of(grey), reader) == []
    assert reader._model is None


def test_all_labels_of_a_page_are_read_in_one_call(reader: RapidOcrReader) -> None:
    counting = CountingReader(reader)
    labels = [("m = 3 kg", 100, 100), ("k = 120 N/m", 400, 300), ("v = 5 m/s", 100, 500)]
    read_labels(page_of(sheet_with(*labels)), counting)
    assert counting.calls[0] == 3
    assert sum(counting.calls[1:]) <= 1


def test_boxes_are_in_pixels_of_the_image_and_not_of_the_work(reader: RapidOcrReader) -> None:
    grey = sheet_with(("m = 3 kg", 300, 310))
    (whole,) = read_labels(page_of(grey), reader)
    (half,) = read_labels(page_of(grey, scale=0.5), reader)
    assert half.bbox == pytest.approx([2 * value for value in whole.bbox])
    assert half.center == pytest.approx([2 * value for value in whole.center], abs=1)


def test_texts_come_back_from_json_as_they_were(reader: RapidOcrReader) -> None:
    texts = read_labels(page_of(sheet_with(("theta = 30", 300, 310), ("25 cm", 100, 100))), reader)
    wire = json.loads(json.dumps([text.to_json() for text in texts]))
    assert [ReadText.from_json(text) for text in wire] == texts


def test_an_alternative_that_makes_sense_beats_a_text_that_does_not() -> None:
    seen = Reading("n=2kR", 0.9, (Alternative("m=2kg", 0.6),))
    assert understand(seen)[0].text == "m = 2 kg"


def test_doubt_of_the_reader_costs() -> None:
    sure, unsure = (understand(Reading("m = 2 kg", c))[0].cost for c in (0.99, 0.5))
    assert sure < unsure


def test_ctc_adds_up_all_paths_of_a_text() -> None:
    # Blank is likeliest at both steps, yet "a" (a-, -a, aa) is likelier than nothing.
    steps = np.array([[0.6, 0.4], [0.6, 0.4]], np.float32)
    assert likely_texts(steps, "a")[0] == ("a", pytest.approx(0.64))


def test_ctc_parts_a_doubled_sign_by_a_blank() -> None:
    sign = [0.01, 0.99]
    blank = [0.99, 0.01]
    assert likely_texts(np.array([sign, sign], np.float32), "a")[0][0] == "a"
    assert likely_texts(np.array([sign, blank, sign], np.float32), "a")[0][0] == "aa"


def test_texts_that_differ_in_spaces_count_as_one() -> None:
    steps = np.array([[0, 1, 0, 0], [0.5, 0, 0, 0.5], [0, 0, 1, 0]], np.float32)
    assert likely_texts(steps, "ab ") == [("ab", pytest.approx(1.0))]


def test_confidence_is_that_of_the_signs_and_not_of_the_blanks() -> None:
    steps = np.array([[0.9, 0.1], [0.2, 0.8], [0.99, 0.01]], np.float32)
    assert confidence(steps) == pytest.approx(0.8)
    assert confidence(np.array([[1.0, 0.0]], np.float32)) == 0


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("k = 30 N/mmu = 0", ["k = 30 N/m", "mu = 0"]),
        ("3 kg Mk=0 M=4 kg", ["3 kg", "Mk=0", "M=4 kg"]),
        ("m = 2 kg", []),
        ("v0 = 2 m/s", []),
    ],
)
def test_labels_that_were_read_as_one_line_are_told_apart(text: str, labels: list[str]) -> None:
    parting = part(text)
    if not labels:
        assert parting.cost > understand(Reading(text, 1.0))[0].cost
        return
    signs = "".join(text.split())
    cuts = [0, *(round(share * len(signs)) for share in parting.cuts), len(signs)]
    parts = [signs[begin:end] for begin, end in pairwise(cuts)]
    assert parts == ["".join(label.split()) for label in labels]


def test_three_labels_in_a_row_are_read_each(reader: RapidOcrReader) -> None:
    grey = sheet_with(("3 kg", 60, 300), ("f = 0", 190, 300), ("M = 4 kg", 340, 300))
    texts = sorted(read_labels(page_of(grey), reader), key=lambda text: text.bbox[0])
    assert [(t.meanings[0].quantity, t.meanings[0].value) for t in texts] == [
        ("mass", 3.0),
        ("friction", 0.0),
        ("mass", 4.0),
    ]


@pytest.mark.parametrize(("share", "value"), [(0.7, 1.0), (0.2, 7.0)])
def test_of_a_seven_and_a_one_that_are_about_as_likely_it_is_the_one(share: float, value: float):
    reading = Reading("m = 7 kg", 0.9, (Alternative("m = 1 kg", share),))
    assert understand(reading)[0].value == value
