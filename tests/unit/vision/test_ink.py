"""Ink is told from paper whatever the ground, the light and the rules on it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.errors import NothingToRead
from vision.ink import is_light_ink, stroke_width
from vision.page import Page, Pixels
from vision.paper import Sheet as PaperSheet
from vision.prepare import prepare_pixels

from .pens import Sheet


def drawing() -> Pixels:
    """A box, a ball and a line on white."""
    sheet = Sheet(900, 600, pen=5)
    sheet.path((120, 200), (360, 200), (360, 400), (120, 400), closed=True)
    sheet.circle((600, 300), 90)
    sheet.path((60, 480), (840, 480))
    return sheet.pixels


def prepared(image: Pixels) -> Page:
    return prepare_pixels(image, width=image.shape[1], height=image.shape[0])


def agreement(page: Page) -> tuple[float, float]:
    """The share of the drawing's ink that was found, and of what was found that is its ink."""
    truth = (drawing().min(axis=2) < 128).astype(np.uint8)
    size = (page.ink.shape[1], page.ink.shape[0])
    truth = cv2.resize(truth, size, interpolation=cv2.INTER_AREA)
    found = (page.ink > 0).astype(np.uint8)
    near = np.ones((5, 5), np.uint8)
    recall = float(cv2.dilate(found, near)[truth > 0].mean())
    precision = float(cv2.dilate(truth, near)[found > 0].mean())
    return recall, precision


def on(ground: np.ndarray, ink: tuple[int, int, int]) -> Pixels:
    """The drawing in one colour (BGR) on a ground (h, w, 3)."""
    cover = 1 - drawing()[:, :, :1].astype(float) / 255
    mixed = ground * (1 - cover) + np.array(ink, float) * cover
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def flat(*colour: int) -> np.ndarray:
    return np.full((600, 900, 3), colour, float)


def squared() -> np.ndarray:
    ground = flat(246, 249, 250)
    ground[15::40] = (220, 200, 168)
    ground[:, 22::40] = (220, 200, 168)
    return ground


def shaded() -> np.ndarray:
    y, x = np.mgrid[0:600, 0:900]
    light = 1 - 0.4 * x / 900
    light *= np.where(x + 0.6 * y > 700, 0.55, 1.0)
    return flat(215, 235, 240) * light[..., None]


def board() -> np.ndarray:
    cloud = np.random.default_rng(3).normal(0, 1, (12, 18))
    wide = cv2.resize(cloud, (900, 600), interpolation=cv2.INTER_CUBIC)
    return flat(52, 70, 40) + 8 * wide[..., None]


@pytest.mark.parametrize(
    ("ground", "ink"),
    [
        (flat(255, 255, 255), (20, 20, 20)),
        (flat(255, 255, 255), (30, 120, 240)),
        (squared(), (160, 75, 40)),
        (shaded(), (50, 45, 45)),
        (board(), (235, 240, 240)),
        (board(), (140, 225, 235)),
    ],
    ids=["black", "orange", "squared paper", "hard shadow", "chalk", "yellow chalk"],
)
def test_ink_and_only_ink_is_found(ground: np.ndarray, ink: tuple[int, int, int]) -> None:
    recall, precision = agreement(prepared(on(ground, ink)))
    assert recall > 0.97
    assert precision > 0.97


def test_noise_and_blur_of_a_phone_do_not_matter() -> None:
    image = cv2.GaussianBlur(on(shaded(), (50, 45, 45)), (0, 0), 1.2).astype(float)
    image += np.random.default_rng(1).normal(0, 5, image.shape)
    recall, precision = agreement(prepared(np.clip(image, 0, 255).astype(np.uint8)))
    assert recall > 0.95
    assert precision > 0.95


def test_a_blacked_in_ball_is_filled() -> None:
    sheet = Sheet(900, 600, pen=4)
    sheet.circle((300, 300), 60, filled=True)
    sheet.path((500, 100), (800, 500))
    page = prepared(sheet.pixels)
    x, y = np.rint(page.image_to_work([[300, 300]])[0]).astype(int)
    assert page.ink[y - 20 : y + 20, x - 20 : x + 20].min() == 255


