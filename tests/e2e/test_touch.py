"""MuJoCo in the page: a body is grabbed and thrown, and the page's run is the service's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import Recorded, Visitor
from tests.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

BALL = (219, 92, 69)
FRAMES_MM = 0.11
"""What the frames' own rounding takes."""


@pytest.fixture
def visitor(browser: Browser, service: Service, pendulum: Recorded) -> Iterator[Visitor]:
    """Someone who has taken the pendulum in hand, and holds its clock."""
    visitor = Visitor.at_desk(browser, service.address)
    visitor.watch(pendulum)
    visitor.pause()
    visitor.open_tab("Touch")
    visitor.page.get_by_role("button", name="Take it in hand").click()
    expect(visitor.page.get_by_role("button", name="Back to the recording")).to_be_visible()
    visitor.page.get_by_role("button", name="Pause", exact=True).dispatch_event("click")
    visitor.page.get_by_role("button", name="Reset", exact=True).dispatch_event("click")
    yield visitor
    visitor.page.context.close()
    assert visitor.complaints == []


def await_label(visitor: Visitor, condition: str) -> None:
    """Until the ball's label, which goes with it, is where `x` (CSS pixels) meets a condition."""
    visitor.page.wait_for_function(
        f"""() => {{
            const x = document.querySelector('.stage-label').getBoundingClientRect().left;
            return {condition};
        }}"""
    )


def label_x(visitor: Visitor) -> float:
    """Where the ball's label is, CSS pixels."""
    place = visitor.page.locator(".stage-label").bounding_box()
    assert place is not None
    return place["x"]


def test_a_ball_that_is_grabbed_comes_along_and_flies_when_it_is_let_go(visitor: Visitor) -> None:
    page = visitor.page
    canvas = page.locator(".viewer canvas")
    canvas.scroll_into_view_if_needed()
    ball = visitor.find_colour(BALL)
    assert ball is not None
    x, y, _ = ball
    start = label_x(visitor)
    page.mouse.move(x, y)
    expect(canvas).to_have_attribute("data-over", "true")
    page.mouse.down()
    expect(canvas).to_have_attribute("data-holding", "true")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.mouse.move(x + 160, y - 40, steps=8)
    # It comes to the pointer, as near as its rod lets it, and rests there.
    await_label(visitor, f"x > {start + 90}")
    expect(page.get_by_test_id("speed")).to_have_text("0 m/s")
    held = label_x(visitor)
    visitor.look("held")
    # Thrown to the left: let go while the pointer still moves.
    page.mouse.move(x - 200, y - 20, steps=6)
    page.mouse.up()
    expect(canvas).not_to_have_attribute("data-holding", "true")
    # It flies by where it hung to the other side, and swings back by itself.
    await_label(visitor, f"x < {start + (start - held) / 2}")
    await_label(visitor, f"x > {start + (held - start) / 2}")


def test_the_arrow_keys_push_what_is_chosen(visitor: Visitor) -> None:
    page = visitor.page
    start = label_x(visitor)
    page.get_by_role("button", name="Play", exact=True).dispatch_event("click")
    page.keyboard.down("ArrowRight")
    # Farther than it swings by itself.
    await_label(visitor, f"x > {start + 130}")
    page.keyboard.up("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("r")
    expect(page.get_by_test_id("time")).to_have_text("0.00 s")


def test_the_page_computes_the_motion_itself_and_agrees_with_the_service(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Compare with the service's run").click()
    said = page.get_by_test_id("difference")
    expect(said).to_contain_text("agree", timeout=60_000)
    found = re.search(r"than ([\d.]+) mm", said.inner_text())
    assert found
    assert float(found[1]) <= FRAMES_MM
    visitor.look("compared")
    page.get_by_role("button", name="Back to the recording").click()
    expect(page.get_by_role("slider", name="Time")).to_be_visible()
