"""The lines on the terminal while a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from runner.cli.live_screen import LiveScreen
from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.palette import in_order
from runner.report.formats import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        line = message(
            "screen.line",
            done=progress.done,
            of=progress.cells,
            left=progress.left,
            round=result.round,
            cell=result.cell.id,
            words=list(_parts(result)),
        )
        self._say(line)

    def _display(self) -> RenderableType:
        progress = self._progress
        done, cells, bad = progress.done, progress.cells, progress.bad
        counted = message("screen.done", done=done, count=cells)
        if bad:
            counted = message("screen.done_bad", done=done, count=cells, bad=bad)
        below = [
            self._line(text(counted)),
            self._line(text(message("screen.now", what=progress.now)), "bold"),
        ]
        if last := progress.last:
            words = message("screen.last", cell=last.cell.id, words=list(_parts(last)))
            below.append(self._line(text(words), "dim"))
        if progress.latest:
            below.append(self._speeds(progress.latest))
        if said := progress.noise.said:
            below.append(self._line(text(said)))
        return self._group(progress, (done, cells), *below)

    def _speeds(self, latest: Mapping[str, Row]) -> RenderableType:
        """Draw a line for each adapter: its last throughput and p99, and where it had them."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
        for heading in HEADINGS:
            table.add_column(text(heading), no_wrap=True, overflow="ellipsis")
        for column in table.columns[1:3]:
            column.justify = "right"
        for name in in_order(latest):
            row = latest[name]
            figures = number(row.ops_per_s), number(row.total_ms_p99)
            table.add_row(*map(escape, (name, *figures, _where(row))))
        return table


HEADINGS = (
    message("screen.adapter"),
    message("screen.per_second"),
    message("screen.p99"),
    message("screen.where"),
)


def _where(row: Row) -> str:
    """Name the group and the round of a row, and what else is to be known of it."""
    failed = row.failed_of_attempts
    parts = [message("screen.failed", share=failed)] if failed else []
    if row.starved_clients:
        parts.append(message("mark.starves", clients=row.starved_clients))
    return ", ".join([f"{row.cell.group} #{row.round}", *map(text, parts)])


def _parts(row: Row) -> Iterator[Message]:
    """Yield what is to be known of a result."""
    if row.operations is not None:
        yield _served(row)
        if row.total_ms_p50 is not None:
            yield message("screen.half", ms=row.total_ms_p50)
        if row.total_ms_p99 is not None:
            yield message("screen.nearly_all", ms=row.total_ms_p99)
        if row.failed_of_attempts:
            yield message("screen.failed", share=row.failed_of_attempts)
        if row.starved_clients and not row.conditions.leak:
            yield message("mark.starves", clients=row.starved_clients)
        if row.leaked:
            yield message("screen.leaked", leaked=row.leaked)
    if row.bad:
        yield message("screen.bad", status=row.status.value, reason=row.reason)


def _served(row: Row) -> Message:
    """Say how fast operations were, or how many where a speed means nothing."""
    if row.conditions.steady:
        return message("screen.rate", rate=row.ops_per_s)
    return message("screen.served", ok=row.ok, of=row.attempts)
