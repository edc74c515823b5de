"""The files of a run: made before the first measurement, appended to at once, never rewritten.

What was measured is in the file as soon as it is known. A write that fails takes nothing with it:
the file keeps its whole lines, and the error carries the rows that found no place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from runner.results import csv_file, line_file, new_folder
from runner.results.csv_file import CsvError
from runner.results.round_trips import RoundTrips
from runner.results.row import Result, TurnResult
from runner.results.yardstick import Yardstick

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from _typeshed import DataclassInstance

    from runner.worker.histogram import Histogram

APPENDED: Mapping[str, type[DataclassInstance]] = {
    "cells.csv": Result,
    "turns.csv": TurnResult,
    "yardstick.csv": Yardstick,
}
"""The files that grow while a run measures, and what a line of each is."""

L = TypeVar("L")


class RunFolderError(Exception):
    """A file of the run cannot be read or written; `rows` is what could not be stored, as CSV."""

    def __init__(self, message: str, rows: str = "") -> None:
        super().__init__(message)
        self.rows = rows


class RunFolder:
    """One folder under `reports/`."""

    def __init__(self, folder: Path) -> None:
        """Take a folder that is there; see `create` for a new one."""
        self.path = folder
        self.charts = folder / "charts"

    @classmethod
    def create(cls, reports: Path, name: str, now: dt.datetime) -> RunFolder:
        """Make `reports/<name>-<UTC time>` with its files, and let `reports/latest` lead to it."""
        try:
            run_folder = cls(new_folder.make(reports, f"{name}-{now:%Y%m%dT%H%M%SZ}"))
            run_folder.charts.mkdir()
            (run_folder.path / "histograms").mkdir()
            for file, kind in APPENDED.items():
                run_folder._append(file, csv_file.header(kind))
            new_folder.call_latest(run_folder.path)
        except OSError as error:
            raise RunFolderError(f"cannot make a report in {reports}: {error.strerror}") from error
        return run_folder

    def write(self, name: str, text: str) -> None:
        """Write a whole file, or leave the one that is there."""
        path = self.path / name
        try:
            line_file.replace(path, text)
        except OSError as error:
            raise RunFolderError(f"cannot write {path}: {error.strerror}") from error

    def read(self, name: str) -> str:
        """Read a file of the run. Raises RunFolderError."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except OSError as error:
            raise RunFolderError(f"cannot read {self.path / name}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise RunFolderError(f"cannot read {self.path / name}: no UTF-8") from error

    def environment(self) -> dict[str, Any]:
        """Read `environment.json`. Raises RunFolderError."""
        try:
            environment: dict[str, Any] = json.loads(self.read("environment.json"))
        except json.JSONDecodeError as error:
            path = self.path / "environment.json"
            raise RunFolderError(f"{path} is not JSON: {error}") from error
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
        try:
            return csv_file.parse(self.read(name), kind)
        except CsvError as error:
            raise RunFolderError(f"cannot read {self.path / name}: {error}") from error

    def write_lines(self, name: str, lines: Sequence[DataclassInstance]) -> None:
        """Write a whole CSV file, a line for each value; nothing where there is none."""
        if lines:
            self.write(name, csv_file.header(type(lines[0])) + csv_file.lines(lines))

    def write_summary(self, summaries: Sequence[Mapping[str, object]]) -> None:
        """Write `summary.csv`, a line for each cell; nothing where there is none."""
        if summaries:
            self.write("summary.csv", csv_file.table(summaries))

    def write_histograms(self, result: Result, histograms: Mapping[str, Histogram]) -> None:
        """Write the distributions of a cell in a round: a line for each bucket that has any."""
        rows: list[dict[str, object]] = []
        for part, histogram in histograms.items():
            for lower, upper, count in histogram.buckets():
                rows.append({"part": part, "from_ns": lower, "below_ns": upper, "count": count})
        name = f"histograms/{result.cell}.round{result.round}.session{result.session}.csv"
        if rows:
            self.write(name, csv_file.table(rows))

    def mend(self) -> None:
        """Cut off the half line that a killed run may have left at the end of its files.

        Raises RunFolderError.
        """
        for name in APPENDED:
            path = self.path / name
            try:
                line_file.cut_half_line(path)
            except OSError as error:
                raise RunFolderError(f"cannot mend {path}: {error.strerror}") from error

    def _append(self, name: str, text: str) -> None:
        path = self.path / name
        try:
            line_file.append(path, text)
        except OSError as error:
            raise RunFolderError(f"cannot write {path}: {error.strerror}", text) from error
