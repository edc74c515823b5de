"""The cells of a group are measured side by side, and stored however that ends."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack, closing, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.measure import cell_run
from runner.measure import group as module
from runner.measure.cell_run import CellRun
from runner.measure.shared_cores import Reading
from runner.measure.worker_environment import SETTLED
from runner.measure.worker_process import WorkerProcess
from runner.report.catalogue import text
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import RunFolderError
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted
from runner.supervision.process_session import started
from tests.measure.groups import SHORT, TURNS, UNCUT, group
from tests.processes import workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runner.measure.context import Context
    from runner.results.row import Row

FIND = {"total_ms_p99": "1s"}


class Recording:
    """A proxy that passes every call on, and notes its name."""

    def __init__(self, target: Any, calls: list[str]) -> None:
        self._target, self._calls = target, calls

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if not callable(value):
            return value

        def noted(*args: Any, **options: Any) -> Any:
            self._calls.append(name)
            return value(*args, **options)

        return noted


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List what happens, in its order: calls of the server, of the folder and of workers."""
    calls: list[str] = []
    for owner, name in (
        (WorkerProcess, "__init__"),
        (WorkerProcess, "begin_close"),
        (WorkerProcess, "end"),
        (WorkerProcess, "turn"),
    ):
        monkeypatch.setattr(owner, name, noting(getattr(owner, name), name, calls))
    return calls


def noting(method: Callable[..., Any], name: str, calls: list[str]) -> Callable[..., Any]:
    def noted(*args: Any, **options: Any) -> Any:
        calls.append(name)
        return method(*args, **options)

    return noted


@pytest.fixture
def recorded(context: Context, calls: list[str]) -> Context:
    server: Any = Recording(context.server, calls)
    run_folder: Any = Recording(context.run_folder, calls)
    return replace(context, server=server, run_folder=run_folder)


