"""Another gravity for a model that has its own."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from defusedxml.ElementTree import fromstring


def with_gravity(model_xml: str, gravity_m_s2: float) -> str:
    """The model with gravity along -z, in m/s², and all else as it was.

    Args:
        model_xml: a document that `physics.untrusted.check_mjcf` has passed.
        gravity_m_s2: downwards; negative pulls up.
    """
    root = fromstring(model_xml)
    options = root.findall("option")
    # Of several options the last one holds.
    option = options[-1] if options else ET.SubElement(root, "option")
    option.set("gravity", f"0 0 {-gravity_m_s2:g}")
    return ET.tostring(root, encoding="unicode")
