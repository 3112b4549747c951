"""An OpenAPI document as one HTML page: no script, nothing from elsewhere, prints well."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --link: #2563c9; }
@media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: grid;
       grid-template-columns: 17rem minmax(0, 60rem); gap: 2.5rem; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem;
      border-right: 1px solid var(--line); font-size: .85rem; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li { padding: .1rem 0; overflow-wrap: anywhere; }
main { padding: 1.5rem 1rem 6rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { margin-top: 0; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 0 1.25rem 1rem;
          margin: 1.25rem 0; }
article h3 { font-size: 1.05rem; } article h4 { margin: 1rem 0 .25rem; font-size: .9rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .85em; }
code { background: var(--soft); border-radius: .25rem; padding: .1em .3em; }
pre { background: var(--soft); border-radius: .4rem; padding: .75rem; overflow-x: auto; }
pre code { background: none; padding: 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
         border-top: 1px solid var(--soft); }
.method { font: 600 .8rem ui-monospace, monospace; border: 1px solid currentColor;
          border-radius: .25rem; padding: .1em .45em; margin-right: .5em; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto;
  border: 0; border-bottom: 1px solid var(--line); } }
@media print { nav { display: none; } body { display: block; } }
"""
_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Json = Mapping[str, Any]
_METHODS = ("get", "post", "patch", "put", "delete")
_CODE = re.compile(r"`([^`]+)`")
_NUMBERED = re.compile(r"\d+\. ")


def render_page(document: Json) -> str:
    """The page of an OpenAPI 3.1 document."""
    title = escape(f"{document['info']['title']} {document['info']['version']}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        f'<nav aria-label="Contents">{"".join(_contents(document))}</nav>'
        f"<main><h1>{title}</h1>{_prose(document['info'].get('description', ''))}"
        '<p>The same for programs: <a href="openapi.json">openapi.json</a></p>'
        f"{''.join(_sections(document))}{''.join(_schemas(document))}</main></body></html>"
    )


def _operations(document: Json, tag: str) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if tag in item.get(method, {}).get("tags", ()):
                yield method, path, item[method]


def _contents(document: Json) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<strong>{escape(tag['name'])}</strong><ul>"
        for method, path, _ in _operations(document, tag["name"]):
            yield (
                f'<li><a href="#{_anchor(method, path)}">{method.upper()} {escape(path)}</a></li>'
            )
        yield "</ul>"
    yield "<strong>schemas</strong><ul>"
    for name in document["components"]["schemas"]:
        yield f'<li><a href="#schema-{escape(name)}">{escape(name)}</a></li>'
    yield "</ul>"


def _sections(document: Json) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2>{_prose(tag.get('description', ''))}"
        for method, path, operation in _operations(document, tag["name"]):
            yield _operation(method, path, operation)


def _operation(method: str, path: str, operation: Json) -> str:
    parts = [
        f'<article id="{_anchor(method, path)}"><h3><span class="method">{method.upper()}</span>'
        f"<code>{escape(path)}</code> {escape(operation.get('summary', ''))}</h3>",
        _prose(operation.get("description", "")),
    ]
    if "security" in operation:
        parts.append("<p>Needs a token.</p>")
    if operation.get("parameters"):
        rows = "".join(_parameter(one) for one in operation["parameters"])
        parts.append(f"<h4>Parameters</h4><table>{rows}</table>")
    if "requestBody" in operation:
        rows = "".join(_content(operation["requestBody"]["content"]))
        parts.append(f"<h4>Body</h4><table>{rows}</table>")
    rows = "".join(
        f"<tr><td><code>{escape(status)}</code></td><td>{_inline(answer['description'])}</td>"
        f"<td>{_answer_types(answer.get('content', {}))}</td></tr>"
        for status, answer in sorted(operation["responses"].items())
    )
    parts.append(f"<h4>Answers</h4><table>{rows}</table></article>")
    return "".join(parts)


def _parameter(parameter: Json) -> str:
    needed = "required" if parameter.get("required") else "optional"
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code></td>"
        f"<td>{parameter['in']}, {needed}</td><td>{_type(parameter['schema'])}</td>"
        f"<td>{_inline(parameter.get('description', ''))}</td></tr>"
    )


def _content(content: Json) -> Iterator[str]:
    for kind, value in content.items():
        schema = value.get("schema", {})
        fields = _fields(schema) if schema.get("properties") else _type(schema)
        yield f"<tr><td><code>{escape(kind)}</code></td><td>{fields}</td></tr>"


def _answer_types(content: Json) -> str:
    return "<br>".join(
        f"<code>{escape(kind)}</code> {_type(value.get('schema', {}))}"
        for kind, value in content.items()
    )


def _schemas(document: Json) -> Iterator[str]:
    yield "<h2>schemas</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield (
            f'<article id="schema-{escape(name)}"><h3>{escape(name)}</h3>'
            f"{_prose(schema.get('description', ''))}{_fields(schema)}</article>"
        )


def _fields(schema: Json) -> str:
    if not schema.get("properties"):
        return f"<p>{_type(schema)}</p>"
    needed = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{_type(value)}"
        f"{'' if name in needed else ', optional'}</td>"
        f"<td>{_inline(value.get('description', ''))}</td></tr>"
        for name, value in schema["properties"].items()
    )
    return f"<table>{rows}</table>"


def _type(schema: Json) -> str:
    """A schema in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " or ".join(_type(one) for one in schema[choice])
    if "enum" in schema:
        return " · ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    kind = schema.get("type", "")
    if kind == "array":
        inner = schema.get("items") or {}
        return f"list of {_type(inner)}" if inner else "list"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return escape(f"{kind} {_bounds(schema)}".strip())


def _bounds(schema: Json) -> str:
    words = {
        "format": "({})",
        "minimum": "≥ {}",
        "exclusiveMinimum": "> {}",
        "maximum": "≤ {}",
        "maxLength": "of ≤ {} characters",
        "default": "= {}",
    }
    return " ".join(
        text.format(schema[name])
        for name, text in words.items()
        if name in schema and schema[name] not in (None, "")
    )


def _anchor(method: str, path: str) -> str:
    return f"{method}-{re.sub('[^a-z0-9]+', '-', path.lower()).strip('-')}"


def _prose(text: str) -> str:
    """Paragraphs and numbered lists, as the descriptions here are written."""
    blocks = []
    for block in filter(None, re.split(r"\n\s*\n", text.strip())):
        if _NUMBERED.match(block):
            items = re.split(r"\n(?=\d+\. )", block)
            listed = "".join(f"<li>{_inline(_NUMBERED.sub('', item, 1))}</li>" for item in items)
            blocks.append(f"<ol>{listed}</ol>")
        else:
            blocks.append(f"<p>{_inline(block)}</p>")
    return "".join(blocks)


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(" ".join(text.split()), quote=False))
