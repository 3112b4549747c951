"""What each body weighs: as stated, or by the density of what is stated."""

from __future__ import annotations

from collections.abc import Iterable

from .figures import BODY_KINDS, Figure
from .quantities import Labels

HEAVIEST_KG = 1.0
"""What the largest body weighs where no mass is stated."""


def find_masses(figures: Iterable[Figure], labels: Labels) -> dict[str, float]:
    """Masses in kg by mark: stated ones; the rest at the density of the largest stated one, or at
    one density such that the largest weighs 1 kg. A pulley is massless unless stated."""
    moving = [f for f in figures if f.kind in BODY_KINDS and not f.fixed]
    stated = {
        f.id: mass for f in moving if (mass := labels.value(f.id, "mass")) is not None and mass > 0
    }
    solid = [f for f in moving if f.kind != "pulley"]
    weighed = [f for f in solid if f.id in stated and f.area > 0]
    if weighed:
        largest = max(weighed, key=lambda f: f.area)
        density = stated[largest.id] / largest.area
    else:
        density = HEAVIEST_KG / max((f.area for f in solid), default=1.0)
    return {f.id: stated.get(f.id, 0.0 if f.kind == "pulley" else density * f.area) for f in moving}
