"""Whole runs: every cell gets its row, whatever happens to it, and the run goes on."""

from __future__ import annotations

import csv
import errno
import json
import resource
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from runner.__main__ import main
from runner.config.model import Config
from runner.measure import cell_run
from runner.plan.matrix import expand
from runner.plan.tasks import tasks
from runner.report.catalogue import text
from runner.report.outputs.outputs import OUTPUTS
from runner.results.row import HEADER
from runner.results.row_reading import row_of
from runner.results.run_folder import RunFolder
from runner.server.dsn import uri
from tests.builders import WAITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.results.histogram_log import HistogramLog
    from runner.results.row import Row
    from runner.results.yardstick import Yardstick
    from runner.server.embedded import EmbeddedServer

SHORT = """
name: {name}
server: "${{TEST_DSN}}"
rounds: {rounds}
duration: {duration}
warmup: 50ms
turn: {turn}
limit: false
round_trips: false
control: false
deadline: {deadline}
pool: {{max_size: 2, timeout: 200ms}}
adapters: {adapters}
matrix: {matrix}
"""


@pytest.fixture
def database(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the run a database that is not its own, as a user does with a DSN."""
    name = "a_users_database"
    with psycopg.connect(server._uri("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        dsn = uri(server._uri("postgres", name))
        monkeypatch.setenv("TEST_DSN", dsn)
        yield dsn
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


class Bench:
    """Runs configurations in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def config(self, matrix: dict[str, Any], **settings: Any) -> Path:
        adapters = settings.pop("adapters", {})
        values = {"name": "test", "rounds": 1, "duration": "200ms", "deadline": "30s"}
        values |= {"turn": "off", **settings}
        path = self.folder / "test.yaml"
        path.write_text(
            SHORT.format(
                **values,
                adapters=json.dumps(adapters),
                matrix=json.dumps({"cpus": "all", **matrix}),
            ),
            encoding="utf-8",
        )
        return path

    def run(self, matrix: dict[str, Any], *options: str, **settings: Any) -> int:
        path = self.config(matrix, **settings)
        return main([str(path), "--out", str(self.folder / "reports"), *options])

    @property
    def run_folder(self) -> RunFolder:
        return RunFolder(self.folder / "reports" / "latest")

    @property
    def rows(self) -> list[Row]:
        return self.run_folder.results()

    def lines(self, name: str) -> list[dict[str, str]]:
        """Read a CSV file of the report."""
        with (self.run_folder.path / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def drawing_bench(tmp_path: Path, database: str) -> Bench:
    assert database
    return Bench(tmp_path)


@pytest.fixture
def bench(drawing_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Without charts, which take longer to draw than most of these runs to measure."""
    monkeypatch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
    return drawing_bench


BROKEN = ["Hanging", "Frozen", "Crashing", "Killed", "Buggy", "Closed", "Lying"]


def test_each_misbehaving_adapter_gets_its_row_and_the_run_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cell_run, "ANSWER_SECONDS", 2.0)
    adapters = {name.lower(): {"adapter": f"tests.fakes.broken:{name}"} for name in BROKEN}
    matrix = {"adapter": [*adapters, "psycopg3"], "clients": 4}
    assert bench.run(matrix, adapters=adapters, deadline="2s") == 0
    rows = {row.contender: row for row in bench.rows}
    endings = {name: (str(row.status), text(row.reason)) for name, row in rows.items()}
    assert {name: status for name, (status, _) in endings.items()} == {
        "hanging": "hung",
        "frozen": "hung",
        "crashing": "crashed",
        "killed": "crashed",
        "buggy": "failed",
        "closed": "failed",
        "lying": "suspect",
        "psycopg3": "ok",
    }
    for name, words in {
        "hanging": "clients never came back",
        "frozen": "did not answer",
        "crashing": "SIGSEGV",
        "killed": "memory",
        "buggy": "a bug in an adapter",
        "closed": "nobody listens there",
        "lying": "rows do not add up",
    }.items():
        assert words in endings[name][1]
    hanging = rows["hanging"]
    assert hanging.stuck_clients
    assert hanging.ok, "the part that it had measured"
    assert (hanging.wait_ms_max or 0) > 100, "the wait of the clients that never came back"
    assert "8 of 8 rows, 7 bad" in capsys.readouterr().out.splitlines()[-1]
    logs = bench.run_folder.path / "logs"
    assert "ZeroDivisionError" in (logs / "buggy-insert-c4-p2.round1.log").read_text("utf-8")
    closed = (logs / "closed-insert-c4-p2.round1.log").read_text("utf-8")
    assert "in open\n" in closed, "the author of an adapter sees where its `open` failed"
    assert closed.strip().endswith("ConnectionRefusedError: nobody listens there")


def test_strict_turns_a_bad_row_into_an_exit_status(bench: Bench) -> None:
    matrix = {"adapter": ["tests.fakes.broken:Closed", "noop"], "clients": 1}
    assert bench.run(matrix, "--strict") == 1


def test_an_adapter_that_prints_does_not_disturb_its_answers(bench: Bench) -> None:
    assert bench.run({"adapter": "tests.fakes.broken:Chatty", "clients": 2}, "--strict") == 0


def test_a_pool_that_does_not_close_is_flagged_and_its_row_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_run, "CLOSE_SECONDS", 0.5)
    assert bench.run({"adapter": "tests.fakes.broken:Lingering", "clients": 2}) == 0
    assert all("close_hung" in row.flags.split() for row in bench.rows)


def test_a_leak_exhausts_the_pool_and_the_row_says_when(bench: Bench) -> None:
    matrix = {"adapter": ["psycopg2", "psycopg3", "asyncpg"], "clients": 10, "leak": 1}
    assert bench.run(matrix, duration="500ms") == 0
    for row in bench.rows:
        assert row.status == "ok"
        assert row.leaked == row.conditions.pool_size.most == 2
        # What was used before the window opened and released in it was not leaked.
        assert 10 - (row.ok or 0) <= (row.starved_clients or 0) <= 8
        assert row.exhausted_ms is not None
        assert row.first_failure_ms is not None
        assert (row.failed_share or 0) > 0.5
        assert json.loads(row.examples).keys() <= {"pool_exhausted", "pool_timeout"}


def test_rows_add_up_for_every_workload_that_writes(bench: Bench) -> None:
    workloads = ["insert", "mixed", "transaction", "read", "list", "checkout", "hold"]
    matrix = {"adapter": ["psycopg2-queued", "psycopg3", "asyncpg"], "workload": workloads}
    assert bench.run(matrix, "--strict", duration="100ms") == 0
    for row in bench.rows:
        assert row.ok
        assert row.operations == row.ok + (row.pool_timeout or 0)
        written = (row.rows_inserted or 0) - (row.rows_deleted or 0)
        assert written == row.rows_found
        assert bool(written) == (row.conditions.workload in ("insert", "mixed", "transaction"))


def test_five_hundred_threads_and_five_thousand_tasks_all_come_back(bench: Bench) -> None:
    for adapter, clients in (("psycopg2-queued", 500), ("asyncpg", 5000)):
        matrix = {"adapter": adapter, "clients": clients, "workload": "read"}
        options = ("--strict", "--set", "pool.timeout=10s")
        assert bench.run(matrix, *options, duration="1s", deadline="60s") == 0
        (row,) = bench.rows
        assert row.ok
        assert (row.conditions.clients, row.stuck_clients) == (clients, 0)


def test_clients_that_count_operations_do_exactly_that_number(bench: Bench) -> None:
    path = bench.config({"adapter": ["psycopg3", "asyncpg"], "clients": 7})
    text = path.read_text(encoding="utf-8").replace("duration: 200ms", "operations_per_client: 10")
    path.write_text(text, encoding="utf-8")
    assert main([str(path), "--out", str(bench.folder / "reports"), "--strict"]) == 0
    assert [(row.operations, row.jain) for row in bench.rows] == [(70, 1.0)] * 2


def test_rounds_are_shuffled_the_same_way_for_the_same_seed() -> None:
    names = ["noop", "psycopg3", "asyncpg"]
    config = Config.model_validate({"matrix": {"adapter": names, "clients": [1, 2, 3]}})
    plan = expand(config, dict.fromkeys(names, WAITS), affinity=True)

    def cells(seed: int) -> list[list[str]]:
        rounds: list[list[str]] = [[], []]
        for task in tasks(plan, 2, seed, session=1):
            for cell, place, _ in task:
                rounds[place.round - 1].append(cell.id)
                assert place.position == len(rounds[place.round - 1])
        return rounds

    one, other = cells(1), cells(2)
    assert one == cells(1) != other
    assert one[0] != one[1], "each round has an order of its own"
    assert sorted(one[0]) == sorted(one[1]) == sorted(cell.id for cell in plan.cells)


def test_the_report_has_every_file_that_is_promised(drawing_bench: Bench, database: str) -> None:
    bench = drawing_bench
    matrix = {"adapter": ["psycopg3", "asyncpg"], "clients": 4, "leak": [0, 1]}
    assert bench.run(matrix, rounds=2) == 0
    run_folder = bench.run_folder
    names = {path.name for path in run_folder.path.iterdir()}
    files = {"config.yaml", "environment.json", "cells.csv", "turns.csv", "summary.csv"}
    files |= {"answer.md", *OUTPUTS} - {"junit.xml"}
    assert files | {"histograms.hlog", "charts"} <= names
    rows = run_folder.results()
    assert len(rows) == 8
    assert_that_the_log_agrees(rows, run_folder.histograms())
    assert {path.suffix for path in run_folder.charts.iterdir()} == {".png", ".svg"}
    with (run_folder.path / "turns.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 8
    with (run_folder.path / "summary.csv").open(encoding="utf-8") as file:
        assert [line["rounds"] for line in csv.DictReader(file)] == ["2"] * 4
    slots = bench.lines("timeline.csv")
    assert {line["cell"] for line in slots} == {row.cell.id for row in rows if row.conditions.leak}
    assert [line["start_ms"] for line in slots] == ["0", "100"] * 4, "of cells that leak"
    ok = {(row.cell.id, row.round): row.ok for row in rows if row.conditions.leak}
    for (cell, round_), successes in ok.items():
        own = [line for line in slots if (line["cell"], line["round"]) == (cell, str(round_))]
        assert sum(int(line["operations"]) for line in own) == successes
    environment = run_folder.environment()
    assert environment["server"]["settings"]["synchronous_commit"]
    assert environment["adapters"]["asyncpg"]["versions"].startswith("asyncpg ")
    password = psycopg.conninfo.conninfo_to_dict(database)["password"]
    for path in run_folder.path.rglob("*"):
        if path.is_file():
            assert str(password).encode() not in path.read_bytes(), path
    assert str((bench.folder / "reports" / "latest").readlink()) == run_folder.path.resolve().name


def assert_that_the_log_agrees(rows: list[Row], log: HistogramLog) -> None:
    """Compare each distribution with the row that was made of it."""
    logged = {(it.cell, it.round, it.part): it.histogram for it in log.histograms}
    assert not log.damaged
    assert len(logged) == len(log.histograms)
    for row in rows:
        total = logged[row.cell.id, row.round, "total"]
        assert len(total) == row.ok
        assert total.maximum / 1e6 == pytest.approx(row.total_ms_max, rel=1e-5)
        for share, column in ((0.5, row.total_ms_p50), (0.99, row.total_ms_p99)):
            percentile = total.percentile(share)
            assert (percentile is None) == (column is None)
            assert percentile is None or percentile / 1e6 == pytest.approx(column, rel=0.001)
        assert ((row.cell.id, row.round, "failed") in logged) == bool(row.failed_share)


def test_a_row_whose_distribution_is_lost_is_still_a_row(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("runner.results.histogram_log.append", full)
    assert bench.run({"adapter": "noop", "clients": 2}) == 1
    said = capsys.readouterr().err
    assert "histograms.hlog: No space left on device" in said
    assert "found no place" not in said
    assert [row.status for row in bench.rows] == ["ok"]
    assert not bench.run_folder.histograms().histograms


def test_a_page_that_cannot_be_written_takes_nothing_with_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    others = {"other.txt": lambda _: "another output"}
    outputs = {"report.html": full, **others}
    monkeypatch.setattr("runner.report.outputs.outputs.OUTPUTS", outputs)
    assert bench.run({"adapter": "noop", "clients": 2}) == 1
    said = capsys.readouterr()
    assert "No space left on device" in said.err
    assert said.out.splitlines()[-1] == "1 of 1 rows, all ok"
    assert bench.run_folder.read("other.txt") == "another output"
    assert bench.run_folder.read("summary.csv")
    assert not (bench.run_folder.path / "report.html").exists()


def test_a_users_database_is_left_as_it_was(bench: Bench, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE pedido (id int); INSERT INTO pedido VALUES (7)")
        assert bench.run({"adapter": "psycopg3", "clients": 2}) == 0
        assert connection.execute("TABLE pedido").fetchall() == [(7,)]
        schemas = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'poolbench'")
        assert schemas.fetchall() == []


PAIR: dict[str, Any] = {"adapter": ["psycopg3", "psycopg2-queued"], "clients": 4}


def test_a_whole_run_brings_control_limit_round_trips_and_verdicts(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = [f"--set={key}=true" for key in ("control", "limit", "round_trips")]
    evidence += ["--set=limit_duration=1s", "--set=uncut=100ms"]
    assert bench.run(PAIR, *evidence, "--strict", rounds=3, turn="150ms") == 0
    rows = bench.rows
    assert {row.contender for row in rows} == {"psycopg3", "psycopg2-queued", "control", "pgbench"}
    for row in rows:
        assert row.ops_per_s
        if row.contender != "pgbench":
            assert row.turns == 5, "200 ms in windows of at most 50 ms, and a longer one"
            assert row.accounted_share == pytest.approx(1, abs=0.02)
            assert (row.connections_max, row.sessions_opened) == (2, None), "a server not ours"
            assert row.client_cpu_us_per_op
            assert row.pool_full_ms
    compared = bench.lines("comparison.csv")
    speeds = {line["adapter"]: line for line in compared if line["metric"] == "ops_per_s"}
    assert speeds["psycopg3"]["verdict"] == "baseline"
    assert float(speeds["psycopg2-queued"]["share_of_limit"]) < 1
    # On a loaded machine a client may get nothing in a turn as short as these.
    starves = any(row.starved_clients for row in rows if row.contender in ("control", "psycopg3"))
    assert bool(speeds["control"]["low"]) is not starves
    floor = "noise floor of this run is not known" if starves else "Noise floor"
    assert {line["adapter"] for line in bench.lines("roundtrips.csv")} == set(PAIR["adapter"])
    assert len(bench.lines("yardstick.csv")) == 6
    cycles = bench.lines("cycles.csv")
    assert [line["cycle"] for line in cycles] == [*"12345"] * 3
    assert {line["foreign_cores"] for line in cycles} == {""}, "a server not ours looks foreign"
    (session,) = bench.run_folder.environment()["sessions"]
    assert 0 < session["measuring_share"] < 1
    said = capsys.readouterr().out
    assert said.index("Answer") < said.index("±range") < said.index(floor)
    page = (bench.run_folder.path / "answer.md").read_text(encoding="utf-8")
    assert page.startswith("## Answer\n\n- insert on 2 connections")
    assert "| psycopg2-queued | " in page
    assert floor in page


def test_cells_of_the_first_rounds_are_measured_in_those_and_counted_as_such(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ("--set", "leak_rounds=1", "--set", "include=[{clients: 3, leak: 0, rounds: 2}]")
    matrix = {"adapter": ["psycopg3", "asyncpg"], "clients": 2, "leak": [0, 1]}
    assert bench.run(matrix, *first, rounds=3, duration="60ms") == 0
    rounds: dict[tuple[int, float], set[int]] = {}
    for row in bench.rows:
        rounds.setdefault((row.conditions.clients, row.conditions.leak), set()).add(row.round)
    assert rounds == {(2, 0.0): {1, 2, 3}, (2, 1.0): {1}, (3, 0.0): {1, 2}}
    said = capsys.readouterr().out
    assert "[12/12" in said
    assert said.splitlines()[-1] == "12 of 12 rows, all ok"
    again = [str(bench.folder / "test.yaml"), "--resume", str(bench.run_folder.path)]
    assert main([*again, *first]) == 0
    assert len(bench.rows) == 12, "nothing is missing"


def test_a_threshold_that_does_not_hold_ends_with_99(bench: Bench) -> None:
    chosen = 'thresholds={"adapter=psycopg3": ["ops_per_s > 1", "total_ms_mean < 0.0001"]}'
    assert bench.run(PAIR, "--set", chosen) == 99
    passed = {line["condition"]: line["passed"] for line in bench.lines("thresholds.csv")}
    assert passed == {"ops_per_s > 1": "True", "total_ms_mean < 0.0001": "False"}
    assert 'tests="2" failures="1"' in bench.run_folder.read("junit.xml")


def test_a_precise_run_stops_at_a_look_and_resuming_it_measures_nothing_more(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.run(PAIR, "--set", "precision=99%", duration="300ms") == 0
    assert max(row.round for row in bench.rows) in (5, 10, 20), "noise may ask for a second look"
    assert {line["confidence"] for line in bench.lines("comparison.csv")} == {"0.9875", ""}
    said = "precision: ±99 % reached"
    assert said in capsys.readouterr().out
    measured = bench.rows
    again = [str(bench.folder / "test.yaml"), "--resume", str(bench.run_folder.path)]
    assert main([*again, "--set", "precision=99%"]) == 0
    assert bench.rows == measured, "nothing is left to be measured"
    assert said in capsys.readouterr().out


def test_a_budget_ends_a_run_that_is_not_precise_and_its_precision_is_printed(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--set", "precision=0.1%", "--set", "budget=1500ms")
    assert bench.run(PAIR, *options, duration="60ms") == 0
    assert max(row.round for row in bench.rows) < 5
    assert "precision: " in capsys.readouterr().out


def test_two_runs_are_compared_without_a_verdict(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = []
    for _ in range(2):
        assert bench.run({"adapter": "psycopg3", "clients": 2}, rounds=3, duration="100ms") == 0
        folders.append(str(bench.run_folder.path.resolve()))
    capsys.readouterr()
    assert main(["compare", *folders, "--absolute"]) == 0
    said = capsys.readouterr().out
    assert "No verdict" in said
    assert "machines may differ" in " ".join(said.split())
    assert main(["compare", *folders, "--fail-if", "client_cpu_us_per_op > +5%"]) == 2
    assert "two runs or more" in capsys.readouterr().err


ROUNDS: dict[str, Any] = {"rounds": 3, "duration": "50ms"}
NOOP: dict[str, Any] = {"adapter": "noop", "clients": 2}


def before_the_second_row(
    monkeypatch: pytest.MonkeyPatch, happens: Callable[[RunFolder], object]
) -> None:
    """Let something happen to a folder that has a row."""
    append = RunFolder.append

    def append_in_trouble(self: RunFolder, rows: Sequence[Row]) -> None:
        if self.results():
            happens(self)
        append(self, rows)

    monkeypatch.setattr(RunFolder, "append", append_in_trouble)


def test_a_full_disk_costs_no_row_and_the_run_ends_as_every_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a real limit on the size of files: nothing larger than the rows can be written."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(run_folder: RunFolder) -> None:
        size = (run_folder.path / "cells.csv").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, limits[1]))

    with monkeypatch.context() as patched:
        before_the_second_row(patched, fill)
        try:
            assert bench.run(NOOP, **ROUNDS) == 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    printed = capsys.readouterr()
    said, words = printed.err.splitlines(), "cells.csv: File too large"
    (first,) = (number for number, line in enumerate(said) if words in line)
    assert said[first + 1] == "poolbench: these lines found no place in it:"
    (lost,) = csv.DictReader([",".join(HEADER), said[first + 2]])
    assert row_of(lost).round == 2, "the row is there as a whole"
    assert "--resume" in said[-1]
    assert "\nreport: " in printed.out
    assert printed.out.splitlines()[-1] == "1 of 3 rows, all ok"
    assert [row.round for row in bench.rows] == [1], "whole lines"
    typed = shlex.split(said[-1].partition("measure what is missing: ")[2])
    assert main(typed[3:]) == 0
    assert [row.round for row in bench.rows] == [1, 2, 3]


def test_rows_are_printed_where_their_folder_is_gone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before_the_second_row(monkeypatch, lambda run_folder: shutil.rmtree(run_folder.path))
    assert bench.run(NOOP, **ROUNDS) == 1
    printed = capsys.readouterr()
    lost = [line for line in printed.err.splitlines() if line.startswith("noop-insert-c2-p2,")]
    assert len(lost) == 1
    assert "Traceback" not in printed.err
    assert "report: " in printed.out
    last = printed.err.splitlines()[-1]
    out = bench.folder / "reports"
    assert last.endswith(f"-m runner {bench.folder / 'test.yaml'} --out {out}")
    assert not (bench.folder / "reports" / "latest").exists()


def test_a_server_that_is_lost_at_the_very_end_costs_neither_summary_nor_report(
    bench: Bench,
    database: str,
    server: EmbeddedServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert database
    append = RunFolder.append_yardstick

    def lose(self: RunFolder, line: Yardstick) -> None:
        append(self, line)
        if line.moment == "after":
            with psycopg.connect(server._uri("postgres", "postgres"), autocommit=True) as other:
                other.execute("DROP DATABASE a_users_database WITH (FORCE)")

    monkeypatch.setattr(RunFolder, "append_yardstick", lose)
    assert bench.run({"adapter": "psycopg3", "clients": 2}) == 1
    printed = capsys.readouterr()
    assert "poolbench: the server is lost: " in printed.err
    assert "Traceback" not in printed.err
    assert printed.out.splitlines()[-1] == "1 of 1 rows, all ok"
    assert len(bench.lines("summary.csv")) == 1


def test_an_output_that_is_full_or_knows_few_letters_costs_nothing_but_itself(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full, monkeypatch.context() as patched:
        patched.setattr("sys.stdout", full)
        assert bench.run(PAIR, "--set", "uncut=100ms", turn="150ms") == 1
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"poolbench: report: {bench.run_folder.path.parent / bench.run_folder.path.readlink()}",
        "poolbench: the output cannot be written: No space left on device",
    ]
    assert len(bench.rows) == 2
    printed = bench.folder / "printed"
    with printed.open("w", encoding="ascii") as ascii_, monkeypatch.context() as patched:
        patched.setattr("sys.stdout", ascii_)
        assert bench.run(PAIR, "--set", "uncut=100ms", turn="150ms") == 0
    assert "\\xb1" in printed.read_text(encoding="ascii")
    assert "2 of 2 rows, all ok" in printed.read_text(encoding="ascii")


def test_an_error_of_our_own_is_told_and_what_was_measured_is_concluded(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: RunFolder) -> None:
        raise RecursionError("a bug")

    before_the_second_row(monkeypatch, fail)
    assert bench.run(NOOP, **ROUNDS) == 1
    printed = capsys.readouterr()
    assert "poolbench: an error of PoolBench itself:\nTraceback" in printed.err
    assert "2 groups are missing" in printed.err
    assert printed.out.splitlines()[-1] == "1 of 3 rows, all ok"


def test_a_folder_that_another_session_writes_to_is_not_resumed(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.run(NOOP) == 0
    before = {path.name: path.read_bytes() for path in bench.run_folder.path.glob("*.*")}
    capsys.readouterr()
    again = [str(bench.folder / "test.yaml"), "--resume", str(bench.run_folder.path)]
    with bench.run_folder.locked():
        assert main(again) == 2
    printed = capsys.readouterr()
    (said,) = printed.err.splitlines()
    assert "another session is writing to" in said
    assert printed.out == ""
    assert {path.name: path.read_bytes() for path in bench.run_folder.path.glob("*.*")} == before


def test_a_dry_run_of_a_resumed_run_says_what_is_missing(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    matrix = {"adapter": "noop", "clients": [2, 3]}
    assert bench.run(matrix, **ROUNDS) == 0
    again = [str(bench.folder / "test.yaml"), "--resume", str(bench.run_folder.path), "--dry-run"]
    capsys.readouterr()
    assert main(again) == 0
    assert capsys.readouterr().out == "nothing is missing\n"
    cells = bench.run_folder.path / "cells.csv"
    kept = [
        line
        for line in cells.read_text("utf-8").splitlines(keepends=True)
        if ",insert-c3-p2,adapter,adapter,1,1," not in line
        and ",insert-c2-p2,adapter,adapter,1,3," not in line
        and ",insert-c3-p2,adapter,adapter,1,3," not in line
    ]
    cells.write_text("".join(kept), encoding="utf-8")
    assert main(again) == 0
    *missing, whole = capsys.readouterr().out.splitlines()
    assert sorted(missing) == [
        "noop-insert-c2-p2  is missing in round 3",
        "noop-insert-c3-p2  is missing in rounds 1, 3",
    ]
    assert whole.startswith("3 groups are missing, about ")
    assert cells.read_text("utf-8") == "".join(kept)
    assert main([*again, "--set", "duration=60ms"]) == 2
    assert "made from another configuration" in capsys.readouterr().err
