"""Writing is told from marks by how its pieces stand together, at any size."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from vision.components import label_ink, measure_components
from vision.errors import NothingToRead
from vision.ink import stroke_width
from vision.labels.crops import crop_width
from vision.labels.ink_signs import find_ink_signs
from vision.page import Page, Pixels
from vision.rows import each_to_its_own
from vision.writing import (
    find_writing,
    measure_small,
    split_line,
    without_writing,
)

FONT = cv2.FONT_HERSHEY_SIMPLEX


def page_of(ink: Pixels) -> Page:
    height, width = ink.shape
    return Page(width, height, 1.0, 255 - ink, ink, stroke_width(ink))


def blank(width: int = 900, height: int = 600) -> Pixels:
    return np.zeros((height, width), np.uint8)


def write(ink: Pixels, text: str, at: tuple[int, int], size: float = 1.2, pen: int = 3) -> None:
    cv2.putText(ink, text, at, FONT, size, 255, pen, cv2.LINE_AA)
    np.copyto(ink, np.where(ink > 127, 255, 0).astype(np.uint8))


def draw_box(ink: Pixels) -> None:
    cv2.rectangle(ink, (300, 200), (560, 420), 255, 3)


def draw_hatched_ground(ink: Pixels) -> None:
    cv2.line(ink, (60, 500), (840, 500), 255, 3)
    for x in range(80, 840, 40):
        cv2.line(ink, (x, 506), (x - 22, 530), 255, 3)


def draw_dashed_rope(ink: Pixels) -> None:
    for y in range(60, 420, 36):
        cv2.line(ink, (450, y), (450, y + 20), 255, 3)


def draw_rollers(ink: Pixels) -> None:
    for x in (400, 450, 500):
        cv2.circle(ink, (x, 300), 18, 255, 3)


def draw_spring(ink: Pixels) -> None:
    points = [(100 + 15 * i, 300 + (25 if i % 2 else -25)) for i in range(20)]
    cv2.polylines(ink, [np.array(points, np.int32)], False, 255, 3)


def draw_ball(ink: Pixels) -> None:
    cv2.circle(ink, (450, 300), 60, 255, 3)


def draw_dots(ink: Pixels) -> None:
    for x in (200, 300, 620):
        cv2.circle(ink, (x, 300), 7, 255, -1)


def draw_arrow(ink: Pixels) -> None:
    cv2.arrowedLine(ink, (300, 300), (460, 300), 255, 3, cv2.LINE_8, 0, 0.15)


MARKS: list[Callable[[Pixels], None]] = [
    draw_box,
    draw_hatched_ground,
    draw_dashed_rope,
    draw_rollers,
    draw_spring,
    draw_ball,
    draw_dots,
    draw_arrow,
]


@pytest.mark.parametrize("draw", MARKS, ids=lambda draw: draw.__name__)
def test_marks_alone_are_no_writing(draw: Callable[[Pixels], None]) -> None:
    ink = blank()
    draw(ink)
    assert find_writing(page_of(ink)) == []


@pytest.mark.parametrize("draw", MARKS, ids=lambda draw: draw.__name__)
def test_a_label_beside_a_mark_is_one_box_and_takes_nothing_of_the_mark(
    draw: Callable[[Pixels], None],
) -> None:
    label = blank()
    write(label, "m = 3 kg", (610, 130))
    ink = label.copy()
    draw(ink)
    page = page_of(ink)
    (box,) = find_writing(page)
    left = without_writing(ink, [box])
    assert not (left & label).any()
    assert (left > 0).sum() == (ink > 0).sum() - (label > 0).sum()


def test_a_label_inside_a_box_is_found_and_the_box_is_not() -> None:
    ink = blank()
    draw_box(ink)
    write(ink, "m = 3 kg", (330, 320))
    (box,) = find_writing(page_of(ink))
    assert 325 < box.bbox[0] < 345 and box.bbox[0] + box.bbox[2] < 560


@pytest.mark.parametrize("text", ["25 deg", "mu = 0.2", "k = 120 N/m", "v0 = 5 m/s", "mu = 0"])
@pytest.mark.parametrize(("size", "pen"), [(0.45, 1), (1.0, 2), (2.2, 5), (4.0, 9)])
def test_labels_are_found_whole_at_any_size(text: str, size: float, pen: int) -> None:
    ink = blank(1500, 700)
    write(ink, text, (60, 300), size, pen)
    cv2.rectangle(ink, (900, 380), (1300, 620), 255, pen)
    (box,) = find_writing(page_of(ink))
    rows, columns = np.nonzero(ink[:, :880])
    assert box.bbox == (
        columns.min(),
        rows.min(),
        np.ptp(columns) + 1,
        np.ptp(rows) + 1,
    )


@pytest.mark.parametrize("turn", [-20, -10, 12, 20])
def test_turned_labels_are_found_with_their_angle(turn: int) -> None:
    ink = blank(900, 900)
    write(ink, "k = 120 N/m", (220, 450))
    matrix = cv2.getRotationMatrix2D((450, 450), -turn, 1.0)
    turned = cv2.warpAffine(ink, matrix, (900, 900))
    (box,) = find_writing(page_of(np.where(turned > 127, 255, 0).astype(np.uint8)))
    assert box.angle == pytest.approx(turn, abs=5)
    assert box.size[0] > 5 * box.size[1]


@pytest.mark.parametrize("quarter", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE])
def test_labels_up_and_down_the_page_are_found(quarter: int) -> None:
    ink = blank()
    write(ink, "L = 25 cm", (300, 300))
    (box,) = find_writing(page_of(np.ascontiguousarray(cv2.rotate(ink, quarter))))
    assert abs(box.angle) == 90
    assert box.size[0] > 4 * box.size[1]


def test_two_lines_of_writing_stay_apart() -> None:
    ink = blank()
    write(ink, "m = 3 kg", (300, 200))
    write(ink, "v = 5 m/s", (300, 265))
    assert len(find_writing(page_of(ink))) == 2


def test_two_labels_on_one_line_can_be_parted_at_their_gap() -> None:
    ink = blank()
    write(ink, "m = 3 kg", (100, 200))
    second = 100 + cv2.getTextSize("m = 3 kg", FONT, 1.2, 3)[0][0] + 22
    write(ink, "25 m", (second, 200))
    page = page_of(ink)
    pieces = measure_small(page)
    (box,) = find_writing(page, pieces)
    ways = split_line(page, pieces, box)
    assert any(abs(right.bbox[0] - second) < 8 for _, right in ways)


def test_a_one_behind_an_equals_sign_that_stands_wide_of_a_low_letter_is_its_own() -> None:
    ink = blank()
    write(ink, "e", (100, 200), 1.0)
    for y in (186, 195):
        cv2.line(ink, (138, y), (152, y), 255, 3)
    cv2.line(ink, (164, 177), (164, 200), 255, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] < 105 and box.bbox[0] + box.bbox[2] > 162


def test_a_lone_letter_is_writing() -> None:
    ink = blank()
    draw_box(ink)
    write(ink, "k", (150, 320), 1.5)
    (box,) = find_writing(page_of(ink))
    assert len(box.components) == 1


def test_boxes_name_pieces_as_label_ink_does() -> None:
    ink = blank()
    draw_hatched_ground(ink)
    write(ink, "m = 3 kg", (610, 130))
    assert (measure_components(ink).map == label_ink(ink)).all()


def test_writing_is_found_the_same_on_every_call() -> None:
    ink = blank()
    write(ink, "v0 = 5 m/s", (300, 200))
    draw_rollers(ink)
    page = page_of(ink)
    assert find_writing(page) == find_writing(page)


def test_a_page_without_ink_has_no_writing() -> None:
    assert find_writing(Page(900, 600, 1.0, 255 - blank(), blank(), 3.0)) == []


def test_shapes_of_pieces_are_those_of_their_bars_and_rings() -> None:
    ink = blank(200, 200)
    cv2.rectangle(ink, (20, 20), (79, 25), 255, -1)
    cv2.circle(ink, (120, 120), 30, 255, 3)
    pieces = measure_components(ink)
    assert (pieces.long[1], pieces.thick[1]) == pytest.approx((60, 6), rel=0.02)
    assert pieces.stroke[1] == pytest.approx(6, rel=0.25)
    assert pieces.spread[2] < 0.1


def test_a_page_too_crowded_to_be_a_drawing_is_refused_with_what_to_do() -> None:
    ink = blank(1600, 1600)
    for x in range(0, 1600, 40):
        for y in range(0, 1600, 40):
            cv2.rectangle(ink, (x + 8, y + 8), (x + 30, y + 30), 255, 2)
    with pytest.raises(NothingToRead, match="1,600 separate pieces") as refused:
        find_writing(page_of(ink))
    assert refused.value.suggestion


def test_a_drawing_no_higher_than_a_large_letter_is_no_writing() -> None:
    ink = np.zeros((660, 1400), np.uint8)
    cv2.line(ink, (180, 400), (1280, 400), 255, 8)
    cv2.line(ink, (260, 400), (1100, 180), 255, 8)
    cv2.line(ink, (1100, 180), (1100, 400), 255, 8)
    for number, place in enumerate([(500, 370), (560, 372), (620, 370), (680, 371)]):
        cv2.putText(ink, "mkg8"[number], place, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 255, 6)
    boxes = find_writing(page_of(ink))
    assert all(box.bbox[2] < 400 for box in boxes)


def test_a_nought_behind_an_equals_sign_belongs_to_its_line() -> None:
    ink = blank()
    write(ink, "mk =", (100, 300))
    cv2.ellipse(ink, (208, 287), (9, 14), 0, 0, 360, 255, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] > 215


def test_letters_run_together_are_writing_behind_an_equals_sign() -> None:
    ink = blank()
    write(ink, "L =", (100, 300), size=2.0)
    write(ink, "250", (225, 300), size=2.0)
    cv2.line(ink, (235, 282), (330, 282), 255, 4)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] < 110 and box.bbox[0] + box.bbox[2] > 290


@pytest.mark.parametrize(
    ("text", "pointed"), [("l = 1.5 m", True), ("l = 15 m", False), ("l: 15 m", False)]
)
@pytest.mark.parametrize("turn", [0, 20])
def test_a_decimal_point_is_seen_as_a_piece_of_ink(text: str, pointed: bool, turn: int) -> None:
    ink = blank()
    write(ink, text, (300, 300))
    turned = cv2.warpAffine(ink, cv2.getRotationMatrix2D((400, 300), -turn, 1.0), (900, 600))
    page = page_of(np.where(turned > 127, 255, 0).astype(np.uint8))
    pieces = measure_small(page)
    (box,) = find_writing(page, pieces)
    kinds = [sign.kind for sign in find_ink_signs(pieces, box, crop_width(box))]
    assert ("." in kinds) is pointed


def test_an_oval_behind_letters_is_a_nought_and_a_circle_is_a_ball() -> None:
    for half, joins in (((9, 13), True), ((13, 13), False)):
        ink = blank()
        write(ink, "hu", (110, 300))
        cv2.line(ink, (150, 291), (170, 291), 255, 3)  # an equals sign that touches the u
        cv2.line(ink, (150, 298), (170, 298), 255, 3)
        cv2.ellipse(ink, (202, 287), half, 0, 0, 360, 255, 3)
        (box,) = find_writing(page_of(ink))
        assert (box.bbox[0] + box.bbox[2] > 205) is joins


def test_a_one_beside_a_dashed_rope_is_still_a_one() -> None:
    ink = blank()
    for y in (120, 200, 280, 360):
        cv2.line(ink, (80, y), (84, y + 34), 255, 3)
    write(ink, "L =", (110, 300))
    cv2.line(ink, (180, 270), (178, 300), 255, 3)
    write(ink, "8 m", (200, 300))
    (box,) = find_writing(page_of(ink))
    assert len(box.components) == 6


def test_a_one_behind_a_low_letter_and_its_equals_sign_is_reached() -> None:
    ink = blank()
    write(ink, "e =", (100, 300))
    cv2.line(ink, (182, 271), (178, 300), 255, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] > 180


def test_labels_one_over_the_other_are_two_though_a_slash_hangs_between() -> None:
    ink = blank()
    write(ink, "v = 2 m/s", (110, 300))
    write(ink, "3 kg", (250, 338))
    boxes = find_writing(page_of(ink))
    assert [len(box.components) for box in boxes] == [7, 3]


def test_a_tall_nought_behind_an_equals_sign_is_no_ball() -> None:
    ink = blank()
    write(ink, "u", (198, 300), size=1.3)  # a small mu
    cv2.line(ink, (236, 288), (256, 288), 255, 3)
    cv2.line(ink, (236, 297), (256, 297), 255, 3)
    cv2.ellipse(ink, (282, 284), (11, 17), 0, 0, 360, 255, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] > 290


def test_the_equals_signs_of_labels_near_each_other_are_no_hatches() -> None:
    ink = blank()
    for x, y in ((200, 300), (260, 345), (230, 390)):
        write(ink, "e", (x, y), size=1.0)
        cv2.line(ink, (x + 34, y - 14), (x + 54, y - 14), 255, 3)
        cv2.line(ink, (x + 34, y - 5), (x + 54, y - 5), 255, 3)
        cv2.line(ink, (x + 72, y - 22), (x + 70, y), 255, 3)
    assert [len(box.components) for box in find_writing(page_of(ink))] == [4, 4, 4]


@pytest.mark.parametrize("x", [300, 330, 360])
def test_a_ball_and_its_arrow_over_a_label_are_not_written(x: int) -> None:
    ink = blank()
    cv2.circle(ink, (250, 200), 28, 255, 3)
    cv2.line(ink, (278, 200), (400, 200), 255, 3)
    cv2.fillPoly(ink, [np.array([(385, 193), (410, 200), (385, 207)])], 255)
    write(ink, "5 m/s", (x, 244))
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] >= x


def test_an_arc_with_a_head_under_a_short_label_is_not_written() -> None:
    ink = blank()
    write(ink, "30 rpm", (400, 150), 1.0, 3)
    cv2.ellipse(ink, (450, 420), (180, 180), 0, 225, 315, 255, 4)
    cv2.line(ink, (323, 293), (350, 292), 255, 4)
    cv2.line(ink, (323, 293), (330, 266), 255, 4)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[1] + box.bbox[3] < 170


def test_a_bow_far_higher_than_the_letters_of_the_one_label_is_not_written() -> None:
    ink = blank()
    write(ink, "33 rpm", (120, 250), 0.9, 3)
    cv2.ellipse(ink, (360, 250), (70, 90), 0, 90, 270, 255, 4)
    cv2.line(ink, (400, 250), (520, 210), 255, 4)
    cv2.ellipse(ink, (570, 190), (45, 45), 0, 20, 330, 255, 4)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] < 280


def test_an_equals_sign_that_ran_up_joins_the_letters_beside_it() -> None:
    ink = blank(500, 200)
    write(ink, "L", (60, 100), 1.0, 3)
    cv2.rectangle(ink, (95, 85), (106, 95), 255, -1)
    write(ink, "16 m", (122, 100), 1.0, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] < 70
    assert box.bbox[0] + box.bbox[2] > 185


@pytest.mark.parametrize("colon", [True, False])
def test_a_one_behind_a_name_that_is_low_is_its_value(colon: bool) -> None:
    ink = blank()
    write(ink, "e", (100, 300))
    if colon:
        for y in (286, 298):
            cv2.circle(ink, (132, y), 3, 255, -1)
    cv2.line(ink, (158, 270), (156, 300), 255, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] > 155


def test_a_bar_behind_a_unit_is_no_one() -> None:
    ink = blank()
    write(ink, "3 m", (100, 300))
    cv2.line(ink, (202, 260), (202, 300), 255, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] < 195


def test_an_equals_sign_that_ran_up_joins_a_nought_to_its_name() -> None:
    ink = blank(500, 200)
    write(ink, "mu", (60, 100), 1.0, 3)
    cv2.rectangle(ink, (121, 84), (130, 93), 255, -1)
    cv2.ellipse(ink, (150, 90), (6, 9), 0, 0, 360, 255, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] > 152


def test_a_point_smaller_than_the_strokes_of_the_drawing_belongs_to_its_number() -> None:
    ink = blank()
    cv2.rectangle(ink, (300, 320), (700, 540), 255, 8)
    write(ink, "g = 1", (100, 200), pen=4)
    cv2.rectangle(ink, (191, 196), (194, 199), 255, -1)
    write(ink, "62", (200, 200), pen=4)
    page = page_of(ink)
    assert page.stroke_width > 6
    pieces = measure_small(page)
    (box,) = find_writing(page, pieces)
    signs = find_ink_signs(pieces, box, crop_width(box))
    assert "." in [sign.kind for sign in signs]


def test_a_colon_has_both_its_dots_though_one_is_very_small() -> None:
    ink = blank()
    cv2.rectangle(ink, (300, 320), (700, 540), 255, 4)
    write(ink, "M", (100, 200), 2.5, 4)
    for y, side in ((170, 4), (192, 3)):
        cv2.rectangle(ink, (165, y), (164 + side, y + side - 1), 255, -1)
    write(ink, "4 kg", (200, 200), 2.5, 4)
    page = page_of(ink)
    pieces = measure_small(page)
    (box,) = find_writing(page, pieces)
    signs = find_ink_signs(pieces, box, crop_width(box))
    assert [sign.kind for sign in signs] == [":"]


@pytest.mark.parametrize("half", [(12, 19), (18, 19)], ids=["narrow", "round"])
@pytest.mark.parametrize("colon", [True, False])
def test_a_nought_behind_a_small_colon_or_the_blot_of_an_equals_sign_is_a_value(
    colon: bool, half: tuple[int, int]
) -> None:
    ink = blank()
    cv2.rectangle(ink, (300, 320), (700, 540), 255, 8)
    write(ink, "mu", (100, 200), 1.6, 5)
    if colon:
        for y in (176, 192):
            cv2.rectangle(ink, (182, y), (185, y + 3), 255, -1)
    else:
        cv2.ellipse(ink, (204, 182), (13, 8), 0, 0, 360, 255, -1)
        cv2.line(ink, (191, 182), (206, 182), 0, 2)
    middle = 222 if colon else 252
    cv2.ellipse(ink, (middle, 181), half, 0, 0, 360, 255, 5)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] > middle


def test_a_one_a_space_before_a_low_unit_is_its_number() -> None:
    ink = blank()
    cv2.line(ink, (122, 163), (120, 200), 255, 5)
    write(ink, "m", (158, 200), 1.6, 5)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] < 122


def test_a_sign_that_another_word_took_is_no_word_by_itself() -> None:
    box = np.array([[0, 0, 0, 0], [8, 3, 10, 10], [10, 0, 4, 4]], dtype=np.float64)
    cores = [np.array([1]), np.array([2])]
    assert each_to_its_own(box, [[1, 2], [2]], cores, 0, 0.35) == [[1, 2]]


def test_a_seven_that_leans_between_letters_is_no_arrow() -> None:
    ink = blank()
    write(ink, "b = 8", (110, 300))
    cv2.polylines(ink, [np.array([[213, 275], [237, 273], [208, 300]])], False, 255, 3)
    write(ink, "N", (240, 300))
    (box,) = find_writing(page_of(ink))
    assert len(box.components) == 6


def test_a_letter_whose_strokes_have_run_up_is_no_ball_beside_its_line() -> None:
    for solid, joins in ((True, True), (False, False)):
        ink = blank()
        write(ink, "F = 17", (110, 300))
        if solid:  # an N
            cv2.fillPoly(
                ink,
                [
                    np.array(
                        [[226, 300], [226, 274], [236, 278], [246, 274], [246, 300], [238, 294]]
                    )
                ],
                255,
            )
        else:
            cv2.circle(ink, (237, 287), 12, 255, -1)
        (box,) = find_writing(page_of(ink))
        assert (box.bbox[0] + box.bbox[2] > 240) is joins


def test_a_label_that_is_all_slim_strokes_before_its_unit_is_one_line() -> None:
    ink = blank()
    cv2.line(ink, (110, 262), (114, 304), 255, 3)  # a t with hardly a crossbar
    cv2.line(ink, (106, 276), (116, 276), 255, 3)
    for y in (288, 295):
        cv2.line(ink, (146, y), (158, y), 255, 3)
    for x in (190, 212):
        cv2.line(ink, (x, 266), (x, 302), 255, 3)
    cv2.circle(ink, (201, 300), 2, 255, -1)
    write(ink, "s", (250, 302))
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] < 112 and box.bbox[0] + box.bbox[2] > 255


def test_words_of_which_each_ran_together_are_writing_and_a_hatched_line_is_not() -> None:
    ink = blank()
    write(ink, "18", (110, 300))
    for x in range(160, 230, 10):  # mm, in one go
        cv2.line(ink, (x, 300), (x + 5, 280), 255, 3)
        cv2.line(ink, (x + 5, 280), (x + 10, 300), 255, 3)
    (box,) = find_writing(page_of(ink))
    assert box.bbox[0] + box.bbox[2] > 225
    ink = blank()
    for left in (110, 220):
        cv2.line(ink, (left, 280), (left + 90, 281), 255, 3)
        for x in range(left + 10, left + 90, 15):
            cv2.line(ink, (x, 281), (x - 12, 300), 255, 3)
    assert find_writing(page_of(ink)) == []


def test_a_long_f_does_not_draw_the_row_above_into_its_own() -> None:
    ink = blank()
    write(ink, "b = 20", (110, 270))
    cv2.polylines(ink, [np.array([[128, 284], [118, 282], [114, 300], [112, 345]])], False, 255, 3)
    cv2.line(ink, (106, 308), (122, 307), 255, 3)
    for y in (306, 313):
        cv2.line(ink, (146, y), (158, y), 255, 3)
    write(ink, "2", (175, 320))
    assert len(find_writing(page_of(ink))) == 2


def test_an_equals_sign_that_is_short_beside_a_long_f_and_its_digits_is_theirs() -> None:
    ink = blank()
    cv2.polylines(ink, [np.array([[132, 272], [124, 262], [116, 280], [114, 312]])], False, 255, 3)
    cv2.line(ink, (106, 290), (126, 289), 255, 3)
    for y in (285, 293):
        cv2.line(ink, (136, y), (145, y), 255, 3)
    write(ink, "98", (152, 302))
    (box,) = find_writing(page_of(ink))
    assert len(box.components) == 5


@pytest.mark.parametrize("degree", [True, False])
def test_a_one_a_nought_and_a_degree_sign_are_an_angle(degree: bool) -> None:
    ink = blank()
    cv2.line(ink, (200, 260), (202, 300), 255, 3)
    cv2.circle(ink, (228, 280), 19, 255, 3)
    if degree:
        cv2.circle(ink, (256, 266), 3, 255, -1)
    assert len(find_writing(page_of(ink))) == degree
