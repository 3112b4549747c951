"""Labels: what is written in a drawing, what it means, and which mark it belongs to."""

from .reader import LabelReader, ReaderUnavailable, Reading
from .reading import ReadText, read_labels

__all__ = ["LabelReader", "ReadText", "ReaderUnavailable", "Reading", "read_labels"]
