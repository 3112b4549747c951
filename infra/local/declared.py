"""What a template declares, in the terms that the one-machine stack runs it by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import naming
from .intrinsics import Unresolvable, UnsupportedTemplate

GATEWAY_TIMEOUT_S = 29.0  # API Gateway's default integration time-out


@dataclass(frozen=True)
class Function:
    """One Lambda function. `variables` maps a name to its value, or to why it has none here."""

    name: str
    handler: str
    code: Path
    timeout_s: float
    memory_mib: int
    variables: Mapping[str, "str | Unresolvable"]

    def environment(self, stand_ins: Mapping[str, str]) -> dict[str, str]:
        """The function's variables, with the stand-ins in place of the values of the cloud.

        A stand-in for a variable that the template does not declare is not passed on.

        Raises:
            UnsupportedTemplate: a variable has a value only in the cloud, and no stand-in.
        """
        known = {name: stand_ins.get(name, value) for name, value in self.variables.items()}
        missing = [f"{name} ({why})" for name, why in known.items() if not isinstance(why, str)]
        if missing:
            raise UnsupportedTemplate(f"{self.name}: no value here for {', '.join(missing)}")
        return {name: value for name, value in known.items() if isinstance(value, str)}


@dataclass(frozen=True)
class FixedAnswer:
    """What a mock integration answers: SAM writes one for each OPTIONS of a CORS-enabled API."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Authorizer:
    """A function that says who may call, and where in a request what it goes by is found."""

    name: str
    function: str
    by_token: bool  # whether it is given one header's value only, and not the request
    sources: tuple[str, ...]  # as `method.request.header.Authorization`; all must be there
    token_pattern: str | None  # that the one header's value must match
    ttl_s: float  # for how long its answers are kept


@dataclass(frozen=True)
class RestRoute:
    method: str  # upper case, or "ANY"
    path: str  # as the template writes it: /v1/jobs/{job_id}, /files/{proxy+}
    target: "str | FixedAnswer"  # a function's name, or an answer given without one
    timeout_s: float = GATEWAY_TIMEOUT_S
    authorizer: Authorizer | None = None


class Variable(str):
    """The name of a value that the gateway knows of a request, such as `context.requestId`."""


@dataclass(frozen=True)
class GatewayResponse:
    """What the gateway itself answers to one kind of refusal, where the template says so."""

    status: int | None
    headers: Mapping[str, "str | Variable"]
    templates: Mapping[str, str]  # by media type


@dataclass(frozen=True)
class RestApi:
    id: str
    stage: str
    routes: tuple[RestRoute, ...]
    binary_media_types: frozenset[str]
    minimum_compression_bytes: int | None
    gateway_responses: Mapping[str, GatewayResponse]


@dataclass(frozen=True)
class SocketRoute:
    key: str
    function: str
    answers: bool  # whether the function's answer goes back to the client


@dataclass(frozen=True)
class SocketApi:
    id: str
    stage: str
    selection: str  # the field of a message that chooses its route
    routes: Mapping[str, SocketRoute]
    authorizer: Authorizer | None = None  # of `$connect`


@dataclass(frozen=True)
class CacheBehavior:
    """How a distribution answers for paths that lead to the page."""

    pattern: str  # `*` stands for any characters, `?` for one
    headers: Mapping[str, str]  # that its answers carry
    rewritten: str | None  # the path that is read in place of the one asked for


@dataclass(frozen=True)
class Page:
    """The built page, and the distribution in front of it."""

    folder: Path
    index: str  # what `/` stands for
    behaviors: tuple[CacheBehavior, ...]  # of which the first that fits answers
    elsewhere: tuple[str, ...]  # patterns of paths that lead to an API


@dataclass(frozen=True)
class Schedule:
    name: str
    expression: str
    function: str
    input: str | None


@dataclass(frozen=True)
class StateMachine:
    name: str
    arn: str
    definition: str
    type: str


@dataclass(frozen=True)
class Template:
    functions: Mapping[str, Function]
    rest: RestApi | None
    sockets: SocketApi | None
    page: Page | None
    schedules: tuple[Schedule, ...]
    state_machines: tuple[StateMachine, ...]
    warnings: tuple[str, ...] = field(default=())

    @property
    def tasks(self) -> frozenset[str]:
        """The names of the functions that a state machine calls."""
        definitions = [machine.definition for machine in self.state_machines]
        return frozenset(
            name
            for name in self.functions
            if any(f'"{naming.function_arn(name)}"' in text for text in definitions)
        )
