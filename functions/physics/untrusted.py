"""Uploaded MJCF is hostile until proven otherwise: what is read before MuJoCo sees a byte of it.

Every element and attribute must be on the list of `allowed.py`, every number finite and in a sane
range, every count bounded with replication multiplied out. No files, no plugins, no entities. Only
the standard library: the API's function checks an upload without loading the physics engine.

What passes may still be wrong, slow or large; `sandbox.py` is for that.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from .allowed import allowed_elements
from .errors import MjcfRefused

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 64
MAX_ELEMENTS = 50_000
MAX_NAMED_FILES = 20
"""Files that a refusal lists by name; of more it says how many."""

_MAX_COUNTS: Mapping[str, int] = {
    # About ten times what simulates in real time, and below what a frame of motion can hold.
    "body": 2_000,
    "joint": 6_000,
    "geom": 10_000,
    "site": 10_000,
    "pair": 20_000,
    "sensor": 5_000,
    "actuator": 2_000,
    "tendon": 2_000,
    "equality": 2_000,
    "key": 1_000,
    "mesh": 1_000,
    "texture": 100,
    "flex": 100,
    "light": 200,
    "camera": 500,
}
"""The most of a kind there may be, replicas included."""

_COUNTED_SECTIONS = {"sensor", "actuator", "tendon", "equality"}
_COUNTED: Mapping[str, str] = {
    "body": "body",
    "body/joint": "joint",
    "body/freejoint": "joint",
    "body/geom": "geom",
    "body/site": "site",
    "body/light": "light",
    "body/camera": "camera",
    "body/flexcomp": "flex",
    "body/composite": "flex",
    "deformable/flex": "flex",
    "contact/pair": "pair",
    "contact/exclude": "pair",
    "keyframe/key": "key",
    "asset/mesh": "mesh",
    "asset/texture": "texture",
}

_FILES = {
    *("file", "fileback", "filedown", "filefront", "fileleft", "fileright", "fileup"),
}

_WORDS = {
    # Names, references and free text: whatever they say, it is no number.
    *("name", "class", "childclass", "model", "prefix", "mesh", "material", "texture", "hfield"),
    *("joint", "joint1", "joint2", "jointinparent", "tendon", "tendon1", "tendon2", "actuator"),
    *("body", "body1", "body2", "geom", "geom1", "geom2", "site", "site1", "site2", "sidesite"),
    *("refsite", "slidersite", "cranksite", "camera", "target", "objname", "refname", "flex"),
    *("subtree1", "subtree2", "node", "content_type", "meshdir", "assetdir", "texturedir"),
    *("sep", "memory", "element/objname"),
}

_ANY = (-1e12, 1e12)
_NOT_NEGATIVE = (0.0, 1e12)
_RANGES: Mapping[str, tuple[float, float]] = {
    # The path of an attribute, or its name wherever it stands: least and most of each number.
    "timestep": (1e-5, 0.1),
    "gravity": (-1e5, 1e5),
    "mass": (0.0, 1e9),
    "settotalmass": (-1.0, 1e9),
    "boundmass": (0.0, 1e9),
    "density": (0.0, 1e9),
    "inertial/diaginertia": _NOT_NEGATIVE,
    "geom/size": (0.0, 1e5),
    "site/size": (0.0, 1e5),
    "pos": (-1e6, 1e6),
    "fromto": (-1e6, 1e6),
    "offset": (-1e6, 1e6),
    "armature": _NOT_NEGATIVE,
    "friction": (0.0, 1e6),
    "iterations": (0, 10_000),
    "ls_iterations": (0, 1_000),
    "noslip_iterations": (0, 1_000),
    "ccd_iterations": (0, 1_000),
    "sdf_iterations": (0, 200),
    "sdf_initpoints": (0, 200),
    "inttotal": (0.0, 20.0),
    "custom/numeric/size": (0, 10_000),
    "nuserdata": (-1, 10_000),
    "nkey": (-1, 1_000),
    "nconmax": (-1, 100_000),
    "njmax": (-1, 100_000),
    "nstack": (-1, 10_000_000),
    **dict.fromkeys(
        [
            *("nuser_body", "nuser_jnt", "nuser_geom", "nuser_site"),
            *("nuser_cam", "nuser_tendon", "nuser_actuator", "nuser_sensor"),
        ],
        (-1, 100),
    ),
    "actdim": (-1, 100),
    "nsample": (0, 1_000),
    "sensor/user/dim": (0, 1_000),
    "sensor/contact/num": (0, 1_000),
    "asset/mesh/params": (-1e3, 200),
    "asset/mesh/maxhullvert": (-1, 100_000),
    "asset/texture/width": (0, 4_096),
    "asset/texture/height": (0, 24_576),
    "asset/texture/nchannel": (1, 4),
    "asset/texture/gridsize": (1, 12),
    "asset/hfield/nrow": (0, 1_000),
    "asset/hfield/ncol": (0, 1_000),
    "body/composite/skin/subgrid": (0, 10),
    "body/camera/resolution": (0, 4_096),
    "offwidth": (0, 8_192),
    "offheight": (0, 8_192),
    "shadowsize": (0, 16_384),
    "numslices": (0, 256),
    "numstacks": (0, 256),
    "numquads": (0, 64),
}

_LONGEST: Mapping[str, int] = {
    # Attributes that may hold more numbers than `_LONG`.
    "asset/mesh/vertex": 150_000,
    "asset/mesh/normal": 150_000,
    "asset/mesh/texcoord": 100_000,
    "asset/mesh/face": 300_000,
    "asset/hfield/elevation": 1_000_000,
    "deformable/flex/vertex": 30_000,
    "deformable/flex/element": 60_000,
    "deformable/flex/texcoord": 30_000,
    "deformable/flex/elemtexcoord": 60_000,
    "deformable/skin/vertex": 150_000,
    "deformable/skin/texcoord": 100_000,
    "deformable/skin/face": 300_000,
    "deformable/skin/bone/vertid": 50_000,
    "deformable/skin/bone/vertweight": 50_000,
    "asset/skin/vertex": 150_000,
    "asset/skin/texcoord": 100_000,
    "asset/skin/face": 300_000,
    "asset/skin/bone/vertid": 50_000,
    "asset/skin/bone/vertweight": 50_000,
    "body/flexcomp/point": 6_000,
    "body/flexcomp/element": 20_000,
    "body/flexcomp/texcoord": 6_000,
    "keyframe/key/qpos": 50_000,
    "keyframe/key/qvel": 50_000,
    "keyframe/key/act": 50_000,
    "keyframe/key/ctrl": 50_000,
    "keyframe/key/mpos": 50_000,
    "keyframe/key/mquat": 50_000,
    "custom/numeric/data": 50_000,
}
_LONG = 3_000

_MAX_MEMORY = 512 * 1024 * 1024
_MEMORY = re.compile(r"\s*(-1|\d{1,15})([KMGTPE]?)\s*", re.I)
_SUFFIXES = {"": 1, **{letter: 1024**i for i, letter in enumerate("KMGTPE", start=1)}}

_NO_NUMBER = re.compile(r"[+-]?(nan|inf|infinity|0x.*|nan\(.*)", re.I)
"""What C reads as a number and no model should say: not finite, or hexadecimal."""


def check_mjcf(text: str) -> None:
    """Refuse what is not plain, bounded, self-contained MJCF.

    Raises:
        MjcfRefused: with the element, attribute, line and column at fault, what was wrong, and
            what to do about it.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise MjcfRefused(
            "the text has half a character in it", "Save the model as UTF-8."
        ) from error
    if len(data) > MAX_BYTES:
        raise MjcfRefused(
            f"the model has {len(data):,} bytes", f"At most {MAX_BYTES // 1024**2} MB are taken."
        )
    _Checker().check(data)


