"""The lines on the terminal while a run goes on."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from runner.messages import message
from runner.report.catalogue import text
from runner.report.formats import duration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from rich.console import RenderableType

    from runner.cli.progress import Progress
    from runner.messages import Message
    from runner.plan.plan import Cell
    from runner.results.row import Row


class Screen:
    """A live display on a terminal, a line a cell elsewhere, nothing at all when quiet."""

    def __init__(self, console: Console, progress: Progress, *, quiet: bool = False) -> None:
        """Take where to write, and what to show."""
        self._console = console
        self._progress = progress
        self._quiet = quiet
        self._live: Live | None = None

    def show(self) -> AbstractContextManager[object]:
        """Show the live display for a while, where there is a terminal.

        It is redrawn once a second: the machine belongs to the measurement.
        """
        if self._quiet or not self._console.is_terminal:
            return nullcontext()
        self._live = Live(
            get_renderable=self._display,
            console=self._console,
            refresh_per_second=1,
            transient=True,
        )
        return self._live

    def begins(self, cell: Cell, round_: int) -> None:
        """Tell what is measured now."""
        self._progress.begins(cell, round_)

    def ended(self, result: Row) -> None:
        """Tell what came out."""
        progress = self._progress
        progress.ended(result)
        if self._live is None and not self._quiet:
            head = f"[{progress.done}/{progress.cells}, {duration(progress.left)} left]"
            line = f"{head} round {result.round} {result.cell.id}: {in_words(result)}"
            self._console.print(escape(line), soft_wrap=True, highlight=False)

    def _display(self) -> RenderableType:
        progress = self._progress
        times = f"{duration(progress.elapsed)} gone, {duration(progress.left)} left"
        bad = f", {progress.bad} bad" if progress.bad else ""
        head = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=max(1, progress.cells), completed=progress.done, width=30)
        head.add_row(bar, f"{progress.done} of {progress.cells} cells{bad}; {times}")
        lines: list[RenderableType] = [head, self._line(f"now {progress.now}", "bold")]
        lines += [self._line(f"    {row.cell.id}: {in_words(row)}", "dim") for row in progress.last]
        return Group(*lines)

    def _line(self, line: str, style: str) -> RenderableType:
        return self._console.render_str(escape(line), style=style)


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
