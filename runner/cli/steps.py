"""The steps of a run that has begun: one that fails is told of, and no other is left out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.cli import early_end
from runner.cli.exit_status import DONE
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator


class Steps:
    """Carries on after errors, and keeps the exit status of the first."""

    def __init__(self, status: int) -> None:
        self.status = status

    @contextmanager
    def step(self) -> Iterator[None]:
        """Take a step; whatever it raises is told, and is no reason to end."""
        try:
            yield
        except (Exception, Interrupted) as error:  # noqa: BLE001 - rows are there: they come first
            self.failed(early_end.tell(error))

    def failed(self, status: int) -> None:
        """Note an exit status; the first one that is not `DONE` stays."""
        if self.status == DONE:
            self.status = status