def test_chalk_is_light_and_pen_is_dark() -> None:
    assert is_light_ink(on(board(), (235, 240, 240)))
    assert not is_light_ink(on(squared(), (160, 75, 40)))


def test_the_prepared_grey_is_dark_on_white_for_chalk_too() -> None:
    page = prepared(on(board(), (235, 240, 240)))
    assert np.median(page.grey) > 200
    assert np.median(page.grey[page.ink > 0]) < 90


@pytest.mark.parametrize("width", [2, 4, 12])
def test_strokes_are_worked_on_at_a_width_of_their_own(width: int) -> None:
    sheet = Sheet(2400, 1600, pen=width)
    sheet.path((300, 300), (2000, 400), (1800, 1400), closed=True)
    page = prepared(sheet.pixels)
    assert 1.5 < page.stroke_width < 9
    assert page.stroke_width / page.scale == pytest.approx(width, rel=0.6, abs=4)


@pytest.mark.parametrize("shade", [0, 255])
def test_a_page_without_ink_says_so(shade: int) -> None:
    with pytest.raises(NothingToRead):
        prepared(np.full((300, 400, 3), shade, np.uint8))


def test_a_page_survives_the_store() -> None:
    page = prepared(on(squared(), (160, 75, 40)))
    again = Page.from_bytes(page.to_bytes())
    assert np.array_equal(again.ink, page.ink)
    assert np.array_equal(again.grey, page.grey)
    fields = ("width", "height", "scale", "stroke_width", "guides", "rectify")
    assert all(getattr(again, name) == getattr(page, name) for name in fields)
    assert len(page.to_bytes()) < page.grey.size


def test_frames_go_there_and_back() -> None:
    page = prepared(on(flat(255, 255, 255), (0, 0, 0)))
    points = np.array([[0.0, 0.0], [899.0, 599.0], [13.5, 77.25]])
    assert np.allclose(page.work_to_image(page.image_to_work(points)), points)


