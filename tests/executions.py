"""Executions that only remember: for tests of what starts them. Held to the adapter's contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.errors import DependencyUnavailable


class RememberedExecutions:
    """The `Executions` port without a state machine behind it.

    Attributes:
        given: the input of each execution that was ever started, by its name.
        running: the names of those that have not ended.
        down: whether every call fails.
    """

    def __init__(self) -> None:
        self.given: dict[str, Mapping[str, Any]] = {}
        self.running: set[str] = set()
        self.down = False

    def start(self, name: str, given: Mapping[str, Any]) -> bool:
        self._answer()
        if name in self.given:
            return False
        self.given[name] = given
        self.running.add(name)
        return True

    def stop(self, name: str, reason: str) -> None:
        self._answer()
        self.running.discard(name)

    def is_running(self, name: str) -> bool:
        self._answer()
        return name in self.running

    def check(self) -> None:
        self._answer()

    def _answer(self) -> None:
        if self.down:
            raise DependencyUnavailable
