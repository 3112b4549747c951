"""A machine that draws physics scenes as people do, and knows what it drew."""

from .draw import Drawing, draw
from .looks import LOOKS
from .scenes import SCENES

__all__ = ["LOOKS", "SCENES", "Drawing", "draw"]
