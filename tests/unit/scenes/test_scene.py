import json
import math

import pytest

from scenes.errors import BadScene
from scenes.scene import (
    Anchor,
    Body,
    Disc,
    Force,
    Guide,
    HalfPlane,
    Joint,
    Load,
    Material,
    Motor,
    Over,
    Pieces,
    Rect,
    Rope,
    Scene,
    Spring,
    Torque,
)

TRIANGLE = ((-0.5, -1 / 3), (0.5, -1 / 3), (0.0, 2 / 3))


def one_of_everything() -> Scene:
    return Scene(
        bodies=(
            Body("floor", "ground", HalfPlane(), (0, 0), fixed=True, material=Material(0.1)),
            Body("hub", "pulley", Disc(0.2), (0, 3), fixed=True, touches=False),
            Body("box", "box", Rect(1, 0.5), (1, 0.25), mass_kg=2, velocity=(1.0, 0.0)),
            Body("wedge", "polygon", Pieces((TRIANGLE,)), (3, 0.4), angle=0.1, mass_kg=1),
            Body("arm", "rod", Rect(1, 0.01), (0.5, 2), touches=False),
        ),
        joints=(Joint("hinge", "hinge", "floor", "arm", (0, 2)),),
        ropes=(
            Rope("rope", Anchor("box", (1, 0.5)), Anchor(None, (-1, 0)), (Over("hub", (0, 1)),)),
        ),
        springs=(Spring("spring", Anchor(None, (5, 0)), Anchor("wedge", (3, 0.4)), 100.0),),
        motors=(Motor("motor", "hinge", speed_rad_s=2.0),),
        forces=(Force("push", "box", (1, 0.25), (3.0, 0.0)),),
        torques=(Torque("twist", "wedge", 0.5),),
        loads=(Load("load", "box", (0.5, 0.5), (1.5, 0.5), (0.0, -10.0)),),
        guides=(Guide("box", 0.0),),
        apart=(("box", "wedge"),),
    )


def test_a_scene_survives_json():
    scene = one_of_everything()
    assert Scene.from_json(json.loads(json.dumps(scene.to_json()))) == scene


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("bodies"),
        lambda data: data["bodies"][0]["outline"].update(shape="blob"),
        lambda data: data["bodies"][2].update(mass_kg="heavy"),
        lambda data: data["bodies"][2].update(mass_kg=-1),
        lambda data: data["bodies"][2].update(mass_kg=0),
        lambda data: data["bodies"][2].update(mass_kg=float("nan")),
        lambda data: data["bodies"][2].update(mass_kg=True),
        lambda data: data["bodies"][2].update(name="floor"),
        lambda data: data["bodies"][2]["material"].update(restitution=1.5),
        lambda data: data["bodies"][2]["material"].update(friction=-0.1),
        lambda data: data["springs"][0].update(stiffness_n_m=0),
        lambda data: data["joints"][0].update(b="nobody"),
        lambda data: data["motors"][0].update(joint="nothing"),
        lambda data: data["motors"][0].update(torque_n_m=1.0),
        lambda data: data["ropes"][0]["over"][0].update(pulley="box"),
        lambda data: data.update(duration_s=0),
        lambda data: data.update(gravity=[0.0, float("inf")]),
        lambda data: data["bodies"][3]["outline"].update(polygons=[[[0, 0], [0, 1], [1, 0]]]),
    ],
)
def test_a_scene_that_can_not_be_is_refused(spoil):
    data = one_of_everything().to_json()
    data = json.loads(json.dumps(data))
    spoil(data)
    with pytest.raises(BadScene):
        Scene.from_json(data)


@pytest.mark.parametrize(
    ("body", "moment"),
    [
        (Body("b", "ball", Disc(0.5), (0, 0), mass_kg=2), 0.4 * 2 * 0.25),
        (Body("w", "wheel", Disc(0.5), (0, 0), mass_kg=2), 0.5 * 2 * 0.25),
        (Body("r", "box", Rect(3, 4), (0, 0), mass_kg=12), 25.0),
    ],
)
def test_moments_of_inertia_are_the_textbooks(body: Body, moment: float):
    assert body.moment_kg_m2 == pytest.approx(moment)


def test_a_polygons_moment_does_not_depend_on_how_it_is_cut():
    square = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
    halves = ((square[0], square[1], square[2]), (square[0], square[2], square[3]))
    whole = Body("a", "polygon", Pieces((square,)), (0, 0), mass_kg=3)
    cut = Body("b", "polygon", Pieces(halves), (0, 0), mass_kg=3)
    assert whole.moment_kg_m2 == pytest.approx(3 * (4 + 4) / 12)
    assert cut.moment_kg_m2 == pytest.approx(whole.moment_kg_m2)
    assert math.isfinite(cut.moment_kg_m2)
