"""Loading a model, and what its bodies are called."""

from __future__ import annotations

import re

import mujoco
import numpy as np
import numpy.typing as npt

from .errors import MjcfRefused

_WHERE = re.compile(r"\bElement '(?P<element>\w+)'|\bline (?:number=)?(?P<line>\d+)", re.I)
_NAMED = re.compile(r"Element name '(?P<name>[^']+)'")


def load_model(model_xml: str) -> mujoco.MjModel:
    """Compile MJCF.

    Raises:
        MjcfRefused: MuJoCo does not take it; with its words, and the element and line it names.
    """
    try:
        return mujoco.MjModel.from_xml_string(model_xml)
    except ValueError as error:
        raise refusal(str(error)) from error


def refusal(message: str) -> MjcfRefused:
    """MuJoCo's complaint about a model, taken apart.

    A schema violation ends with "Element 'geom', line 3", a compile error with "Element name 'a',
    id 0, line 3", a parse error with "Line number=3".
    """
    element = line = None
    for found in _WHERE.finditer(message):
        element = found["element"] or element
        line = int(found["line"]) if found["line"] else line
    first, *_ = message.strip().splitlines() or ["the model can't be compiled"]
    reason = re.sub(r"^(XML )?Error: ?(Schema violation: )?", "", first)
    if parse := re.search(r"Error=XML_(?:ERROR_)?(\w+)", message):
        reason = f"not well-formed XML ({parse[1].lower().replace('_', ' ')})"
    if named := _NAMED.search(message):
        reason += f" ({named['name']})"
    return MjcfRefused(reason, "Correct this in the model.", element=element, line=line)


def body_name(model: mujoco.MjModel, body: int) -> str:
    """The body's name, or one made of its number."""
    return model.body(body).name or f"body_{body}"


def moving_bodies(model: mujoco.MjModel) -> npt.NDArray[np.intp]:
    """The bodies that can move: those not welded to the world, in the model's order."""
    return np.flatnonzero(model.body_weldid != 0)
