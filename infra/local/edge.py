"""What a template's CloudFront distribution says of the page: which paths, with what headers.

Its nested stack is read as it is in its file. What is the page's follows from the template: an
origin that is a bucket whose `Metadata` names the folder of its `Content`.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .declared import CacheBehavior, Page
from .intrinsics import Resolver, Unresolvable, UnsupportedTemplate

_REWRITE = re.compile(r'request\.uri\s*=\s*"(/[^"]*)"')
_SECURITY_HEADERS = {
    "ContentSecurityPolicy": ("Content-Security-Policy", "ContentSecurityPolicy"),
    "FrameOptions": ("X-Frame-Options", "FrameOption"),
    "ReferrerPolicy": ("Referrer-Policy", "ReferrerPolicy"),
}

Properties = Mapping[str, Any]


def read_page(folder: Path, source: Properties, outer: Resolver) -> Page | None:
    """The page behind the distribution of one of the template's nested stacks; None without one.

    Args:
        folder: the template's.
        source: the template, before SAM's transform.
        outer: resolves the values that it hands to its nested stacks.

    Raises:
        UnsupportedTemplate: a function at the edge does more than to rewrite a path.
    """
    from samtranslator.yaml_helper import yaml_parse

    for stack in _of(source, "AWS::Serverless::Application"):
        location, handed = stack["Properties"]["Location"], stack["Properties"].get("Parameters")
        path = folder / str(location)
        if not handed or not path.is_file():
            continue
        nested = yaml_parse(path.read_text())
        for distribution in _of(nested, "AWS::CloudFront::Distribution"):
            config = distribution["Properties"]["DistributionConfig"]
            for origin in config["Origins"]:
                content = _content(origin, handed, source)
                if content is not None:
                    resolver = _resolver(nested, handed, outer)
                    return _Distribution(nested, resolver).page(
                        folder / content, str(origin["Id"]), config
                    )
    return None


def _of(template: Properties, kind: str) -> Iterator[Properties]:
    return (part for part in template["Resources"].values() if part["Type"] == kind)


def _content(origin: Properties, handed: Properties, source: Properties) -> str | None:
    """The folder of what an origin's bucket holds; None where it is no such bucket."""
    match origin["DomainName"]:
        case {"Ref": parameter}:
            match handed.get(parameter):
                case {"Fn::GetAtt": [bucket, "RegionalDomainName"]}:
                    content = source["Resources"][bucket].get("Metadata", {}).get("Content")
                    return str(content) if content else None
    return None


def _resolver(nested: Properties, handed: Properties, outer: Resolver) -> Resolver:
    """Resolves the nested stack's values; a parameter that only a deployed stack has is empty."""
    parameters = {name: p.get("Default", "") for name, p in nested.get("Parameters", {}).items()}
    for name, value in handed.items():
        try:
            parameters[name] = outer.resolve(value)
        except Unresolvable:
            parameters[name] = ""
    return Resolver(
        parameters=parameters,
        conditions=nested.get("Conditions", {}),
        mappings=nested.get("Mappings", {}),
        references={name: name for name in nested["Resources"]},
        attributes={},
    )


class _Distribution:
    """Takes one nested stack apart."""

    def __init__(self, nested: Properties, resolver: Resolver) -> None:
        self._resources: Mapping[str, Properties] = nested["Resources"]
        self._resolve = resolver.resolve

    def page(self, folder: Path, origin: str, config: Properties) -> Page:
        behaviors = [*config.get("CacheBehaviors", []), config["DefaultCacheBehavior"]]
        own = [one for one in behaviors if one["TargetOriginId"] == origin]
        others = [one for one in behaviors if one["TargetOriginId"] != origin]
        return Page(
            folder=folder,
            index=str(config["DefaultRootObject"]),
            behaviors=tuple(
                CacheBehavior(
                    self._resolve(one.get("PathPattern", "*")),
                    self._headers(self._resolve(one.get("ResponseHeadersPolicyId"))),
                    self._rewritten(one),
                )
                for one in own
            ),
            elsewhere=tuple(self._resolve(one["PathPattern"]) for one in others),
        )

    def _headers(self, policy: str | None) -> dict[str, str]:
        if policy is None:
            return {}
        config = self._resources[policy]["Properties"]["ResponseHeadersPolicyConfig"]
        security = config.get("SecurityHeadersConfig", {})
        headers = {
            name: " ".join(self._resolve(security[kind][value]).split())
            for kind, (name, value) in _SECURITY_HEADERS.items()
            if kind in security
        }
        if "ContentTypeOptions" in security:
            headers["X-Content-Type-Options"] = "nosniff"
        custom = config.get("CustomHeadersConfig", {}).get("Items", [])
        return headers | {one["Header"]: self._resolve(one["Value"]) for one in custom}

    def _rewritten(self, behavior: Properties) -> str | None:
        for association in behavior.get("FunctionAssociations", []):
            function, _ = association["FunctionARN"]["Fn::GetAtt"]
            found = _REWRITE.search(self._resources[function]["Properties"]["FunctionCode"])
            if found is None or association["EventType"] != "viewer-request":
                raise UnsupportedTemplate(f"{function}: only rewriting a path is done here")
            return found[1]
        return None
