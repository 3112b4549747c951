"""What was not understood of a sentence, and what was assumed, as warnings."""

from __future__ import annotations

from scenes.scene import Scene
from scenes.stiff import SUGGESTION, too_stiff
from vision.analysis import Warning

from .description import Description


def warnings_of(description: Description) -> tuple[Warning, ...]:
    """One for the words that found no place, and one for each assumption."""
    warnings = [
        Warning("ASSUMED", note, suggestion="Say it in the sentence to have it otherwise.")
        for note in description.assumed
    ]
    if description.unplaced:
        words = ", ".join(f'"{word}"' for word in description.unplaced)
        warnings.insert(
            0,
            Warning(
                "WORDS_NOT_PLACED",
                f"These words found no place in the scene: {words}.",
                suggestion="Say it in other words, or draw it.",
            ),
        )
    return tuple(warnings)


def warnings_of_scene(scene: Scene) -> tuple[Warning, ...]:
    """What is simulated otherwise than it was said."""
    return tuple(
        Warning("SPRING_TOO_STIFF", each.message, suggestion=SUGGESTION)
        for each in too_stiff(scene)
    )