@dataclass(slots=True)
class _Open:
    """An element that is being read."""

    path: str
    copies: int


@dataclass(slots=True)
class _Checker:
    """Follows one document, element by element."""

    open: list[_Open] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)
    first_file: MjcfRefused | None = None
    parser: expat.XMLParserType = field(init=False)

    def check(self, data: bytes) -> None:
        # Whatever encoding the document claims: MuJoCo reads UTF-8.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartCdataSectionHandler = self._cdata
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise MjcfRefused(
                f"not well-formed XML ({expat.ErrorString(error.code)})",
                "Check the brackets and quotes near this place.",
                line=error.lineno,
                column=error.offset + 1,
            ) from error
        if self.first_file is not None:
            self._refuse_files(self.first_file)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= MAX_DEPTH:
            self._refuse(
                tag, f"elements are nested more than {MAX_DEPTH} deep", "Nest bodies less deeply."
            )
        if tag == "include" and self.open:
            self._note_file(tag, "file", attributes.get("file", ""))
            self.open.append(_Open("include", 1))
            return
        path = self._path(tag)
        copies = self.open[-1].copies if self.open else 1
        allowed = allowed_elements()[path]
        for name, value in attributes.items():
            if name not in allowed:
                self._refuse(tag, "there is no such attribute", _nearest(name, allowed), name)
            if name in _FILES:
                self._note_file(tag, name, value)
            else:
                self._check_value(tag, path, name, value)
        self._check_sizes(tag, path, attributes)
        self._count(tag, path, copies, attributes)
        if path == "body/replicate":
            copies *= max(1, _whole(attributes.get("count")))
        self.open.append(_Open(path, copies))

    def _end(self, _tag: str) -> None:
        self.open.pop()

    def _path(self, tag: str) -> str:
        if not self.open:
            if tag != "mujoco":
                self._refuse(
                    tag, "the root element is not <mujoco>", "Send MJCF; URDF is not taken."
                )
            return ""
        parent = self.open[-1].path
        path = _child(parent, tag)
        if path not in allowed_elements():
            if tag in {"extension", "plugin", "instance"}:
                self._refuse(tag, "plugins are not loaded", "Remove it.")
            if tag in {"attach", "model"}:
                self._refuse(
                    tag, "other models are not read", "Put their elements into this document."
                )
            place = f"<{parent.rpartition('/')[2] or 'mujoco'}>"
            self._refuse(tag, f"{place} has no such element", _nearest(tag, _children(parent)))
        return path

    def _check_value(self, tag: str, path: str, name: str, value: str) -> None:
        if name == "memory":
            self._check_memory(tag, value)
        if name in _WORDS or path == "custom/text":
            return
        low, high = _range(path, name)
        bounded = (low, high) != _ANY
        longest = _LONGEST.get(f"{path}/{name}", _LONG)
        words = value.split()
        if len(words) > longest:
            self._refuse(tag, f"{len(words):,} numbers, at most {longest:,} are taken", None, name)
        for word in words:
            try:
                number = float(word)
            except ValueError:
                if bounded or _NO_NUMBER.fullmatch(word):
                    self._refuse(tag, f"{_quote(word)} is not a number", "Write a number.", name)
                continue
            if not math.isfinite(number):
                self._refuse(
                    tag, f"{_quote(word)} is not a finite number", "Write a finite one.", name
                )
            if not low <= number <= high:
                self._refuse(
                    tag,
                    f"{_quote(word)} is out of range",
                    f"Between {low:g} and {high:g} is taken.",
                    name,
                )

    def _check_memory(self, tag: str, value: str) -> None:
        written = _MEMORY.fullmatch(value)
        if not written:
            self._refuse(tag, f"{_quote(value)} is not a size", "Write bytes, as in 10M.", "memory")
        if int(written[1]) * _SUFFIXES[written[2].upper()] > _MAX_MEMORY:
            self._refuse(
                tag,
                f"{_quote(value)} is too much",
                f"At most {_MAX_MEMORY // 1024**2}M is taken; without it MuJoCo chooses.",
                "memory",
            )

    def _check_sizes(self, tag: str, path: str, attributes: Mapping[str, str]) -> None:
        if path == "asset/texture":
            pixels = _whole(attributes.get("width")) * _whole(attributes.get("height"))
            if pixels > 4_096 * 4_096:
                self._refuse(tag, f"a texture of {pixels:,} pixels", "Make it smaller.")
        if path == "body/replicate" and _whole(attributes.get("count")) > _MAX_COUNTS["geom"]:
            self._refuse(
                tag,
                f"{_quote(attributes['count'])} copies",
                f"At most {_MAX_COUNTS['geom']:,} are taken, with what they contain multiplied.",
                "count",
            )

    def _count(self, tag: str, path: str, copies: int, attributes: Mapping[str, str]) -> None:
        kinds = ["element"]
        section, _, rest = path.partition("/")
        if path in _COUNTED and len(self.open) > 1:
            kinds.append(_COUNTED[path])
        elif section in _COUNTED_SECTIONS and rest and "/" not in rest:
            kinds.append(section)
        for kind in kinds:
            self._add(tag, kind, copies)
        if path in {"body/composite", "body/flexcomp"}:
            grid = math.prod(max(1, number) for number in _wholes(attributes.get("count", "")))
            points = max(grid, len(attributes.get("point", "").split()) // 3)
            for kind in ("body", "geom"):
                self._add(tag, kind, copies * points)

    def _add(self, tag: str, kind: str, copies: int) -> None:
        self.counts[kind] += copies
        most = _MAX_COUNTS.get(kind, MAX_ELEMENTS)
        if self.counts[kind] > most:
            kinds = {"body": "bodies", "key": "keyframes", "equality": "equalities"}
            self._refuse(
                tag,
                f"more than {most:,} {kinds.get(kind, kind + 's')}, replicas included",
                "Make the model smaller.",
            )

    def _note_file(self, tag: str, name: str, value: str) -> None:
        if value not in self.files:
            self.files.append(value)
        if self.first_file is None:
            self.first_file = self._refusal(tag, "", None, name)

    def _refuse_files(self, first: MjcfRefused) -> NoReturn:
        shown = ", ".join(_quote(name) for name in self.files[:MAX_NAMED_FILES])
        more = len(self.files) - MAX_NAMED_FILES
        raise MjcfRefused(
            f"the model needs files, which can't be sent with it: {shown}"
            + (f" and {more} more" if more > 0 else ""),
            "Put included elements into this document, give meshes by their vertices or use simple "
            "geoms instead, and leave out textures from files.",
            element=first.element,
            attribute=first.attribute,
            line=first.line,
            column=first.column,
        )

    def _doctype(self, *_: object) -> None:
        self._refuse(None, "a document type and entities are not taken", "Remove <!DOCTYPE ...>.")

    def _instruction(self, *_: object) -> None:
        self._refuse(None, "processing instructions are not taken", "Remove <? ... ?>.")

    def _cdata(self) -> None:
        self._refuse(None, "CDATA sections are not taken", "Remove <![CDATA[ ... ]]>.")

    def _refusal(
        self, tag: str | None, reason: str, suggestion: str | None, attribute: str | None = None
    ) -> MjcfRefused:
        return MjcfRefused(
            reason,
            suggestion,
            element=_clip(tag) if tag is not None else None,
            attribute=_clip(attribute) if attribute is not None else None,
            line=self.parser.CurrentLineNumber,
            column=self.parser.CurrentColumnNumber + 1,
        )

    def _refuse(
        self, tag: str | None, reason: str, suggestion: str | None, attribute: str | None = None
    ) -> NoReturn:
        raise self._refusal(tag, reason, suggestion, attribute)


def _child(parent: str, tag: str) -> str:
    if parent == "":
        # MuJoCo takes <body> for <worldbody> here.
        return "body" if tag == "worldbody" else tag
    if parent in {"body", "body/frame", "body/replicate"}:
        return "body" if tag == "body" else f"body/{tag}"
    if parent == tag == "default":
        return "default"
    return f"{parent}/{tag}"


def _children(parent: str) -> Iterable[str]:
    base = "body" if parent in {"body/frame", "body/replicate"} else parent
    for path in allowed_elements():
        above, _, name = path.rpartition("/")
        if above == base and name:
            yield "worldbody" if path == "body" else name
    if base == "body":
        yield "body"


def _range(path: str, name: str) -> tuple[float, float]:
    """The bounds of an attribute: by its whole path, by its element, or by its name."""
    tag = path.rpartition("/")[2]
    for key in (f"{path}/{name}", f"{tag}/{name}", name):
        if key in _RANGES:
            return _RANGES[key]
    return _ANY


def _nearest(name: str, known: Iterable[str]) -> str:
    choices: Sequence[str] = sorted(known)
    close = difflib.get_close_matches(_clip(name), choices, n=1)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Allowed here: {', '.join(choices)}." if 0 < len(choices) <= 12 else "Remove it."


def _wholes(text: str) -> list[int]:
    return [int(word) if word.isdecimal() and len(word) < 16 else 0 for word in text.split()]


def _whole(text: str | None) -> int:
    numbers = _wholes(text or "")
    return numbers[0] if numbers else 0


def _clip(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _quote(text: str) -> str:
    return f"“{_clip(text)}”"
