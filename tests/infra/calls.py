"""What each function calls in AWS, read from the code that its handler can reach.

Nothing is run. From a handler's module every name is followed to the function, class or constant
that it stands for, through `functions/` but not into `shared/`, whose ports are boundaries: a call
of a port's method counts as the calls that its adapter for AWS makes in that method. So what is
found is what the code could call, and no more than a name's meaning tells: a class that is named
counts with all of its methods.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from botocore import xform_name
from botocore.session import Session

from tests.infra.template import ROOT

PACKAGES = (
    *("api", "authorizers", "physics", "pipeline", "records", "scenes", "schedules", "sentences"),
    *("sockets", "vision"),
)


@dataclass(frozen=True)
class Port:
    """A port: what variables of it are called, and its adapter: module, class, boto3's service."""

    names: frozenset[str]
    module: str
    adapter: str
    service: str


PORTS = {
    "ObjectStore": Port(frozenset({"objects", "_objects"}), "s3", "S3Objects", "s3"),
    "Presigner": Port(frozenset({"presigner"}), "s3", "S3Objects", "s3"),
    "Executions": Port(frozenset({"executions"}), "executions", "StepFunctions", "stepfunctions"),
    "Sockets": Port(
        frozenset({"sockets", "_sockets"}), "push", "GatewaySockets", "apigatewaymanagementapi"
    ),
}
_PORT_OF = {name: port for port, found in PORTS.items() for name in found.names}

Call = tuple[str, str]
"""A service and an operation, as boto3 names both."""


@dataclass
class _Module:
    """Names of one module: what they stand for."""

    definitions: dict[str, ast.stmt] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)


@cache
def _module(name: str) -> _Module:
    tree = ast.parse(_path(name).read_text())
    found = _Module()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            origin = _origin(name, node)
            if origin.split(".")[0] in PACKAGES:
                for alias in node.names:
                    found.imported[alias.asname or alias.name] = (origin, alias.name)
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own):
                found.definitions[own] = statement
            case ast.ClassDef(name=own):
                found.definitions[own] = statement
            case ast.Assign(targets=[ast.Name(id=own)]) | ast.AnnAssign(target=ast.Name(id=own)):
                found.definitions[own] = statement
            case ast.Expr(value=ast.Call()):  # it is run: routes that a function adds
                found.definitions[f"line {statement.lineno}"] = statement
    return found


def _path(name: str) -> Path:
    whole = ROOT / "functions" / name.replace(".", "/")
    return whole / "__init__.py" if whole.is_dir() else whole.with_suffix(".py")


def _origin(importer: str, node: ast.ImportFrom) -> str:
    """The absolute name of the module that a statement imports from."""
    if not node.level:
        return node.module or ""
    package = importer if _path(importer).name == "__init__.py" else importer.rpartition(".")[0]
    for _ in range(node.level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{node.module}" if node.module else package


@cache
def reachable(module: str) -> tuple[tuple[str, ast.stmt], ...]:
    """Every definition that a handler's module can reach, with the module that it is in."""
    return tuple(_reached(module))


def _reached(module: str) -> Iterator[tuple[str, ast.stmt]]:
    waiting = [(module, name) for name in _module(module).definitions]
    seen = set(waiting)
    while waiting:
        place, name = waiting.pop()
        definition = _module(place).definitions.get(name)
        if definition is None:
            continue
        yield place, definition
        for used in _names(definition):
            found = _stands_for(place, used)
            if found is not None and found not in seen:
                seen.add(found)
                waiting.append(found)


@cache
def _names(definition: ast.stmt) -> set[str]:
    """Names that a definition uses; those that are only annotations do nothing."""
    used: set[str] = set()
    waiting: list[ast.AST] = [definition]
    while waiting:
        node = waiting.pop()
        for part, value in ast.iter_fields(node):
            if part in ("annotation", "returns"):
                continue
            waiting += [
                each
                for each in (value if isinstance(value, list) else [value])
                if isinstance(each, ast.AST)
            ]
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.add(f"{node.value.id}.{node.attr}")
    return used


def _stands_for(place: str, used: str) -> tuple[str, str] | None:
    module = _module(place)
    name, _, attribute = used.partition(".")
    if not attribute and name in module.definitions:
        return place, name
    if name in module.imported:
        origin, original = module.imported[name]
        whole = f"{origin}.{original}"
        if _path(whole).is_file():  # a module: what counts is its attribute
            return (whole, attribute) if attribute else None
        return origin, original
    return None


@dataclass
class Facts:
    """What counts of one definition, wherever it is reached from.

    Attributes:
        ports: the ports' methods that it calls.
        services: those that it makes clients of.
        attributes: every name that stands behind a dot.
        handed: what is called, and the names that it is handed.
    """

    ports: set[tuple[str, str]] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    handed: set[tuple[str, str]] = field(default_factory=set)


@cache
def facts(definition: ast.stmt) -> Facts:
    """Read one definition."""
    found = Facts()
    for node in ast.walk(definition):
        match node:
            case ast.Attribute(attr=name):
                found.attributes.add(name)
            case ast.Call(func=func, args=arguments):
                called = ast.unparse(func).rpartition(".")[2]
                found.handed |= {
                    (called, each.id) for each in arguments if isinstance(each, ast.Name)
                }
                match func, arguments:
                    case ast.Attribute(value=ast.Name(id="boto3"), attr="client"), [
                        ast.Constant(value=str(service)),
                        *_,
                    ]:
                        found.services.add(service)
                    case ast.Attribute(value=value, attr=method), _ if port := _port(value):
                        found.ports.add((port, method))
    return found


def port_calls(module: str) -> set[tuple[str, str]]:
    """The ports' methods that a handler's module can call."""
    return set().union(*(facts(definition).ports for _, definition in reachable(module)))


def _port(value: ast.expr) -> str | None:
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _PORT_OF:
            return _PORT_OF[name]
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Name(id=port)]) if port in PORTS:
            return port
    return None


@cache
def operations(service: str) -> dict[str, str]:
    """The operations of a service: boto3's name of each, and AWS's own."""
    model = _session().get_service_model(service)
    return {xform_name(name): name for name in model.operation_names}


@cache
def _session() -> Session:
    return Session()


@cache
def adapter_calls(port: str, method: str) -> frozenset[Call]:
    """What an adapter's method calls, by itself and by the methods of its own that it uses."""
    found = PORTS[port]
    tree = ast.parse((ROOT / "shared" / f"{found.module}.py").read_text())
    (adapter,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == found.adapter)
    methods = {n.name: n for n in adapter.body if isinstance(n, ast.FunctionDef)}
    waiting, seen, calls = [method], {method}, set()
    while waiting:
        for node in ast.walk(methods[waiting.pop()]):
            match node:
                case ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                    if name in operations(found.service):
                        calls.add((found.service, name))
                    own = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
                    if own and name in methods.keys() - seen:
                        seen.add(name)
                        waiting.append(name)
    return frozenset(calls)


def own_calls(module: str) -> set[Call]:
    """What a handler's module calls by clients that `functions/` itself makes."""
    found = [facts(definition) for _, definition in reachable(module)]
    called = set().union(*(each.attributes for each in found))
    return {
        (service, name)
        for service in set().union(*(each.services for each in found))
        for name in operations(service)
        if name in called
    }


@cache
def calls(module: str) -> set[Call]:
    """Every call of AWS that a handler's module can make, but for connecting to the database."""
    return own_calls(module).union(*(adapter_calls(*call) for call in port_calls(module)))
