"""The page that shows the API."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from html.parser import HTMLParser

from api.documents import openapi_document
from api.pages import CONTENT_SECURITY_POLICY, render_page


class _Reader(HTMLParser):
    """Ids, links to them, and whether every element that must be closed is."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if (named.get("href") or "").startswith("#"):
            self.targets.add(str(named["href"])[1:])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_sound_and_every_link_leads_somewhere() -> None:
    reader = _Reader()
    reader.feed(render_page(openapi_document()))

    assert reader.open == []
    assert len(set(reader.ids)) == len(reader.ids)
    assert reader.targets <= set(reader.ids)


def test_the_policy_allows_the_style_that_is_there() -> None:
    style = re.search(r"<style>(.*?)</style>", render_page(openapi_document()), re.DOTALL)
    assert style is not None

    digest = base64.b64encode(sha256(style[1].encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}'" in CONTENT_SECURITY_POLICY


def test_text_can_not_become_markup() -> None:
    hostile = "<script>alert('x')</script>"
    document = {
        "info": {"title": hostile, "version": hostile, "description": hostile},
        "tags": [{"name": "a", "description": hostile}],
        "paths": {
            f"/{hostile}": {
                "get": {
                    "tags": ["a"],
                    "summary": hostile,
                    "responses": {hostile: {"description": hostile}},
                    "parameters": [{"name": hostile, "in": "query", "schema": {"enum": [hostile]}}],
                }
            }
        },
        "components": {"schemas": {hostile: {"description": hostile, "type": hostile}}},
    }

    assert "<script" not in render_page(document)
