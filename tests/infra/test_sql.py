"""SQL is written by us, to the last character: what clients send goes beside it, as parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATEMENT = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|TRUNCATE)\b")
QUERIES = ("fetch_one", "fetch_all", "execute")
FILES = sorted([*(ROOT / "functions/records").glob("*.py"), *(ROOT / "shared").glob("*.py")])


def constants(module: ast.Module) -> set[str]:
    """Names to which the module never gives anything but texts that are written out in it."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(module):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and value is not None:
            for target in targets:
                if isinstance(target, ast.Name):
                    given.setdefault(target.id, []).append(value)
    arguments = {node.arg for node in ast.walk(module) if isinstance(node, ast.arg)}
    return {
        name
        for name, values in given.items()
        if name not in arguments and all(is_written_out(value, set()) for value in values)
    }


def is_written_out(text: ast.expr, known: set[str]) -> bool:
    """Whether a text is made of nothing but texts that are written out."""
    match text:
        case ast.Constant():
            return True
        case ast.Name():
            return text.id in known
        case ast.JoinedStr():
            return all(is_written_out(part, known) for part in text.values)
        case ast.FormattedValue():
            return is_written_out(text.value, known)
        case ast.BinOp(op=ast.Add()):
            return all(is_written_out(side, known) for side in (text.left, text.right))
        case ast.IfExp():
            return all(is_written_out(side, known) for side in (text.body, text.orelse))
    return False


def texts(module: ast.Module) -> Iterator[ast.expr]:
    """What the module puts together that begins like a statement."""
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            if isinstance(first, ast.Constant) and STATEMENT.match(str(first.value)):
                yield node
        if isinstance(node, ast.Call) and node.args:
            named = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if named in QUERIES and not isinstance(node.args[0], (ast.Name, ast.Constant)):
                yield node.args[0]


@cache
def shared_constants() -> set[str]:
    """What a module may take from another: names in capitals."""
    everywhere = (name for each in FILES for name in constants(ast.parse(each.read_text())))
    return {name for name in everywhere if name.isupper()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_statements_are_made_of_constants_only(path: Path) -> None:
    module = ast.parse(path.read_text())
    known = constants(module) | shared_constants()
    for text in texts(module):
        if ast.unparse(text) == "migration.sql":  # a file of infra/migrations
            continue
        assert is_written_out(text, known), f"{path.name}:{text.lineno} is not"


def test_what_a_client_sends_would_be_found() -> None:
    module = ast.parse('C = "id"\ndef f(q, x):\n    q.fetch_one(f"SELECT {C} FROM {x}")')
    assert not all(is_written_out(text, constants(module)) for text in texts(module))
    module = ast.parse('def f(q, x):\n    c = "id"\n    c += x\n    q.execute("SELECT " + c, ())')
    assert not all(is_written_out(text, constants(module)) for text in texts(module))
