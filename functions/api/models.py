"""What answers look like, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from vision.analysis import Connection, Shape, Text, Warning

from .bodies import AnswerModel

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class AnalysisModel(AnswerModel):
    """What was read in a drawing. Pixels are of the image as given, y down."""

    sketch_id: str
    width: int
    height: int
    metres_per_pixel: float
    shapes: list[Shape]
    texts: list[Text]
    connections: list[Connection]
    warnings: list[Warning]
    rectify: list[float] | None = Field(
        description="Row-major 3x3 homography from the image to the page seen from the front."
    )
    sheet_width: float | None = Field(
        description="How wide the sheet of paper is on that page, in pixels; null where its sides "
        "are not in the picture. Where no length is stated it counts as 4 m."
    )
    reader: str
    links: dict[str, str] = Field(description="Addresses that work without a header.")


class BodyModel(AnswerModel):
    """A body that can move."""

    name: str
    mass_kg: float


class SimulationModel(AnswerModel):
    """A simulation; what is null is not known before it has run."""

    simulation_id: str
    sketch_id: str | None
    source: Literal["sketch", "mjcf", "prompt"]
    status: Status
    title: str
    prompt: str
    duration: float | None = Field(description="Seconds.")
    fps: int | None
    gravity: float | None = Field(description="m/s², downwards, where it was asked for.")
    frames: int | None
    bodies: list[BodyModel]
    energy: dict[str, Any] = Field(description="In joules, and how far it drifts.")
    warnings: list[Warning] = Field(
        description="What was assumed, and what was not understood, of the drawing or the sentence."
    )
    created_at: datetime
    updated_at: datetime
    share_token: str | None = Field(description="In the link, where it is shared.")
    links: dict[str, str] = Field(description="Addresses that work without a header.")


class ShareModel(AnswerModel):
    """A simulation's link."""

    simulation_id: str
    share_token: str
    links: dict[str, str] = Field(
        description="`page` for people; `shared` for programs, which need no other token there."
    )


class SimulationPage(AnswerModel):
    """Some simulations, newest first."""

    items: list[SimulationModel]
    next_cursor: str | None = Field(description="For the next page; null on the last.")
