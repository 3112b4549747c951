import csv
import io
import json
import math

import numpy as np
import pytest

from physics.exports import COLUMNS, write_csv, write_json
from physics.simulate import Recording, record
from shared.frames import Frames, decode, encode

from .models import falling_ball, pendulum


@pytest.fixture(scope="module")
def spinning() -> Recording:
    xml = falling_ball(20, 3).replace('qvel="3 0 0"', 'qvel="3 0 9"')
    return record(xml, duration_s=1.5)


def rows_of(parts: list[Frames], recording: Recording, bodies: list[str]) -> list[dict[str, str]]:
    text = "".join(write_csv(parts, bodies, recording.summary.energy))
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_row_a_frame_in_si_units(spinning: Recording):
    rows = rows_of([spinning.frames], spinning, ["ball"])
    assert len(rows) == 91
    last = {name: float(value) for name, value in rows[-1].items()}
    assert last["time_s"] == 1.5
    assert last["ball.x_m"] == pytest.approx(4.5, abs=1e-5)
    assert last["ball.z_m"] == pytest.approx(20 - 9.81 * 1.5**2 / 2, abs=0.02)
    assert last["ball.y_m"] == 0
    assert last["kinetic_j"] + last["potential_j"] == pytest.approx(last["total_j"], rel=1e-4)
    norm = math.hypot(*(last[f"ball.{part}"] for part in ("qw", "qx", "qy", "qz")))
    assert norm == pytest.approx(1, abs=1e-4)


def test_angles_go_on_past_a_full_turn_and_from_chunk_to_chunk(spinning: Recording):
    chunks = [decode(chunk) for chunk in encode(spinning.frames)]
    assert len(chunks) == 3
    angles = [float(row["ball.angle_rad"]) for row in rows_of(chunks, spinning, ["ball"])]
    assert angles == pytest.approx((9 * spinning.frames.times_s).tolist(), abs=3e-3)


def test_json_says_the_same_as_csv(spinning: Recording):
    chunks = [decode(chunk) for chunk in encode(spinning.frames)]
    value = json.loads("".join(write_json(chunks, ["ball"], spinning.summary.energy)))
    rows = rows_of(chunks, spinning, ["ball"])
    assert value["bodies"] == ["ball"] and value["columns"] == list(COLUMNS)
    assert len(value["frames"]) == len(rows) == len(value["energy"]["kinetic_j"])
    for frame, row in zip(value["frames"], rows, strict=True):
        assert frame["t"] == float(row["time_s"])
        assert frame["poses"][0] == [float(row[f"ball.{column}"]) for column in COLUMNS]


def test_names_are_quoted_and_never_formulas():
    recording = record(pendulum(), duration_s=0.1)
    text = next(iter(write_csv([recording.frames], ['=cmd|"x"!A1, b'])))
    (head,) = csv.reader(io.StringIO(text))
    assert head[1] == '\'=cmd|"x"!A1, b.x_m'


@pytest.mark.parametrize("write", [write_csv, write_json])
def test_text_comes_chunk_by_chunk(write):
    frames = record(pendulum(), duration_s=2).frames
    read: list[int] = []

    def parts():
        for start in range(0, len(frames), 32):
            read.append(start)
            yield frames.part(slice(start, start + 32))

    pieces = write(parts(), ["bob"])
    next(pieces)
    next(pieces)
    assert read == [0]


def test_nothing_that_moves_gives_times_only():
    still = Frames(np.zeros((2, 0, 3)), np.zeros((2, 0, 4)))
    assert "".join(write_csv([still], [])).splitlines() == ["time_s", "0.000000", "0.016667"]
    assert json.loads("".join(write_json([still], [])))["frames"][1] == {"t": 0.016667, "poses": []}
