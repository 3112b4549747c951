"""The overlay shows everything that was read, and is safe to embed."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from vision.analysis import MARK_KINDS, Analysis, Connection, Shape, Text, Warning
from vision.overlay import overlay_svg

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "image", "g", "path", "text"}


def example(name: str) -> Analysis:
    return Analysis.from_json(json.loads((EXAMPLES / f"{name}.json").read_text())["analysis"])


def drawn(analysis: Analysis, href: str = "image.png") -> ElementTree.Element:
    return ElementTree.fromstring(overlay_svg(analysis, href))


def groups(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [group for group in svg.iter(f"{SVG}g") if name in (group.get("class") or "").split()]


def words(element: ElementTree.Element) -> str:
    return " ".join(element.itertext())


@pytest.mark.parametrize("name", ["pendulum", "block_on_ramp", "mass_on_spring", "stack_and_ball"])
def test_every_mark_label_connection_and_warning_is_there(name: str) -> None:
    analysis = replace(
        example(name),
        warnings=(Warning("UNREAD_MARK", "A squiggle.", (5, 5, 9, 9)), Warning("X", "All of it.")),
    )
    svg = drawn(analysis)
    for shape in analysis.shapes:
        assert any(shape.id in words(group) for group in groups(svg, shape.kind))
    for text, group in zip(analysis.texts, groups(svg, "label"), strict=True):
        assert text.text in words(group)
        assert f"→ {text.attached_to}" in words(group)
    assert len(groups(svg, "connection")) == len(analysis.connections)
    assert [words(group).split(":")[0] for group in groups(svg, "warning")] == ["UNREAD_MARK", "X"]


def test_a_contact_is_shown_where_the_two_touch_and_a_join_on_what_joins() -> None:
    circle = tuple(
        (300 + 50 * math.cos(a), 350 - 50 * math.sin(a))
        for a in (n * math.pi / 12 for n in range(24))
    )
    shapes = (
        Shape("floor", "ground", 1.0, (500, 400), (0, 400, 1000, 0), ((0, 400), (1000, 400))),
        Shape("ball", "ball", 1.0, (300, 350), (250, 300, 100, 100), circle),
        Shape("hook", "support", 1.0, (300, 100), (250, 100, 100, 0), ((250, 100), (350, 100))),
        Shape("rod", "rod", 1.0, (300, 200), (300, 100, 0, 200), ((300, 100), (300, 300))),
    )
    links = (
        Connection("c1", "contact", "floor", "ball"),
        Connection("c2", "hinge", "hook", "ball", "rod"),
    )
    svg = drawn(replace(example("pendulum"), shapes=shapes, connections=links, texts=()))
    spots = []
    for group in groups(svg, "connection"):
        (letter,) = group.iter(f"{SVG}text")
        spots.append((float(letter.get("x") or 0), float(letter.get("y") or 0)))
    assert math.dist(spots[0], (300, 400)) < 10
    assert math.dist(spots[1], (300, 200)) < 10


def test_it_has_the_size_of_the_image_and_the_image_behind() -> None:
    svg = drawn(example("pendulum"), "/v1/sketches/a/image?x=1&y=2")
    assert svg.get("viewBox") == "0 0 1221 977"
    image = svg.find(f"{SVG}image")
    assert image is not None and image.get("href") == "/v1/sketches/a/image?x=1&y=2"


def test_a_label_without_mark_or_meaning_is_shown_as_in_doubt() -> None:
    text = Text("t9", "Hello", 0.3, (10, 10, 80, 20))
    svg = drawn(replace(example("pendulum"), texts=(text,)))
    (group,) = groups(svg, "label")
    assert "? Hello" in words(group) and "→" not in words(group)


def test_each_kind_of_mark_has_colour_pattern_and_letter() -> None:
    outline = ((10.0, 10.0), (90.0, 10.0), (90.0, 60.0))
    shapes = tuple(
        Shape(f"s{n}", kind, 0.5, (50, 40), (10, 10, 80, 50), outline)
        for n, kind in enumerate(MARK_KINDS)
    )
    svg = drawn(Analysis("x", 400, 300, 0.01, shapes))
    looks = {}
    for shape in shapes:
        (group,) = groups(svg, shape.kind)
        line = list(group.iter(f"{SVG}path"))[1]
        letter = words(group).split(" sure ")[1].split()[0]
        looks[letter] = looks.get(letter, set()) | {
            (line.get("stroke"), line.get("stroke-dasharray"))
        }
    assert all(len(look) == 1 for look in looks.values())
    assert len({next(iter(look)) for look in looks.values()}) == len(looks) == 6


HOSTILE = "</text><script>alert(1)</script>\x00\x1b\ud800 \" onload='x' &amp;"


def test_hostile_text_stays_text() -> None:
    analysis = replace(
        example("pendulum"),
        texts=(Text("t<1>", HOSTILE, 0.5, (1, 1, 9, 9)),),
        connections=(Connection('c"1', "hinge", "top", "bob", at=(float("nan"), 1.0)),),
        warnings=(Warning(HOSTILE, HOSTILE, (1, 1, 9, 9), HOSTILE),),
    )
    source = overlay_svg(analysis, f'"/><script/>{HOSTILE}')
    svg = ElementTree.fromstring(source.encode("utf-8"))
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= ELEMENTS
    for element in svg.iter():
        assert not [name for name in element.attrib if name.lower().startswith("on")]
    assert not re.search(r"\bnan\b|\binf\b", source.split("<image")[1])


def test_nothing_is_loaded_from_elsewhere() -> None:
    svg = drawn(example("block_on_ramp"))
    references = [
        value
        for element in svg.iter()
        for name, value in element.attrib.items()
        if name.endswith("href") or "url(" in value
    ]
    assert references == ["image.png"]


def test_a_drawing_with_nothing_in_it_still_has_its_overlay() -> None:
    svg = drawn(Analysis("x", 10, 10, 1.0))
    assert words(svg).startswith("0 marks, 0 labels")


def test_an_arrow_shows_where_it_points() -> None:
    arrow = Shape("a", "arrow", 1.0, (500, 300), (400, 300, 200, 0), ((600, 300), (400, 300)))
    svg = drawn(replace(example("pendulum"), shapes=(arrow,), texts=(), connections=()))
    (group,) = groups(svg, "arrow")
    heads = [
        path.get("d", "")
        for path in group.iter(f"{SVG}path")
        if "L400.0 300.0L" in path.get("d", "")
    ]
    assert heads
    wings = [float(x) for x in re.findall(r"[ML](\d+\.\d) ", heads[0])]
    assert wings[0] == wings[2] > wings[1] == 400


def test_print_stands_clear_of_the_lines_where_there_is_room() -> None:
    corners = ((400, 300), (900, 300), (900, 600), (400, 600))
    box = Shape("b", "box", 1.0, (650, 450), (400, 300, 500, 300), corners)
    rope = Shape(
        "r", "rope", 1.0, (300, 500), (200, 100, 450, 200), ((200, 100), (650, 100), (650, 300))
    )
    svg = drawn(
        replace(
            example("pendulum"),
            width=1280,
            height=960,
            shapes=(box, rope),
            texts=(),
            connections=(),
        )
    )
    for name, lines in (("box", (300, 600)), ("rope", (100,))):
        (print_,) = groups(svg, name)[0].iter(f"{SVG}text")
        baseline, size = float(print_.get("y", "0")), (1280 + 960) / 2 / 60
        assert all(not baseline - size <= line <= baseline + 0.2 * size for line in lines)
