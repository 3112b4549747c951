"""Resolves CloudFormation's intrinsic functions against one template on one machine.

A value that only a deployed stack could know (an output of a nested stack, the name of a database)
raises `Unresolvable` when it is asked for, and not before: most properties are never asked for.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from .naming import ACCOUNT_ID, PARTITION, REGION, STACK_ARN, STACK_NAME

_SUB_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


class UnsupportedTemplate(Exception):
    """The template says something that the one-machine stack does not understand."""


class Unresolvable(Exception):
    """The value exists only in a deployed stack."""


class Resolver:
    """Resolves values of one template.

    Args:
        parameters: value of every parameter of the template.
        conditions: the template's `Conditions`.
        mappings: the template's `Mappings`.
        references: what `Ref` gives for a resource, by its logical id.
        attributes: what `Fn::GetAtt` gives, by logical id and attribute.
    """

    def __init__(
        self,
        *,
        parameters: Mapping[str, Any],
        conditions: Mapping[str, Any],
        mappings: Mapping[str, Any],
        references: Mapping[str, str],
        attributes: Mapping[tuple[str, str], str],
    ) -> None:
        self._parameters = parameters
        self._conditions = conditions
        self._mappings = mappings
        self._references = references
        self._attributes = attributes
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Split": self._split,
            "Fn::Select": self._select,
            "Fn::FindInMap": self._find_in_map,
            "Fn::If": self._if,
            "Fn::Equals": self._equals,
            "Fn::And": lambda terms: all(self.resolve(term) for term in terms),
            "Fn::Or": lambda terms: any(self.resolve(term) for term in terms),
            "Fn::Not": lambda terms: not self.resolve(terms[0]),
        }

    def resolve(self, value: Any) -> Any:
        """Return `value` with every intrinsic function in it replaced by its result.

        Raises:
            Unresolvable: it depends on something that exists only in a deployed stack.
            UnsupportedTemplate: it uses a function that is not known here.
        """
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            if name in self._functions:
                return self._functions[name](argument)
            if name.startswith("Fn::"):
                raise UnsupportedTemplate(f"the intrinsic function {name} is not supported")
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not _NO_VALUE}

    def condition(self, name: str) -> bool:
        """Evaluate a condition of the template by its name."""
        try:
            return bool(self.resolve(self._conditions[name]))
        except KeyError:
            raise UnsupportedTemplate(f"there is no condition {name}") from None

    def _ref(self, name: str) -> Any:
        if name in _PSEUDO_PARAMETERS:
            return _PSEUDO_PARAMETERS[name]
        if name in self._parameters:
            return self._parameters[name]
        if name in self._references:
            return self._references[name]
        raise Unresolvable(f"Ref {name}")

    def _get_att(self, argument: str | list[str]) -> str:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        try:
            return self._attributes[logical_id, attribute]
        except KeyError:
            raise Unresolvable(f"GetAtt {logical_id}.{attribute}") from None

    def _sub(self, argument: str | list[Any]) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else argument

        def replace(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in variables:
                return str(self.resolve(variables[name]))
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _SUB_VARIABLE.sub(replace, text)

    def _join(self, argument: list[Any]) -> str:
        separator, parts = argument
        return str(separator).join(str(part) for part in self.resolve(parts))

    def _split(self, argument: list[Any]) -> list[str]:
        separator, text = argument
        return str(self.resolve(text)).split(separator)

    def _select(self, argument: list[Any]) -> Any:
        index, items = argument
        return self.resolve(items)[int(self.resolve(index))]

    def _find_in_map(self, argument: list[Any]) -> Any:
        table, first, second = (self.resolve(part) for part in argument)
        try:
            return self._mappings[table][first][second]
        except KeyError:
            raise UnsupportedTemplate(f"no {table}.{first}.{second} in Mappings") from None

    def _if(self, argument: list[Any]) -> Any:
        condition, then, otherwise = argument
        return self.resolve(then if self.condition(condition) else otherwise)

    def _equals(self, argument: list[Any]) -> bool:
        left, right = (self.resolve(side) for side in argument)
        return str(left) == str(right)


_NO_VALUE = object()

_PSEUDO_PARAMETERS: Mapping[str, Any] = {
    "AWS::AccountId": ACCOUNT_ID,
    "AWS::NoValue": _NO_VALUE,
    "AWS::Partition": PARTITION,
    "AWS::Region": REGION,
    "AWS::StackName": STACK_NAME,
    "AWS::StackId": STACK_ARN,
    "AWS::URLSuffix": "amazonaws.com",
}