@pytest.fixture(autouse=True)
def _nobody_else_uses_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cycles that others disturb are measured again: see tests/measure/test_cycles.py."""
    monkeypatch.setattr(Reading, "foreign_cores", lambda _now, _before: None)


@pytest.fixture(autouse=True)
def _nothing_is_left(context: Context) -> Iterator[None]:
    before = dict(context.server._databases)  # type: ignore[attr-defined]
    yield
    assert workers() == []
    assert context.server._databases == before  # type: ignore[attr-defined]


def by_adapter(rows: list[Row]) -> dict[str, Row]:
    return {row.contender: row for row in rows}


@pytest.mark.parametrize(("cpus", "cores"), [("one", 3), ("all", None)])
def test_a_member_knows_how_many_cores_the_server_has_to_itself(
    context: Context, monkeypatch: pytest.MonkeyPatch, cpus: str, cores: int | None
) -> None:
    monkeypatch.setattr(module, "running", lambda *_: nullcontext(None))
    matrix = {"adapter": ["noop"], "clients": 3, "cpus": cpus}
    of_four = group(replace(context, cores=(0, 1, 2, 3)), ["noop"], affinity=True, matrix=matrix)
    with ExitStack() as stack:
        of_four._start(stack)
    assert [member.server_cores for member in of_four._members] == [cores]


def test_the_server_has_the_cores_that_the_most_processes_of_a_group_leave(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "running", lambda *_: nullcontext(None))
    matrix = {"adapter": ["noop"], "cpus": "one", "processes": [1, 2]}
    on_four = replace(context, cores=(0, 1, 2, 3))
    both = group(on_four, [], affinity=True, compare="processes", matrix=matrix)
    with ExitStack() as stack:
        both._start(stack)
    assert [member.server_cores for member in both._members] == [2, 2]


def test_every_cell_gets_its_row_and_its_turns(context: Context) -> None:
    list(group(context, ["psycopg3", "psycopg2-queued", "noop"], **TURNS).measure())
    rows = by_adapter(context.run_folder.results())
    assert {name: str(row.status) for name, row in rows.items()} == dict.fromkeys(
        ["psycopg3", "psycopg2-queued", "noop"], "ok"
    )
    for row in rows.values():
        assert row.turns == 5
        assert row.seconds == pytest.approx(0.2, rel=0.1)
    assert rows["psycopg3"].connections_max == 2
    assert rows["psycopg3"].rows_found == rows["psycopg3"].rows_inserted
    assert rows["noop"].connections_max is None


def test_a_longer_turn_gives_the_percentiles_and_none_of_the_rate(context: Context) -> None:
    list(group(context, ["psycopg3", "noop"], **UNCUT).measure())
    lines = context.run_folder.turns()
    (uncut,) = {line.turn for line in lines if line.uncut}
    assert [line.seconds for line in lines if line.uncut] == [0.15, 0.15]
    assert uncut in range(1, 7)
    for row in context.run_folder.results():
        assert row.turns == 6
        assert row.seconds == pytest.approx(0.35)
        own = [line for line in lines if line.cell == row.cell.id and line.turn]
        assert row.operations == sum(line.operations for line in own)
        short = [line.ops_per_s or 0.0 for line in own if not line.uncut]
        assert row.ops_per_s == pytest.approx(sum(short) / 5, rel=1e-4)
        (long,) = (line for line in own if line.uncut)
        assert log_counts(context, row.cell.id) == long.ok


def log_counts(context: Context, cell: str) -> int:
    """Count the whole operations in the log of distributions."""
    (total,) = (
        line.histogram
        for line in context.run_folder.histograms(cell).histograms
        if line.part == "total"
    )
    return len(total)


def test_every_turn_keeps_the_cpu_of_the_client_and_of_the_server(context: Context) -> None:
    list(group(context, ["psycopg3", "noop"], **TURNS).measure())
    for line in context.run_folder.turns():
        assert line.client_cpu_ms
        if line.cell.startswith("noop"):
            assert line.server_cpu_ms is None
        else:
            assert line.server_cpu_ms


def test_the_connections_of_a_cell_and_its_operations_are_counted_over_the_same_time(
    context: Context,
) -> None:
    list(group(context, ["psycopg3-direct", "psycopg3"], **TURNS).measure())
    rows = by_adapter(context.run_folder.results())
    direct, pooled = rows["psycopg3-direct"], rows["psycopg3"]
    check, looks_at_settings = 1, 2
    expected = (direct.operations_finished or 0) + check + looks_at_settings
    assert direct.sessions_opened == expected
    assert pooled.sessions_opened == 2
    assert (pooled.operations_finished or 0) > (pooled.operations or 0), "the warm-up counts too"


@pytest.mark.parametrize(
    ("allocator", "settings"), [("settled", " ".join(sorted(SETTLED))), ("fresh", "no settings")]
)
def test_the_process_of_a_cell_has_the_allocator_of_its_conditions(
    allocator: str, settings: str, context: Context
) -> None:
    matrix = {"adapter": ["tests.fakes.broken:Settings"], "allocator": allocator}
    (row,) = group(context, [], **{**SHORT, "matrix": matrix}).measure()
    assert text(row.reason) == f"open: RuntimeError: the allocator has {settings}"


def test_a_pool_that_closes_on_release_is_seen_with_what_it_has_open_while_it_works(
    context: Context,
) -> None:
    pool = {"min_size": 1, "max_size": 3, "timeout": "200ms"}
    holding = {"adapter": "psycopg2-queued", "clients": 3, "workload": "hold"}
    settings = {**TURNS, "warmup": "300ms", "pool": pool, "matrix": holding}
    list(group(context, [], **settings).measure())
    [row] = context.run_folder.results()
    assert (row.connections_max or 0) >= 2, "parked it has one"
    assert (row.sessions_opened or 0) > 3


def test_turns_are_taken_in_an_order_shuffled_anew(context: Context) -> None:
    list(group(context, ["psycopg3", "noop"], **TURNS).measure())
    lines = context.run_folder.turns()
    numbers = [line.turn for line in lines]
    assert numbers == sorted(numbers), "no cell is a turn ahead of another"
    first = {line.turn: line.cell for line in reversed(lines)}
    assert len(set(first.values())) == 2, "not always the same cell goes first"


def test_interpreters_start_together_before_the_server_prepares(
    recorded: Context, calls: list[str]
) -> None:
    list(group(recorded, ["psycopg3", "psycopg2-queued"], **SHORT).measure())
    assert calls[:4] == ["__init__", "__init__", "keep_to", "prepare"]


def test_pools_close_all_at_once(recorded: Context, calls: list[str]) -> None:
    list(group(recorded, ["psycopg3", "psycopg2-queued"], **SHORT).measure())
    closing_calls = [name for name in calls if name in ("begin_close", "end")]
    assert closing_calls == ["begin_close", "begin_close", "end", "end"]


def test_a_cell_that_leaks_is_closed_before_the_next_is_measured(
    recorded: Context, calls: list[str]
) -> None:
    leaking = {**SHORT, "matrix": {"adapter": ["psycopg3", "asyncpg"], "clients": 3, "leak": 1}}
    list(group(recorded, [], **leaking).measure())
    steps = [name for name in calls if name in ("turn", "end")]
    assert steps == ["turn", "end", "turn", "end"]


def test_rows_are_stored_in_one_write_before_distributions_and_logs(
    recorded: Context, calls: list[str]
) -> None:
    list(group(recorded, ["psycopg3", "tests.fakes.broken:Buggy"], **SHORT).measure())
    written = [name for name in calls if name in ("append", "append_histograms", "write")]
    assert written == ["append", "append_histograms", "write"]
    assert len(recorded.run_folder.results()) == 2
    assert "a bug in an adapter" in (
        recorded.run_folder.read("logs/tests.fakes.broken.Buggy-insert-c3-p2.round1.log")
    )


def test_rows_that_find_no_place_are_raised_and_nothing_is_left(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_folder: RunFolder, rows: list[Row]) -> None:
        raise RunFolderError("no space left", f"{len(rows)} rows")

    monkeypatch.setattr(RunFolder, "append", full)
    with pytest.raises(RunFolderError, match="no space"):
        list(group(context, ["psycopg3", "noop"], **SHORT).measure())


def test_a_reader_that_stops_early_loses_nothing_that_was_measured(context: Context) -> None:
    with closing(group(context, ["psycopg3", "noop"], **SHORT).measure()) as rows:
        first = next(rows)
    stored = {row.cell: row.ok for row in context.run_folder.results()}
    assert stored[first.cell] == first.ok


def test_an_interrupt_between_turns_keeps_what_was_measured_and_says_it_was_cut_short(
    context: Context,
) -> None:
    def interrupt_later(*_: object) -> None:
        if len(context.run_folder.turns()) == 6:
            os.kill(os.getpid(), signal.SIGINT)

    told = replace(context, announce=interrupt_later)
    with pytest.raises(Interrupted):
        list(group(told, ["psycopg3", "noop"], **TURNS).measure())
    rows = context.run_folder.results()
    assert {row.cell.id for row in rows} == {"psycopg3-insert-c3-p2", "noop-insert-c3-p2"}
    assert all(row.flags.split()[0] == "cut_short" for row in rows)
    assert [row.turns for row in rows] == [2, 2]


def test_a_cell_that_breaks_does_not_stop_the_others(context: Context) -> None:
    list(group(context, ["tests.fakes.broken:Killed", "psycopg3"], **TURNS).measure())
    rows = by_adapter(context.run_folder.results())
    assert rows["psycopg3"].status == "ok"
    assert rows["psycopg3"].turns == 5
    assert rows["tests.fakes.broken:Killed"].status == "crashed"


MISBEHAVING = {
    "Leaving": ("failed", "SystemExit: an adapter leaves"),
    "LeavingTasks": ("failed", "SystemExit: an adapter leaves"),
    "Quitting": ("failed", "GeneratorExit"),
    "Unopened": ("failed", "open: SystemExit: it does not open"),
    "Background": ("crashed", "the process ended with status 1; its last line: SystemExit: a task"),
    "Forging": ("crashed", "the process wrote what is no answer: a line that is not JSON: b'conn"),
    "Boasting": ("crashed", "the process wrote what is no answer: -5e-06 in column client_cpu_ms"),
    "Loud": ("failed", "a bug in the adapter or in PoolBench: ZeroDivisionError: xxx"),
    "Orphaning": ("crashed", "the process was ended by SIGKILL"),
    "Reading": ("ok", ""),
}


def test_adapters_that_misbehave_get_their_rows_and_the_others_are_measured(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_run, "ANSWER_SECONDS", 60.0)  # beyond the limit of a test
    names = [f"tests.fakes.broken:{name}" for name in MISBEHAVING]
    list(group(context, [*names, "noop"], **TURNS).measure())
    rows = by_adapter(context.run_folder.results())
    for name, (status, reason) in MISBEHAVING.items():
        row = rows[f"tests.fakes.broken:{name}"]
        assert row.status == status, (name, text(row.reason))
        assert reason in text(row.reason), name
    assert (rows["noop"].status, rows["noop"].turns) == ("ok", 5)
    folder = context.run_folder
    assert folder.turns(), "there is no line that cannot be read"
    log = folder.read("logs/tests.fakes.broken.Leaving-insert-c3-p2.round1.log")
    assert "Traceback" in log
    orphan = folder.read("logs/tests.fakes.broken.Orphaning-insert-c3-p2.round1.log").split()[-1]
    assert started(int(orphan)) is None


def test_without_turns_one_pool_at_a_time_is_open(context: Context) -> None:
    seen: list[int] = []

    def look(*_: object) -> None:
        names = [member.application_name for member in measured._members]
        assert all(context.server.disconnected(name, 20.0) for name in names)
        seen.append(len(names))

    told = replace(context, announce=look)
    adapters = ["psycopg3", "psycopg2-queued", "asyncpg"]
    measured = group(told, adapters, **{**SHORT, "turn": "off"})
    assert [str(row.status) for row in measured.measure()] == ["ok"] * 3
    assert seen == [3, 3, 3]


class Lost:
    """A server that cannot be reached any more once it is asked for the first time."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def __getattr__(self, name: str) -> Any:
        if name in ("connections", "disconnected", "activity", "evidence", "look"):
            return self._lost
        return getattr(self._server, name)

    def _lost(self, *_: object) -> None:
        raise ServerError("the server is lost")


