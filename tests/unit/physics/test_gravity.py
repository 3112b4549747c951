from __future__ import annotations

import mujoco
import pytest

from physics.gravity import with_gravity

PLAIN = "<mujoco><worldbody><body><freejoint/><geom size='1'/></body></worldbody></mujoco>"
TWICE = PLAIN.replace(
    "<worldbody>", "<option gravity='0 0 -5'/><option gravity='1 0 0'/><worldbody>"
)


@pytest.mark.parametrize("model", [PLAIN, TWICE])
@pytest.mark.parametrize("gravity", [1.62, 0.0, -3.0, 9.80665])
def test_mujoco_loads_the_gravity_that_was_asked_for(model: str, gravity: float) -> None:
    loaded = mujoco.MjModel.from_xml_string(with_gravity(model, gravity))
    assert loaded.opt.gravity == pytest.approx([0, 0, -gravity], rel=1e-5)


def test_the_rest_of_the_model_stays() -> None:
    changed = mujoco.MjModel.from_xml_string(with_gravity(PLAIN, 1.0))
    before = mujoco.MjModel.from_xml_string(PLAIN)
    assert (changed.nq, changed.ngeom, changed.opt.timestep) == (
        before.nq,
        before.ngeom,
        before.opt.timestep,
    )
