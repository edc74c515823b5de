"""The files of a run: made before the first measurement, appended to at once, never rewritten.

What was measured is in the file as soon as it is known. A write that fails takes nothing with it:
the file keeps its whole lines, and the error carries the rows that found no place.
"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from runner.redaction import REDACTOR
from runner.results import csv_file, environment_file, folder_lock, line_file, new_folder
from runner.results.cycle import CycleRow
from runner.results.kept_text import kept
from runner.results.observation import Observation
from runner.results.ramp import Ramp, ramp_of
from runner.results.round_trips import RoundTrips, round_trips_of
from runner.results.row import HEADER, Row, TurnRow
from runner.results.row_reading import row_of
from runner.results.rows import Rows
from runner.results.run_folder_error import RunFolderError, cannot
from runner.results.timeline import TimeLineSlot, timelines
from runner.results.yardstick import Yardstick
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from _typeshed import DataclassInstance

    from runner.results.distribution import Distributions
    from runner.results.histogram_log import HistogramLog
    from runner.results.timeline import TimeLines
    from runner.worker.histogram import Histogram

TURNS = "turns.csv"
APPENDED: Mapping[str, tuple[str, ...]] = {
    "cells.csv": HEADER,
    TURNS: csv_file.columns(TurnRow),
    "yardstick.csv": csv_file.columns(Yardstick),
}
"""The tables that grow while a run measures, and their columns."""

FOR_PEOPLE = {".log", ".md", ".txt"}
"""The endings of files in which every secret is masked. In the others it is only so in what drivers
say: a password may be a word of ours, and the file has to be read again."""

ENVIRONMENT = "environment.json"
HISTOGRAMS = "histograms.hlog"
TIMELINE = "timeline.csv"
CYCLES = "cycles.csv"
RAMPS = "ramps.csv"
DRILLS = "drills.csv"
DRILLED_ON = "drills-environment.json"
"""The environment of drills that were done beside a run."""

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
            for file, header in APPENDED.items():
                run_folder._append(file, csv_file.header(header))
            new_folder.call_latest(run_folder.path)
        return run_folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other sessions from writing to it, for as long as this one may.

        Raises RunFolderError, where another one writes to it too.
        """
        with ExitStack() as held:
            with cannot("lock", self.path / folder_lock.LOCK):
                try:
                    held.enter_context(folder_lock.locked(self.path))
                except BlockingIOError:
                    raise RunFolderError(
                        f"another session is writing to {self.path}: wait until it has ended"
                    ) from None
            yield

    def write(self, name: str, text: str) -> None:
        """Write a whole file, or leave the one that is there. Raises RunFolderError.

        A file that people read is shown no secret.
        """
        path = self.path / name
        text = REDACTOR.masked(text) if path.suffix in FOR_PEOPLE else text
        with cannot("write", path):
            if path.parent != self.path:
                path.parent.mkdir(exist_ok=True)
            line_file.replace(path, text)

    def read(self, name: str) -> str:
        """Read a file of the run. Raises RunFolderError."""
        path = self.path / name
        with cannot("read", path):
            return path.read_text(encoding="utf-8-sig")  # some editors begin it with a mark

    def environment(self, name: str = ENVIRONMENT) -> dict[str, Any]:
        """Read `environment.json`: plain values, each of its kind. Raises RunFolderError."""
        with cannot("read", self.path / name):
            return environment_file.parse(self.read(name))

    def append(self, rows: Sequence[Row]) -> None:
        """Add the rows of a group in one write, without a secret in what drivers say."""
        said = [row.with_texts(REDACTOR.masked) for row in rows]
        self._append("cells.csv", csv_file.body([row.columns() for row in said]))

    def append_turns(self, turns: Sequence[TurnRow]) -> None:
        """Add the lines of a cycle of turns in one write: each is flushed to the disk."""
        if turns:
            self._append(TURNS, csv_file.lines(turns))

    def append_timeline(self, slots: Sequence[TimeLineSlot]) -> None:
        """Add the time line of a turn; the first one begins the file."""
        self._append_lines(TIMELINE, slots)

    def timelines(self) -> TimeLines:
        """Read every line of `timeline.csv`; none where no cell has one."""
        if not (self.path / TIMELINE).exists():
            return {}
        key = attrgetter("cell", "session", "round", "turn", "start_ms")
        return timelines(self._parse(TIMELINE, csv_file.reader(TimeLineSlot), key))

    def append_cycle(self, line: CycleRow) -> None:
        """Add the line of a cycle; the first one begins the file."""
        self._append_lines(CYCLES, [line])

    def _append_lines(self, name: str, lines: Sequence[DataclassInstance]) -> None:
        """Add lines to a file that only some runs have."""
        if lines:
            begun = line_file.begun(self.path / name)
            head = "" if begun else csv_file.header(csv_file.columns(type(lines[0])))
            self._append(name, head + csv_file.lines(lines))

    def append_ramp(self, ramp: Ramp) -> None:
        """Add a search for the highest rate of a cell; the first one begins the file."""
        begun = line_file.begun(self.path / RAMPS)
        write = csv_file.body if begun else csv_file.table
        self._append(RAMPS, write([ramp.columns()]))

    def ramps(self) -> list[Ramp]:
        """Read every line of `ramps.csv`, each once; none where no rate was looked for."""
        if not (self.path / RAMPS).exists():
            return []
        return self._parse(RAMPS, ramp_of, lambda it: (it.cell, it.number))

    def append_observation(self, line: Observation) -> None:
        """Add what a drill has seen; the first one begins the file."""
        begun = line_file.begun(self.path / DRILLS)
        write = csv_file.body if begun else csv_file.table
        self._append(DRILLS, write([_discreet(line).columns()]))

    def write_observations(self, lines: Sequence[Observation]) -> None:
        """Write what drills have seen in this order, or leave what is there; nothing of none."""
        self.write_table(DRILLS, [_discreet(line).columns() for line in lines])

    def observations(self) -> list[Observation]:
        """Read every line of `drills.csv`, each once; none where there is no such file."""
        if not (self.path / DRILLS).exists():
            return []
        return self._parse(DRILLS, csv_file.reader(Observation), lambda it: it.key)

    def take_drills(self, drills: RunFolder) -> None:
        """Keep what drills have seen beside a run, instead of any before. Raises RunFolderError."""
        self.write(DRILLED_ON, drills.read(ENVIRONMENT))
        self.write_observations(drills.observations())

    def drilled_on(self) -> dict[str, Any]:
        """Read the environment of the drills beside a run; empty where none were taken."""
        return self.environment(DRILLED_ON) if (self.path / DRILLED_ON).exists() else {}

    @property
    def drilled(self) -> bool:
        """It is a folder of drills, and has no cells."""
        return (self.path / DRILLS).exists() and not (self.path / "cells.csv").exists()

    def append_yardstick(self, line: Yardstick) -> None:
        """Add a measurement of the machine itself."""
        self._append("yardstick.csv", csv_file.lines([line]))

    def results(self) -> list[Row]:
        """Read every row of `cells.csv`, each once. Raises RunFolderError."""
        name = "cells.csv"
        rows = self._parse(name, row_of, lambda row: (row.cell.id, row.round, row.session))
        compared = {row.cell.compared for row in rows if row.role is not Role.LIMIT}
        if len(compared) > 1:
            axes = ", ".join(sorted(compared))
            raise RunFolderError(
                f"cannot read {self.path / name}: its rows compare {axes}, not one"
            )
        return rows

    def rows(self) -> Rows:
        """Read the rows that may be compared, with their turns. Raises RunFolderError."""
        turns = self.turns() if (self.path / TURNS).exists() else ()
        return Rows(self.results(), turns)

    def turns(self) -> list[TurnRow]:
        """Read every line of `turns.csv`, each once. Raises RunFolderError."""
        read = csv_file.reader(TurnRow, least=0)
        return self._parse(TURNS, read, lambda it: (it.cell, it.round, it.session, it.turn))

    def cycles(self) -> list[CycleRow]:
        """Read every line of `cycles.csv`, each once; none where there is no such file."""
        if not (self.path / CYCLES).exists():
            return []
        read = csv_file.reader(CycleRow)
        return self._parse(CYCLES, read, lambda it: (it.group, it.round, it.session, it.cycle))

    def yardsticks(self) -> list[Yardstick]:
        """Read every line of `yardstick.csv`, each once. Raises RunFolderError."""
        read = csv_file.reader(Yardstick, least=0)
        return self._parse("yardstick.csv", read, lambda it: (it.round, it.session, it.moment))

    def round_trips(self) -> list[RoundTrips]:
        """Read every line of `roundtrips.csv`, none where they were not counted."""
        name = "roundtrips.csv"
        return self._parse(name, round_trips_of) if (self.path / name).exists() else []

    def read_lines(self, name: str, kind: type[L]) -> list[L]:
        """Read a CSV file of values; a last line that was cut off does not count.

        Columns that an older version did not write have their defaults. Raises RunFolderError.
        """
        return self._parse(name, csv_file.reader(kind))

    def read_table(self, name: str, read: Callable[[Mapping[str, str]], L]) -> list[L]:
        """Read a CSV file that only some runs have; nothing where there is none."""
        return self._parse(name, read) if (self.path / name).exists() else []

    def _parse(
        self,
        name: str,
        read: Callable[[Mapping[str, str]], L],
        key: Callable[[L], Hashable] | None = None,
    ) -> list[L]:
        with cannot("read", self.path / name):
            return csv_file.parse(self.read(name), read, key)

    def write_lines(self, name: str, lines: Sequence[DataclassInstance]) -> None:
        """Write a whole CSV file, a line for each value; nothing where there is none."""
        if lines:
            columns = csv_file.columns(type(lines[0]))
            self.write(name, csv_file.header(columns) + csv_file.lines(lines))

    def write_table(self, name: str, lines: Sequence[Mapping[str, object]]) -> None:
        """Write a whole CSV file, a line for each mapping; nothing where there is none."""
        if lines:
            self.write(name, csv_file.table(lines))

    def rewrite_table(self, name: str, lines: Sequence[Mapping[str, object]]) -> None:
        """Write a CSV file that follows from others: there is none where there are no lines now."""
        with cannot("remove", self.path / name):
            (self.path / name).unlink(missing_ok=True)
        self.write_table(name, lines)

    def append_histograms(
        self, measured: Iterable[tuple[Row, float, Mapping[str, Histogram]]]
    ) -> None:
        """Add the distributions behind rows to the log, by part; nothing for an empty one.

        Beside each row are the counted seconds of its distributions, which may be of one turn.

        Raises RunFolderError, without rows: these have their place already.
        """
        from runner.results import histogram_log

        path = self.path / HISTOGRAMS
        with cannot("write", path):
            histogram_log.append(path, measured, dt.datetime.now(dt.UTC))

    def histograms(self, cell: str | None = None) -> HistogramLog:
        """Read the distributions of the run, or of one cell; none in reports older than the log.

        Lines that cannot be read, or that one before them contradicts, are left out and numbered.
        Raises RunFolderError.
        """
        from runner.results import histogram_log

        path = self.path / HISTOGRAMS
        with cannot("read", path):
            return histogram_log.read(path, cell)

    def distributions(self, rows: Iterable[Row]) -> Distributions:
        """Read the distributions behind rows, by cell. Raises RunFolderError."""
        from runner.results import distribution

        path = self.path / HISTOGRAMS
        with cannot("read", path):
            return distribution.read(path, rows)

    def mend(self) -> None:
        """Cut half lines, as a killed run may leave them, off the files. Raises RunFolderError.

        A table without its first line gets it; one with the columns of another version is refused.
        """
        for path in (self.path / name for name in (*APPENDED, HISTOGRAMS, TIMELINE, CYCLES, RAMPS)):
            with cannot("mend", path):
                line_file.cut_half_line(path)
        for name, columns in APPENDED.items():
            if not line_file.begun(self.path / name):
                self._append(name, csv_file.header(columns))
            elif self.read(name).partition("\n")[0] != csv_file.header(columns).rstrip("\n"):
                path = self.path / name
                raise RunFolderError(f"cannot add to {path}: its columns are not those of now")

    def _append(self, name: str, text: str) -> None:
        path = self.path / name
        with cannot("write", path, text):
            line_file.append(path, text)


def _discreet(line: Observation) -> Observation:
    """Mask every secret in what drivers say."""
    return replace(line, exception=kept(REDACTOR.masked(line.exception)))
