"""The files of a run: made before the first measurement, appended to at once, never rewritten.

What was measured is in the file as soon as it is known. A write that fails takes nothing with it:
the file keeps its whole lines, and the error carries the rows that found no place.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, TypeVar

from runner.results import csv_file, line_file, new_folder
from runner.results.round_trips import RoundTrips
from runner.results.row import Result, TurnResult
from runner.results.run_folder_error import cannot
from runner.results.yardstick import Yardstick

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from _typeshed import DataclassInstance

    from runner.results.histogram_log import HistogramLog
    from runner.worker.histogram import Histogram

APPENDED: Mapping[str, type[DataclassInstance]] = {
    "cells.csv": Result,
    "turns.csv": TurnResult,
    "yardstick.csv": Yardstick,
}
"""The tables that grow while a run measures, and what a line of each is."""

HISTOGRAMS = "histograms.hlog"

L = TypeVar("L")


class RunFolder:
    """One folder under `reports/`."""

    def __init__(self, folder: Path) -> None:
        """Take a folder that is there; see `create` for a new one."""
        self.path = folder
        self.charts = folder / "charts"

    @classmethod
    def create(cls, reports: Path, name: str, now: dt.datetime) -> RunFolder:
        """Make `reports/<name>-<UTC time>` with its files, and let `reports/latest` lead to it."""
        with cannot("make a report in", reports):
            run_folder = cls(new_folder.make(reports, f"{name}-{now:%Y%m%dT%H%M%SZ}"))
            run_folder.charts.mkdir()
            for file, kind in APPENDED.items():
                run_folder._append(file, csv_file.header(kind))
            new_folder.call_latest(run_folder.path)
        return run_folder

    def write(self, name: str, text: str) -> None:
        """Write a whole file, or leave the one that is there. Raises RunFolderError."""
        path = self.path / name
        with cannot("write", path):
            line_file.replace(path, text)

    def read(self, name: str) -> str:
        """Read a file of the run. Raises RunFolderError."""
        path = self.path / name
        with cannot("read", path):
            return path.read_text(encoding="utf-8")

    def environment(self) -> dict[str, Any]:
        """Read `environment.json`. Raises RunFolderError."""
        path = self.path / "environment.json"
        with cannot("read", path):
            environment: dict[str, Any] = json.loads(self.read(path.name))
        return environment

    def append(self, results: Sequence[Result]) -> None:
        """Add the rows of a group in one write."""
        self._append("cells.csv", csv_file.lines(results))

    def append_turn(self, turn: TurnResult) -> None:
        """Add the line of a turn."""
        self._append("turns.csv", csv_file.lines([turn]))

    def append_yardstick(self, line: Yardstick) -> None:
        """Add what was measured of the machine itself."""
        self._append("yardstick.csv", csv_file.lines([line]))

    def results(self) -> list[Result]:
        """Read every row of `cells.csv`."""
        return self.read_lines("cells.csv", Result)

    def turns(self) -> list[TurnResult]:
        """Read every line of `turns.csv`."""
        return self.read_lines("turns.csv", TurnResult)

    def yardsticks(self) -> list[Yardstick]:
        """Read every line of `yardstick.csv`."""
        return self.read_lines("yardstick.csv", Yardstick)

    def round_trips(self) -> list[RoundTrips]:
        """Read every line of `roundtrips.csv`, none where they were not counted."""
        counted = (self.path / "roundtrips.csv").exists()
        return self.read_lines("roundtrips.csv", RoundTrips) if counted else []

    def read_lines(self, name: str, kind: type[L]) -> list[L]:
        """Read a CSV file of values; a last line that was cut off does not count.

        Columns that an older version did not write have their defaults. Raises RunFolderError.
        """
        with cannot("read", self.path / name):
            return csv_file.parse(self.read(name), kind)

    def write_lines(self, name: str, lines: Sequence[DataclassInstance]) -> None:
        """Write a whole CSV file, a line for each value; nothing where there is none."""
        if lines:
            self.write(name, csv_file.header(type(lines[0])) + csv_file.lines(lines))

    def write_summary(self, summaries: Sequence[Mapping[str, object]]) -> None:
        """Write `summary.csv`, a line for each cell; nothing where there is none."""
        if summaries:
            self.write("summary.csv", csv_file.table(summaries))

    def append_histograms(self, measured: Iterable[tuple[Result, Mapping[str, Histogram]]]) -> None:
        """Add the distributions behind rows to the log, by part; nothing for an empty one.

        Raises RunFolderError, without rows: these have their place already.
        """
        from runner.results import histogram_log

        path = self.path / HISTOGRAMS
        with cannot("write", path):
            histogram_log.append(path, measured, dt.datetime.now(dt.UTC))

    def histograms(self, cell: str | None = None) -> HistogramLog:
        """Read the distributions of the run, or of one cell; none in reports older than the log.

        Lines that cannot be read are left out and numbered. Raises RunFolderError.
        """
        from runner.results import histogram_log

        path = self.path / HISTOGRAMS
        with cannot("read", path):
            return histogram_log.read(path, cell)

    def mend(self) -> None:
        """Cut half lines, as a killed run may leave them, off the files. Raises RunFolderError."""
        for path in (self.path / name for name in (*APPENDED, HISTOGRAMS)):
            with cannot("mend", path):
                line_file.cut_half_line(path)

    def _append(self, name: str, text: str) -> None:
        path = self.path / name
        with cannot("write", path, text):
            line_file.append(path, text)
