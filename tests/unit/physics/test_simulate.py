import itertools
import json
import math
from pathlib import Path

import mujoco
import numpy as np
import pytest

from physics.energy import Energy
from physics.errors import MjcfRefused, OutOfMemory, SimulationDiverged, SimulationTooSlow
from physics.model import load_model
from physics.simulate import record, simulate
from shared.frames import Chunk, decode, join

from .models import G, exploding, falling_ball, pendulum, pile, spring_and_mass


def chunks_of(xml: str, **terms: float) -> list[Chunk]:
    chunks: list[Chunk] = []
    simulate(xml, on_chunk=chunks.append, **{"duration_s": 2.0, **terms})
    return chunks


def test_chunks_hold_every_frame_once_in_order():
    chunks = chunks_of(pendulum(), duration_s=2.0, fps=60)
    assert [c.index for c in chunks] == [0, 1, 2, 3]
    assert [c.first for c in chunks] == [0, 32, 64, 96]
    assert sum(c.frames for c in chunks) == 121
    frames = join(decode(c.data) for c in chunks)
    assert frames.times_s == pytest.approx(np.arange(121) / 60)
    assert [c.t0_s for c in chunks] == pytest.approx([0, 32 / 60, 64 / 60, 96 / 60])


def test_chunks_come_while_the_simulation_runs():
    clock = itertools.count()
    seen: list[int] = []

    def stop_after_two(chunk: Chunk) -> None:
        seen.append(chunk.index)
        if len(seen) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        simulate(
            pendulum(),
            duration_s=1e3,
            budget_s=1e6,
            on_chunk=stop_after_two,
            clock=lambda: next(clock),
        )
    assert seen == [0, 1]
    assert next(clock) < 200


@pytest.mark.parametrize("timestep", [1 / 480, 0.002, 0.0047, 0.001, 0.05])
def test_frames_are_where_a_ball_is_at_exactly_their_time(timestep: float):
    frames = record(falling_ball(20, 3, f'timestep="{timestep}"'), duration_s=1.5, fps=60).frames
    t = frames.times_s
    # Semi-implicit Euler is behind the parabola by g t dt / 2, exactly, at its steps; a straight
    # line between steps is behind by up to g dt² / 8 more.
    expected = 20 - G * t**2 / 2 - G * t * timestep / 2
    assert np.abs(frames.position[:, 0, 2] - expected).max() <= G * timestep**2 / 8 + 1e-6
    assert frames.position[:, 0, 0] == pytest.approx(3 * t, abs=1e-9)


@pytest.mark.parametrize("integrator", ["Euler", "implicitfast", "RK4"])
def test_the_motion_is_that_of_stock_mujoco_to_the_last_bit(integrator: str):
    xml = pile(6).replace("<worldbody>", f'<option timestep="0.0025" integrator="{integrator}"/>'
                          "<worldbody>", 1)  # fmt: skip
    model = mujoco.MjModel.from_xml_string(xml)
    data = mujoco.MjData(model)
    mujoco.mj_step(model, data, nstep=400)
    mujoco.mj_kinematics(model, data)
    frames = record(xml, duration_s=1.0, fps=50).frames
    assert np.array_equal(frames.position[-1], data.xpos[1:])
    assert np.array_equal(frames.quaternion[-1], data.xquat[1:])


def test_orientations_between_steps_are_unit_and_on_the_way():
    xml = falling_ball(20, option='timestep="0.013"').replace('qvel="0.0 0 0"', 'qvel="0 0 9"')
    frames = record(xml, duration_s=1.0).frames
    assert np.linalg.norm(frames.quaternion, axis=-1) == pytest.approx(1)
    angle = 2 * np.arctan2(-frames.quaternion[:, 0, 2], frames.quaternion[:, 0, 0])
    assert np.unwrap(angle) == pytest.approx(9 * frames.times_s, abs=1e-4)


def test_a_run_starts_from_keyframe_0():
    frames = record(pendulum(angle_rad=0.7), duration_s=0.1).frames
    assert 2 * math.atan2(-frames.quaternion[0, 0, 2], frames.quaternion[0, 0, 0]) == pytest.approx(
        0.7
    )


def test_only_bodies_that_can_move_are_recorded():
    post = '<body name="post" pos="3 0 0"><geom size="0.1"/></body>'
    xml = pile(3).replace('<body name="box_1"', post + '<body name="box_1"')
    recording = record(xml, duration_s=0.1)
    names = [name for name, _ in recording.summary.bodies]
    assert names == ["box_0", "box_1", "box_2"]
    assert recording.frames.position[0, :, 2] == pytest.approx([0.3, 0.55, 0.8])


def test_a_model_in_which_nothing_moves_has_frames_of_no_bodies():
    xml = '<mujoco><worldbody><geom type="plane" size="1 1 1"/></worldbody></mujoco>'
    chunks = chunks_of(xml, duration_s=1.0)
    assert decode(chunks[0].data).position.shape == (32, 0, 3)


