"""The page in a real browser, used as a person would."""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import BOARD, PHONE, READING_LIMIT_MS, Recorded, Visitor, arc
from tests.e2e.conftest import EXAMPLES
from tests.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

FIRST_LOAD_LIMIT_BYTES = 300_000
SEEN_LIMIT_MS = 60_000


@pytest.fixture
def visitor(browser: Browser, service: Service) -> Iterator[Visitor]:
    """Someone at a desk, who hears of no error and no other origin."""
    visitor = Visitor.at_desk(browser, service.address, viewport=BOARD)
    yield visitor
    visitor.page.context.close()
    assert visitor.complaints == []


def draw_pendulum(visitor: Visitor, length_px: float = 260, tilt_deg: float = 15) -> None:
    """A ball on a rod that hangs from a hatched line, and its length beside it."""
    tilt = math.radians(tilt_deg)
    top, radius = (480.0, 60.0), 26.0
    way = math.sin(tilt), math.cos(tilt)
    ball = top[0] + length_px * way[0], top[1] + length_px * way[1]
    end = ball[0] - radius * way[0], ball[1] - radius * way[1]
    hatches = [[(410 + 20 * i, 60.0), (400 + 20 * i, 46.0)] for i in range(8)]
    visitor.draw([(400, 60), (560, 60)], *hatches, [top, end], arc(ball, radius))
    visitor.write("L = 1 m", (600, 180))


def test_a_pendulum_is_seen_while_it_is_drawn_and_swings_with_the_period_of_the_textbook(
    visitor: Visitor,
) -> None:
    visitor.open()
    draw_pendulum(visitor)
    expect(visitor.page.locator(".sees")).to_contain_text("ball", timeout=SEEN_LIMIT_MS)
    expect(visitor.page.locator(".sees")).to_contain_text("rod")
    visitor.look("seen")
    visitor.press_play()
    visitor.await_reading()
    assert visitor.marks() in (["ball", "ground", "rod"], ["ball", "rod", "support"])
    period = visitor.page.get_by_test_id("period")
    expect(period).to_contain_text("s", timeout=READING_LIMIT_MS)
    visitor.look("played")
    # At 15° the textbook's small swing is 0.4 % short.
    measured = float(period.inner_text().split()[0])
    assert measured == pytest.approx(2 * math.pi * math.sqrt(1 / 9.81), rel=0.02)


def test_a_photo_that_is_dropped_on_the_page_is_read(visitor: Visitor) -> None:
    visitor.open()
    photo = (EXAMPLES / "mass_on_spring.png").read_bytes()
    visitor.drop(photo, "photo.png", "image/png")
    visitor.await_reading()
    assert {"spring", "box"} <= set(visitor.marks())
    visitor.look("dropped")


def test_what_is_no_image_is_refused_with_words(visitor: Visitor) -> None:
    visitor.open()
    visitor.drop(b"%PDF-1.7", "exercise.pdf", "application/pdf")
    expect(visitor.page.get_by_role("alert")).to_contain_text("PNG, JPEG and WebP are read")


def test_a_drawing_of_nothing_comes_back_with_what_is_wrong_and_a_way_back(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(viewport=BOARD)
    visitor = Visitor(context.new_page(), service.address)
    visitor.open()
    visitor.choose("Line or rod")
    visitor.draw([(300, 200), (303, 203)])
    visitor.press_play()
    alert = visitor.page.get_by_role("alert")
    alert.wait_for(timeout=READING_LIMIT_MS)
    visitor.look("nothing")
    alert.get_by_role("link", name="Back to the board").click()
    expect(visitor.board).to_be_visible()
    assert len(visitor.drawn()) == 1
    context.close()


def test_what_takes_too_long_can_be_stopped(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    page.get_by_label("Say it in a sentence").fill("thirty dominoes, simulate 60 s")
    page.get_by_role("button", name="Simulate").click()
    progress = page.get_by_role("region", name="Progress")
    progress.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("It was stopped.")).to_be_visible()
    visitor.look("stopped")
    page.get_by_role("link", name="My simulations").click()
    expect(page.locator(".card")).to_contain_text("stopped")


def test_everything_can_be_drawn_and_played_from_the_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.board.focus()
    press = page.keyboard.press

    def go(right: int, down: int) -> None:
        for key, count in (("Right", right), ("Left", -right), ("Down", down), ("Up", -down)):
            for _ in range(max(0, count)):
                press(f"Shift+Arrow{key}")

    press("g")  # a ceiling: drawn from right to left, its hatches are above
    go(2, -3)
    press("Space")
    go(-4, 0)
    press("Space")
    press("l")
    go(2, 0)
    press("Space")
    go(1, 4)
    press("Space")
    press("c")
    press("Space")
    go(1, 0)
    press("Space")
    press("t")
    go(3, -2)
    press("Space")
    page.keyboard.type("L = 1 m")
    press("Enter")
    assert [one["type"] for one in visitor.drawn()] == ["figure"] * 3 + ["lettering"]
    visitor.look("keyboard")
    press("Control+z")
    assert len(visitor.drawn()) == 3
    press("Control+Shift+z")
    assert len(visitor.drawn()) == 4
    press("Control+Enter")
    visitor.await_reading()
    assert {"ball", "rod"} <= set(visitor.marks())


def touch(page: Page, *strokes: list[tuple[float, float]]) -> None:
    """Draw with a finger, by the browser's own touch events."""
    cdp = page.context.new_cdp_session(page)
    for stroke in strokes:
        for kind, (x, y) in zip(
            ["touchStart", *["touchMove"] * (len(stroke) - 1)], stroke, strict=True
        ):
            cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_on_a_phone_everything_fits_and_a_finger_draws(browser: Browser, service: Service) -> None:
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=3
    )
    visitor = Visitor(context.new_page(), service.address)
    page = visitor.page
    visitor.open()
    page.locator(".example img").first.wait_for()
    touch(page, [(60, 150), (180, 160), (300, 150)], [(100, 300), (140, 340)])
    assert [one["type"] for one in visitor.drawn()] == ["stroke", "stroke"]
    assert page.evaluate("scrollY") == 0, "the page scrolled under the finger"
    for path in ("/", "/mine"):
        visitor.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert visitor.complaints == []
    context.close()


