"""An observer that keeps all that it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.worker.histogram import Integers


class Recorder:
    """Keeps the rows of successes and of failures."""

    def __init__(self) -> None:
        self.times: list[list[int]] = []
        self.failures: list[list[int]] = []

    def fold(self, times: Integers, failures: Integers) -> None:
        self.times += times.tolist()
        self.failures += failures.tolist()
