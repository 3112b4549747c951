"""The rules that keep the house a house: which package may import which."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HANDLERS = {"api", "authorizers", "sockets", "pipeline", "schedules"}
MAY_IMPORT = {
    "vision": set(),
    "scenes": {"vision"},
    "sentences": {"scenes", "vision"},
    "physics": {"scenes", "shared"},
    "records": {"shared"},
    "shared": set(),
    **{
        package: {"vision", "scenes", "sentences", "physics", "records", "shared", package}
        for package in HANDLERS
    },
}
OURS = set(MAY_IMPORT)
HEAVY = {"cv2", "mujoco", "onnxruntime", "boto3", "botocore", "PIL", "rapidocr"}


def modules(package: str) -> list[Path]:
    folder = ROOT / package if package == "shared" else ROOT / "functions" / package
    return sorted(folder.rglob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    """Top-level packages that a tree of code imports absolutely."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_imports_run_one_way(package: str) -> None:
    for path in modules(package):
        ours = imported(ast.parse(path.read_text())) & (OURS | {"functions", "infra", "tests"})
        assert ours <= MAY_IMPORT[package] | {package}, f"{path.relative_to(ROOT)} imports {ours}"


@pytest.mark.parametrize("package", sorted(HANDLERS))
def test_a_handler_loads_nothing_heavy_before_its_first_need(package: str) -> None:
    for path in modules(package):
        at_import = [
            node
            for node in ast.parse(path.read_text()).body
            if isinstance(node, (ast.Import, ast.ImportFrom))
        ]
        heavy = imported(ast.Module(body=list(at_import), type_ignores=[])) & HEAVY
        assert not heavy, f"{path.relative_to(ROOT)} imports {heavy} when it is loaded"


def test_vision_does_no_io_and_knows_no_cloud() -> None:
    """But for Textract's adapter, which is handed its client and tells that client's errors."""
    forbidden = {"boto3", "botocore", "psycopg", "redis", "httpx", "urllib", "socket", "requests"}
    for path in modules("vision"):
        if path.name != "textract_reader.py":
            found = imported(ast.parse(path.read_text())) & forbidden
            assert not found, f"{path.relative_to(ROOT)} imports {found}"


def test_no_two_modules_of_the_page_differ_by_case_alone() -> None:
    """macOS takes the one for the other, whatever their endings: an import names no ending."""
    stems = [
        str(path.parent / path.name.removesuffix(path.suffix)).lower()
        for path in (ROOT / "functions/web/src").rglob("*.ts*")
    ]
    assert len(stems) == len(set(stems))
