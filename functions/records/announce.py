"""Telling those who subscribed to a job how it is.

The row is the truth and the message a courtesy: whoever missed one reads the row.
"""

from __future__ import annotations

from typing import Any

from shared.database import Queries
from shared.push import Sockets, push

from .connections import close_connection, subscribers_of
from .jobs import Job


def job_message(job: Job) -> dict[str, Any]:
    """The `job` message of the WebSocket API."""
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
    }


def announce(queries: Queries, sockets: Sockets, job: Job) -> None:
    """Send a job's state to its subscribers, and forget the connections that are gone."""
    subscribers = subscribers_of(queries, job.id)
    for connection_id in push(sockets, subscribers, job_message(job)) if subscribers else ():
        close_connection(queries, connection_id)
