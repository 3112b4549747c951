"""What several tests of the deployment share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra.building import run_sam


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `sam build` filled."""
    folder = tmp_path_factory.mktemp("sam") / "build"
    run_sam("build", "--build-dir", str(folder))
    return folder
