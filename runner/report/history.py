"""Several runs as tables: which they are, what changed between them, and each cell over them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.analysis.change import ANCHORED
from runner.analysis.environments import differences, started
from runner.analysis.history import METRICS, lines
from runner.messages import message
from runner.metrics import SHARE_OF_LIMIT
from runner.report.about import minute
from runner.report.formats import NOTHING, number, share
from runner.report.model import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.analysis.history import Line, Point
    from runner.analysis.measured_run import MeasuredRun
    from runner.messages import Message
    from runner.metrics import Metric
    from runner.report.model import Cell

    Environment = Mapping[str, Any]
    """The content of an `environment.json`."""


@dataclass(frozen=True)
class HistoryTable:
    """A metric of the cells over the runs, as figures and as the lines behind them."""

    table: Table
    lines: Sequence[Line]
    """One for each row of the table."""


def runs_table(
    runs: Sequence[MeasuredRun], folders: Sequence[str], environments: Sequence[Environment]
) -> Table:
    """Return a row for each run: its folder, and what is another than in the run before."""
    before = [None, *environments][:-1]
    return Table(
        message("history.runs"),
        [
            Column(message("history.run"), folds=False),
            Column(message("history.folder"), folds=False),
            Column(message("history.begun"), folds=False),
            Column(message("history.bad"), numeric=True),
            Column(message("history.changed")),
        ],
        [
            Row(
                [
                    run.name,
                    folder,
                    begun(known) or NOTHING,
                    str(sum(row.bad for row in run.rows.measured)),
                    message("history.changes", changes=_changes(earlier, known)),
                ]
            )
            for run, folder, earlier, known in zip(runs, folders, before, environments, strict=True)
        ],
    )


def begun(known: Environment) -> str:
    """Return the minute at which a run began; empty where that was not kept."""
    moment = started(known)
    return minute(moment) if moment else ""


def _changes(before: Environment | None, known: Environment) -> list[Message | str]:
    """Say what could explain that a number changed, in the words of `compare`."""
    if before is None:
        return [NOTHING]
    changes = [
        message(
            "history.change",
            name=it.facts["name"],
            before=it.facts["a"],
            after=it.facts["b"],
        )
        if it.id == "runs.differ"
        else it
        for it in differences([before], [known])
    ]
    return [*changes] or [NOTHING]


def history_tables(runs: Sequence[MeasuredRun]) -> Iterator[HistoryTable]:
    """Yield a table for each metric that any cell has in any run."""
    for metric in METRICS:
        of_metric = lines(runs, metric)
        if of_metric:
            yield HistoryTable(_table(runs, metric, of_metric), of_metric)


def _table(runs: Sequence[MeasuredRun], metric: Metric, of_metric: Sequence[Line]) -> Table:
    return Table(
        message("history.metric", metric=metric.column),
        [
            Column(message("history.cell"), folds=False),
            *(Column(run.name, numeric=True) for run in runs),
        ],
        [Row([line.cell, *(_figure(it, metric) for it in line.points)]) for line in of_metric],
        list(_notes(metric, of_metric)),
    )


def _figure(point: Point | None, metric: Metric) -> Cell:
    """Write a value, and under it the version that begins there."""
    if point is None:
        return NOTHING
    written = share if metric is SHARE_OF_LIMIT else number
    figure = written(point.value)
    if not point.is_new:
        return figure
    return message("history.new_version", figure=figure, version=point.version)


def _notes(metric: Metric, of_metric: Sequence[Line]) -> Iterator[Message]:
    """Yield what the figures are, and why some are missing."""
    yield message("history.figures")
    if metric not in ANCHORED:
        yield message("history.absolute")
    refused: dict[Message, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in of_metric:
        for point in filter(None, line.points):
            if point.reason:
                refused[point.reason][line.cell].append(point.run)
    for reason, cells in refused.items():
        where = [message("history.where", cell=cell, runs=runs) for cell, runs in cells.items()]
        yield message("history.refused", reason=reason, where=where)
