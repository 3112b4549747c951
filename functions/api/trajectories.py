"""Trajectories in the types that clients ask for."""

from __future__ import annotations

import json
from enum import Enum

from records.trajectories import energy_key, header_key, load_chunks
from shared.errors import NotAcceptable
from shared.objects import ObjectStore


class Format(Enum):
    """A type that frames are served as; the first is served where any will do."""

    STREAM = "application/octet-stream"
    CSV = "text/csv"
    JSON = "application/json"

    @property
    def suffix(self) -> str:
        """What a file of this type is called by."""
        return {"STREAM": ".sgfs", "CSV": ".csv", "JSON": ".json"}[self.name]


def choose_format(accept: str) -> Format:
    """The type that a client likes best (RFC 9110, section 12.5.1).

    Raises:
        NotAcceptable: it takes none of them.
    """
    if not accept.strip():
        return Format.STREAM
    ranges = [_parse_range(part) for part in accept.split(",")]
    best, liking = Format.STREAM, 0.0
    for kind in Format:
        q = _quality(kind.value, ranges)
        if q > liking:
            best, liking = kind, q
    if liking == 0.0:
        raise NotAcceptable(f"Frames come as {', '.join(kind.value for kind in Format)}.")
    return best


def _parse_range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, min(1.0, max(0.0, float(value)))
            except ValueError:
                return name, 0.0
    return name, 1.0


def _quality(kind: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that a type falls into; 0 if into none."""
    for pattern in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        weights = [q for name, q in ranges if name == pattern]
        if weights:
            return max(weights)
    return 0.0


def export(objects: ObjectStore, prefix: str, wanted: Format) -> bytes:
    """A stored trajectory in one of the types."""
    header = json.loads(objects.get(header_key(prefix)))
    chunks = load_chunks(objects, prefix)
    if wanted is Format.STREAM:
        from shared.frames import write_stream

        return b"".join(write_stream(header, chunks))

    from physics.energy import Energy
    from physics.exports import write_csv, write_json
    from shared.frames import decode

    energy = Energy.from_json(json.loads(objects.get(energy_key(prefix))))
    names = [body["name"] for body in header["bodies"]]
    write = write_csv if wanted is Format.CSV else write_json
    return "".join(write(map(decode, chunks), names, energy)).encode()
