"""The viewer in a real browser: played, computed in the page, changed and taken away."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.e2e.browsing import READING_LIMIT_MS, Visitor
from tests.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

EXAMPLES = Path(__file__).parents[1] / "data/examples"
DESK = {"width": 1280, "height": 900}
LOADING_LIMIT_MS = 60_000
GRAVITY = 9.81


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for this module."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, service: Service) -> Iterator[Visitor]:
    """Someone who looks at the example pendulum as it swings, and hears of no error."""
    context = browser.new_context(viewport=DESK, accept_downloads=True)
    context.set_default_timeout(READING_LIMIT_MS)
    visitor = Visitor(context.new_page(), service.address)
    visitor.open()
    photo = (EXAMPLES / "pendulum.png").read_bytes()
    visitor.drop(photo, "pendulum.png", "image/png")
    visitor.await_reading()
    expect(visitor.page.get_by_test_id("period")).to_be_visible(timeout=READING_LIMIT_MS)
    all_of_it = re.compile(r"width: 100%")
    received = visitor.page.locator(".viewer-ready")
    expect(received).to_have_attribute("style", all_of_it, timeout=READING_LIMIT_MS)
    yield visitor
    context.close()
    assert visitor.complaints == []


def period_of(length_m: float) -> float:
    """The textbook's, for small swings, s."""
    return 2 * math.pi * math.sqrt(length_m / GRAVITY)


def shown(page: Page, name: str) -> float:
    """A number that the viewer shows."""
    return float(page.get_by_test_id(name).inner_text().split()[0])


def open_tab(page: Page, name: str) -> None:
    """By the keyboard's way of doing it: a busy picture is never still enough to be clicked at."""
    page.get_by_role("tab", name=name).dispatch_event("mousedown", {"button": 0})


def test_the_keyboard_plays_steps_and_changes_the_speed(visitor: Visitor) -> None:
    page = visitor.page
    assert shown(page, "period") == pytest.approx(period_of(0.8), rel=0.02)
    page.locator(".viewer canvas").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("Home")
    expect(page.get_by_test_id("time")).to_have_text("0.00 s")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("time")).to_have_text("0.02 s")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_test_id("time")).to_have_text("0.18 s")
    page.keyboard.press("]")
    expect(page.get_by_label("Speed")).to_have_value("1.5")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("play, pause")
    visitor.look("keys")


def test_a_slider_runs_the_drawing_again_with_its_number(visitor: Visitor) -> None:
    page, before = visitor.page, visitor.page.url
    page.get_by_role("slider", name="length").focus()
    page.keyboard.press("End")
    expect(page).not_to_have_url(before, timeout=READING_LIMIT_MS)
    two_metres = re.compile(f"^{period_of(2):.1f}")
    expect(page.get_by_test_id("period")).to_have_text(two_metres, timeout=READING_LIMIT_MS)
    assert shown(page, "period") == pytest.approx(period_of(2), rel=0.02)


def test_plots_show_energy_position_speed_and_angle(visitor: Visitor) -> None:
    page = visitor.page
    page.keyboard.press("Space")
    open_tab(page, "Plots")
    plots = page.locator(".viewer-plot")
    expect(plots).to_have_count(4, timeout=LOADING_LIMIT_MS)
    expect(plots.first).to_contain_text("Energy")
    visitor.look("plots")


def test_the_page_computes_the_motion_itself_and_agrees_with_the_service(
    visitor: Visitor,
) -> None:
    page = visitor.page
    open_tab(page, "Touch")
    page.get_by_role("button", name="Take it in hand").dispatch_event("click")
    back = page.get_by_role("button", name="Back to the recording")
    expect(back).to_be_visible(timeout=LOADING_LIMIT_MS)
    page.get_by_role("button", name="Compare with the service's run").dispatch_event("click")
    said = page.get_by_test_id("difference")
    expect(said).to_contain_text("agree", timeout=LOADING_LIMIT_MS)
    visitor.look("compared")

    back.dispatch_event("click")
    expect(page.get_by_role("slider", name="Time")).to_be_visible()


def test_an_exported_page_plays_from_a_file_without_a_network(
    visitor: Visitor, browser: Browser, tmp_path: Path
) -> None:
    page = visitor.page
    open_tab(page, "Take away")
    with page.expect_download(timeout=LOADING_LIMIT_MS) as downloading:
        page.get_by_role("button", name="Page that plays offline").dispatch_event("click")
    file = tmp_path / "motion.html"
    downloading.value.save_as(file)
    context = browser.new_context(viewport=DESK, offline=True)
    alone = Visitor(context.new_page(), "file://")
    alone.page.goto(file.as_uri())
    readings = alone.page.locator("#readings")
    expect(readings).to_contain_text("period", timeout=LOADING_LIMIT_MS)
    found = re.search(r"period ([\d.]+) s", readings.inner_text())
    assert found
    assert float(found[1]) == pytest.approx(period_of(0.8), rel=0.02)
    time = alone.page.locator(".time").inner_text()
    expect(alone.page.locator(".time")).not_to_have_text(time)
    alone.look("offline")
    assert alone.complaints == []
    context.close()


def test_the_model_and_the_table_are_taken_away(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    open_tab(page, "Take away")
    for name, begins in (("MuJoCo model", "<mujoco"), ("Table (CSV)", "time_s,")):
        with page.expect_download(timeout=LOADING_LIMIT_MS) as downloading:
            page.get_by_role("button", name=name).dispatch_event("click")
        file = tmp_path / "file"
        downloading.value.save_as(file)
        assert file.read_text("utf-8").startswith(begins)
