"""What was read wrong, or not at all, put right by who drew it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import Recorded, Visitor, record
from tests.e2e.conftest import EXAMPLES
from tests.service import Client, Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

PERIOD_S = 1.80
STRAY = ((900, 600), (1100, 660))


@pytest.fixture
def visitor(browser: Browser, service: Service) -> Iterator[Visitor]:
    """Someone who sees their drawing read, and hears of no error."""
    visitor = Visitor.at_desk(browser, service.address)
    yield visitor
    visitor.page.context.close()
    assert visitor.complaints == []


@pytest.fixture(scope="module")
def stray(service: Service) -> Recorded:
    """The example pendulum, and a line that has nothing to do with it."""
    image = Image.open(EXAMPLES / "pendulum.png").convert("RGB")
    ImageDraw.Draw(image).line(STRAY, fill=(20, 20, 20), width=4)
    stored = io.BytesIO()
    image.save(stored, "PNG")
    return record(service.address, stored.getvalue())


def run_again(visitor: Visitor, before: str) -> None:
    """Until the drawing was run again, and all of its motion is there."""
    visitor.page.wait_for_url(lambda url: "/sim/" in url and url != before)
    visitor.await_reading()
    visitor.await_motion()


def test_a_label_that_is_corrected_runs_again_with_the_new_number(
    visitor: Visitor, own_pendulum: Recorded
) -> None:
    page = visitor.page
    visitor.watch(own_pendulum)
    before = page.url
    page.get_by_role("button", name="Label “").first.click()
    page.get_by_label("It says").fill("L = 0.4 m")
    visitor.look("correcting")
    page.get_by_role("button", name="Apply").click()
    run_again(visitor, before)
    expect(page.get_by_role("button", name="Label “L = 0.4 m”")).to_be_visible()
    expect(page.get_by_test_id("period")).to_have_text("1.27 s")


def test_a_mark_that_is_corrected_is_what_one_says_it_is(
    visitor: Visitor, own_pendulum: Recorded
) -> None:
    page = visitor.page
    visitor.watch(own_pendulum)
    assert "rope" not in visitor.marks()
    before = page.url
    # From the keyboard: a mark is a button like any other.
    page.get_by_role("button", name="rod,").press("Enter")
    page.get_by_label("It is a").select_option("rope")
    page.get_by_role("button", name="Apply").press("Enter")
    run_again(visitor, before)
    assert "rope" in visitor.marks()


def test_a_mark_that_was_missed_is_added_where_it_is_shown(
    visitor: Visitor, service: Service, own_pendulum: Recorded
) -> None:
    page = visitor.page
    client = Client(service.address, own_pendulum.session["token"])
    read = client.get(f"/v1/sketches/{own_pendulum.sketch_id}").json()
    (rod,) = [shape for shape in read["shapes"] if shape["kind"] == "rod"]
    visitor.watch(own_pendulum)
    # As if it had been missed: the ball falls.
    before = page.url
    page.get_by_role("button", name="rod,").press("Enter")
    page.get_by_role("button", name="Remove").click()
    run_again(visitor, before)
    assert "rod" not in visitor.marks()
    assert page.get_by_test_id("period").count() == 0

    before = page.url
    page.get_by_role("button", name="Add what was missed").click()
    page.get_by_label("What is it?").select_option("rod")
    drag_over(visitor, read, rod["polygon"][0], rod["polygon"][-1])
    run_again(visitor, before)
    assert "rod" in visitor.marks()
    assert visitor.shown("period") == pytest.approx(PERIOD_S, rel=0.02)


def drag_over(visitor: Visitor, read: dict[str, Any], start: list[float], end: list[float]) -> None:
    """Drag from one pixel of the drawing to another."""
    page = visitor.page
    page.locator(".placing").scroll_into_view_if_needed()
    sheet = page.locator(".placing").bounding_box()
    assert sheet is not None
    scale = sheet["width"] / read["width"]
    x0, y0, x1, y1 = (scale * value for value in (*start, *end))
    page.mouse.move(sheet["x"] + x0, sheet["y"] + y0)
    page.mouse.down()
    page.mouse.move(sheet["x"] + x1, sheet["y"] + y1, steps=4)
    visitor.look("adding")
    page.mouse.up()


def test_a_label_that_was_missed_is_added_from_the_keyboard(
    visitor: Visitor, own_pendulum: Recorded
) -> None:
    page = visitor.page
    visitor.watch(own_pendulum)
    before = page.url
    page.get_by_role("button", name="Add what was missed").press("Enter")
    page.get_by_label("What is it?").select_option("label")
    surface = page.get_by_role("application", name="The drawing.")
    surface.focus()
    for key in ("Shift+ArrowDown", "Enter", "Shift+ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.get_by_label("It says").fill("g = 3.7 m/s2")
    page.keyboard.press("Enter")
    run_again(visitor, before)
    expect(page.get_by_role("button", name="Label “g = 3.7 m/s2”")).to_be_visible()
    # On Mars.
    assert visitor.shown("period") == pytest.approx(PERIOD_S * (9.81 / 3.7) ** 0.5, rel=0.03)


def test_a_doubt_is_shown_where_it_is_and_its_other_reading_is_one_tap_away(
    visitor: Visitor, stray: Recorded
) -> None:
    page = visitor.page
    visitor.watch(stray)
    doubts = page.get_by_role("region", name="In doubt")
    expect(doubts).to_contain_text("not understood")
    sign = page.get_by_role("button", name="Warning: A stroke here was not understood")
    place, sheet = sign.locator(".sign").bounding_box(), page.locator(".sheet img").bounding_box()
    assert place is not None
    assert sheet is not None
    # Its sign is at the upper right of the stroke.
    width = Image.open(EXAMPLES / "pendulum.png").width
    at = (place["x"] + place["width"] / 2 - sheet["x"]) / sheet["width"] * width
    assert at == pytest.approx(STRAY[1][0], abs=0.04 * width)
    before, rods = page.url, visitor.marks().count("rod")
    sign.locator(".sign").click()
    visitor.look("doubt")
    page.get_by_role("dialog").get_by_role("button", name="Add it as a rod").click()
    run_again(visitor, before)
    assert visitor.marks().count("rod") == rods + 1
    assert page.get_by_text("not understood").count() == 0
