"""CloudFormation's side of a migration: it waits for an answer, and rolls back on a bad one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from records.migrate import handler
from tests import servers

EVENT = {
    "RequestType": "Update",
    "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/simgen/1",
    "RequestId": "r-1",
    "LogicalResourceId": "Migrated",
}


@contextmanager
def cloudformation() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A place that takes answers as CloudFormation's bucket does."""
    answers: list[dict[str, Any]] = []

    class Bucket(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            length = int(self.headers["Content-Length"])
            answers.append(json.loads(self.rfile.read(length)))
            self.send_response(200 if not self.headers.get("Content-Type") else 403)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/answer", answers
    finally:
        server.shutdown()
        server.server_close()


def test_a_deploy_migrates_and_hears_of_it_and_the_next_one_has_nothing_to_do(
    postgres_server_url: str, worker_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = servers.create_database(postgres_server_url, f"deploy_{worker_name}")
    monkeypatch.setenv("DATABASE_URL", url)
    with cloudformation() as (address, answers):
        first = handler({**EVENT, "ResponseURL": address}, None)
        second = handler({**EVENT, "ResponseURL": address}, None)
    assert first["applied"] and not second["applied"]
    assert [answer["Status"] for answer in answers] == ["SUCCESS", "SUCCESS"]
    assert answers[0]["LogicalResourceId"] == "Migrated"
    assert answers[0]["PhysicalResourceId"] == answers[1]["PhysicalResourceId"]


def test_a_migration_that_fails_is_told_and_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with cloudformation() as (address, answers), pytest.raises(Exception, match="DATABASE_URL"):
        handler({**EVENT, "ResponseURL": address}, None)
    assert answers[0]["Status"] == "FAILED"


def test_deleting_the_stack_leaves_the_database_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with cloudformation() as (address, answers):
        assert handler({**EVENT, "RequestType": "Delete", "ResponseURL": address}, None) == {
            "applied": []
        }
    assert answers[0]["Status"] == "SUCCESS"
