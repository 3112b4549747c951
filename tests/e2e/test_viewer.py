"""The viewer in a real browser: played, looked at, plotted and changed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import READING_LIMIT_MS, Recorded, Visitor
from tests.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

GRAVITY = 9.81
DURATION_S = 10.0
# As the page has them: of velocities, of stated forces, of contact and joint forces.
GREEN, ORANGE, PINK = (0, 158, 115), (213, 94, 0), (180, 89, 154)
BALL = (219, 92, 69)


@pytest.fixture
def visitor(browser: Browser, service: Service, pendulum: Recorded) -> Iterator[Visitor]:
    """Someone who looks at the example pendulum, and hears of no error."""
    visitor = Visitor.at_desk(browser, service.address)
    visitor.watch(pendulum)
    yield visitor
    visitor.page.context.close()
    assert visitor.complaints == []


def period_of(length_m: float) -> float:
    """The textbook's, for small swings, s."""
    return 2 * math.pi * math.sqrt(length_m / GRAVITY)


def test_the_keyboard_plays_steps_and_changes_the_speed(visitor: Visitor) -> None:
    page = visitor.page
    assert visitor.shown("period") == pytest.approx(period_of(0.8), rel=0.02)
    time = page.get_by_test_id("time")
    page.locator(".viewer canvas").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("Home")
    expect(time).to_have_text("0.00 s")
    page.keyboard.press("ArrowRight")
    expect(time).to_have_text("0.02 s")
    page.keyboard.press("Shift+ArrowRight")
    expect(time).to_have_text("0.18 s")
    page.keyboard.press("ArrowLeft")
    expect(time).to_have_text("0.17 s")
    speed = page.get_by_label("Speed")
    for key, steps, shown in (("]", 5, "4"), ("[", 9, "0.1"), ("]", 3, "1")):
        for _ in range(steps):
            page.keyboard.press(key)
        expect(speed).to_have_value(shown)
    loop = page.get_by_role("button", name="Begin again at the end")
    expect(loop).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("l")
    expect(loop).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("End")
    expect(time).to_have_text("10.00 s")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("play, pause")
    visitor.look("keys")


def test_it_begins_again_at_the_end_or_stops_there(visitor: Visitor) -> None:
    page = visitor.page
    visitor.pause("End")
    page.keyboard.press("l")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("time")).to_have_text("10.00 s")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("l")
    page.keyboard.press("Space")
    expect(page.get_by_test_id("time")).not_to_have_text("10.00 s")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def test_what_is_pushed_or_pulled_is_shown_by_arrows(visitor: Visitor) -> None:
    page = visitor.page
    visitor.pause()
    # At the lowest point the ball is fastest, and the rod pulls upwards.
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    for key, colour in (("v", GREEN), ("b", ORANGE), ("c", PINK)):
        assert visitor.find_colour(colour, within=30) is None
        page.keyboard.press(key)
        assert visitor.find_colour(colour, within=30) is not None, key
    visitor.look("arrows")
    ball, pull = visitor.find_colour(BALL), visitor.find_colour(PINK, within=30)
    assert ball is not None
    assert pull is not None
    assert pull[1] < ball[1], "the rod holds the ball up"


def test_the_view_turns_comes_nearer_follows_and_goes_back(visitor: Visitor) -> None:
    page = visitor.page
    visitor.pause()
    front = visitor.find_colour(BALL)
    assert front is not None
    page.keyboard.press("+")
    near = visitor.find_colour(BALL)
    assert near is not None
    assert near[2] > 1.2 * front[2]
    page.keyboard.press("Alt+ArrowLeft")
    page.keyboard.press("p")
    visitor.look("in-depth")
    page.keyboard.press("p")
    page.keyboard.press("0")
    page.keyboard.press("f")
    page.keyboard.press("o")
    follow = page.get_by_role("button", name="Follow the body")
    expect(follow).to_have_attribute("aria-pressed", "true")
    stage = page.locator(".viewer canvas").bounding_box()
    followed = visitor.find_colour(BALL)
    assert stage is not None
    assert followed is not None
    assert followed[0] == pytest.approx(stage["x"] + stage["width"] / 2, abs=12)


def test_the_drawing_lies_behind_the_motion_or_beside_it(visitor: Visitor) -> None:
    page = visitor.page
    visitor.pause()
    alone = visitor.find_colour(BALL)
    page.keyboard.press("d")
    visitor.look("behind")
    page.keyboard.press("d")
    beside = visitor.find_colour(BALL)
    visitor.look("beside")
    assert alone is not None
    assert beside is not None
    assert beside[2] < 0.8 * alone[2], "both fit in"


def test_a_slider_runs_the_drawing_again_with_its_number(
    browser: Browser, service: Service, own_pendulum: Recorded
) -> None:
    visitor = Visitor.at_desk(browser, service.address)
    visitor.watch(own_pendulum)
    page, before = visitor.page, visitor.page.url
    page.get_by_role("slider", name="length").focus()
    page.keyboard.press("End")
    expect(page).not_to_have_url(before, timeout=READING_LIMIT_MS)
    two_metres = re.compile(f"^{period_of(2):.1f}")
    expect(page.get_by_test_id("period")).to_have_text(two_metres, timeout=READING_LIMIT_MS)
    assert visitor.shown("period") == pytest.approx(period_of(2), rel=0.02)
    page.context.close()
    assert visitor.complaints == []


def test_plots_show_the_motion_and_a_press_on_one_goes_to_its_time(visitor: Visitor) -> None:
    page = visitor.page
    visitor.pause()
    visitor.open_tab("Plots")
    plots = page.locator(".viewer-plot")
    expect(plots).to_have_count(4)
    for plot, name in zip(plots.all(), ("Energy", "Position", "Speed", "Angle"), strict=True):
        expect(plot).to_contain_text(name)
    area = plots.nth(1).locator(".u-over")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    half, there = box["x"] + box["width"] / 2, box["x"] + 0.8 * box["width"]
    level = box["y"] + box["height"] / 2
    page.mouse.click(half, level)
    assert time_of(visitor) == pytest.approx(DURATION_S / 2, abs=0.1)
    page.mouse.move(half, level)
    page.mouse.down()
    page.mouse.move(there, level, steps=4)
    page.mouse.up()
    assert time_of(visitor) == pytest.approx(0.8 * DURATION_S, abs=0.1)
    # The cursor of every plot goes along.
    for head in page.locator(".viewer-playhead").all():
        place = head.bounding_box()
        assert place is not None
        assert place["x"] == pytest.approx(there, abs=2)
    visitor.look("plots")


def time_of(visitor: Visitor) -> float:
    """The time shown, once it has been told: ten times a second."""
    visitor.page.wait_for_timeout(250)
    return visitor.shown("time")
