"""What `sam` makes of the template: valid, built without Docker, and small enough for Lambda."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.building import run_sam
from tests.infra.template import ROOT, functions

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: a function and all its
# layers, unzipped.
LIMIT_MIB = 250

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("built")]  # what is built, once


def size_mib(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def test_the_template_is_valid_and_lint_finds_nothing() -> None:
    assert "is a valid SAM Template" in run_sam("validate", "--lint")


def test_lint_finds_nothing_in_the_nested_templates() -> None:
    nested = sorted(str(path) for path in (ROOT / "infra").glob("*.yaml"))
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, *nested], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_function_and_its_layers_fit_in_a_lambda(built: Path) -> None:
    sizes = {}
    for name, properties in functions().items():
        layers = [layer["Ref"] for layer in properties["Layers"]]
        sizes[name] = sum(size_mib(built / part) for part in [name, *layers])
    assert {name: size for name, size in sizes.items() if size > LIMIT_MIB} == {}
    assert min(sizes.values()) > 10, "a layer came out empty"


def test_every_handler_is_in_its_artefact_and_the_page_is_in_none(built: Path) -> None:
    for name, properties in functions().items():
        module = properties["Handler"].removesuffix(".handler").replace(".", "/")
        assert (built / name / f"{module}.py").is_file(), name
        assert not (built / name / "web").exists()
    assert list((built / "MigrateFunction/migrations").glob("*.sql"))


def test_compiled_parts_of_the_layers_are_for_lambdas_python_and_processor(built: Path) -> None:
    compiled = [p.name for p in built.glob("*Layer/python/**/*.so")]
    tagged = [name for name in compiled if ".cpython-3" in name]
    assert tagged
    assert all(".cpython-314-x86_64-linux-gnu" in name for name in tagged)


def test_the_code_layer_holds_all_of_shared(built: Path) -> None:
    def code(folder: Path) -> set[str]:
        return {
            str(p.relative_to(folder)) for kind in ("py", "lua") for p in folder.rglob(f"*.{kind}")
        }

    here = code(ROOT / "shared")
    assert "scripts/limits.lua" in here
    assert here == code(built / "SharedLayer/python/shared")
