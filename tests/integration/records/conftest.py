"""Rows to begin with."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from records.jobs import Job
from records.sessions import Session, create_session
from records.simulations import Simulation
from records.sketches import Sketch
from records.submissions import Submission, insert_submission
from shared.postgres import Postgres

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

MakeSubmission = Callable[..., Submission]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def owner(database: Postgres) -> str:
    create_session(database, Session("ses_owner", NOW, NOW + timedelta(days=7)))
    return "ses_owner"


@pytest.fixture
def stranger(database: Postgres) -> str:
    create_session(database, Session("ses_stranger", NOW, NOW + timedelta(days=7)))
    return "ses_stranger"


@pytest.fixture
def new_submission() -> MakeSubmission:
    """Makes the rows of one drawing, each time with other ids."""
    numbers = itertools.count(1)

    def make(owner_id: str, *, at: datetime = NOW, title: str = "", prompt: str = "") -> Submission:
        number = next(numbers)
        sketch = Sketch(
            id=f"skt_{number}",
            owner_id=owner_id,
            image_sha256=f"{number:064x}",
            image_key=f"images/{number:02x}/{number:064x}.png",
            content_type="image/png",
            width=640,
            height=480,
            size=1000,
            created_at=at,
            updated_at=at,
            prompt=prompt,
        )
        simulation = Simulation(
            id=f"sim_{number:06}",
            owner_id=owner_id,
            source="sketch",
            sketch_id=sketch.id,
            title=title,
            prompt=prompt,
            created_at=at,
            updated_at=at,
        )
        job = Job(
            id=f"job_{number}",
            owner_id=owner_id,
            sketch_id=sketch.id,
            simulation_id=simulation.id,
            request={"source": "sketch", "image_key": sketch.image_key},
            created_at=at,
            updated_at=at,
        )
        return Submission(simulation=simulation, job=job, sketch=sketch)

    return make


@pytest.fixture
def submitted(database: Postgres, owner: str, new_submission: MakeSubmission) -> Submission:
    """A drawing that was submitted and waits to be read."""
    submission = new_submission(owner)
    insert_submission(database, submission)
    return submission