def test_the_drawing_outlives_a_reload_and_undo_brings_back_what_was_erased(
    visitor: Visitor,
) -> None:
    visitor.open()
    visitor.draw([(100, 100), (300, 100)], [(100, 200), (300, 200)])
    visitor.page.reload()
    assert len(visitor.drawn()) == 2
    visitor.choose("Eraser")
    visitor.draw([(200, 80), (200, 120)])
    assert len(visitor.drawn()) == 1
    visitor.page.get_by_role("button", name="Undo").click()
    assert len(visitor.drawn()) == 2


def test_a_simulation_is_found_again_by_its_words_and_can_be_deleted(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    page.get_by_role("button", name="Stack and ball").click()
    visitor.await_reading()
    page.get_by_role("link", name="My simulations").click()
    cards = page.locator(".card")
    expect(cards).to_have_count(1)
    visitor.look("mine")
    page.get_by_role("searchbox").fill("zeppelin")
    expect(cards).to_have_count(0)
    page.get_by_role("searchbox").fill("ball")
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Delete").click()
    expect(cards).to_have_count(0)


def test_on_a_phone_the_motion_comes_first_and_fits(
    browser: Browser, service: Service, pendulum: Recorded
) -> None:
    visitor = Visitor.at_desk(
        browser, service.address, viewport=PHONE, has_touch=True, is_mobile=True
    )
    page = visitor.page
    visitor.watch(pendulum)
    visitor.pause()
    for tab in ("Plots", "Touch", "Take away", "Change"):
        visitor.open_tab(tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], tab
        visitor.look(f"phone-{tab}")
    places = [
        page.locator(name).first.bounding_box()
        for name in (".viewer canvas", ".viewer-transport", ".viewer-tabs", ".reading")
    ]
    tops = [place["y"] for place in places if place]
    assert len(tops) == 4
    assert tops == sorted(tops)
    for button in page.locator(".viewer-transport > *, .viewer-viewbar > *").all():
        place = button.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= PHONE["width"]
    assert visitor.barriers() == []
    page.context.close()
    assert visitor.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anyone_out(
    browser: Browser, service: Service, pendulum: Recorded, scheme: str
) -> None:
    visitor = Visitor.at_desk(browser, service.address, color_scheme=scheme)
    page = visitor.page
    visitor.open()
    page.locator(".example img").first.wait_for()
    assert visitor.barriers() == []
    visitor.open("/mine")
    page.get_by_text("Nothing here yet").wait_for()
    assert visitor.barriers() == []
    visitor.watch(pendulum)
    visitor.pause()
    visitor.look(f"simulation-{scheme}")
    assert visitor.barriers() == []
    for tab in ("Plots", "Touch", "Take away"):
        visitor.open_tab(tab)
        assert visitor.barriers() == [], tab
    page.get_by_role("button", name="rod,").press("Enter")
    page.get_by_label("It is a").wait_for()
    assert visitor.barriers() == []
    page.context.close()
    assert visitor.complaints == []


def test_a_person_may_choose_light_or_dark_whatever_the_system_has(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()

    def paper() -> float:
        shade = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return sum(float(part) for part in re.findall(r"[\d.]+", shade)[:3])

    light = paper()
    for _ in range(2):
        page.get_by_role("button", name="Colours:").click()
    expect(page.get_by_role("button", name="Colours: Dark")).to_be_visible()
    assert paper() < light / 3
    page.reload()
    expect(page.get_by_role("button", name="Colours: Dark")).to_be_visible()
    assert paper() < light / 3


def test_the_first_load_is_small(visitor: Visitor) -> None:
    sizes: dict[str, int] = {}
    visitor.page.on(
        "response",
        lambda response: (
            sizes.__setitem__(response.url, len(gzip.compress(response.body())))
            if "/assets/" in response.url or response.url == f"{visitor.address}/"
            else None
        ),
    )
    visitor.open()
    visitor.page.wait_for_load_state("networkidle")
    assert len(sizes) >= 3
    assert sum(sizes.values()) <= FIRST_LOAD_LIMIT_BYTES, sizes
