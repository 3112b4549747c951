"""What one takes away from the viewer, opened and looked into; and the link that one shares."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import mujoco
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import DESK, READING_LIMIT_MS, Recorded, Visitor, record
from tests.service import Client, Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

DURATION_S = 3.0
FPS = 60
FRAMES = round(DURATION_S * FPS) + 1
SWING = "a pendulum with a 0.3 m rod and a 1 kg ball, released at 20 degrees"
PERIOD_S = 1.107
"""2π √(L/g), and 0.8 % more at 20°."""


@pytest.fixture(scope="module")
def swing(service: Service) -> Recorded:
    """A short motion: making a video of it takes as long as it is."""
    return record(service.address, SWING, duration=DURATION_S)


@pytest.fixture
def visitor(browser: Browser, service: Service, swing: Recorded) -> Iterator[Visitor]:
    """Someone who wants to take the motion along."""
    visitor = Visitor.at_desk(browser, service.address, accept_downloads=True)
    visitor.watch(swing)
    visitor.pause()
    visitor.open_tab("Take away")
    yield visitor
    visitor.page.context.close()
    assert visitor.complaints == []


def take(visitor: Visitor, name: str, folder: Path) -> Path:
    """Press what makes a file, and have it."""
    with visitor.page.expect_download(timeout=READING_LIMIT_MS) as downloading:
        visitor.page.get_by_role("button", name=name).click()
    file = folder / downloading.value.suggested_filename
    downloading.value.save_as(file)
    return file


def test_the_model_and_the_table_hold_the_motion(visitor: Visitor, tmp_path: Path) -> None:
    model_file = take(visitor, "MuJoCo model", tmp_path)
    model = mujoco.MjModel.from_xml_path(str(model_file))
    assert model.body("ball_1").subtreemass == pytest.approx(1.0, rel=1e-3)
    table = take(visitor, "Table (CSV)", tmp_path)
    columns, *rows = table.read_text("utf-8").splitlines()
    assert columns.startswith("time_s,")
    times = np.array([float(row.split(",")[0]) for row in rows])
    assert times == pytest.approx(np.arange(FRAMES) / FPS, abs=1e-4)


def test_pictures_show_what_moves(visitor: Visitor, tmp_path: Path) -> None:
    picture = Image.open(take(visitor, "Picture (PNG)", tmp_path))
    stage = visitor.page.locator(".viewer canvas").bounding_box()
    assert stage is not None
    assert picture.width / picture.height == pytest.approx(stage["width"] / stage["height"], 0.02)
    assert reds(picture) > 100
    animation = Image.open(take(visitor, "Animation (GIF)", tmp_path))
    assert getattr(animation, "n_frames", 1) > 10
    first = np.asarray(animation.convert("RGB"), dtype=int)
    animation.seek(animation.n_frames // 4)  # type: ignore[attr-defined]
    assert np.abs(np.asarray(animation.convert("RGB"), dtype=int) - first).max() > 60


def reds(picture: Image.Image) -> int:
    """How many pixels have the colour of a ball."""
    seen = np.asarray(picture.convert("RGB"), dtype=int)
    return int((np.abs(seen - (219, 92, 69)).max(axis=2) < 40).sum())


def test_the_video_plays_the_whole_run(visitor: Visitor, tmp_path: Path) -> None:
    video = take(visitor, "Video", tmp_path)
    kind = {".mp4": "video/mp4", ".webm": "video/webm"}[video.suffix]
    address = f"data:{kind};base64,{base64.b64encode(video.read_bytes()).decode()}"
    blank = visitor.page.context.new_page()
    seen = blank.evaluate(
        """(address) => new Promise((resolve, reject) => {
            const video = document.createElement('video');
            let until = 0;
            video.muted = true;
            video.ontimeupdate = () => { until = Math.max(until, video.currentTime); };
            video.onended = () => resolve([video.videoWidth, video.videoHeight, until]);
            video.onerror = () => reject(new Error(video.error.message));
            video.src = address;
            video.play();
        })""",
        address,
    )
    width, height, lasted_s = seen
    assert min(width, height) > 200
    # Its clock is that of the wall: a busy machine plays the run, and records it, slower.
    assert lasted_s >= 0.9 * DURATION_S
    blank.close()


def test_an_exported_page_plays_from_a_file_without_a_network(
    visitor: Visitor, browser: Browser, service: Service, swing: Recorded, tmp_path: Path
) -> None:
    file = take(visitor, "Page that plays offline", tmp_path)
    text = file.read_text("utf-8")
    inside = re.search(r'id="motion">([^<]*)<', text)
    assert inside
    client = Client(service.address, swing.session["token"])
    motion = client.get(
        f"/v1/simulations/{swing.simulation_id}/trajectory",
        headers={"accept": "application/octet-stream"},
    ).content
    assert base64.b64decode(inside[1]) == motion, "the very frames of the service"
    assert not re.search(r'(src|href)\s*=\s*["\']?(https?:)?//', text), "it loads nothing"

    context = browser.new_context(viewport=DESK, offline=True)
    alone = Visitor(context.new_page(), "file://")
    alone.page.goto(file.as_uri())
    readings = alone.page.locator("#readings")
    expect(readings).to_contain_text("period")
    found = re.search(r"period ([\d.]+) s", readings.inner_text())
    assert found
    assert float(found[1]) == pytest.approx(PERIOD_S, rel=0.02)
    time = alone.page.locator(".time")
    expect(time).not_to_have_text(time.inner_text())
    alone.page.keyboard.press("Space")
    play = alone.page.get_by_role("button", name="Play", exact=True)
    expect(play).to_be_visible()
    stage = Image.open(io.BytesIO(alone.page.locator("canvas").screenshot()))
    assert reds(stage) > 100
    alone.look("offline")
    assert alone.complaints == []
    context.close()


def test_a_link_opens_for_anyone_and_lets_nobody_change_anything(
    visitor: Visitor, browser: Browser, service: Service, swing: Recorded
) -> None:
    visitor.page.get_by_role("button", name="Link to share").click()
    link = visitor.page.get_by_test_id("share-link").input_value()
    assert link.startswith(service.address)

    stranger = Visitor.at_desk(browser, service.address)
    asked: list[tuple[str, str]] = []
    stranger.page.on("request", lambda request: asked.append((request.method, request.url)))
    stranger.open(link.removeprefix(service.address))
    stranger.await_motion()
    expect(stranger.page.get_by_test_id("period")).to_be_visible()
    assert stranger.shown("period") == pytest.approx(PERIOD_S, rel=0.02)
    expect(stranger.page.get_by_text("Shared with you, to look at.")).to_be_visible()
    expect(stranger.page.get_by_text("its numbers can't be changed")).to_be_visible()
    assert stranger.page.get_by_role("slider").count() == 1, "only that of time"
    stranger.open_tab("Take away")
    expect(stranger.page.get_by_role("button", name="Table (CSV)")).to_be_visible()
    assert stranger.page.get_by_role("button", name="Link to share").count() == 0
    stranger.look("shared")
    assert {method for method, _ in asked} == {"GET"}
    assert stranger.complaints == []
    stranger.page.context.close()

    # What the page does not offer, the service refuses.
    own = f"{service.address}/v1/simulations/{swing.simulation_id}"
    shared = f"{service.address}/v1/shared/{link.rpartition('/')[2]}"
    another = {"authorization": f"Bearer {Client(service.address).token}"}
    assert httpx.get(own).status_code == 401
    assert httpx.delete(own, headers=another).status_code == 404
    assert httpx.delete(shared).status_code in (403, 404, 405)
    assert httpx.patch(shared, json={}).status_code in (403, 404, 405)
