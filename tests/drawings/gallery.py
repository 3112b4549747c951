"""The gallery of templates, drawn anew: `make gallery`, or `python -m tests.drawings.gallery`.

A template is a drawing of this machine in one of its looks, no larger than it has to be, with what
a textbook expects of it. The images and their index go where `GET /v1/templates` serves them from;
the truth about each goes to `tests/data/gallery`, where a test holds the reader to it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from .draw import draw

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "functions" / "api" / "gallery"
TRUTHS = ROOT / "tests" / "data" / "gallery"
WIDTH = 1000
QUALITY = 75

_UNITS = {
    "period": ("period", "s"),
    "accel": ("acceleration", "m/s²"),
    "speed": ("speed", "m/s"),
    "spin": ("angular velocity", "rad/s"),
    "shift": ("displacement", "m"),
    "wander": ("displacement", "m"),
    "tilt": ("tilt", "°"),
    "energy": ("energy lost", "%"),
}
_FALLEN_DEG = 90.0
"""What has toppled lies on its side, give or take what it came to lie on."""


@dataclass(frozen=True, slots=True)
class Template:
    """One drawing of the gallery: which scene in which look, and what is said of it.

    Several formulas are one for each of the things expected, in order.
    """

    name: str
    title: str
    description: str
    formula: str | tuple[str, ...]
    scene: str
    look: str
    seed: int


TEMPLATES: tuple[Template, ...] = (
    Template(
        name="two_pendulums",
        title="Two pendulums",
        description="Two balls on rods of different lengths, each with its own period.",
        formula="2π√(L/g)",
        scene="two_pendulums",
        look="chalk",
        seed=11,
    ),
    Template(
        name="block_at_rest_on_ramp",
        title="Block that friction holds",
        description="A block on a slope that is too gentle for it to slide.",
        formula="at rest",
        scene="block_held_on_ramp",
        look="pen",
        seed=11,
    ),
    Template(
        name="ball_on_ramp",
        title="Ball rolling down a ramp",
        description="A ball rolls down a slope; part of its weight goes into turning it.",
        formula="5/7 g sin θ",
        scene="ball_on_ramp",
        look="whiteboard",
        seed=11,
    ),
    Template(
        name="block_on_ramp_with_spring",
        title="Block on a ramp, held by a spring",
        description="A block bobs along a smooth slope on a spring.",
        formula="2π√(m/k)",
        scene="block_on_ramp_with_spring",
        look="clean",
        seed=11,
    ),
    Template(
        name="box_on_spring_by_wall",
        title="Box on a spring by a wall",
        description="A box slides to and fro on a spring that a wall holds.",
        formula="2π√(m/k)",
        scene="box_on_spring_by_wall",
        look="pen",
        seed=12,
    ),
    Template(
        name="ball_and_boxes",
        title="Box and ball at rest",
        description="A box and a ball side by side on the ground: what is drawn at rest stays.",
        formula="at rest",
        scene="ball_and_boxes",
        look="chalk",
        seed=11,
    ),
    Template(
        name="elastic_collision",
        title="Elastic collision",
        description="Two blocks meet and part without loss.",
        formula="conservation of momentum and energy",
        scene="elastic_collision_of_blocks",
        look="clean",
        seed=11,
    ),
    Template(
        name="dominoes",
        title="Dominoes",
        description="The first falls and takes the others with it.",
        formula="falls over",
        scene="dominoes",
        look="clean",
        seed=11,
    ),
    Template(
        name="seesaw",
        title="Seesaw in balance",
        description="Two boxes balance on a beam.",
        formula="m₁ d₁ = m₂ d₂",
        scene="seesaw",
        look="clean",
        seed=11,
    ),
    Template(
        name="dropped_ball",
        title="Dropped ball",
        description="A ball falls to the ground.",
        formula="g",
        scene="dropped_ball",
        look="clean",
        seed=12,
    ),
    Template(
        name="block_on_sloping_line",
        title="Block on a sloping line",
        description="A slope drawn as one line, and a block that slides down it.",
        formula="g(sin θ - μ cos θ)",
        scene="block_on_sloping_line",
        look="whiteboard",
        seed=11,
    ),
    Template(
        name="pushed_block",
        title="Pushed block",
        description="A constant force pushes a block along the ground.",
        formula="F/m - μ g",
        scene="pushed_block",
        look="clean",
        seed=11,
    ),
    Template(
        name="atwood",
        title="Atwood machine",
        description="Two weights on a rope over a pulley: the heavier sinks.",
        formula="g (m₁ - m₂)/(m₁ + m₂)",
        scene="atwood",
        look="pen",
        seed=21,
    ),
    Template(
        name="table_and_weight",
        title="Weight over a table's edge",
        description="A falling weight pulls a block along a table by a rope over a pulley.",
        formula="g (m₂ - μ m₁)/(m₁ + m₂)",
        scene="table_and_weight",
        look="chalk",
        seed=21,
    ),
    Template(
        name="ramp_and_weight",
        title="Incline with a pulley",
        description="A block on a slope and a hanging weight share a rope over a pulley.",
        formula="g (m₂ - m₁ (sin θ + μ cos θ))/(m₁ + m₂)",
        scene="ramp_and_weight",
        look="clean",
        seed=23,
    ),
    Template(
        name="damped_spring",
        title="Damped spring",
        description="A weight on a spring and a damper bobs and comes to rest.",
        formula="2π/√(k/m - (c/2m)²)",
        scene="damped_spring",
        look="whiteboard",
        seed=21,
    ),
    Template(
        name="springs_in_a_row",
        title="Springs in series",
        description="Two springs end to end are softer than either.",
        formula="2π√(m (1/k₁ + 1/k₂))",
        scene="springs_in_a_row",
        look="whiteboard",
        seed=23,
    ),
    Template(
        name="rolling_cart",
        title="Cart on wheels",
        description="A cart that was given a push rolls on.",
        formula="v",
        scene="rolling_cart",
        look="pen",
        seed=25,
    ),
    Template(
        name="motor_arm",
        title="Motor and arm",
        description="A motor turns an arm at a steady speed.",
        formula="ω L",
        scene="motor_arm",
        look="clean",
        seed=21,
    ),
    Template(
        name="torque_wheel",
        title="Wheel turned by a torque",
        description="A torque speeds a wheel up.",
        formula="τ t/(½ m r²)",
        scene="torque_wheel",
        look="pen",
        seed=22,
    ),
    Template(
        name="bridge",
        title="Bridge",
        description="A beam on two supports carries its load.",
        formula="at rest",
        scene="bridge",
        look="pencil",
        seed=21,
    ),
    Template(
        name="beam_on_pin_and_roller",
        title="Beam on a pin and a roller",
        description="A beam on a pin and a roller carries a block.",
        formula="at rest",
        scene="beam_on_pin_and_roller",
        look="clean",
        seed=25,
    ),
    Template(
        name="thrown_ball",
        title="Projectile",
        description="A ball is thrown at an angle and flies a parabola.",
        formula=("v cos θ t", "g"),
        scene="thrown_ball",
        look="pen",
        seed=22,
    ),
    Template(
        name="double_pendulum",
        title="Double pendulum",
        description="A pendulum hangs from a pendulum: no two swings are alike.",
        formula="energy is kept",
        scene="double_pendulum",
        look="chalk",
        seed=21,
    ),
    Template(
        name="bouncing_ball",
        title="Bouncing ball",
        description="A ball is dropped and comes back lower.",
        formula=("(1 - e²) h", "g"),
        scene="bouncing_ball",
        look="clean",
        seed=21,
    ),
    Template(
        name="plastic_collision",
        title="Plastic collision",
        description="One block runs into another and both go on together.",
        formula="m₁ v/(m₁ + m₂)",
        scene="plastic_collision",
        look="pencil",
        seed=24,
    ),
    Template(
        name="newtons_cradle",
        title="Newton's cradle",
        description="One ball swings in, and one goes out on the other side.",
        formula="momentum and energy go on to the last ball",
        scene="newtons_cradle",
        look="pen",
        seed=34,
    ),
)
"""The seeds are of drawings whose layout is plain and whose labels stand free."""


def make(template: Template) -> None:
    """Draw one template into its files."""
    drawing = draw(template.scene, template.look, template.seed)
    (GALLERY / f"{template.name}.webp").write_bytes(small(drawing.image))
    truth = json.dumps(drawing.truth, indent=1, ensure_ascii=False)
    (TRUTHS / f"{template.name}.json").write_text(truth + "\n", encoding="utf-8")


def small(image: bytes) -> bytes:
    """An image upright, at most `WIDTH` pixels wide, as WebP."""
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(image))).convert("RGB")
    if upright.width > WIDTH:
        height = round(upright.height * WIDTH / upright.width)
        upright = upright.resize((WIDTH, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    upright.save(file, "WEBP", quality=QUALITY, method=6)
    return file.getvalue()


def entry(template: Template, truth: Mapping[str, Any]) -> dict[str, Any]:
    """A template's entry in the index."""
    analysis = truth["analysis"]
    return {
        "name": template.name,
        "title": template.title,
        "description": template.description,
        "marks": [shape["kind"] for shape in analysis["shapes"]],
        "labels": [text["text"] for text in analysis["texts"]],
        "expected": [
            expected(each, formula, analysis)
            for each, formula in zip(
                truth["expect"], formulas(template, len(truth["expect"])), strict=True
            )
        ],
    }


