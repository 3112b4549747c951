"""How people write a quantity: names, signs, spaces and units."""

from __future__ import annotations

import numpy as np

UNITS: dict[str, tuple[tuple[str, float, float], ...]] = {
    # Unit as written, SI units in it, how often.
    "mass": (("kg", 1.0, 0.88), ("g", 1e-3, 0.1), ("t", 1e3, 0.02)),
    "stiffness": (("N/m", 1.0, 0.88), ("N/cm", 100.0, 0.06), ("kN/m", 1e3, 0.06)),
    "damping": (("Ns/m", 1.0, 0.5), ("N s/m", 1.0, 0.5)),
    "velocity": (("m/s", 1.0, 0.92), ("cm/s", 0.01, 0.04), ("km/h", 1 / 3.6, 0.04)),
    "force": (("N", 1.0, 0.95), ("kN", 1e3, 0.05)),
    "gravity": (("m/s²", 1.0, 0.4), ("m/s2", 1.0, 0.3), ("m/s^2", 1.0, 0.3)),
    "friction": (("", 1.0, 1.0),),
    "restitution": (("", 1.0, 1.0),),
    "length": (
        ("m", 1.0, 0.75),
        ("cm", 0.01, 0.2),
        ("mm", 1e-3, 0.03),
        ("ft", 0.3048, 0.01),
        ("in", 0.0254, 0.01),
    ),
    "angle": (("°", np.pi / 180, 0.75), ("deg", np.pi / 180, 0.25), ("rad", 1.0, 0.0)),
    "angular velocity": (("rad/s", 1.0, 0.6), ("rpm", np.pi / 30, 0.4)),
    "torque": (("Nm", 1.0, 0.6), ("N m", 1.0, 0.4)),
    "time": (("s", 1.0, 1.0), ("ms", 1e-3, 0.0)),
}
NAMES: dict[str, tuple[str, ...]] = {
    "mass": ("m", "m", "m", "M", "m_1", "m_2", "m1"),
    "stiffness": ("k", "k", "k", "k_1"),
    "damping": ("c", "b"),
    "velocity": ("v", "v", "v0", "v_0"),
    "force": ("F", "F", "F", "F_1"),
    "gravity": ("g",),
    "friction": ("μ", "mu", "μ", "f", "μ_k"),
    "restitution": ("e",),
    "length": ("L", "L", "l"),
    "angle": ("θ", "theta", "α", "alpha"),  # noqa: RUF001
    "angular velocity": ("ω", "omega"),
    "torque": ("τ", "T", "tau"),
    "time": ("t",),
}
BARE: dict[str, float] = {"mass": 0.25, "angle": 0.6, "length": 0.2, "velocity": 0.25}
"""How often the name is left away; 0.1 elsewhere where the unit says enough."""

NEEDS_NAME = frozenset({"friction", "restitution", "gravity", "stiffness", "time", "damping"})
SI = {
    "mass": "kg",
    "stiffness": "N/m",
    "damping": "N s/m",
    "velocity": "m/s",
    "force": "N",
    "gravity": "m/s2",
    "friction": "",
    "restitution": "",
    "length": "m",
    "angle": "rad",
    "angular velocity": "rad/s",
    "torque": "N m",
    "time": "s",
    "word": "",
}


def number(value: float) -> str:
    """A number as it is written, with no more digits than it needs."""
    return f"{value:.4g}"


def say(
    rng: np.random.Generator,
    quantity: str,
    value: float,
    *,
    name: str | None = None,
    unit: str | None = None,
    bare: bool | None = None,
) -> str:
    """A quantity in someone's words; `value` is SI. A given `name` or `unit` is kept."""
    choices = UNITS[quantity]
    if unit is None:
        shares = np.array([share for _, _, share in choices])
        # 0.002 kN/m is nobody's way to say 2 N/m.
        plain = np.array([_short(value / factor) for _, factor, _ in choices])
        shares = shares * plain if (shares * plain).any() else shares
        unit, factor, _ = choices[rng.choice(len(choices), p=shares / shares.sum())]
    else:
        factor = next(f for u, f, _ in choices if u == unit)
    amount = number(value / factor)
    gap = " " if rng.random() < 0.75 and unit != "°" else ""
    written = f"{amount}{gap}{unit}" if unit else amount
    if bare is None:
        bare = quantity not in NEEDS_NAME and rng.random() < BARE.get(quantity, 0.1)
    if bare and name is None:
        return written
    name = name or NAMES[quantity][rng.integers(len(NAMES[quantity]))]
    sign = rng.choice([" = ", "=", ": ", " =", "= "], p=[0.55, 0.25, 0.1, 0.05, 0.05])
    return f"{name}{sign}{written}"


def _short(amount: float) -> bool:
    """Whether a number is one that people write: 0.05 to 2000, in three digits."""
    return 0.05 <= abs(amount) <= 2000 and abs(float(f"{amount:.3g}") - amount) < 1e-9
