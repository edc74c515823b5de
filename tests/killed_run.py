"""A short run that gets signals at random moments, and what may not be seen of it then."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from runner.results.outcome import CUT_SHORT
from runner.results.rows import paired
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import RunFolderError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from runner.results.row import Row

CONFIG = """\
name: killed
rounds: 2
duration: 300ms
warmup: 50ms
turn: {turn}
limit: false
round_trips: false
control: false
pool: {{max_size: 2, timeout: 200ms}}
matrix: {{adapter: [psycopg3, noop], clients: [2, 3]}}
"""
TURNS = ("150ms", "off")
"""The settings of even and of odd seeds: they fill different files, in different times."""
ROWS = 8

SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
STATUSES = {
    signal.SIGKILL: {-signal.SIGKILL},
    signal.SIGINT: {128 + signal.SIGINT},
    signal.SIGTERM: {128 + signal.SIGTERM, -signal.SIGTERM},  # before the runner handles it
}
"""Signal -> the exit statuses after it."""

GONE_SECONDS = 10.0
"""Limit, from the signal on, for everything to be gone: the runner, and all that it started."""
WHOLE_SECONDS = 60.0
"""Limit for a start that gets no signal."""
FIXED_SHARE = 0.5
"""About the share of a run's time before its first and after its last row."""

OURS = f"{os.sep}runner{os.sep}"
"""The folder of each file of ours in a traceback."""

ENDED = re.compile(r"^\[\d+/\d+, .*? left\] round (\d+) (\S+):", re.MULTILINE)
"""A line of the screen about a row: its round and its cell."""


@dataclass(frozen=True)
class Signalled:
    """A signal, the moment at which it came, and what was wrong then.

    The last start of a run gets `none`: its moment is its end, its length a better estimate.
    """

    seed: int
    length: float
    """Seconds of a whole run, of which the moments were drawn."""
    signal: str
    moment: float
    """Seconds since the start of the process."""
    stage: str
    """`starting`, `measuring` or `concluding`; `ended` where the signal came too late."""
    gone_after: float
    """Seconds until nothing was left."""
    wrong: Sequence[tuple[str, str]] = ()
    """Kind and sentence of each failure."""