@pytest.mark.parametrize("pen", [4, 6, 10])
def test_a_stroke_is_as_wide_at_any_scale(pen: int) -> None:
    mask = np.zeros((900, 1200), np.uint8)
    cv2.line(mask, (100, 120), (1000, 160), 255, pen)
    cv2.line(mask, (200, 200), (300, 800), 255, pen)
    cv2.circle(mask, (700, 500), 180, 255, pen)
    whole = stroke_width(mask)
    assert whole == pytest.approx(pen, rel=0.15, abs=0.5)
    smaller = cv2.resize(mask, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    reduced = stroke_width(np.where(smaller > 127, np.uint8(255), np.uint8(0)))
    assert reduced / 0.6 == pytest.approx(whole, rel=0.12)


def test_a_filled_ball_does_not_broaden_the_strokes() -> None:
    mask = np.zeros((600, 900), np.uint8)
    cv2.line(mask, (50, 500), (850, 500), 255, 5)
    cv2.line(mask, (60, 100), (600, 140), 255, 5)
    thin = stroke_width(mask)
    cv2.circle(mask, (700, 250), 60, 255, -1)
    assert stroke_width(mask) == pytest.approx(thin, rel=0.25)


@pytest.mark.parametrize("pen", [2, 4, 9])
def test_a_page_not_meant_for_reading_is_smaller_and_measures_the_same(pen: int) -> None:
    sheet = Sheet(1600, 1100, pen=pen)
    sheet.path((200, 200), (1300, 280), (1200, 900), closed=True)
    fine, sketchy = (
        prepare_pixels(sheet.pixels, width=1600, height=1100, legible=legible)
        for legible in (True, False)
    )
    assert sketchy.ink.size < 0.55 * fine.ink.size
    assert sketchy.stroke_width / sketchy.scale == pytest.approx(
        fine.stroke_width / fine.scale, rel=0.25
    )


def test_the_rules_of_a_large_page_are_not_taken_for_a_small_drawing_on_it() -> None:
    image = np.full((1200, 1600, 3), 240, np.uint8)
    image[::40] = image[:, ::40] = (225, 205, 190)
    cv2.rectangle(image, (700, 600), (820, 690), (60, 40, 30), 3)
    cv2.line(image, (620, 692), (940, 692), (60, 40, 30), 3)
    page = prepare_pixels(image, width=1600, height=1200)
    left, top, width, height = page.ink_box()
    assert left > 600 and top > 580 and left + width < 960 and top + height < 720


def test_a_sheet_on_a_dark_desk_is_no_chalk() -> None:
    image = np.full((900, 1200, 3), 60, np.uint8)
    corners = np.array([[60, 50], [1150, 60], [1140, 850], [50, 840]], np.float64)
    cv2.fillConvexPoly(image, corners.astype(np.int32), (215, 220, 222))
    cv2.line(image, (500, 500), (700, 490), (120, 90, 80), 3)
    assert not is_light_ink(image, PaperSheet(corners))


def test_the_grain_of_a_desk_says_nothing_of_the_paper() -> None:
    """Wood under a page in the shade is more uneven than pencil on it."""
    grain = np.random.default_rng(4).normal(60, 16, (900, 1300, 1))
    image = np.repeat(grain, 3, axis=2)
    image[150:750, 200:1100] = on(flat(190, 192, 188), (70, 60, 60)) * 0.8
    noisy = np.clip(image, 0, 255).astype(np.uint8)
    page = prepared(noisy)
    assert page.photo
    assert 0.005 < float((page.ink > 0).mean()) < 0.03


def pencil_on_rules() -> Pixels:
    """A photo of a drawing in pencil that is little darker than the rules, more of them than it."""
    ground = flat(205, 222, 226)
    for begin in (15, 16):
        ground[begin::26] = ground[:, begin::26] = (150, 168, 172)
    light = np.linspace(0.75, 1.0, 900)[None, :, None]
    image = on(ground, (118, 118, 120)) * light
    noise = np.random.default_rng(6).normal(0, 2, image.shape)
    return np.clip(cv2.GaussianBlur(image, (0, 0), 0.9) + noise, 0, 255).astype(np.uint8)


def test_pencil_little_darker_than_the_rules_is_told_from_them() -> None:
    recall, precision = agreement(prepared(pencil_on_rules()))
    assert recall > 0.95
    assert precision > 0.95


def test_a_page_drawn_all_over_keeps_its_ink() -> None:
    sheet = Sheet(900, 600, pen=3)
    for y in range(20, 600, 40):
        sheet.path((5, y), (895, y + 9))
    page = prepared(sheet.pixels)
    assert 0.05 < float((page.ink > 0).mean()) < 0.2


def test_a_boards_frame_along_the_picture_is_no_ink() -> None:
    image = on(board(), (235, 240, 240))
    image[:10] = (70, 105, 140)
    image[:, -14:] = (215, 220, 225)
    recall, precision = agreement(prepared(image))
    assert recall > 0.95
    assert precision > 0.97


def test_the_holes_of_a_pad_are_no_balls() -> None:
    image = np.full((900, 1300, 3), (62, 88, 120), np.uint8)
    image[100:820, 150:1200] = (222, 232, 236)
    for y in range(120, 810, 45):
        cv2.circle(image, (168, y), 8, (70, 70, 75), -1, cv2.LINE_AA)
    cv2.rectangle(image, (500, 400), (700, 520), (60, 45, 40), 4, cv2.LINE_AA)
    left, top, width, height = prepared(image).ink_box()
    assert left > 480 and top > 380 and left + width < 720 and top + height < 540


def test_a_dim_photo_is_no_fur_where_its_ink_is_clear() -> None:
    """Noise makes the ground as uneven as fur, but ink stands out from it six times as much."""
    image = on(squared(), (60, 25, 15)) * 0.25
    image += np.random.default_rng(8).normal(0, 3.5, image.shape)
    assert prepared(np.clip(image, 0, 255).astype(np.uint8)).ink.any()
