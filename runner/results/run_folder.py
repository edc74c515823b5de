"""The files of a run: made before the first measurement, appended to at once, never rewritten.

What was measured is in the file as soon as it is known. A write that fails takes nothing with it:
the file keeps its whole lines, and the error carries the rows that found no place.
"""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import asdict, fields
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from runner.results.round_trips import RoundTrips
from runner.results.row import Result, TurnResult
from runner.results.row_builder import summaries
from runner.results.timeline import TimeLineSlot
from runner.results.yardstick import Yardstick

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from _typeshed import DataclassInstance

    from runner.worker.histogram import Histogram

LATEST = "latest"

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
        stem = f"{name}-{now:%Y%m%dT%H%M%SZ}"
        try:
            folder = _fresh(reports, stem)
            run_folder = cls(folder)
            run_folder.charts.mkdir()
            (folder / "histograms").mkdir()
            run_folder._append("cells.csv", _csv([[column.name for column in fields(Result)]]))
            run_folder._append("turns.csv", _csv([[column.name for column in fields(TurnResult)]]))
            run_folder._append(
                "yardstick.csv", _csv([[column.name for column in fields(Yardstick)]])
            )
            _point(reports / LATEST, folder)
        except OSError as error:
            raise RunFolderError(f"cannot make a report in {reports}: {error.strerror}") from error
        return run_folder

    def write(self, name: str, text: str) -> None:
        """Write a whole file, or leave the one that is there."""
        path = self.path / name
        fresh = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(exist_ok=True)
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(path)
        except OSError as error:
            raise RunFolderError(f"cannot write {path}: {error.strerror}") from error

    def read(self, name: str) -> str:
        """Return a file of the run. Raises RunFolderError."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except OSError as error:
            raise RunFolderError(f"cannot read {self.path / name}: {error.strerror}") from error

    def environment(self) -> dict[str, Any]:
        """Return what `environment.json` says. Raises RunFolderError."""
        try:
            found: dict[str, Any] = json.loads(self.read("environment.json"))
        except json.JSONDecodeError as error:
            path = self.path / "environment.json"
            raise RunFolderError(f"{path} is not JSON: {error}") from error
        return found

    def append_turn(self, turn: TurnResult) -> None:
        """Add the line of a turn."""
        self._append("turns.csv", _csv([asdict(turn).values()]))

    def append_timeline(self, slots: Sequence[TimeLineSlot]) -> None:
        """Add the time line of a turn; the first one begins the file."""
        if slots:
            there = (self.path / "timeline.csv").exists()
            head = [] if there else [[column.name for column in fields(TimeLineSlot)]]
            self._append("timeline.csv", _csv([*head, *(asdict(slot).values() for slot in slots)]))

    def append_yardstick(self, line: Yardstick) -> None:
        """Add what was measured of the machine itself."""
        self._append("yardstick.csv", _csv([asdict(line).values()]))

    def yardsticks(self) -> list[Yardstick]:
        """Return every line of `yardstick.csv`."""
        return self._lines("yardstick.csv", Yardstick)

    def round_trips(self) -> list[RoundTrips]:
        """Return every line of `roundtrips.csv`, none where they were not counted."""
        there = (self.path / "roundtrips.csv").exists()
        return self._lines("roundtrips.csv", RoundTrips) if there else []

    def write_lines(self, name: str, lines: Sequence[DataclassInstance]) -> None:
        """Write a whole CSV file, a line for each value; nothing where there is none."""
        if lines:
            head = [column.name for column in fields(lines[0])]
            self.write(name, _csv([head, *(asdict(line).values() for line in lines)]))

    def append(self, results: Sequence[Result]) -> None:
        """Add the rows of a group in one write."""
        self._append("cells.csv", _csv([asdict(result).values() for result in results]))

    def write_histograms(self, result: Result, histograms: Mapping[str, Histogram]) -> None:
        """Write the distributions of a cell in a round: a line for each bucket that has any."""
        rows: list[Iterable[object]] = [("part", "from_ns", "below_ns", "count")]
        for part, histogram in histograms.items():
            rows += [(part, *bucket) for bucket in histogram.buckets()]
        name = f"histograms/{result.cell}.round{result.round}.session{result.session}.csv"
        self.write(name, _csv(rows))

    def results(self) -> list[Result]:
        """Return every row of `cells.csv`."""
        return self._lines("cells.csv", Result)

    def turns(self) -> list[TurnResult]:
        """Return every row of `turns.csv`."""
        return self._lines("turns.csv", TurnResult)

    def _lines(self, name: str, kind: type[L]) -> list[L]:
        """Read a file of values; a last line that was cut off does not count.

        Columns that an older version did not write are empty. Raises RunFolderError.
        """
        types = get_type_hints(kind)
        rows = csv.DictReader(io.StringIO(_whole_lines(self.read(name))))
        try:
            return [
                kind(**{key: _value(row[key], types[key]) for key in types if key in row})
                for row in rows
            ]
        except (KeyError, ValueError, TypeError) as error:
            path = self.path / name
            raise RunFolderError(f"{path}:{rows.line_num}: cannot be read: {error!r}") from error

    def mend(self) -> None:
        """Cut off the half line that a killed run may have left at the end of its files."""
        names = ("cells.csv", "turns.csv", "yardstick.csv", "timeline.csv")
        for name in (name for name in names if (self.path / name).exists()):
            whole = _whole_lines(self.read(name)).encode()
            if len(whole) != (self.path / name).stat().st_size:
                os.truncate(self.path / name, len(whole))

    def write_summary(self, results: Iterable[Result]) -> None:
        """Write `summary.csv`."""
        lines = summaries(results)
        if lines:
            self.write("summary.csv", _csv([list(lines[0]), *(line.values() for line in lines)]))

    def _append(self, name: str, text: str) -> None:
        path = self.path / name
        with path.open("ab", buffering=0) as file:
            before = file.tell()
            data = text.encode()
            try:
                while data:
                    data = data[file.write(data) :]
                os.fsync(file.fileno())
            except OSError as error:
                os.truncate(path, before)
                raise RunFolderError(f"cannot write {path}: {error.strerror}", text) from error


def _fresh(reports: Path, stem: str) -> Path:
    reports.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = reports / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def _point(link: Path, folder: Path) -> None:
    """Let the link lead to the folder; where there are no links, a file holds its name."""
    fresh = link.with_name(f".{link.name}.{folder.name}")
    try:
        fresh.symlink_to(folder.name, target_is_directory=True)
    except OSError:
        fresh.write_text(f"{folder.name}\n", encoding="utf-8")
    fresh.replace(link)


def _csv(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """Write floats to six digits; a line of text stays a line, so that a cut one is seen."""
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.1f}"  # noqa: PLR2004 - 6 digits
    return " ".join(value.splitlines()) if isinstance(value, str) else value


def _whole_lines(text: str) -> str:
    return text[: text.rfind("\n") + 1]


def _value(text: str, kind: Any) -> Any:
    options = get_args(kind) or (kind,)
    if NoneType in options and text == "":
        return None
    return options[0](text)
