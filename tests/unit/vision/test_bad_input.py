"""Whatever is sent is answered: with marks, or with what was seen, where, and what to do."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.analysis import Analysis
from vision.errors import NothingToRead, ReadingError
from vision.look import look
from vision.page import Pixels

from .pens import Sheet, kinds

WIDTH, HEIGHT = 1280, 960


def seen(image: Pixels, extension: str = ".png") -> Analysis | ReadingError:
    """What a look at the image says; any error but a `ReadingError` is a crash."""
    data = cv2.imencode(extension, image)[1].tobytes()
    try:
        return look(data)
    except ReadingError as error:
        return error


def cat(seed: int) -> Pixels:
    """Something of a photo of an animal: soft light at many scales, fur along a field, two eyes."""
    rng = np.random.default_rng(seed)
    picture = np.full((HEIGHT, WIDTH), 120.0)
    for cells in (3, 7, 15, 40, 100):
        coarse = rng.normal(0, 90 / cells**0.6, (cells, cells + 1)).astype(np.float32)
        picture += cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    for _ in range(4000):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)
        lean = 1.2 + np.sin(x / 200) + np.cos(y / 170)
        end = (int(x + 25 * np.cos(lean)), int(y + 25 * np.sin(lean)))
        cv2.line(picture, (int(x), int(y)), end, float(rng.uniform(20, 230)), 1, cv2.LINE_AA)
    for x in (500, 780):
        cv2.circle(picture, (x, 400), 60, 40.0, -1)
        cv2.circle(picture, (x + 10, 390), 14, 240.0, -1)
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    return np.dstack([grey, (grey * 0.9).astype(np.uint8), grey])


def text(lines: int) -> Pixels:
    """A page of print."""
    page = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    words = ["the", "block", "slides", "down", "the", "plane", "and", "stops"]
    for line in range(lines):
        said = " ".join(words[(line + k) % len(words)] for k in range(6))
        place = (60, 60 + 45 * line)
        cv2.putText(page, said, place, cv2.FONT_HERSHEY_SIMPLEX, 1.1, (20, 20, 20), 2, cv2.LINE_AA)
    return page


def says_all(error: ReadingError) -> bool:
    """Whether a refusal says what was seen, where on the image, and what to do."""
    if error.bbox is None or not error.suggestion or not error.detail:
        return False
    x, y, width, height = error.bbox
    return x >= 0 and y >= 0 and x + width <= WIDTH + 2 and y + height <= HEIGHT + 2


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_an_even_page_is_refused_as_one_without_ink(shade: int) -> None:
    answer = seen(np.full((HEIGHT, WIDTH, 3), shade, np.uint8))
    assert isinstance(answer, NothingToRead)
    assert "no ink" in answer.detail
    assert says_all(answer)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_photo_of_fur_is_refused_as_no_drawing(seed: int) -> None:
    answer = seen(cat(seed), ".jpg")
    assert isinstance(answer, NothingToRead)
    assert says_all(answer)


def test_noise_is_refused() -> None:
    noise = np.random.default_rng(4).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    answer = seen(noise)
    assert isinstance(answer, ReadingError)
    assert says_all(answer)


def test_a_page_of_text_is_refused_as_writing_where_it_stands() -> None:
    answer = seen(text(12))
    assert isinstance(answer, NothingToRead)
    assert "writing" in answer.detail
    assert says_all(answer)
    assert answer.bbox is not None
    assert answer.bbox[3] < 0.7 * HEIGHT


def test_one_mark_alone_is_read() -> None:
    sheet = Sheet(WIDTH, HEIGHT)
    sheet.circle((600, 400), 90)
    answer = seen(sheet.pixels)
    assert isinstance(answer, Analysis)
    assert kinds(answer) == ["ball"]


@pytest.mark.parametrize("columns", [20, 72])
def test_hundreds_and_thousands_of_marks_are_answered(columns: int) -> None:
    page = np.full((HEIGHT * 2, WIDTH * 2, 3), 255, np.uint8)
    pitch = 2 * WIDTH / (columns + 1)
    for row in range(int(2 * HEIGHT / pitch) - 1):
        for column in range(columns):
            place = (int(pitch * (column + 0.8)), int(pitch * (row + 0.8)))
            cv2.circle(page, place, int(0.35 * pitch), (0, 0, 0), 2, cv2.LINE_AA)
    data = cv2.imencode(".png", page)[1].tobytes()
    if columns > 40:
        with pytest.raises(NothingToRead, match="separate pieces"):
            look(data)
    else:
        assert kinds(look(data)).count("ball") > 230
