"""What a sentence says, before anything has a place: things, what joins them, and the world.

Both readers of sentences fill it in, the grammar and the language model, and its JSON schema is the
form that the model is asked to fill. Everything that is left out is for the layout to choose, by
the sketch language's rules for what a drawing leaves unsaid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_THINGS = 120
MAX_LINKS = 200
MOST_UNDER = 4
"""Things that one rests on, or pulleys that a rope runs over."""

ThingKind = Literal[
    "ball",
    "box",
    "wheel",
    "cart",
    "plank",
    "rod",
    "knot",
    "ramp",
    "table",
    "floor",
    "wall",
    "ceiling",
    "pulley",
    "fulcrum",
    "pin",
    "roller",
]
LinkKind = Literal["rod", "rope", "spring", "damper"]
Heading = Literal["right", "left", "up", "down"]

FIXED_KINDS: frozenset[ThingKind] = frozenset(
    {"ramp", "table", "floor", "wall", "ceiling", "pulley", "fulcrum", "pin", "roller"}
)
MOVING_KINDS: frozenset[ThingKind] = frozenset({"ball", "box", "wheel", "cart", "plank", "rod"})

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Positive = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Signed = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Thing(_Part):
    """One body, or one fixed thing. Lengths in metres, angles in degrees; null is unsaid."""

    id: Id
    kind: ThingKind
    mass_kg: Positive | None = None
    radius_m: Positive | None = Field(default=None, description="Of a cart: its wheels'.")
    width_m: Positive | None = Field(
        default=None, description="Along the ground; of a plank, rod or ramp its length."
    )
    height_m: Positive | None = None
    angle_deg: Degrees | None = Field(
        default=None, description="A ramp's slope; a plank's or rod's tilt, 0 is level."
    )
    friction: NotNegative | None = None
    restitution: Annotated[float, Field(ge=0, le=1)] | None = None
    fixed: bool = False
    on: list[Id] = Field(
        default_factory=list,
        max_length=MOST_UNDER,
        description="What it rests on; a bridge rests on two, a beam on a pin and a roller. "
        "Nothing: on the floor or in the air.",
    )
    at_m: Signed | None = Field(
        default=None,
        description="Where on it: on a plank from its middle, right is positive; on a ramp up from "
        "its foot; on a table from its right edge, leftwards.",
    )
    pivot_m: Signed | None = Field(
        default=None, description="Of a plank on a fulcrum: where that is, from the middle."
    )
    above_ground_m: NotNegative | None = Field(
        default=None, description="How high its lowest point is at the start."
    )
    beside: Id | None = Field(default=None, description="What it stands to the right of.")
    gap_m: NotNegative | None = Field(default=None, description="How far from it; 0 touches.")
    speed_m_s: NotNegative | None = None
    heading: Heading | None = Field(
        default=None, description="Where the speed points; on a ramp, up or down it."
    )
    launch_deg: Degrees | None = Field(
        default=None, description="The speed's angle above the horizontal."
    )
    spin_rad_s: Signed | None = Field(default=None, description="At the start; + is left-handed.")
    motor_rad_s: Signed | None = Field(default=None, description="A motor holds this speed.")
    torque_n_m: Signed | None = Field(default=None, description="Acts all along.")
    force_n: NotNegative | None = Field(default=None, description="Pushes or pulls all along.")
    force_heading: Heading | None = None
    force_deg: Degrees | None = Field(default=None, description="Its angle above the horizontal.")
    load_n_per_m: Positive | None = Field(default=None, description="Spread along it, downwards.")


class Link(_Part):
    """What joins two things, such as a ceiling and a ball, or a wall and a box."""

    id: Id
    kind: LinkKind
    a: Id
    b: Id
    hangs: bool = Field(default=False, description="b hangs below a; so it does from a ceiling.")
    over: list[Id] = Field(
        default_factory=list, max_length=MOST_UNDER, description="Pulleys, for a rope."
    )
    length_m: Positive | None = Field(
        default=None, description="Of a spring: unstretched. From a hinge to a ball's centre."
    )
    stiffness_n_m: Positive | None = None
    damping_ns_m: NotNegative | None = None
    lean_deg: Degrees | None = Field(
        default=None, description="Of what hangs: its angle from straight down at the start."
    )
    pull_n: Positive | None = Field(
        default=None,
        description="Of a rope over pulleys whose end is pulled down by hand: the force; its b is "
        "the floor, its a the load, or the ceiling where a movable pulley carries that.",
    )
    stretch_m: Signed | None = Field(
        default=None,
        description="Of a spring at the start: how much longer than at rest; shorter is negative.",
    )


class World(_Part):
    """What holds everywhere."""

    gravity_m_s2: Annotated[float, Field(ge=-1000, le=1000)] | None = None
    friction: NotNegative | None = None
    restitution: Annotated[float, Field(ge=0, le=1)] | None = None
    duration_s: Annotated[float, Field(gt=0, le=60)] | None = None


class Description(_Part):
    """All that a sentence says. `unplaced` are its words that found no place in it, and `assumed`
    is what was taken for granted, a sentence each."""

    title: Annotated[str, Field(max_length=200)] = ""
    things: list[Thing] = Field(default_factory=list, max_length=MAX_THINGS)
    links: list[Link] = Field(default_factory=list, max_length=MAX_LINKS)
    world: World = Field(default_factory=World)
    unplaced: list[Annotated[str, Field(max_length=100)]] = Field(
        default_factory=list, max_length=100
    )
    assumed: list[Annotated[str, Field(max_length=300)]] = Field(
        default_factory=list, max_length=50
    )

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> Self:
        ids = [thing.id for thing in self.things] + [link.id for link in self.links]
        twice = sorted(name for name, count in Counter(ids).items() if count > 1)
        if twice:
            raise ValueError(f"two parts are called {', '.join(twice)}")
        missing = sorted(set(self._named()) - {thing.id for thing in self.things})
        if missing:
            raise ValueError(f"no thing is called {', '.join(missing)}")
        return self

    def _named(self) -> Iterable[str]:
        for thing in self.things:
            yield from thing.on
            if thing.beside is not None:
                yield thing.beside
        for link in self.links:
            yield from (link.a, link.b, *link.over)