@dataclass
class KilledRun:
    """A run in a folder of its own, with temporary files of its own."""

    seed: int
    length: float
    """About the seconds of a run that gets no signal."""
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="poolbench-kill-")))
    said: str = ""
    """What the last process printed."""
    rows: list[Row] = field(default_factory=list)
    """The rows that were stored when it was looked at last."""

    def __post_init__(self) -> None:
        self.folder.chmod(0o755)  # the server's account has to reach its folder in there
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir(mode=0o755)
        self._random = random.Random(self.seed)
        config = CONFIG.format(turn=TURNS[self.seed % 2])
        (self.folder / "killed.yaml").write_text(config, encoding="utf-8")

    def carry_out(self) -> Iterator[Signalled]:
        """Send each signal to one start after the other, and let the last start end by itself."""
        for number in self._random.sample(SIGNALS, len(SIGNALS)):
            yield self._signalled(number)
        share, began = self._share(), time.monotonic()
        status = self._ended(self.start(), WHOLE_SECONDS)
        took = time.monotonic() - began
        wrong = [*([] if status == 0 else [("resume", f"the last start ended with {status}")])]
        wrong += [*self._left(time.monotonic()), *self._changed()]
        try:
            wrong += resumed_badly(self.report)
        except RunFolderError as error:
            wrong.append(("resume", str(error)))
        yield Signalled(self.seed, round(took / share, 2), "none", took, "ended", 0.0, wrong)

    def remove(self) -> None:
        """Remove its folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def report(self) -> RunFolder | None:
        """The report that can be resumed; None where no start has come so far."""
        begun = sorted(self.folder.glob("reports/killed-*/environment.json"))
        return RunFolder(begun[0].parent) if begun else None

    def _share(self) -> float:
        """Estimate the share of a whole run's time that the next start takes."""
        missing = 1 - len(paired(self.rows)) / ROWS
        return FIXED_SHARE + (1 - FIXED_SHARE) * missing

    def _signalled(self, number: signal.Signals) -> Signalled:
        moment = self._random.uniform(0.0, self.length * self._share())
        process = self.start()
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, number)  # as a terminal does
            ours = True
        else:
            ours = False
        sent = time.monotonic()
        status = self._ended(process, GONE_SECONDS)
        wrong = list(self._left(sent))
        gone_after = time.monotonic() - sent
        wrong += self._badly_ended(status, STATUSES[number] | {0} if ours else {0})
        before = len(self.rows)
        wrong += [*self._changed(), *self._untold(number, before)]
        stage = self._stage() if ours and status != 0 else "ended"
        return Signalled(self.seed, self.length, number.name, moment, stage, gone_after, wrong)

    def start(self) -> subprocess.Popen[str]:
        """Start the run, or resume it, in a process group of its own."""
        resume = ["--resume", str(self.report.path)] if self.report else []
        options = ["--out", str(self.folder / "reports"), *resume]
        with (self.folder / "said.txt").open("w", encoding="utf-8") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "runner", str(self.folder / "killed.yaml"), *options],
                stdout=said,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "TMPDIR": str(self.temporary)},
                start_new_session=True,
            )

    def _ended(self, process: subprocess.Popen[str], seconds: float) -> int | None:
        """Wait for the end, and kill what does not come to it; return the status, None then."""
        try:
            status: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = None
        self.said = (self.folder / "said.txt").read_text("utf-8", "replace")
        return status

    def _badly_ended(
        self, status: int | None, allowed: Collection[int]
    ) -> Iterator[tuple[str, str]]:
        """Yield an exit status that is not allowed, and a traceback.

        Until our first line has been reached the interpreter obeys a signal, and not we.
        """
        if "Traceback" in self.said and OURS not in self.said:
            return
        if status is None:
            load = os.getloadavg()[0]
            yield "left", f"the runner had not ended after {GONE_SECONDS:g} s, load {load:.1f}"
        elif status not in allowed:
            yield "status", f"exit status {status}"
        if "Traceback" in self.said:
            yield "traceback", self.said.strip().splitlines()[-1]

    def _left(self, since: float) -> Iterator[tuple[str, str]]:
        """Yield the processes and files that are there when the time is up."""
        while left := [*processes(str(self.folder)), *self.temporary.iterdir()]:
            if time.monotonic() - since > GONE_SECONDS:
                yield "left", f"{', '.join(map(str, left))} after {GONE_SECONDS:g} s"
                return
            time.sleep(0.1)

    def _changed(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with the stored rows against those of the last look."""
        before = self.rows
        try:
            self.rows = self.report.results() if self.report else []
        except RunFolderError as error:
            yield "lost", str(error)
            return
        if self.rows[: len(before)] != before:
            yield "lost", f"of {len(before)} rows that were stored not all are there as they were"
        yield from doubled(self.rows)

    def _untold(self, number: signal.Signals, before: int) -> Iterator[tuple[str, str]]:
        """Yield the rows that the screen told of, and that are not stored.

        Rows are stored when their group ends: SIGKILL may take those of the group under way.
        """
        told = [(int(round_), cell) for round_, cell in ENDED.findall(self.said)]
        if told and number is signal.SIGKILL:
            last = group_of(told[-1])
            told = [row for row in told if group_of(row) != last]
        stored = {(row.round, row.cell.id) for row in self.rows[before:]}
        if lost := [row for row in told if row not in stored]:
            yield "lost", f"told and not stored: {lost}"

    def _stage(self) -> str:
        if self.report is None or not self.said:
            return "starting"
        return "measuring" if len(paired(self.rows)) < ROWS else "concluding"


def group_of(row: tuple[int, str]) -> tuple[int, str]:
    """Return round and group of a row's round and cell."""
    round_, cell = row
    return round_, cell.partition("-")[2]


def processes(folder: str) -> list[str]:
    """Name the processes that have to do with a folder: by command, directory or environment."""
    found = []
    for process in psutil.process_iter():
        try:
            facts = process.as_dict(["cmdline", "cwd", "environ", "name", "status"])
        except psutil.NoSuchProcess:
            continue
        if facts["status"] != psutil.STATUS_ZOMBIE and _names(facts, folder):
            found.append(f"{facts['name']} ({process.pid})")
    return found


def _names(facts: Mapping[str, object], folder: str) -> bool:
    return any(folder in str(facts[name]) for name in ("cmdline", "cwd", "environ"))


def doubled(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Yield the cells that have more than one row in a round of a session."""
    counted = Counter((row.cell.id, row.round, row.session) for row in rows)
    for row, count in counted.items():
        if count > 1:
            yield "doubled", f"{count} rows of {row}"


def resumed_badly(report: RunFolder | None) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a report that should be whole."""
    if report is None:
        yield "resume", "there is no report"
        return
    rows = report.results()
    if len(paired(rows)) != ROWS:
        yield "resume", f"{len(paired(rows))} rows that count, not {ROWS}"
    if cut := [row.cell.id for row in paired(rows) if CUT_SHORT in row.flags.split()]:
        yield "resume", f"rows that were cut short count: {cut}"
    yield from _measured_again(rows)
    yield from _beside(report)


def _measured_again(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield the groups of a round that were whole already when they were measured again."""
    whole = Counter((row.cell.id, row.round) for row in rows if CUT_SHORT not in row.flags.split())
    by_group: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        by_group.setdefault((row.cell.group, row.round), []).append(whole[row.cell.id, row.round])
    for group, counts in by_group.items():
        if min(counts) > 1:
            yield "resume", f"{group} was measured {min(counts)} times"


def _beside(report: RunFolder) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the files beside the rows."""
    log = report.histograms()
    if log.damaged or log.doubled:
        yield "resume", f"histograms are damaged: {log.damaged}, or doubled: {log.doubled}"
    if len({(it.cell, it.round) for it in log.histograms}) != ROWS:
        yield "lost", "a row has no histograms"
    turns = Counter((it.cell, it.round, it.session, it.turn) for it in report.turns())
    if turns and max(turns.values()) > 1:
        yield "doubled", f"a turn is there {max(turns.values())} times"
    sessions = [it["session"] for it in report.environment()["sessions"]]
    if sessions != list(range(1, len(sessions) + 1)):
        yield "resume", f"the sessions are {sessions}"
