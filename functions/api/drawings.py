"""A sketch's image and what was read in it, as answers: to its owner, and to those with a link."""

from __future__ import annotations

import base64

from fastapi import Response

from records.jobs import latest_job_of_sketch
from records.sketches import Sketch
from shared.database import Queries
from shared.errors import NotFound, NotReady, Problem, Unprocessable

from .answers import (
    LINK_LIFETIME_S,
    MAX_ANSWER_BYTES,
    REVALIDATE,
    cached_response,
    etag_of,
    is_known,
    not_modified,
)
from .cached import see_other
from .readings import Analyses, load_analysis
from .serving import Serving

MAX_EMBEDDED_BYTES = 3_000_000
"""A larger image is linked from its overlay: in base64 and JSON an answer holds 6 MB at most."""
_RETRY_AFTER_S = 1
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self' https:"
"""An overlay is a page of its own when opened: styles and the image may show, nothing may run."""


def serve_image(serving: Serving, sketch: Sketch, *, cache_control: str) -> Response:
    """The very bytes that were sent."""
    etag = etag_of(sketch.image_key)
    if is_known(serving.request, etag):
        return not_modified(etag, cache_control)
    if sketch.size > MAX_ANSWER_BYTES:
        return see_other(serving.presigner, serving.tiers, sketch.image_key)
    return cached_response(
        serving.objects.get(sketch.image_key),
        sketch.content_type,
        etag=etag,
        cache_control=cache_control,
    )


def serve_overlay(
    serving: Serving,
    analyses: Analyses,
    sketch: Sketch,
    analysis_key: str,
) -> Response:
    """Every mark, label and connection in its place over the image."""
    etag = etag_of("overlay", sketch.id, analysis_key)
    if is_known(serving.request, etag):
        return not_modified(etag, REVALIDATE)
    if sketch.size <= MAX_EMBEDDED_BYTES:
        encoded = base64.b64encode(serving.objects.get(sketch.image_key)).decode()
        href = f"data:{sketch.content_type};base64,{encoded}"
    else:
        href = serving.presigner.presign_get(sketch.image_key, expires_s=LINK_LIFETIME_S).url
    from vision.overlay import overlay_svg

    drawn = overlay_svg(load_analysis(analyses, analysis_key, sketch), href)
    return cached_response(
        drawn.encode(),
        "image/svg+xml",
        etag=etag,
        cache_control=REVALIDATE,
        headers={"Content-Security-Policy": _SVG_POLICY},
    )


def analysis_key_of(queries: Queries, sketch: Sketch) -> str:
    """The key of a sketch's analysis, once it is there.

    Raises:
        NotReady: the drawing is being read.
        Unprocessable: it can't be read.
        NotFound: it was not read.
    """
    if sketch.analysis_key is not None:
        return sketch.analysis_key
    job = latest_job_of_sketch(queries, sketch.owner_id, sketch.id)
    if job is not None and job.error is not None:
        found = Problem.from_json(job.error)
        if found.status < 500:
            raise Unprocessable(found)
        raise NotFound("The drawing could not be read for a reason on our side. Send it again.")
    if job is None or job.finished:
        raise NotFound("The drawing was not read: its job was called off.")
    raise NotReady("The drawing is still being read.", retry_after=_RETRY_AFTER_S)