def test_energy_turns_from_potential_to_kinetic_and_back():
    summary = record(spring_and_mass(), duration_s=4).summary
    energy = summary.energy
    # Let go at rest: the spring's rest length is 0.9 m and it hangs 0.9 m long.
    sag = 2 * G / 100
    assert energy.kinetic.max() == pytest.approx(100 * sag**2 / 2, rel=0.01)
    assert energy.drift < 1e-4
    assert not energy.contact.any()


def test_a_bounce_between_frames_is_seen_as_contact():
    xml = falling_ball(1.0, option='timestep="0.0002"').replace(
        'name="floor"', 'name="floor" solref="-50000 -1"'
    )
    summary = record(xml, duration_s=2, fps=10).summary
    contact = summary.energy.contact
    assert contact.any() and not contact.all()
    first = int(np.flatnonzero(contact)[0])
    fall = math.sqrt(2 * 0.9 / G)
    assert (first - 1) / 10 < fall <= first / 10


def test_what_is_lost_in_contact_is_no_drift():
    summary = record(falling_ball(1.0, option='timestep="0.0005"'), duration_s=3).summary
    total = summary.energy.total
    assert total[0] - total[-1] > 5
    assert summary.energy.drift < 0.01


def test_drift_is_a_share_of_what_moves():
    energy = Energy(np.array([0.0, 4.0, 0.0]), np.array([1e6, 1e6 - 4, 1e6 + 1]), np.zeros(3, bool))
    assert energy.drift == pytest.approx(1 / 4)


def test_energies_survive_json():
    energy = record(pendulum(), duration_s=1).summary.energy
    back = Energy.from_json(json.loads(json.dumps(energy.to_json())))
    assert back.kinetic == pytest.approx(energy.kinetic, rel=1e-4)
    assert (back.contact == energy.contact).all()


def test_a_summary_is_json():
    text = json.dumps(record(pile(3), duration_s=0.5).summary.to_json(), allow_nan=False)
    summary = json.loads(text)
    assert summary["frames"] == 31
    assert [b["name"] for b in summary["bodies"]] == ["box_0", "box_1", "box_2"]
    assert summary["bodies"][0]["mass_kg"] == pytest.approx(8)


@pytest.mark.parametrize("option", ["", "><flag autoreset='disable'/></option><option"])
def test_a_model_that_blows_up_names_the_body_that_did(option: str, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SimulationDiverged) as caught:
        simulate(exploding(option), duration_s=5, on_chunk=lambda _: None)
    assert caught.value.body == "flea"
    assert 0 <= caught.value.time_s < 1
    assert "flea" in caught.value.detail and caught.value.suggestion
    assert not list(tmp_path.iterdir()), "MuJoCo writes no log file"


def test_a_run_that_takes_too_long_says_how_far_it_came():
    clock = itertools.count()
    with pytest.raises(SimulationTooSlow) as caught:
        record(pile(2), duration_s=100, budget_s=60, clock=lambda: float(next(clock)))
    assert caught.value.duration_s == 100
    assert caught.value.reached_s == pytest.approx(36 / 60, abs=0.02)


def test_chunks_before_a_failure_were_handed_out():
    clock = itertools.count()
    chunks: list[Chunk] = []
    with pytest.raises(SimulationTooSlow):
        simulate(
            falling_ball(option='timestep="0.00416666666666"'),
            duration_s=100,
            budget_s=70,
            on_chunk=chunks.append,
            clock=lambda: float(next(clock)),
        )
    assert [c.first for c in chunks] == [0, 32]


@pytest.mark.parametrize(
    "xml, element, line",
    [
        ("<mujoco>\n<worldbody>\n<geom tpe='plane'/></worldbody></mujoco>", "geom", 3),
        ("<mujoco>\n<worldbody>\n\n<geom type='plane'/></worldbody></mujoco>", None, 4),
        ("<mujoco>\n<worldbody>", None, 2),
        ("", None, None),
    ],
)
def test_a_model_mujoco_refuses_says_where(xml: str, element: str | None, line: int | None):
    with pytest.raises(MjcfRefused) as caught:
        load_model(xml)
    assert (caught.value.element, caught.value.line) == (element, line)
    assert caught.value.code == "MJCF_REFUSED"


def test_a_model_that_outgrows_its_own_memory_says_so():
    xml = pile(60).replace("<worldbody>", '<size memory="60K"/><worldbody>', 1)
    with pytest.raises(OutOfMemory):
        record(xml, duration_s=2)


def test_warnings_of_the_engine_are_reported():
    xml = pile(8).replace("<worldbody>", '<size memory="40K"/><worldbody>', 1)
    summary = record(xml.replace("0.25 *", "0.1 *"), duration_s=0.5).summary
    assert any("ignored" in warning for warning in summary.warnings)