def test_a_server_that_is_lost_is_a_flag_and_what_was_measured_is_stored(
    context: Context,
) -> None:
    lost: Any = Lost(context.server)
    list(group(replace(context, server=lost), ["psycopg3"], **SHORT).measure())
    [row] = context.run_folder.results()
    assert row.flags.split().count("server_lost") == 1
    assert (row.status, row.connections_max, row.rows_found) == ("ok", None, None)
    assert row.ok


def test_a_pool_that_does_not_open_lets_the_server_be_looked_at(context: Context) -> None:
    lost: Any = Lost(context.server)
    list(group(replace(context, server=lost), ["tests.fakes.broken:Telling"], **SHORT).measure())
    [row] = context.run_folder.results()
    assert (row.status, row.flags) == ("failed", "server_lost")


def test_a_server_that_is_left_alone_is_not_lost(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, begin_close = CellRun.turn, CellRun.begin_close

    def left_alone(run: CellRun, order: Any, watch: Any) -> Any:
        alone.enter_context(context.server.left_alone())
        return turn(run, order, watch)

    def no_longer_alone(run: CellRun) -> None:
        alone.close()
        begin_close(run)

    with ExitStack() as alone:
        monkeypatch.setattr(CellRun, "turn", left_alone)
        monkeypatch.setattr(CellRun, "begin_close", no_longer_alone)
        list(group(context, ["psycopg3"], **SHORT).measure())
    [row] = context.run_folder.results()
    assert "server_lost" not in row.flags
    assert row.connections_max == 2, "it was asked when the pool had opened, and not after"
    assert row.rows_found == row.rows_inserted


def test_a_secret_of_the_server_is_in_no_row_and_no_log(context: Context) -> None:
    list(group(context, ["tests.fakes.broken:Telling"], **SHORT).measure())
    [row] = context.run_folder.results()
    assert "cannot open postgresql://client:***@" in text(row.reason)
    folder: Path = context.run_folder.path
    for path in folder.rglob("*.*"):
        if path.is_file():
            assert context.server.secrets[0] not in path.read_text("utf-8", "replace")


def test_a_share_of_a_rate_with_more_arrivals_than_a_turn_can_hold_is_refused(
    context: Context,
) -> None:
    """The numbers of a configuration are refused before the run; this one is found in it."""
    shared = {"matrix": {"adapter": "psycopg3", "clients": 3, "rate": "50%"}, "find": FIND}
    found = replace(context, found={"insert-c3-p2": 1e8})
    with closing(group(found, [], **{**TURNS, **shared}).measure()) as measured:
        (row,) = measured
    assert text(row.reason) == (
        "its rate would be 4,000,000 arrivals in a turn, and 1,000,000 are the most: "
        "shorten the turn"
    )
