"""Sharing: who has the link sees everything and changes nothing, until it is revoked."""

from __future__ import annotations

from typing import Any

import pytest

from shared.frames import read_stream
from shared.postgres import Postgres
from tests.api_client import Api
from tests.integration.api.test_simulations import done, posted  # noqa: F401  # fixtures

LEAVES = ("", "/model.xml", "/trajectory", "/preview.png", "/preview.gif")


@pytest.fixture
def path(done: dict[str, Any]) -> str:  # noqa: F811
    return f"/v1/simulations/{done['simulation_id']}"


@pytest.fixture
def link(api: Api, token: str, path: str) -> str:
    """The address of a shared simulation."""
    return str(api.send("POST", f"{path}/share", token=token).json["links"]["shared"])


def test_who_has_the_link_sees_all_of_it_without_a_token(
    api: Api, token: str, path: str, link: str
) -> None:
    own = api.send("GET", path, token=token).json
    answer = api.send("GET", link)

    assert answer.status == 200
    for name in ("simulation_id", "title", "duration", "fps", "frames", "bodies", "energy"):
        assert answer.json[name] == own[name]
    assert "sketch_id" not in answer.json
    for name, address in answer.json["links"].items():
        shown = api.send("GET", address)
        assert (shown.status, shown.body) == (200, api.send("GET", own["links"][name]).body)
        again = api.send("GET", address, if_none_match=shown.headers["etag"])
        assert again.status == 304
        assert shown.headers["cache-control"] == "private, no-cache"
        assert shown.headers["access-control-allow-origin"] == "*"
    header, chunks = read_stream(api.send("GET", f"{link}/trajectory").body)
    assert header["bodies"] and chunks


def test_sharing_again_gives_the_same_link_and_the_owner_sees_it(
    api: Api, token: str, path: str, link: str
) -> None:
    before = api.send("GET", path, token=token)
    again = api.send("POST", f"{path}/share", token=token, idempotency_key="k")

    assert again.status == 200
    assert again.json["links"] == {"page": link.replace("/v1/shared/", "/s/"), "shared": link}
    assert before.json["share_token"] == again.json["share_token"]
    assert len(again.json["share_token"]) == 32


def test_a_link_that_is_revoked_leads_nowhere_and_the_next_is_another(
    api: Api, token: str, path: str, link: str
) -> None:
    etag = api.send("GET", link).headers["etag"]
    assert api.send("DELETE", f"{path}/share", token=token).status == 204

    for leaf in (*LEAVES, "/image", "/overlay.svg", "/analysis"):
        answer = api.send("GET", link + leaf, if_none_match=etag)
        assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")
    assert api.send("GET", path, token=token).json["share_token"] is None
    assert api.send("DELETE", f"{path}/share", token=token).status == 204
    again = api.send("POST", f"{path}/share", token=token, idempotency_key="k").json
    assert again["links"]["shared"] != link


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_a_link_changes_nothing(api: Api, token: str, path: str, link: str, method: str) -> None:
    for leaf in (*LEAVES, "/share"):
        assert api.send(method, link + leaf).status in (404, 405)
    shared = link.rpartition("/")[2]
    assert api.send("DELETE", path, token=shared).status == 401
    assert api.send("GET", f"{path}?token={shared}").status == 401
    assert api.send("GET", path, token=token).status == 200


def test_only_the_owner_may_share(api: Api, stranger: str, path: str) -> None:
    for method in ("POST", "DELETE"):
        assert api.send(method, f"{path}/share", token=stranger).status == 404
        assert api.send(method, f"{path}/share").status == 401
    assert api.send("POST", "/v1/simulations/nothing/share", token=stranger).status == 404


@pytest.mark.parametrize("token_", ["x", "null", "A" * 64, "A" * 999, "%00", "é", "..%2f", "%20"])
def test_a_token_that_is_none_is_not_found(
    api: Api,
    path: str,
    token_: str,
    database: Postgres,
) -> None:
    assert api.send("GET", f"/v1/shared/{token_}").status in (404, 422)
    assert api.send("GET", f"/v1/shared/{token_}/trajectory").status in (404, 422)


def test_a_deleted_simulations_link_leads_nowhere(
    api: Api, token: str, path: str, link: str
) -> None:
    assert api.send("DELETE", path, token=token).status == 204
    assert api.send("GET", link).status == 404


def test_a_model_has_no_drawing_to_show(api: Api, link: str) -> None:
    for leaf in ("/image", "/overlay.svg", "/analysis"):
        assert api.send("GET", link + leaf).status == 404


def test_what_is_asked_for_as_a_file_is_named_for_what_it_is_of(
    api: Api, token: str, path: str, link: str, database: Postgres
) -> None:
    database.execute("""UPDATE simulations SET title = 'Pendulum, "L" = 1 m; θ'""")

    for address, suffix in ((f"{link}/model.xml", ".xml"), (f"{link}/preview.gif", ".gif")):
        answer = api.send("GET", f"{address}?download=1")
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="Pendulum, _L_ = 1 m_ _{suffix}"; '
            f"filename*=UTF-8''Pendulum%2C%20%22L%22%20%3D%201%20m%3B%20%CE%B8{suffix}"
        )
        assert "content-disposition" not in api.send("GET", address).headers
    table = api.send("GET", f"{path}/trajectory?download=1", token=token, accept="text/csv")
    assert table.headers["content-disposition"].endswith(".csv")
