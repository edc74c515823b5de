"""What the terminal shows while a run goes on and at its end."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from runner.summary import summaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from rich.console import RenderableType

    from runner.matrix import Cell
    from runner.progress import Progress
    from runner.result import Result

NOTHING = "–"  # noqa: RUF001 - a dash for a value that there is not


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

    def ended(self, result: Result) -> None:
        """Tell what came out."""
        progress = self._progress
        progress.ended(result)
        if self._live is None and not self._quiet:
            head = f"[{progress.done}/{progress.cells}, {duration(progress.left)} left]"
            line = f"{head} round {result.round} {result.cell}: {in_words(result)}"
            self._console.print(escape(line), soft_wrap=True, highlight=False)

    def _display(self) -> RenderableType:
        progress = self._progress
        times = f"{duration(progress.elapsed)} gone, {duration(progress.left)} left"
        bad = f", {progress.bad} bad" if progress.bad else ""
        lines: list[RenderableType] = [
            ProgressBar(total=max(1, progress.cells), completed=progress.done, width=60),
            Text(f"{progress.done} of {progress.cells} cells{bad}; {times}"),
            Text(f"now {progress.now}", style="bold"),
        ]
        lines += [Text(f"    {row.cell}: {in_words(row)}", style="dim") for row in progress.last]
        return Group(*lines)


def in_words(row: Result) -> str:
    """Return a result in a line."""
    if row.operations is None:
        return f"{row.status}: {row.reason}"
    parts = [f"{number(row.ops_per_s)} operations/s"]
    if row.total_ms_p50 is not None:
        parts.append(f"half within {number(row.total_ms_p50)} ms")
    if row.failed_share:
        parts.append(f"{row.failed_share:.1%} failed")
    if row.leaked:
        parts.append(f"{row.leaked} leaked")
    if row.bad:
        parts.append(f"{row.status}: {row.reason}")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return seconds as a person says them: `7 s`, `3 min 20 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"  # noqa: PLR2004


def number(value: float | None) -> str:
    """Return three significant digits, and no more zeros than a person reads."""
    if value is None:
        return NOTHING
    if abs(value) >= 100:  # noqa: PLR2004 - from here on three digits stand before the point
        return f"{value:,.0f}"
    return f"{value:.3g}"


COLUMNS = {
    "operations/s": "ops_per_s",
    "wait p50 ms": "wait_ms_p50",
    "total p50 ms": "total_ms_p50",
    "total p99 ms": "total_ms_p99",
    "longest wait ms": "wait_ms_max",
}
"""Heading -> metric whose median over the rounds is shown."""


def tables(results: Iterable[Result]) -> Iterable[Table]:
    """Return a table for each group, the adapters of one under the other."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for line in summaries(results):
        groups.setdefault(line["group"], []).append(line)
    for lines in sorted(groups.values(), key=_by_group):
        yield _table(lines)


def _by_group(lines: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    first = lines[0]
    return first["workload"], first["cpus"], first["leak"], first["clients"], first["group"]


def _table(lines: Sequence[Mapping[str, Any]]) -> Table:
    first = lines[0]
    size = next((line["pool_max"] for line in lines if line["pool_max"] is not None), None)
    title = f"{first['workload']}, {first['clients']} clients"
    title += f" on {size} connections" if size else ""
    title += f", {first['leak']:.0%} never released" if first["leak"] else ""
    title += ", on one core" if first["cpus"] == "one" else ""
    table = Table(title=title, title_justify="left", title_style="bold", expand=False)
    table.add_column("adapter")
    for heading in (*COLUMNS, "failed", "fairness", "rounds"):
        table.add_column(heading, justify="right")
    for line in sorted(lines, key=lambda line: -(line["ops_per_s_median"] or 0.0)):
        table.add_row(escape(line["adapter"]), *map(escape, _fields(line)))
    return table


def _fields(line: Mapping[str, Any]) -> list[str]:
    medians = [number(line[f"{metric}_median"]) for metric in COLUMNS.values()]
    if line["rounds"] > 1 and line["ops_per_s_median"] is not None:
        medians[0] += f" ({number(line['ops_per_s_min'])}-{number(line['ops_per_s_max'])})"
    failed, fairness = line["failed_share_median"], line["jain_median"]
    bad = f", {line['bad_rounds']} bad" if line["bad_rounds"] else ""
    return [
        *medians,
        NOTHING if failed is None else f"{failed:.1%}",
        NOTHING if fairness is None else f"{fairness:.2f}",
        f"{line['rounds']}{bad}",
    ]
