"""Signs that a reader left out are told by their ink and by where it saw the others."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.ink import stroke_width
from vision.labels.crops import crop_width, cut_crop
from vision.labels.ctc import sign_places
from vision.labels.ink_signs import InkSign, find_ink_signs, missing, with_missing
from vision.labels.rapidocr_reader import RapidOcrReader
from vision.labels.reader import Alternative, Reading
from vision.labels.reading import understand
from vision.page import Page
from vision.writing import find_writing, measure_small

POINT = InkSign(".", 0.60, 0.62, 0.05)
EQUALS = InkSign("=", 0.25, 0.35, 0.05)
ONE = InkSign("1", 0.50, 0.52, 0.04)
COLON = InkSign(":", 0.28, 0.30, 0.05)


def page_with(text: str) -> Page:
    ink = np.zeros((200, 700), np.uint8)
    cv2.putText(ink, text, (60, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 255, 3, cv2.LINE_AA)
    ink = np.where(ink > 127, 255, 0).astype(np.uint8)
    return Page(700, 200, 1.0, np.asarray(255 - ink, np.uint8), ink, stroke_width(ink))


def test_what_only_ink_of_its_shape_can_be_is_found_in_its_order() -> None:
    page = page_with("m = 1.5 kg")
    pieces = measure_small(page)
    (box,) = find_writing(page, pieces)
    signs = find_ink_signs(pieces, box, crop_width(box))
    assert [sign.kind for sign in signs if sign.kind != "1"] == ["=", "."]
    assert all(0 < sign.start < sign.end < 1 for sign in signs)


@pytest.mark.parametrize("text", ["m: 4 kg", "mu: 0.3"])
def test_a_colon_is_two_dots_one_over_the_other(text: str) -> None:
    page = page_with(text)
    pieces = measure_small(page)
    (box,) = find_writing(page, pieces)
    signs = find_ink_signs(pieces, box, crop_width(box))
    points = [sign for sign in text if sign in ".:"]
    assert [sign.kind for sign in signs if sign.kind in ".:"] == points


def test_the_dot_of_an_i_makes_no_colon() -> None:
    page = page_with("in i j")
    pieces = measure_small(page)
    kinds = [
        sign.kind
        for box in find_writing(page, pieces)
        for sign in find_ink_signs(pieces, box, crop_width(box))
    ]
    assert ":" not in kinds


def test_half_a_colon_is_no_point() -> None:
    reading = Reading("m.4kg", 0.98, (), (0.1, 0.3, 0.5, 0.7, 0.9))
    assert understand(reading)[0].value == 0.4
    assert understand(reading, (COLON,))[0].value == 4


def test_a_reader_says_where_it_saw_each_sign() -> None:
    page = page_with("m = 25 kg")
    pieces = measure_small(page)
    (box,) = find_writing(page, pieces)
    (reading,) = RapidOcrReader(threads=1).read([cut_crop(page, pieces.map, box)])
    signs = "".join(reading.text.split())
    assert len(reading.places) == len(signs)
    (equals,) = (sign for sign in find_ink_signs(pieces, box, crop_width(box)) if sign.kind == "=")
    assert reading.places[signs.index("=")] == pytest.approx(
        (equals.start + equals.end) / 2, abs=0.06
    )


def test_the_places_of_signs_are_those_of_the_likeliest_path() -> None:
    steps = np.full((7, 3), 0.01, np.float32)
    for step, sign in enumerate((0, 1, 1, 0, 1, 2, 0)):
        steps[step, sign] = 0.98
    assert sign_places(steps, "aab", "ab") == pytest.approx((1.5, 4.0, 5.0), abs=0.05)
    assert sign_places(steps, "", "ab") == ()


@pytest.mark.parametrize(
    ("text", "places", "ink", "whole"),
    [
        ("m=22kg", (0.1, 0.3, 0.5, 0.7, 0.8, 0.9), (EQUALS, POINT), "m=2.2kg"),
        ("m22 kg", (0.1, 0.5, 0.7, 0.8, 0.9), (EQUALS, POINT), "m=2.2kg"),
        ("m.4kg", (0.1, 0.3, 0.5, 0.7, 0.9), (COLON,), "m:4kg"),
        ("m4kg", (0.1, 0.5, 0.7, 0.9), (COLON,), "m:4kg"),
        ("m=0.3", (0.1, 0.3, 0.6, 0.64, 0.7), (EQUALS, ONE, POINT), "m=10.3"),
    ],
)
def test_a_sign_that_was_left_out_is_put_where_its_ink_stands(
    text: str, places: tuple[float, ...], ink: tuple[InkSign, ...], whole: str
) -> None:
    assert with_missing(text, missing(text, places, ink)) == whole


@pytest.mark.parametrize(
    ("text", "places"),
    [("m=2.2", (0.1, 0.3, 0.5, 0.63, 0.7)), ("m = 2,2", (0.1, 0.32, 0.5, 0.58, 0.7))],
)
def test_a_sign_that_was_read_is_not_missing(text: str, places: tuple[float, ...]) -> None:
    assert missing(text, places, (EQUALS, POINT)) == ()


def test_a_slim_stroke_among_letters_may_be_a_part_of_one_and_is_not_put_in() -> None:
    assert missing("mFN", (0.1, 0.4, 0.8), (ONE,)) == ()


def test_where_a_reader_knows_no_places_only_a_point_anywhere_counts() -> None:
    assert [one.sign.kind for one in missing("m=22", (), (EQUALS, POINT))] == ["."]
    assert missing("m=2.2", (), (EQUALS, POINT)) == ()


def test_a_value_has_the_point_whose_ink_stands_in_it() -> None:
    reading = Reading("m = 22 kg", 0.95, (), (0.1, 0.3, 0.5, 0.7, 0.8, 0.9))
    assert understand(reading)[0].value == 22
    assert understand(reading, (EQUALS, POINT))[0].value == 2.2


def test_of_two_texts_the_one_that_has_the_point_wins() -> None:
    reading = Reading("m = 22 kg", 0.95, (Alternative("m = 2,2 kg", 0.4),))
    assert understand(reading, (POINT,))[0].value == 2.2


def test_a_name_is_parted_from_its_value_by_the_equals_sign_that_was_not_read() -> None:
    reading = Reading("91.62m/s2", 0.95, (), (0.1, 0.5, 0.55, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9))
    best = understand(reading, (EQUALS,))[0]
    assert (best.quantity, best.name, best.value) == ("gravity", "g", 1.62)
