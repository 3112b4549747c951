"""What a Lambda environment writes to its log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from shared import logs
from shared.logs import hide_secrets, log_invocations

Lines = Callable[[], list[dict[str, Any]]]
CONTEXT = SimpleNamespace(aws_request_id="lambda-1")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """The lines of an environment as Lambda makes it: one handler on the root logger."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "Sketches")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "simgen")
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    output = StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = [logging.StreamHandler(output)]
    logs.write_json_lines.cache_clear()
    yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    logs.write_json_lines.cache_clear()


def test_an_invocation_writes_one_line_that_says_what_and_how_long(lines: Lines) -> None:
    event = {
        "requestContext": {
            "requestId": "client-1",
            "resourcePath": "/v1/sketches/{id}",
            "httpMethod": "GET",
        }
    }
    handler = log_invocations(lambda _event, _context: {"statusCode": 404, "body": "secret"})

    assert handler(event, CONTEXT) == {"statusCode": 404, "body": "secret"}

    [line] = lines()
    assert line["message"] == "invocation"
    assert (line["level"], line["service"], line["function"]) == ("INFO", "simgen", "Sketches")
    assert (line["request_id"], line["invocation_id"]) == ("client-1", "lambda-1")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/sketches/{id}", 404)
    assert line["duration_ms"] >= 0
    assert "body" not in line


def test_a_handler_that_ends_no_lines_is_given_lines_with_an_end(lines: Lines) -> None:
    written = []

    class RuntimeClients(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    logging.getLogger().handlers[:] = [RuntimeClients()]
    log_invocations(lambda _event, _context: None)({}, CONTEXT)

    [line] = written
    assert line.endswith("}\n")


def test_a_jobs_tasks_have_the_id_of_the_request_that_asked_for_it(lines: Lines) -> None:
    event = {"job_id": "job_1", "request_id": "client-1"}
    log_invocations(lambda _event, _context: None)(event, CONTEXT)

    [line] = lines()
    assert (line["request_id"], line["job_id"]) == ("client-1", "job_1")


def test_every_line_meanwhile_has_the_ids_and_no_line_after(lines: Lines) -> None:
    other = logging.getLogger("some.library")

    def run(_event: dict[str, Any], _context: Any) -> None:
        other.warning("look", extra={"stage": "read"})

    log_invocations(run)({"job_id": "job_1"}, CONTEXT)
    other.warning("later")

    meanwhile, invocation, later = lines()
    assert (meanwhile["job_id"], meanwhile["request_id"], meanwhile["stage"]) == (
        "job_1",
        "lambda-1",
        "read",
    )
    assert invocation["job_id"] == "job_1"
    assert "job_id" not in later


def test_a_handler_that_raises_is_logged_and_still_raises(lines: Lines) -> None:
    def run(_event: dict[str, Any], _context: Any) -> None:
        raise KeyError("what")

    with pytest.raises(KeyError):
        log_invocations(run)({}, CONTEXT)

    [line] = lines()
    assert (line["level"], line["error"]) == ("ERROR", "KeyError")


def test_an_answer_of_500_is_an_error(lines: Lines) -> None:
    log_invocations(lambda _event, _context: {"statusCode": 503})({}, CONTEXT)

    [line] = lines()
    assert (line["level"], line["status"]) == ("ERROR", 503)


def test_secrets_do_not_reach_the_log_not_even_in_a_stack(lines: Lines) -> None:
    def run(_event: dict[str, Any], _context: Any) -> None:
        try:
            raise RuntimeError("postgresql://simgen:hunter2@db/x refused")
        except RuntimeError:
            logging.getLogger("x").exception(
                "Authorization: Bearer abc.def.ghi", extra={"headers": {"token": "sesame"}}
            )

    log_invocations(run)({}, CONTEXT)

    text = json.dumps(lines())
    assert "refused" in text
    assert all(secret not in text for secret in ("hunter2", "abc.def", "sesame"))


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (
            "GET /_objects/a?expires=1&signature=0a1b HTTP",
            "GET /_objects/a?expires=1&signature=[hidden] HTTP",
        ),
        ("wss://x/?token=ey.J.x&y=1", "wss://x/?token=[hidden]&y=1"),
        ("X-Amz-Security-Token=abc&z", "X-Amz-Security-Token=[hidden]&z"),
        ('{"password": "hunter2", "a": 1}', '{"password": "[hidden]", "a": 1}'),
        ("a token of thanks, a signature move", "a token of thanks, a signature move"),
        ("https://example.org:8000/x", "https://example.org:8000/x"),
    ],
)
def test_what_lets_its_reader_in_is_hidden(line: str, hidden: str) -> None:
    assert hide_secrets(line) == hidden


def test_outside_of_lambda_the_log_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    logs.write_json_lines.cache_clear()
    before = [output.formatter for output in logging.getLogger().handlers]

    assert log_invocations(lambda event, _context: event)({"a": 1}, None) == {"a": 1}

    assert [output.formatter for output in logging.getLogger().handlers] == before
    logs.write_json_lines.cache_clear()


def test_the_level_is_the_environments(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "warning")
    log_invocations(lambda _event, _context: None)({}, CONTEXT)

    assert lines() == []
