"""Lambda authorizers: asked who calls before a function is, as API Gateway does.

https://docs.aws.amazon.com/apigateway/latest/developerguide/
apigateway-use-lambda-authorizer.html
"""

import json
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import naming
from .declared import Authorizer
from .intrinsics import UnsupportedTemplate
from .runtime import RequestTooLarge, TooManyRequests
from .runtime_api import Answer

Invoke = Callable[[str, bytes], Awaitable[Answer]]
Event = Mapping[str, Any]

MOST_KEPT = 10_000
DEFAULT_TTL_S = 300
_UNAUTHORIZED = "Unauthorized"


@dataclass(frozen=True)
class Refusal:
    """One of the answers that API Gateway gives by itself, by its documented type."""

    kind: str
    status: int
    message: str


UNAUTHORIZED = Refusal("UNAUTHORIZED", 401, "Unauthorized")
DENIED = Refusal(
    "ACCESS_DENIED", 403, "User is not authorized to access this resource with an explicit deny"
)
NOT_ALLOWED = Refusal("ACCESS_DENIED", 403, "User is not authorized to access this resource")
FAILED = Refusal("AUTHORIZER_FAILURE", 500, "Internal server error")
MISCONFIGURED = Refusal("AUTHORIZER_CONFIGURATION_ERROR", 500, "Internal server error")


class Refused(Exception):
    """The gateway answers in a function's place.

    Args:
        context: what an authorizer said of the request, for the wording of the answer.
    """

    def __init__(self, refusal: Refusal, context: Mapping[str, str] | None = None) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.context = context or {}


@dataclass(frozen=True)
class _Verdict:
    """What an authorizer answered."""

    principal: str
    statements: Sequence[Mapping[str, Any]]
    context: Mapping[str, str]

    def refusal(self, method_arn: str) -> Refusal | None:
        """Why the method may not be called; None where it may. A denial wins over all else."""
        effects = {
            statement["Effect"]
            for statement in self.statements
            if _matches(statement["Action"], "execute-api:Invoke", ignoring_case=True)
            and _matches(statement["Resource"], method_arn)
        }
        if "Deny" in effects:
            return DENIED
        return None if "Allow" in effects else NOT_ALLOWED


