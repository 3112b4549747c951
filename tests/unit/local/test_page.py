"""The page is served as the template's distribution would serve it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local import template
from infra.local.declared import Page
from infra.local.intrinsics import UnsupportedTemplate
from infra.local.page import PageServer

ROOT = Path(__file__).parents[3]
SCRIPT = "console.log('moves');\n" * 100


@pytest.fixture(scope="module")
def declared() -> Page:
    """The page as the repository's own template declares it."""
    page = template.load(ROOT / "template.yaml").page
    assert page is not None
    return page


@pytest.fixture
def page(declared: Page, tmp_path: Path) -> Page:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>SimGen</title>")
    (folder / "assets/index-8f3a.js").write_text(SCRIPT)
    (folder / "assets/mujoco-1b2c.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret")
    return Page(folder, declared.index, declared.behaviors, declared.elsewhere)


class Browser:
    """A client of the page's server, and of an API behind it that only says so."""

    def __init__(self, page: Page) -> None:
        server = PageServer(page)

        async def answer(request: Request) -> Response:
            if server.takes(request.method, request.scope["path"]):
                return await server(request)
            return Response("the API", 418)

        methods = ["GET", "HEAD", "POST"]
        self._app = Starlette(routes=[Route("/{path:path}", answer, methods=methods)])

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(ask())

    def get(self, path: Any, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.ask("GET", str(path), headers)


@pytest.fixture
def client(page: Page) -> Browser:
    return Browser(page)


def test_the_page_is_at_the_root_and_at_the_address_of_a_shared_simulation(
    client: Browser,
) -> None:
    for path in ("/", "/index.html", "/s/AbC_-123", "/s/AbC?x=1", "/sim/sim_1", "/mine"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "<title>SimGen</title>" in answer.text


@pytest.mark.parametrize("path", ["/s", "/drawings", "/assets/index-0000.js", "/assets/", "/%00"])
def test_no_other_path_falls_back_to_the_page(client: Browser, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert "no such page" in answer.text


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v1/s/x", "/health/ready", "/docs"])
def test_paths_of_the_apis_are_left_to_them(client: Browser, path: str) -> None:
    expected = 404 if path == "/v1" else 418
    assert client.get(path).status_code == expected


def test_the_page_answers_nothing_but_reading(client: Browser) -> None:
    assert client.ask("POST", "/").status_code == 418
    head = client.ask("HEAD", "/assets/index-8f3a.js", headers={"accept-encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(SCRIPT))


def test_a_file_with_its_hash_in_its_name_is_kept_for_good_and_the_page_is_asked_for_again(
    client: Browser,
) -> None:
    script, page = client.get("/assets/index-8f3a.js"), client.get("/")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    for answer in (script, page):
        again = client.get(answer.url, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_what_is_built_anew_is_served_anew(client: Browser, page: Page) -> None:
    before = client.get("/").headers["etag"]
    (page.folder / "index.html").write_text("<!doctype html><title>SimGen 2</title>")
    answer = client.get("/", headers={"if-none-match": before})
    assert (answer.status_code, "SimGen 2" in answer.text) == (200, True)


def test_text_is_compressed_for_those_who_take_it(client: Browser) -> None:
    path = "/assets/index-8f3a.js"
    packed = client.get(path, headers={"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 4
    assert packed.text == SCRIPT
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.text == SCRIPT
    assert client.get("/assets/mujoco-1b2c.wasm").headers["content-type"] == "application/wasm"


@pytest.mark.parametrize("path", ["/", "/s/token", "/assets/index-8f3a.js", "/nothing"])
def test_every_answer_carries_the_strict_policies(client: Browser, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self' 'wasm-unsafe-eval'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "microphone=()" in headers["permissions-policy"]


def test_nothing_outside_of_the_folder_is_served(page: Page, client: Browser) -> None:
    (page.folder / "link.txt").symlink_to(page.folder.parent / "secret.txt")
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
        assert "secret" not in client.get(path).text.replace(path, "")
    assert client.get("/link.txt").status_code == 404


def test_a_page_that_is_not_built_says_how_to_build_it(page: Page, client: Browser) -> None:
    shutil.rmtree(page.folder)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert "make page" in answer.text


NESTED = """
Resources:
  Headers:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Properties:
      ResponseHeadersPolicyConfig:
        CustomHeadersConfig: { Items: [{ Header: X-Name, Value: !Ref Name, Override: true }] }
  Edit:
    Type: AWS::CloudFront::Function
    Properties: { FunctionCode: 'function handler(e) { return e.request; }' }
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        DefaultRootObject: home.html
        Origins: [{ Id: files, DomainName: !Ref Domain }]
        DefaultCacheBehavior: { TargetOriginId: files, ResponseHeadersPolicyId: !Ref Headers }
        CacheBehaviors: [%s]
Parameters: { Domain: { Type: String }, Name: { Type: String, Default: nobody } }
"""
OUTER = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Bucket: { Type: AWS::S3::Bucket, Metadata: { Content: built } }
  Edge:
    Type: AWS::Serverless::Application
    Properties:
      Location: edge.yaml
      Parameters: { Domain: !GetAtt Bucket.RegionalDomainName, Name: %s }
"""


def load(folder: Path, behavior: str = "", name: str = "me") -> Page | None:
    (folder / "edge.yaml").write_text(NESTED % behavior)
    (folder / "template.yaml").write_text(OUTER % name)
    return template.load(folder / "template.yaml").page


def test_the_page_is_what_the_template_says_it_is(tmp_path: Path) -> None:
    page = load(tmp_path, "{ PathPattern: /a*, TargetOriginId: files }")
    assert page is not None
    assert (page.folder, page.index) == (tmp_path / "built", "home.html")
    assert [one.pattern for one in page.behaviors] == ["/a*", "*"]
    assert page.behaviors[1].headers == {"X-Name": "me"}


def test_what_a_function_at_the_edge_does_is_not_guessed(tmp_path: Path) -> None:
    function = (
        "{ EventType: viewer-request, FunctionARN: !GetAtt Edit.FunctionMetadata.FunctionARN }"
    )
    with pytest.raises(UnsupportedTemplate, match="Edit"):
        load(
            tmp_path,
            f"{{ PathPattern: /a*, TargetOriginId: files, FunctionAssociations: [{function}] }}",
        )
