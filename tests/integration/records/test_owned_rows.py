"""Sessions, uploads, sketches and simulations: whose they are, and what goes with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from records import sessions, sketches, uploads
from records.connections import (
    Connection,
    close_connection,
    find_connection,
    open_connection,
    purge_stale_connections,
    subscribe,
    subscribers_of,
    touch_connection,
)
from records.idempotency import Answer, RequestKey, once
from records.jobs import cancel, find_job
from records.objects_in_use import objects_in_use
from records.pages import Page
from records.sessions import Session
from records.simulations import (
    Simulation,
    delete_simulation,
    find_simulation,
    list_simulations,
    record_model,
)
from records.sketches import find_sketch, record_analysis, record_corrections
from records.submissions import Submission, insert_submission
from shared.errors import ValidationFailed
from shared.postgres import Postgres

NewSubmission = Callable[..., Submission]


def _rows(database: Postgres) -> dict[str, int]:
    tables = (
        "sessions",
        "uploads",
        "sketches",
        "simulations",
        "jobs",
        "idempotency_keys",
        "socket_connections",
        "socket_subscriptions",
    )
    return {
        table: database.fetch_all(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in tables
    }


@pytest.fixture
def everything(database: Postgres, submitted: Submission, owner: str, now: datetime) -> Submission:
    """A session with one of each kind of row."""
    uploads.create_upload(
        database,
        uploads.Upload("upl_1", owner, "uploads/1", "image/png", 10, now, now + timedelta(hours=1)),
    )
    open_connection(database, Connection("con_1", now, now, owner_id=owner))
    assert subscribe(database, "con_1", submitted.job.id)
    once(database, RequestKey(owner, "k", "h"), lambda _: Answer(202, {}), now=now)
    assert set(_rows(database).values()) == {1}
    return submitted


def test_deleting_a_session_deletes_every_row_that_hangs_on_it(
    database: Postgres, everything: Submission, owner: str
) -> None:
    assert sessions.delete_session(database, owner) is True

    assert set(_rows(database).values()) == {0}
    assert sessions.delete_session(database, owner) is False


def test_deleting_a_sketch_deletes_its_simulations_and_jobs_only(
    database: Postgres, everything: Submission, owner: str
) -> None:
    assert sketches.delete_sketch(database, owner, everything.simulation.sketch_id or "") is True

    left = _rows(database)
    gone = {"sketches", "simulations", "jobs", "socket_subscriptions"}
    assert {table for table, count in left.items() if count == 0} == gone


def test_deleting_a_simulation_leaves_its_sketch(
    database: Postgres, everything: Submission, owner: str
) -> None:
    assert delete_simulation(database, owner, everything.simulation.id) is True

    assert find_sketch(database, owner, everything.simulation.sketch_id or "") is not None
    assert find_job(database, owner, everything.job.id) is None


def test_a_stranger_finds_changes_and_deletes_nothing(
    database: Postgres, everything: Submission, stranger: str, now: datetime
) -> None:
    before = _rows(database)
    sketch_id, simulation_id = everything.simulation.sketch_id or "", everything.simulation.id

    assert find_sketch(database, stranger, sketch_id) is None
    assert find_simulation(database, stranger, simulation_id) is None
    assert uploads.find_upload(database, stranger, "upl_1", now=now) is None
    assert list_simulations(database, stranger, limit=10) == Page((), None)
    assert record_corrections(database, stranger, sketch_id, {"shapes": {}}, now=now) is None
    assert sketches.delete_sketch(database, stranger, sketch_id) is False
    assert delete_simulation(database, stranger, simulation_id) is False
    assert _rows(database) == before
    open_connection(database, Connection("con_2", now, now, owner_id=stranger))
    assert subscribe(database, "con_2", everything.job.id) is False


def test_a_session_ends_when_it_expires(database: Postgres, now: datetime) -> None:
    session = Session("ses_1", now, now + timedelta(hours=1))
    sessions.create_session(database, session)

    assert sessions.find_session(database, "ses_1", now=now) == session
    assert sessions.find_session(database, "ses_1", now=session.expires_at) is None


def test_the_purge_takes_expired_sessions_with_all_that_is_theirs(
    database: Postgres, everything: Submission, stranger: str, now: datetime
) -> None:
    database.execute("UPDATE sessions SET expires_at = %s WHERE id = 'ses_owner'", [now])

    assert sessions.purge_expired_sessions(database, now=now) == 1
    assert sessions.purge_expired_sessions(database, now=now) == 0
    left = {table: count for table, count in _rows(database).items() if count}
    assert left == {"sessions": 1}


def test_an_upload_ends_when_it_expires(
    database: Postgres, everything: Submission, owner: str, now: datetime
) -> None:
    found = uploads.find_upload(database, owner, "upl_1", now=now)

    assert found is not None
    assert uploads.find_upload(database, owner, "upl_1", now=found.expires_at) is None
    assert uploads.purge_expired_uploads(database, now=now) == 0
    assert uploads.purge_expired_uploads(database, now=found.expires_at) == 1


def test_corrections_add_up_field_by_field(
    database: Postgres, submitted: Submission, owner: str, now: datetime
) -> None:
    sketch_id = submitted.simulation.sketch_id or ""
    record_corrections(
        database,
        owner,
        sketch_id,
        {"shapes": {"s1": {"kind": "ball"}, "s2": {"kind": "box"}}},
        now=now,
    )
    corrected = record_corrections(
        database,
        owner,
        sketch_id,
        {"shapes": {"s2": {"kind": "ramp"}}, "texts": {"t1": {"text": "m = 2 kg"}}},
        now=now + timedelta(seconds=1),
    )

    assert corrected is not None
    assert corrected.corrections == {
        "shapes": {"s1": {"kind": "ball"}, "s2": {"kind": "ramp"}},
        "texts": {"t1": {"text": "m = 2 kg"}},
    }
    assert corrected == find_sketch(database, owner, sketch_id)
    angled = record_corrections(
        database, owner, sketch_id, {"shapes": {"s2": {"angle": 30}, "s1": None}}, now=now
    )
    assert angled is not None
    assert angled.corrections["shapes"] == {"s1": None, "s2": {"kind": "ramp", "angle": 30}}
    unchanged = record_corrections(database, owner, sketch_id, {}, now=now)
    assert unchanged is not None
    assert unchanged.corrections == angled.corrections


def test_an_analysis_with_older_corrections_does_not_replace_one_with_newer(
    database: Postgres, everything: Submission, owner: str, now: datetime
) -> None:
    assert everything.sketch is not None
    sketch_id = everything.sketch.id
    versions = []
    for kind in ("ball", "ramp"):
        corrected = record_corrections(
            database, owner, sketch_id, {"shapes": {"s1": {"kind": kind}}}, now=now
        )
        assert corrected is not None
        versions.append(corrected.corrections_version)
    older, newer = versions

    assert record_analysis(database, sketch_id, "analyses/newer", version=newer, now=now)
    assert not record_analysis(database, sketch_id, "analyses/older", version=older, now=now)
    assert record_analysis(database, sketch_id, "analyses/again", version=newer, now=now)

    found = find_sketch(database, owner, sketch_id)
    assert found is not None
    assert found.analysis_key == "analyses/again"


def test_pages_hold_every_row_once_newest_first(
    database: Postgres, owner: str, new_submission: NewSubmission, now: datetime
) -> None:
    # Three of each time: the id decides among them.
    for number in range(23):
        insert_submission(database, new_submission(owner, at=now - timedelta(seconds=number // 3)))

    seen: list[Simulation] = []
    cursor = None
    pages = 0
    while pages == 0 or cursor:
        page = list_simulations(database, owner, limit=5, cursor=cursor)
        seen += page.items
        cursor = page.next_cursor
        pages += 1
        # A row that comes in meanwhile is newer than all of them and moves none.
        insert_submission(database, new_submission(owner, at=now + timedelta(seconds=pages)))

    assert pages == 5
    assert len(seen) == 23
    assert seen == sorted(seen, key=lambda each: (each.created_at, each.id), reverse=True)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"words": "swinging"}, {"a pendulum swings"}),
        ({"words": "PENDULUM"}, {"a pendulum swings", "Das Pendel am Pendulum"}),
        ({"words": "das"}, {"Das Pendel am Pendulum"}),
        ({"words": '"pendulum swings"'}, {"a pendulum swings"}),
        ({"words": "pendulum -das"}, {"a pendulum swings"}),
        ({"words": "block or das"}, {"Das Pendel am Pendulum", "block on a ramp"}),
        ({"words": "' OR 1=1 --"}, set()),
        ({"status": "cancelled"}, {"block on a ramp"}),
        ({"status": "queued", "words": "block"}, set()),
        ({"created_from": datetime(2026, 3, 1, 12, 1, tzinfo=UTC)}, {"block on a ramp"}),
        (
            {
                "created_from": datetime(2026, 3, 1, 11, 0, tzinfo=UTC),
                "created_to": datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
            },
            {"a pendulum swings"},
        ),
    ],
)
def test_lists_are_filtered(
    database: Postgres,
    owner: str,
    new_submission: NewSubmission,
    now: datetime,
    filters: dict[str, object],
    expected: set[str],
) -> None:
    for minutes, title in enumerate(
        ["a pendulum swings", "Das Pendel am Pendulum", "block on a ramp"], start=-1
    ):
        submission = new_submission(owner, at=now + timedelta(minutes=minutes), title=title)
        insert_submission(database, submission)
    cancel(database, owner, submission.job.id, now=now)

    page = list_simulations(database, owner, limit=50, **filters)  # type: ignore[arg-type]

    assert {each.title for each in page.items} == expected


def test_a_cursor_that_no_page_gave_is_refused(database: Postgres, owner: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        list_simulations(database, owner, limit=5, cursor="bm90IGEgY3Vyc29y")

    assert [error.field for error in refused.value.errors] == ["cursor"]


def test_objects_are_in_use_while_a_row_names_them(
    database: Postgres, everything: Submission, owner: str, now: datetime
) -> None:
    simulation, sketch = everything.simulation, everything.sketch
    assert sketch is not None
    record_analysis(database, sketch.id, "analyses/a.json", now=now)
    record_model(
        database,
        simulation.id,
        model_key="models/m.xml",
        analysis_key="analyses/b.json",
        title=None,
        now=now,
    )
    database.execute(
        """
        UPDATE simulations SET trajectory_prefix = 'trajectories/1/', preview_png_key = 'p.png',
                               preview_gif_key = 'p.gif'
        """
    )
    used = {
        sketch.image_key,
        "uploads/1",
        "analyses/a.json",
        "analyses/b.json",
        "models/m.xml",
        "p.png",
        "p.gif",
        "trajectories/1/header.json",
        "trajectories/1/chunks/0",
    }
    orphans = {"trajectories/2/header.json", "trajectories/1", "images/zz.png", "p.png2"}

    assert objects_in_use(database, used | orphans) == used
    assert objects_in_use(database, []) == set()
    sessions.delete_session(database, owner)
    assert objects_in_use(database, used) == set()


def test_a_connection_hears_of_its_jobs_until_it_closes(
    database: Postgres, everything: Submission, now: datetime
) -> None:
    job_id = everything.job.id
    assert subscribe(database, "con_1", job_id) is True  # again: still once
    assert subscribe(database, "con_gone", job_id) is False
    assert subscribers_of(database, job_id) == ["con_1"]

    close_connection(database, "con_1")
    assert subscribers_of(database, job_id) == []
    assert find_connection(database, "con_1") is None


def test_stale_connections_are_purged(
    database: Postgres, everything: Submission, now: datetime
) -> None:
    assert touch_connection(database, "con_1", now=now + timedelta(minutes=5)) is True
    assert purge_stale_connections(database, seen_before=now + timedelta(minutes=5)) == 0
    assert purge_stale_connections(database, seen_before=now + timedelta(minutes=6)) == 1
    assert touch_connection(database, "con_1", now=now) is False
