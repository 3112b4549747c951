"""What is shared of a drawing: the image, what was read, and one over the other."""

from __future__ import annotations

from typing import Any

from tests.api_client import Api
from tests.integration.api.test_sketches import posted, read, send  # noqa: F401  # fixtures


def test_a_shared_drawing_shows_its_image_and_what_was_read_and_not_its_sketch(
    api: Api,
    token: str,
    read: dict[str, Any],  # noqa: F811
    drawing: bytes,
) -> None:
    path = f"/v1/simulations/{read['simulation_id']}"
    link = api.send("POST", f"{path}/share", token=token).json["links"]["shared"]

    links = api.send("GET", link).json["links"]

    image = api.send("GET", links["image"])
    assert (image.body, image.headers["content-type"]) == (drawing, "image/webp")
    assert image.headers["cache-control"] == "private, no-cache"
    sketch = api.send("GET", f"/v1/sketches/{read['sketch_id']}", token=token).json
    analysis = api.send("GET", links["analysis"]).json
    assert analysis == {key: value for key, value in sketch.items() if key != "links"}
    overlay = api.send("GET", links["overlay"])
    assert overlay.body == api.send("GET", sketch["links"]["overlay"]).body
    assert "default-src 'none'" in overlay.headers["content-security-policy"]
    for address in links.values():
        assert api.send("GET", address).status in (200, 409)
    assert api.send("GET", f"/v1/sketches/{read['sketch_id']}").status == 401
