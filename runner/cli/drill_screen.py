"""The lines on the terminal while drills are done."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from runner.cli.live_screen import LiveScreen
from runner.cli.progress import Pace
from runner.drills.several import expected_seconds
from runner.messages import message
from runner.report.catalogue import text
from runner.report.drill_names import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType

    from runner.drills.several import AdapterCase
    from runner.results.observation import Observation

    Key = tuple[str, str, str]

REMEMBERED = 8
"""The results that are shown live."""


class DrillScreen(LiveScreen):
    """The cases of drills as they are done, several at a time."""

    def __init__(
        self, console: Console, cases: Sequence[AdapterCase], at_a_time: int, *, quiet: bool = False
    ) -> None:
        """Take where to write, and what is to come."""
        super().__init__(console, quiet=quiet)
        self._seconds = {it.key: expected_seconds([it], at_a_time) for it in cases}
        self._pace = Pace(sum(self._seconds.values()))
        self._now: list[Key] = []
        self._done = 0
        self._last: deque[str] = deque(maxlen=REMEMBERED)

    def begins(self, case: AdapterCase) -> None:
        """Tell what is done now."""
        self._now.append(case.key)

    def ended(self, seen: Observation) -> None:
        """Tell what was seen."""
        key = seen.key
        self._now.remove(key)
        self._done += 1
        self._pace.did(self._seconds[key])
        line = message("screen.seen", case=names(key), said=seen.said)
        self._last.append(text(line))
        done, of, left = self._done, len(self._seconds), self._pace.left
        self._say(message("screen.drilled", done=done, of=of, left=left, seen=line))

    def _display(self) -> RenderableType:
        done = self._done, len(self._seconds)
        counted = message("drills.done", done=self._done, count=len(self._seconds))
        cases = [message("screen.case", case=names(key)) for key in self._now]
        starting = [message("drills.starting")]
        return self._group(
            self._pace,
            done,
            self._line(text(counted)),
            *(self._line(text(message("screen.now", what=it)), "bold") for it in cases or starting),
            *(self._line(f"    {it}", "dim") for it in self._last),
        )
