"""What is read in a sentence may change with this; what was kept of other versions is not used."""

from __future__ import annotations

SENTENCES_VERSION = "7"
