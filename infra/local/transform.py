"""SAM to CloudFormation, by AWS's own transform."""

import copy
import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import naming
from .intrinsics import UnsupportedTemplate

# Properties that name a local file or folder. `sam package` would upload it and write an S3 address
# in its place; the transform insists on one.
_LOCAL_PATHS = {
    "AWS::Serverless::Function": ("CodeUri", "s3://packaged/code"),
    "AWS::Serverless::LayerVersion": ("ContentUri", "s3://packaged/layer"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", "s3://packaged/definition"),
    "AWS::Serverless::Application": ("Location", "https://s3.amazonaws.com/packaged/nested"),
}


def transformed(
    text: str, source: Mapping[str, Any], values: Mapping[str, Any], cache: Path | None
) -> dict[str, Any]:
    """The template as CloudFormation: what AWS's own transform makes of it.

    Args:
        text: the template as it is in its file; it names the entry in the cache.
        source: the same, parsed.
        values: of the template's parameters.
        cache: a folder that keeps what came out: importing the transform takes longer than it does.

    Raises:
        UnsupportedTemplate: the transform refuses the template.
    """
    from samtranslator import __version__

    key = hashlib.sha256(json.dumps([__version__, text, values]).encode()).hexdigest()
    cached = cache / f"template-{key[:32]}.json" if cache else None
    if cached and cached.exists():
        return dict(json.loads(cached.read_text()))
    packaged = copy.deepcopy(dict(source))
    packaged.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for resource in packaged["Resources"].values():
        if resource["Type"] in _LOCAL_PATHS:
            name, address = _LOCAL_PATHS[resource["Type"]]
            resource.setdefault("Properties", {})[name] = address
    result = _run_transform(packaged, values)
    if cached:
        cached.write_text(json.dumps(result))
    return result


class _NoManagedPolicies:
    """Leaves the names of AWS's managed policies as they are: roles do nothing here."""

    def load(self) -> dict[str, str]:
        return {}


def _run_transform(packaged: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    os.environ.setdefault("AWS_DEFAULT_REGION", naming.REGION)  # it partitions ARNs by this
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    from samtranslator.model.exceptions import (
        InvalidDocumentException,
    )
    from samtranslator.translator.transform import transform

    try:
        return dict(transform(packaged, dict(values), _NoManagedPolicies()))
    except InvalidDocumentException as error:
        causes = "; ".join(cause.message for cause in error.causes)
        raise UnsupportedTemplate(f"the SAM transform refuses it: {causes}") from error
