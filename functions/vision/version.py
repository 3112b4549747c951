"""The reader's version: part of the key of every cached analysis."""

from __future__ import annotations

READER_VERSION = "55"
"""Raise it with every change that may read a drawing differently."""
