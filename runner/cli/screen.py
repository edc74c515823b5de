"""The lines on the terminal while a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.cli.live_screen import LiveScreen
from runner.messages import message
from runner.report.catalogue import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, RenderableType

    from runner.cli.progress import Progress
    from runner.messages import Message
    from runner.plan.plan import Cell
    from runner.results.row import Row


class Screen(LiveScreen):
    """The cells of a run as they are measured."""

    def __init__(self, console: Console, progress: Progress, *, quiet: bool = False) -> None:
        """Take where to write, and what to show."""
        super().__init__(console, quiet=quiet)
        self._progress = progress

    def begins(self, cell: Cell, round_: int) -> None:
        """Tell what is measured now."""
        self._progress.begins(cell, round_)

    def ended(self, result: Row) -> None:
        """Tell what came out."""
        progress = self._progress
        progress.ended(result)
        self._say(
            message(
                "screen.ended",
                done=progress.done,
                of=progress.cells,
                left=progress.left,
                round=result.round,
                cell=result.cell.id,
                result=list(_parts(result)),
            )
        )

    def _display(self) -> RenderableType:
        progress = self._progress
        done = progress.done, progress.cells
        what = (
            message("screen.bad_cells", bad=progress.bad)
            if progress.bad
            else message("screen.cells")
        )
        last = [f"{row.cell.id}: {in_words(row)}" for row in progress.last]
        return self._group(progress, done, what, [progress.now], last)


def in_words(row: Row) -> str:
    """Return a result in a line."""
    return ", ".join(map(text, _parts(row)))


def _parts(row: Row) -> Iterator[Message]:
    if row.operations is not None:
        yield message("screen.rate", rate=row.ops_per_s)
        if row.total_ms_p50 is not None:
            yield message("screen.half", ms=row.total_ms_p50)
        if row.failed_share:
            yield message("screen.failed", share=row.failed_share)
        if row.leaked:
            yield message("screen.leaked", leaked=row.leaked)
    if row.bad:
        yield message("screen.bad", status=row.status.value, reason=row.reason)
