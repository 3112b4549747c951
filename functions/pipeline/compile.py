"""Compile: an analysis or a description becomes a scene, and the scene a model; an uploaded model
is tried out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from dishka import Container

from records.readings import keep_reading
from records.simulations import record_model
from records.sketches import record_analysis
from scenes.scene import DEFAULT_DURATION_S
from shared.clock import Clock
from shared.config import ObjectSettings
from shared.database import Database
from shared.objects import ObjectStore, content_key
from vision.version import READER_VERSION

from .progress import ProgressSettings, progress_of
from .task import Event, task_handler

if TYPE_CHECKING:
    from vision.analysis import Analysis, Warning

_BEGINS_AT = 0.5


@dataclass(frozen=True, kw_only=True)
class CompileConfig(ObjectSettings, ProgressSettings):
    """What this task reads."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A model, how long it is to run in seconds, and what is known of where it comes from."""

    model_key: str
    duration_s: float
    analysis_key: str | None
    title: str | None
    warnings: Sequence[Warning] = ()


def compile_drawing(
    objects: ObjectStore,
    reading_key: str,
    corrections_key: str | None,
    sentence: str = "",
    *,
    duration_s: float | None,
    gravity: float | None,
) -> Compiled:
    """Turn what was read, and what its owner said of it, into a model.

    Args:
        reading_key: the analysis as it was read.
        corrections_key: the owner's corrections, if there are any.
        sentence: what was said beside the drawing; it wins over what is written in it.
        duration_s: how long to simulate, where that was asked for.
        gravity: m/s² downwards, where that was asked for.

    Raises:
        scenes.errors.SceneError: nothing in it can move.
        scenes.corrections.CorrectionRefused: a correction names what isn't there.
    """
    from physics.mjcf import write_mjcf
    from scenes.corrections import apply_corrections, texts_to_bind
    from scenes.from_analysis import build_scene
    from sentences.beside_drawing import add_to_drawing
    from vision.analysis import Analysis
    from vision.labels.binding import rebind

    analysis = Analysis.from_json(json.loads(objects.get(reading_key)))
    if corrections_key is not None:
        corrections = json.loads(objects.get(corrections_key))
        corrected = apply_corrections(analysis, corrections)
        analysis = rebind(corrected, texts_to_bind(analysis, corrected, corrections))
    analysis = add_to_drawing(analysis, sentence)
    scene, analysis = build_scene(analysis, duration_s=duration_s, gravity=gravity)
    return Compiled(
        model_key=_store(objects, "models", write_mjcf(scene).encode(), "application/xml"),
        duration_s=scene.duration_s,
        analysis_key=_store(objects, "analyses", _as_json(analysis.to_json()), "application/json"),
        title=_title(analysis),
        warnings=analysis.warnings,
    )


def compile_sentence(
    objects: ObjectStore, description_key: str, *, duration_s: float | None, gravity: float | None
) -> Compiled:
    """Turn what was understood of a sentence into a model.

    Raises:
        sentences.errors.DescriptionRefused, scenes.errors.SceneError: it can't be put together.
    """
    from physics.mjcf import write_mjcf
    from sentences.description import Description
    from sentences.layout import lay_out
    from sentences.warnings import warnings_of, warnings_of_scene

    description = Description.model_validate_json(objects.get(description_key))
    scene = lay_out(description, duration_s=duration_s, gravity=gravity)
    return Compiled(
        model_key=_store(objects, "models", write_mjcf(scene).encode(), "application/xml"),
        duration_s=scene.duration_s,
        analysis_key=None,
        title=description.title,
        warnings=(*warnings_of(description), *warnings_of_scene(scene)),
    )


def compile_upload(
    objects: ObjectStore, model_key: str, *, duration_s: float | None, gravity: float | None
) -> Compiled:
    """Try an uploaded model out in a sandbox, with another gravity (m/s² downwards) if asked for.

    Raises:
        physics.errors.PhysicsError: it asks for what is not allowed, MuJoCo does not take it, or
            not within the limits.
    """
    from physics.gravity import with_gravity
    from physics.sandbox import compile_untrusted
    from physics.untrusted import check_mjcf

    text = objects.get(model_key).decode()
    if gravity is not None:
        check_mjcf(text)
        text = with_gravity(text, gravity)
        model_key = _store(objects, "models", text.encode(), "application/xml")
    duration_s = DEFAULT_DURATION_S if duration_s is None else duration_s
    compile_untrusted(text, duration_s=duration_s)
    return Compiled(
        model_key=model_key,
        duration_s=duration_s,
        analysis_key=None,
        title=None,
    )


def run(event: Event, services: Container) -> dict[str, Any]:
    """Analysis, description or model key in; out, model key and how long to simulate."""
    progress_of(event["job_id"], services).advance("compile", _BEGINS_AT)
    objects = services.get(ObjectStore)
    if event["source"] == "model":
        compiled = compile_upload(
            objects,
            event["model_key"],
            duration_s=event["duration_s"],
            gravity=event["gravity"],
        )
    elif event["source"] == "prompt":
        compiled = compile_sentence(
            objects,
            event["said"]["description_key"],
            duration_s=event["duration_s"],
            gravity=event["gravity"],
        )
    else:
        compiled = compile_drawing(
            objects,
            event["analysis_key"],
            event["corrections_key"],
            event["prompt"] or "",
            duration_s=event["duration_s"],
            gravity=event["gravity"],
        )
    _record(services, event, compiled)
    return {"model_key": compiled.model_key, "duration_s": compiled.duration_s}


def _record(services: Container, event: Event, compiled: Compiled) -> None:
    now = services.get(Clock).now()
    with services.get(Database).transaction() as transaction:
        record_model(
            transaction,
            event["simulation_id"],
            model_key=compiled.model_key,
            analysis_key=compiled.analysis_key,
            title=compiled.title,
            warnings=[asdict(warning) for warning in compiled.warnings],
            now=now,
        )
        if event["sketch_id"] and compiled.analysis_key:
            record_analysis(
                transaction,
                event["sketch_id"],
                compiled.analysis_key,
                version=event.get("corrections_version", 0),  # none in jobs from before there was
                now=now,
            )
        if "related" in event:  # read just now, by this version of the reader
            image_sha256 = PurePosixPath(event["image_key"]).stem
            keep_reading(transaction, image_sha256, READER_VERSION, event["analysis_key"], now=now)


def _store(objects: ObjectStore, prefix: str, data: bytes, content_type: str) -> str:
    key = content_key(prefix, data, ".xml" if content_type == "application/xml" else ".json")
    objects.put(key, data, content_type)
    return key


def _as_json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _title(analysis: Analysis) -> str:
    """What a person would search for: the marks, then the writing."""
    kinds = dict.fromkeys(shape.kind for shape in analysis.shapes)
    return "; ".join(part for part in (", ".join(kinds), *(t.text for t in analysis.texts)) if part)


handler = task_handler(CompileConfig, run)