def formulas(template: Template, count: int) -> Sequence[str]:
    """The formula of each of the things expected."""
    said = template.formula
    return (said,) * count if isinstance(said, str) else said


def expected(each: Mapping[str, Any], formula: str, analysis: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be measured, as the API tells it."""
    quantity, unit = _UNITS[each["measure"]]
    kinds = {shape["id"]: shape["kind"] for shape in analysis["shapes"]}
    on = each["on"]
    of = "everything" if not isinstance(on, str) else kinds[on]
    if "value" in each:
        value = round(abs(float(each["value"])), 3)
    elif each["lo"] <= 0:
        value = 0
    else:
        middle = round((each["lo"] + each["hi"]) / 2, 3)
        value = _FALLEN_DEG if each["measure"] == "tilt" else middle
    stays = value == 0
    return {
        "quantity": quantity,
        "of": of,
        "value": value,
        "unit": unit,
        "formula": ("energy is kept" if quantity == "energy lost" else "at rest")
        if stays
        else formula,
    }


def main() -> None:
    """Draw all templates; entries of the index that are not drawn here stay as they are."""
    TRUTHS.mkdir(parents=True, exist_ok=True)
    index = GALLERY / "index.json"
    drawn = {template.name for template in TEMPLATES}
    entries = [one for one in json.loads(index.read_text("utf-8")) if one["name"] not in drawn]
    for template in TEMPLATES:
        make(template)
        truth = json.loads((TRUTHS / f"{template.name}.json").read_text("utf-8"))
        entries.append(entry(template, truth))
    text = json.dumps(entries, indent=2, ensure_ascii=False)
    index.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
