"""Which objects a row still refers to: what the orphan sweep must leave alone."""

from __future__ import annotations

from collections.abc import Iterable

from shared.database import Queries


def objects_in_use(queries: Queries, keys: Iterable[str]) -> set[str]:
    """Those of `keys` that some row refers to, by name or as part of its trajectory.

    An object is written before the row that refers to it, so a sweep must also spare what is
    younger than any request or job may take.
    """
    asked = list(keys)
    prefixes = {key: _prefixes(key) for key in asked}
    rows = queries.fetch_all(
        """
        SELECT image_key AS used FROM sketches WHERE image_key = ANY(%(keys)s)
        UNION SELECT analysis_key FROM sketches WHERE analysis_key = ANY(%(keys)s)
        UNION SELECT object_key FROM uploads WHERE object_key = ANY(%(keys)s)
        UNION SELECT analysis_key FROM simulations WHERE analysis_key = ANY(%(keys)s)
        UNION SELECT model_key FROM simulations WHERE model_key = ANY(%(keys)s)
        UNION SELECT preview_png_key FROM simulations WHERE preview_png_key = ANY(%(keys)s)
        UNION SELECT preview_gif_key FROM simulations WHERE preview_gif_key = ANY(%(keys)s)
        UNION SELECT analysis_key FROM sketch_cache WHERE analysis_key = ANY(%(keys)s)
        UNION SELECT trajectory_prefix FROM simulations
              WHERE trajectory_prefix = ANY(%(prefixes)s)
        """,
        {
            "keys": asked,
            "prefixes": sorted({prefix for each in prefixes.values() for prefix in each}),
        },
    )
    used = {row["used"] for row in rows}
    return {key for key in asked if key in used or not used.isdisjoint(prefixes[key])}


def _prefixes(key: str) -> list[str]:
    """`a/b/c` lies in `a/` and `a/b/`."""
    folders = key.split("/")[:-1]
    return ["/".join(folders[: depth + 1]) + "/" for depth in range(len(folders))]
