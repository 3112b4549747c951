"""The service keeps to its own OpenAPI document, whatever a machine thinks of to send."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service import ROOT, Client, Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

# Not held to: that all that fits the document is taken (a text may be no model), and that a method
# which isn't there is a 405 (API Gateway knows an address by its method, and answers 404).
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
    "nothing_leaks",
)
EXAMPLES = 3
"""Made up for each operation, beside one for each bound and each way to break the document: some
1000 requests, with a budget of time for a machine that does much else."""
BUDGET_S = 180


def test_every_operation_answers_as_the_document_says(
    service: Service, client: Client, tmp_path: Path
) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{service.address}/openapi.json"),
            *("--header", f"Authorization: Bearer {client.token}", "--checks", ",".join(CHECKS)),
            *("--phases", "examples,coverage,fuzzing", "--mode", "all", "--seed", "1"),
            *("--max-examples", str(EXAMPLES), "--max-time", str(BUDGET_S)),
            *("--generation-database", "none", "--request-timeout", "60"),
            *("--continue-on-failure", "--no-color"),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.e2e.contract_checks",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        timeout=2 * BUDGET_S,
    )

    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    assert "Tested: " in done.stdout
