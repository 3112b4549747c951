"""Telling those who subscribed to a job how it is.

The row is the truth and the message a courtesy: whoever missed one reads the row.
"""

from __future__ import annotations

from typing import Any

from shared.database import Database
from shared.errors import DependencyUnavailable
from shared.push import ConnectionGone, Sockets, encode_message

from .connections import close_connection, hold_subscription, note_sent, subscribers_of
from .jobs import Job, load_job


def job_message(job: Job) -> dict[str, Any]:
    """The `job` message of the WebSocket API. `version` grows with every change of the job."""
    return {
        "type": "job",
        "job_id": job.id,
        "sketch_id": job.sketch_id,
        "simulation_id": job.simulation_id,
        "status": job.status,
        "stage": job.stage,
        "progress": job.progress,
        "error": job.error,
        "result": job.result,
        "version": job.version,
    }


def announce(database: Database, sockets: Sockets, job_id: str) -> None:
    """Tell all subscribers of a job how it is, and forget the connections that are gone.

    A message that can't be sent is dropped, and so are those behind it: what is down for one is
    down for all, and waiting for it would hold up the work that the message tells of.
    """
    for connection_id in subscribers_of(database, job_id):
        try:
            tell(database, sockets, connection_id, job_id)
        except ConnectionGone:
            close_connection(database, connection_id)
        except DependencyUnavailable:
            break


def tell(database: Database, sockets: Sockets, connection_id: str, job_id: str) -> None:
    """Send one subscriber the job as it is now, unless that was sent already.

    The subscription's row is held until the message is out, and the job is read under it. So
    messages leave one at a time, and none says less than the one before it, whichever functions
    send them. That is why the transaction is open while a message goes out: nothing but the row can
    make another function wait. It is bounded by `shared.retry.SOCKETS` (two tries of 3 s), holds no
    row but this one, and a function that dies meanwhile frees it as its connection closes.

    Raises:
        ConnectionGone: nobody is there any more.
        DependencyUnavailable: it could not be sent now.
    """
    with database.transaction() as transaction:
        sent = hold_subscription(transaction, connection_id, job_id)
        if sent is None:
            return
        job = load_job(transaction, job_id)
        if job.version > sent:
            sockets.post(connection_id, encode_message(job_message(job)))
            note_sent(transaction, connection_id, job_id, job.version)
