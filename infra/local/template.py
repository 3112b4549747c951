"""Reads a SAM template into the functions, routes, machines and schedules that it declares.

What is taken from the transformed template is listed in `_UNDERSTOOD`; whatever else a template
asks for ends up in `Template.warnings`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from . import naming
from .authorizers import read_rest_authorizer, read_socket_authorizer
from .declared import (
    GATEWAY_TIMEOUT_S,
    Authorizer,
    FixedAnswer,
    Function,
    GatewayResponse,
    RestApi,
    RestRoute,
    Schedule,
    SocketApi,
    SocketRoute,
    StateMachine,
    Template,
    Variable,
)
from .edge import read_page
from .intrinsics import Resolver, Unresolvable, UnsupportedTemplate
from .transform import transformed


def load(
    path: Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    cache: Path | None = None,
) -> Template:
    """Read the SAM template at `path`.

    Args:
        parameters: values in place of the parameters' defaults.
        cache: a folder that keeps the transformed template: importing the transform takes longer
            than all the rest of a start.

    Raises:
        UnsupportedTemplate: the template uses what the one-machine stack can't stand in for.
    """
    from samtranslator.yaml_helper import yaml_parse

    text = path.read_text()
    try:
        source = yaml_parse(text)
    except yaml.YAMLError as error:
        raise UnsupportedTemplate(f"{path} is not YAML: {error}") from error
    values = _parameter_values(source, parameters or {})
    resources = transformed(text, source, values, cache)["Resources"]
    return _Reader(path.parent, source, resources, values).read()


def _parameter_values(source: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    declared = source.get("Parameters", {})
    if unknown := sorted(given.keys() - declared.keys()):
        raise UnsupportedTemplate(f"the template has no parameter {', '.join(unknown)}")
    values = {
        name: given.get(name, parameter.get("Default")) for name, parameter in declared.items()
    }
    if unset := sorted(name for name, value in values.items() if value is None):
        raise UnsupportedTemplate(f"no value for the parameter {', '.join(unset)}")
    return values


# For each kind of resource, the properties that are acted on, and those that change nothing that a
# function or a client on one machine could see.
_UNDERSTOOD: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    kind: (frozenset(acted_on.split()), frozenset(without_effect.split()))
    for kind, acted_on, without_effect in [
        (
            "AWS::Lambda::Function",
            "Code Handler Timeout MemorySize Environment FunctionName",
            "Architectures DeadLetterConfig Description Layers LoggingConfig "
            "ReservedConcurrentExecutions Role Runtime Tags TracingConfig VpcConfig",
        ),
        (
            "AWS::ApiGateway::RestApi",
            "Body BinaryMediaTypes MinimumCompressionSize",
            "Description EndpointConfiguration Name Parameters Tags",
        ),
        (
            "AWS::ApiGateway::Stage",
            "RestApiId StageName",
            "AccessLogSetting DeploymentId MethodSettings Tags TracingEnabled",
        ),
        (
            "AWS::ApiGatewayV2::Api",
            "ProtocolType RouteSelectionExpression",
            "Description Name Tags",
        ),
        (
            "AWS::ApiGatewayV2::Route",
            "ApiId AuthorizationType AuthorizerId RouteKey RouteResponseSelectionExpression Target",
            "OperationName",
        ),
        (
            "AWS::ApiGatewayV2::Authorizer",
            "ApiId AuthorizerType AuthorizerUri IdentitySource Name",
            "",
        ),
        ("AWS::ApiGatewayV2::RouteResponse", "ApiId RouteId RouteResponseKey", ""),
        (
            "AWS::ApiGatewayV2::Integration",
            "ApiId IntegrationType IntegrationUri",
            "ConnectionType Description IntegrationMethod",
        ),
        (
            "AWS::ApiGatewayV2::Stage",
            "ApiId StageName",
            "AccessLogSettings AutoDeploy DefaultRouteSettings DeploymentId Description Tags",
        ),
        (
            "AWS::StepFunctions::StateMachine",
            "DefinitionS3Location DefinitionString DefinitionSubstitutions StateMachineName "
            "StateMachineType",
            "LoggingConfiguration RoleArn Tags TracingConfiguration",
        ),
        (
            "AWS::Scheduler::Schedule",
            "Name ScheduleExpression State Target",
            "Description FlexibleTimeWindow GroupName",
        ),
        (
            "AWS::Events::Rule",
            "Name ScheduleExpression State Targets",
            "Description EventPattern",
        ),
    ]
}

# Kinds of which nothing is made here: who may do what, how it is packaged and watched, and the
# stateful services, which the stand-ins of `stack` replace.
_WITHOUT_EFFECT = (
    "AWS::IAM::*",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Lambda::LayerVersion",
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGatewayV2::Deployment",
    "AWS::CloudWatch::*",
    "AWS::CodeDeploy::*",
    "AWS::Logs::LogGroup",
    "AWS::S3::*",
    "AWS::SQS::*",
    "AWS::SecretsManager::*",
    "AWS::CloudFormation::Stack",
    "Custom::*",
)

_FUNCTION_IN_URI = re.compile(r":function:([^:/]+)(?:/invocations)?$")


class _Reader:
    """Takes one transformed template apart."""

    def __init__(
        self,
        folder: Path,
        source: Mapping[str, Any],
        resources: Mapping[str, Any],
        parameters: Mapping[str, Any],
    ) -> None:
        self._folder = folder
        self._source = source
        self._warnings: list[str] = []
        references, attributes = _names(resources)
        self._resolver = Resolver(
            parameters=parameters,
            conditions=source.get("Conditions", {}),
            mappings=source.get("Mappings", {}),
            references=references,
            attributes=attributes,
        )
        self._resources = {
            name: resource
            for name, resource in resources.items()
            if "Condition" not in resource or self._resolver.condition(resource["Condition"])
        }

    def read(self) -> Template:
        for name, resource in self._resources.items():
            self._warn_of_what_is_ignored(name, resource)
        functions = {}
        for name, properties in self._of("AWS::Lambda::Function"):
            function = self._function(name, properties)
            functions[function.name] = function
        template = Template(
            functions=functions,
            rest=self._rest(),
            sockets=self._sockets(),
            page=read_page(self._folder, self._source, self._resolver),
            schedules=tuple(self._schedules()),
            state_machines=tuple(self._state_machines()),
            warnings=tuple(self._warnings),
        )
        _check_targets(template)
        return template

    def _warn_of_what_is_ignored(self, name: str, resource: Mapping[str, Any]) -> None:
        kind = resource["Type"]
        if kind in _UNDERSTOOD:
            ignored = resource.get("Properties", {}).keys() - frozenset.union(*_UNDERSTOOD[kind])
            self._warnings += [f"{name}: {kind} {p} does nothing here" for p in sorted(ignored)]
        elif not any(fnmatchcase(kind, pattern) for pattern in _WITHOUT_EFFECT):
            self._warnings.append(f"{name}: {kind} does nothing here")

    def _of(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, resource in self._resources.items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})

    def _only(self, kind: str, **having: str) -> tuple[str, dict[str, Any]] | None:
        found = [
            (name, properties)
            for name, properties in self._of(kind)
            if all(properties.get(key) == value for key, value in having.items())
        ]
        if len(found) > 1:
            names = ", ".join(name for name, _ in found)
            raise UnsupportedTemplate(f"one {kind} at most can be served at one address: {names}")
        return found[0] if found else None

    def _function(self, name: str, properties: Mapping[str, Any]) -> Function:
        resolve = self._resolver.resolve
        source = self._source["Resources"].get(name, {}).get("Properties", {})
        shared = self._source.get("Globals", {}).get("Function", {})
        code = source.get("CodeUri", shared.get("CodeUri", "."))
        if not isinstance(code, str):
            raise UnsupportedTemplate(f"{name}: CodeUri must be a local folder")
        variables = properties.get("Environment", {}).get("Variables", {})
        return Function(
            name=_function_name(name, properties),
            handler=resolve(properties["Handler"]),
            code=(self._folder / code).resolve(),
            timeout_s=float(resolve(properties.get("Timeout", 3))),
            memory_mib=int(resolve(properties.get("MemorySize", 128))),
            variables={key: self._variable(value) for key, value in variables.items()},
        )

    def _variable(self, value: Any) -> "str | Unresolvable":
        try:
            text = str(self._resolver.resolve(value))
        except Unresolvable as reason:
            return reason
        if "{{resolve:" in text:
            return Unresolvable(text)
        return text

    def _rest(self) -> RestApi | None:
        found = self._only("AWS::ApiGateway::RestApi")
        if not found:
            return None
        name, properties = found
        body = properties["Body"]
        schemes = body.get("components", {}).get("securitySchemes", {}) or body.get(
            "securityDefinitions", {}
        )
        authorizers = {
            each: read_rest_authorizer(each, scheme, self._function_in)
            for each, scheme in self._resolver.resolve(schemes).items()
        }
        stages = [
            s for _, s in self._of("AWS::ApiGateway::Stage") if s["RestApiId"] == {"Ref": name}
        ]
        binary = properties.get("BinaryMediaTypes", []) + body.get(
            "x-amazon-apigateway-binary-media-types", []
        )
        responses = body.get("x-amazon-apigateway-gateway-responses", {})
        return RestApi(
            id=name.lower(),
            stage=self._resolver.resolve(stages[-1]["StageName"]) if stages else "prod",
            routes=tuple(self._rest_routes(body["paths"], authorizers)),
            binary_media_types=frozenset(kind.replace("~1", "/") for kind in binary),
            minimum_compression_bytes=self._resolver.resolve(
                properties.get("MinimumCompressionSize")
            ),
            gateway_responses={
                kind: self._gateway_response(response) for kind, response in responses.items()
            },
        )

    def _gateway_response(self, response: Mapping[str, Any]) -> GatewayResponse:
        status = self._resolver.resolve(response.get("statusCode"))
        return GatewayResponse(
            status=int(status) if status else None,
            headers=self._headers(response, "gatewayresponse.header."),
            templates=self._resolver.resolve(response.get("responseTemplates", {})),
        )

    def _rest_routes(
        self, paths: Mapping[str, Any], authorizers: Mapping[str, Authorizer]
    ) -> Iterator[RestRoute]:
        for path, methods in paths.items():
            for method, operation in methods.items():
                if method == "parameters":
                    continue
                integration = operation.get("x-amazon-apigateway-integration")
                if integration is None:
                    raise UnsupportedTemplate(f"{method.upper()} {path} leads nowhere")
                verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
                yield RestRoute(
                    method=verb,
                    path=path,
                    target=self._rest_target(f"{verb} {path}", integration),
                    timeout_s=integration.get("timeoutInMillis", GATEWAY_TIMEOUT_S * 1000) / 1000,
                    authorizer=self._rest_authorizer(f"{verb} {path}", operation, authorizers),
                )

    def _rest_authorizer(
        self, route: str, operation: Mapping[str, Any], authorizers: Mapping[str, Authorizer]
    ) -> Authorizer | None:
        """The one that a route names. SAM writes `NONE` where a route has none."""
        asked = [name for one in operation.get("security", []) for name in one if name != "NONE"]
        if not asked:
            return None
        if len(asked) > 1 or asked[0] not in authorizers:
            raise UnsupportedTemplate(f"{route}: of {', '.join(asked)} one must be an authorizer")
        return authorizers[asked[0]]

    def _rest_target(self, route: str, integration: Mapping[str, Any]) -> "str | FixedAnswer":
        if integration["type"] == "aws_proxy":
            return self._function_in(route, integration["uri"])
        if integration["type"] == "mock":
            answer = integration["responses"]["default"]
            return FixedAnswer(
                status=int(answer["statusCode"]),
                headers=self._headers(answer, "method.response.header."),
            )
        raise UnsupportedTemplate(f"{route}: integration {integration['type']} is not supported")

    def _headers(self, answer: Mapping[str, Any], prefix: str) -> dict[str, str]:
        """Headers set to a fixed text, which the template quotes (`"'*'"`), or to a variable."""
        headers: dict[str, str] = {}
        for name, value in self._resolver.resolve(answer.get("responseParameters", {})).items():
            quoted = value.startswith("'") and value.endswith("'")
            if not name.startswith(prefix) or not (quoted or value.startswith("context.")):
                raise UnsupportedTemplate(f"response parameter {name}: {value} is not supported")
            headers[name.removeprefix(prefix)] = value[1:-1] if quoted else Variable(value)
        return headers

    def _function_in(self, where: str, uri: Any) -> str:
        match = _FUNCTION_IN_URI.search(self._resolver.resolve(uri))
        if not match:
            raise UnsupportedTemplate(f"{where} does not lead to a function: {uri}")
        return match[1]

    def _sockets(self) -> SocketApi | None:
        found = self._only("AWS::ApiGatewayV2::Api", ProtocolType="WEBSOCKET")
        for other, properties in self._of("AWS::ApiGatewayV2::Api"):
            if properties.get("ProtocolType") != "WEBSOCKET":
                self._warnings.append(f"{other}: HTTP APIs are not served here")
        if not found:
            return None
        name, properties = found
        belongs = {"Ref": name}
        selection = self._resolver.resolve(properties["RouteSelectionExpression"])
        if not selection.startswith("$request.body."):
            raise UnsupportedTemplate(f"{name}: RouteSelectionExpression {selection}")
        stages = [s for _, s in self._of("AWS::ApiGatewayV2::Stage") if s["ApiId"] == belongs]
        answering = [
            p["RouteId"]["Ref"]
            for _, p in self._of("AWS::ApiGatewayV2::RouteResponse")
            if p["ApiId"] == belongs
        ]
        routes = [
            self._socket_route(route_id, route, answers=route_id in answering)
            for route_id, route in self._of("AWS::ApiGatewayV2::Route")
            if route["ApiId"] == belongs
        ]
        return SocketApi(
            id=name.lower(),
            stage=self._resolver.resolve(stages[0]["StageName"]) if stages else "prod",
            selection=selection.removeprefix("$request.body."),
            routes={route.key: route for route in routes},
            authorizer=self._socket_authorizer(belongs),
        )

    def _socket_authorizer(self, belongs: Mapping[str, str]) -> Authorizer | None:
        """The one of `$connect`, which alone can have one."""
        for _, route in self._of("AWS::ApiGatewayV2::Route"):
            if route["ApiId"] == belongs and route.get("AuthorizationType", "NONE") != "NONE":
                if route["AuthorizationType"] != "CUSTOM":
                    raise UnsupportedTemplate(f"authorization {route['AuthorizationType']}")
                name = route["AuthorizerId"]["Ref"]
                properties = self._resolver.resolve(self._resources[name]["Properties"])
                return read_socket_authorizer(name, properties, self._function_in)
        return None

    def _socket_route(self, name: str, route: Mapping[str, Any], *, answers: bool) -> SocketRoute:
        integration_id = self._resolver.resolve(route["Target"]).removeprefix("integrations/")
        integration = self._resources[integration_id]["Properties"]
        if integration["IntegrationType"] != "AWS_PROXY":
            raise UnsupportedTemplate(f"{name}: integration {integration['IntegrationType']}")
        return SocketRoute(
            key=self._resolver.resolve(route["RouteKey"]),
            function=self._function_in(name, integration["IntegrationUri"]),
            answers=answers,
        )

    def _schedules(self) -> Iterator[Schedule]:
        for name, properties in self._of("AWS::Scheduler::Schedule"):
            yield from self._schedule(name, properties, properties["Target"])
        for name, properties in self._of("AWS::Events::Rule"):
            if "ScheduleExpression" not in properties:  # a rule on events, and here are none
                continue
            for target in properties["Targets"]:
                yield from self._schedule(name, properties, target)

    def _schedule(
        self, name: str, properties: Mapping[str, Any], target: Mapping[str, Any]
    ) -> Iterator[Schedule]:
        if self._resolver.resolve(properties.get("State", "ENABLED")) != "ENABLED":
            return
        yield Schedule(
            name=name,
            expression=self._resolver.resolve(properties["ScheduleExpression"]),
            function=self._function_in(name, target["Arn"]),
            input=self._resolver.resolve(target.get("Input")),
        )

    def _state_machines(self) -> Iterator[StateMachine]:
        for name, properties in self._of("AWS::StepFunctions::StateMachine"):
            source = self._source["Resources"][name]["Properties"]
            if "DefinitionUri" in source:
                definition = (self._folder / source["DefinitionUri"]).read_text()
            elif "Definition" in source:
                definition = json.dumps(self._resolver.resolve(source["Definition"]))
            else:
                raise UnsupportedTemplate(f"{name}: needs a DefinitionUri or a Definition")
            for variable, value in properties.get("DefinitionSubstitutions", {}).items():
                value = str(self._resolver.resolve(value))
                definition = definition.replace(f"${{{variable}}}", value)
            if left := re.search(r"\$\{\w+\}", definition):
                raise UnsupportedTemplate(f"{name}: nothing is substituted for {left[0]}")
            machine_name = _machine_name(name, properties)
            yield StateMachine(
                name=machine_name,
                arn=naming.state_machine_arn(machine_name),
                definition=definition,
                type=properties.get("StateMachineType", "STANDARD"),
            )


def _check_targets(template: Template) -> None:
    """Refuse a template that routes to a function it does not declare."""
    rest = template.rest.routes if template.rest else ()
    sockets = template.sockets.routes.values() if template.sockets else ()
    targets = {
        *(route.target for route in rest if isinstance(route.target, str)),
        *(route.function for route in sockets),
        *(schedule.function for schedule in template.schedules),
        *(route.authorizer.function for route in rest if route.authorizer),
    }
    if missing := sorted(targets - template.functions.keys()):
        raise UnsupportedTemplate(f"no such function: {', '.join(missing)}")


def _function_name(logical_id: str, properties: Mapping[str, Any]) -> str:
    return _literal_name(logical_id, properties.get("FunctionName"))


def _machine_name(logical_id: str, properties: Mapping[str, Any]) -> str:
    return _literal_name(logical_id, properties.get("StateMachineName"))


def _literal_name(logical_id: str, given: Any) -> str:
    """The given name if it is a plain text; one that is computed is of use in the cloud only."""
    return given if isinstance(given, str) else logical_id


def _names(resources: Mapping[str, Any]) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """What `Ref` and `Fn::GetAtt` give for the resources that exist here."""
    references: dict[str, str] = {}
    attributes: dict[tuple[str, str], str] = {}
    for logical_id, resource in resources.items():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Lambda::Function":
                name = _function_name(logical_id, properties)
                references[logical_id] = name
                attributes[logical_id, "Arn"] = naming.function_arn(name)
            case "AWS::Lambda::Alias":  # of one version or another: here it is the code as it lies
                references[logical_id] = naming.function_arn(properties["FunctionName"]["Ref"])
            case "AWS::StepFunctions::StateMachine":
                name = _machine_name(logical_id, properties)
                references[logical_id] = naming.state_machine_arn(name)
                attributes[logical_id, "Arn"] = naming.state_machine_arn(name)
                attributes[logical_id, "Name"] = name
            case "AWS::S3::Bucket":
                name = naming.bucket_name(logical_id)
                references[logical_id] = name
                attributes[logical_id, "Arn"] = f"arn:{naming.PARTITION}:s3:::{name}"
            case "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api":
                references[logical_id] = logical_id.lower()
            case "AWS::ApiGatewayV2::Integration":
                references[logical_id] = logical_id
    return references, attributes
