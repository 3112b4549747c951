"""Who signs in at an issuer is known to the whole service, by its authorizers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.oidc import LocalIssuer, rsa_key
from tests.service import Client, Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

MODEL = '<mujoco><worldbody><body><freejoint/><geom size="1"/></body></worldbody></mujoco>'


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def sent(client: Client) -> str:
    """A simulation's id."""
    return str(client.post("/v1/simulations", json={"mjcf": MODEL}).json()["simulation_id"])


def live(service: Service, token: str) -> Any:
    return connect(f"{service.address.replace('http', 'ws')}/live?token={token}")


def test_what_a_user_makes_is_theirs_on_every_device_and_nobody_elses(
    service: Service, issuer: LocalIssuer, now: datetime
) -> None:
    here = Client(service.address, issuer.token(now, sub="ada"))
    there = Client(service.address, issuer.token(now, issuer.keys[1], sub="ada", jti="other"))
    simulation = sent(here)

    assert there.get(f"/v1/simulations/{simulation}").json()["simulation_id"] == simulation
    for stranger in (
        Client(service.address, issuer.token(now, sub="bob")),
        Client(service.address),
    ):
        assert stranger.http.get(f"/v1/simulations/{simulation}").status_code == 404
        assert stranger.get("/v1/simulations").json()["items"] == []


def test_a_users_socket_hears_of_their_jobs(
    service: Service, issuer: LocalIssuer, now: datetime
) -> None:
    token = issuer.token(now, sub="carol")
    posted = Client(service.address, token).post("/v1/simulations", json={"mjcf": MODEL}).json()

    with live(service, token) as socket:
        socket.send(json.dumps({"action": "subscribe", "job_id": posted["job_id"]}))
        assert json.loads(socket.recv(timeout=30))["type"] == "job"
    stranger = issuer.token(now, rsa_key("first"))
    with pytest.raises(InvalidStatus) as refused, live(service, stranger):
        pass
    assert refused.value.response.status_code == 401


def test_the_role_in_the_token_opens_the_statistics(
    service: Service, issuer: LocalIssuer, now: datetime
) -> None:
    roles = {"cognito:groups": ["admin"]}
    administrator = Client(service.address, issuer.token(now, **roles))
    user = Client(service.address, issuer.token(now))

    assert administrator.get("/v1/stats").json()["usage"]
    refused = user.http.get("/v1/stats")
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


def test_a_users_things_go_when_they_say_so_and_they_may_come_back(
    service: Service, issuer: LocalIssuer, now: datetime
) -> None:
    user = Client(service.address, issuer.token(now, sub="dora"))
    simulation = sent(user)

    assert user.http.delete("/v1/sessions/me").status_code == 204
    assert user.http.get(f"/v1/simulations/{simulation}").status_code == 404
    assert user.get("/v1/simulations").json()["items"] == []


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer a.b.c", "Basic YTpi"])
def test_what_the_gateway_refuses_by_itself_is_a_problem_like_all_others(
    client: Client, sent: str
) -> None:
    refused = client.http.get("/v1/simulations", headers={"authorization": sent})

    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert refused.json()["code"] == "UNAUTHENTICATED"
    assert refused.json()["request_id"] == refused.headers["x-request-id"]
    nowhere = client.http.get("/v1/nothing")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "NOT_FOUND")


def test_a_link_shows_what_it_is_of_and_opens_nothing_else(client: Client) -> None:
    posted = client.post("/v1/simulations", json={"mjcf": MODEL}).json()
    client.finish(posted["job_id"])
    simulation = posted["simulation_id"]
    links = client.get(f"/v1/simulations/{simulation}").json()["links"]
    token = links["model"].partition("token=")[2]
    anybody = Client(service_address(client), "none").http
    del anybody.headers["authorization"]

    assert anybody.get(links["model"]).status_code == 200
    assert anybody.get(f"/v1/simulations/{simulation}?token={token}").status_code == 401
    assert anybody.get(f"/v1/simulations?token={token}").status_code == 401
    other = sent(client)
    assert anybody.get(f"/v1/simulations/{other}/model.xml?token={token}").status_code == 401


def service_address(client: Client) -> str:
    return str(client.http.base_url)
