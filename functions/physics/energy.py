"""Mechanical energy along a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float64]
_Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Energy:
    """Mechanical energy at each frame, in joules, and whether anything touched since the last.

    Each is (frames,). Potential energy is gravity's and the springs'. `contact` is true if any
    step since the previous frame, up to and with this one, had a contact.
    """

    kinetic: _Floats
    potential: _Floats
    contact: _Bools

    @property
    def total(self) -> _Floats:
        """Kinetic and potential energy, (frames,)."""
        return self.kinetic + self.potential

    @property
    def drift(self) -> float:
        """The most the total changes between contacts, as a share of the largest kinetic energy.

        Potential energy has no natural zero, so the share is of what moves. 0 if nothing does.
        """
        scale = float(self.kinetic.max(initial=0.0))
        if scale == 0:
            return 0.0
        total = self.total
        edges = np.flatnonzero(self.contact)
        free = np.split(total, edges)
        return max((float(np.ptp(run)) for run in free if len(run) > 1), default=0.0) / scale

    def to_json(self) -> dict[str, Any]:
        """Lists of numbers with five significant digits, as plots need them."""
        return {
            "kinetic": [float(f"{x:.5g}") for x in self.kinetic],
            "potential": [float(f"{x:.5g}") for x in self.potential],
            "contact": self.contact.astype(int).tolist(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Energy:
        """The energies that `to_json` wrote."""
        return cls(
            np.asarray(data["kinetic"], np.float64),
            np.asarray(data["potential"], np.float64),
            np.asarray(data["contact"], bool),
        )