class Authorizers:
    """Asks the authorizers of one API, and remembers what they answered.

    Args:
        api_id: the API's.
        stage: its stage.
        invoke: runs one event through a function, by name.
        monotonic: seconds.
    """

    def __init__(
        self,
        api_id: str,
        stage: str,
        invoke: Invoke,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = f"arn:{naming.PARTITION}:execute-api:{naming.REGION}:{naming.ACCOUNT_ID}"
        self._place = f"{api_id}/{stage}"
        self._invoke = invoke
        self._monotonic = monotonic
        self._kept: OrderedDict[tuple[str, ...], tuple[float, _Verdict]] = OrderedDict()

    async def check(self, authorizer: Authorizer, event: Event, method: str) -> dict[str, Any]:
        """What the functions are told of the caller, in `requestContext.authorizer`.

        Args:
            event: what the function would be given.
            method: what is called, as in its ARN: `GET/v1/jobs/7`, `$connect`.

        Raises:
            Refused: the authorizer does not let the request through, or failed.
        """
        found = [_source(name, event) for name in authorizer.sources]
        identity = [value for value in found if value]
        if len(identity) < len(found):
            raise Refused(UNAUTHORIZED)
        if authorizer.by_token and not re.match(authorizer.token_pattern or "", identity[0]):
            raise Refused(UNAUTHORIZED)
        method_arn = f"{self._base}:{self._place}/{method}"
        key = (authorizer.name, *identity)
        verdict = self._remembered(key)
        if verdict is None:
            asked = _question(authorizer, event, identity, method_arn)
            verdict = await self._ask(authorizer, asked)
            self._keep(key, verdict, authorizer.ttl_s)
        refusal = verdict.refusal(method_arn)
        if refusal is not None:
            raise Refused(refusal, verdict.context)
        return {**verdict.context, "principalId": verdict.principal, "integrationLatency": 0}

    async def _ask(self, authorizer: Authorizer, event: Event) -> _Verdict:
        payload = json.dumps(event, separators=(",", ":")).encode()
        try:
            answer = await self._invoke(authorizer.function, payload)
        except (RequestTooLarge, TooManyRequests):
            raise Refused(FAILED) from None
        if answer.error:
            said = json.loads(answer.payload).get("errorMessage")
            raise Refused(UNAUTHORIZED if said == _UNAUTHORIZED else FAILED)
        try:
            return _read(json.loads(answer.payload))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(MISCONFIGURED) from None

    def _remembered(self, key: tuple[str, ...]) -> _Verdict | None:
        until, verdict = self._kept.get(key, (0.0, None))
        return verdict if self._monotonic() < until else None

    def _keep(self, key: tuple[str, ...], verdict: _Verdict, ttl_s: float) -> None:
        if ttl_s <= 0:
            return
        self._kept[key] = (self._monotonic() + ttl_s, verdict)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _question(
    authorizer: Authorizer, event: Event, identity: Sequence[str], method_arn: str
) -> dict[str, Any]:
    if authorizer.by_token:
        return {"type": "TOKEN", "authorizationToken": identity[0], "methodArn": method_arn}
    without = ("body", "isBase64Encoded")
    shown = {name: value for name, value in event.items() if name not in without}
    return {**shown, "type": "REQUEST", "methodArn": method_arn}


def _read(answer: Mapping[str, Any]) -> _Verdict:
    """An authorizer's answer.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is not of the form it should have.
    """
    statements = answer["policyDocument"]["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    for statement in statements:
        if statement["Effect"] not in ("Allow", "Deny"):
            raise ValueError("an effect is Allow or Deny")
        statement["Action"], statement["Resource"]
    context = answer.get("context") or {}
    if any(isinstance(value, dict | list) for value in context.values()):
        raise ValueError("a context holds plain values only")
    return _Verdict(answer["principalId"], statements, {k: _text(v) for k, v in context.items()})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _source(name: str, event: Event) -> str | None:
    """The value that an identity source names; None where the request has none."""
    _, _, rest = name.partition(".request.")
    place, _, key = rest.partition(".")
    values: Mapping[str, str] = {}
    if place == "querystring":
        values = event.get("queryStringParameters") or {}
    elif place == "header":
        headers = event.get("headers") or {}
        key, values = key.lower(), {each.lower(): value for each, value in headers.items()}
    return values.get(key)


def _matches(patterns: "str | Sequence[str]", text: str, *, ignoring_case: bool = False) -> bool:
    """Whether a policy's pattern fits: `*` stands for any characters, `?` for one."""
    flags = re.DOTALL | (re.IGNORECASE if ignoring_case else 0)
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        fitting = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(fitting, text, flags):
            return True
    return False


def read_rest_authorizer(
    name: str, scheme: Mapping[str, Any], function_in: Callable[[str, Any], str]
) -> Authorizer:
    """An authorizer as a REST API's definition has it, among its security schemes.

    Args:
        function_in: gives the name of the function in an address, for the place that it stands in.

    Raises:
        UnsupportedTemplate: it is of another kind: a user pool, IAM, an API key.
    """
    declared = scheme.get("x-amazon-apigateway-authorizer", {})
    if declared.get("type") not in ("request", "token"):
        raise UnsupportedTemplate(f"{name}: only Lambda authorizers are supported here")
    by_token = declared["type"] == "token"
    sources = declared.get("identitySource") or ""
    if by_token:
        sources = f"method.request.header.{scheme['name']}"
    return Authorizer(
        name=name,
        function=function_in(name, declared["authorizerUri"]),
        by_token=by_token,
        sources=tuple(source.strip() for source in sources.split(",") if source.strip()),
        token_pattern=declared.get("identityValidationExpression"),
        ttl_s=float(declared.get("authorizerResultTtlInSeconds", DEFAULT_TTL_S)),
    )


def read_socket_authorizer(
    name: str, properties: Mapping[str, Any], function_in: Callable[[str, Any], str]
) -> Authorizer:
    """An authorizer of a WebSocket API, whose answers are never kept."""
    return Authorizer(
        name=name,
        function=function_in(name, properties["AuthorizerUri"]),
        by_token=False,
        sources=tuple(properties.get("IdentitySource") or ()),
        token_pattern=None,
        ttl_s=0.0,
    )
