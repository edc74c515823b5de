"""pgbench measures the limit of the server; where it cannot, the row says why."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest

from runner.axes import Conditions, PoolSize
from runner.experiment import environment
from runner.measure import limit, pgbench, pgbench_program
from runner.measure.limit import Use, limit_row, measure_round, through_network
from runner.measure.pgbench_output import Counted
from runner.plan.tasks import Place
from runner.rate import Rate
from runner.report.catalogue import text
from runner.roles import Role
from runner.server.dsn import ServerError, uri
from tests.asking import table_rows
from tests.builders import cell, limit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from runner.measure.context import Context
    from runner.measure.pgbench_program import Program
    from runner.results.row import Row
    from runner.server.embedded import EmbeddedServer

    Fake = Callable[[str], Program]

ROUNDS = itertools.count(100)
HOLD = limit_of("hold", 5, hold=0.02)


# What is measured


def test_the_limit_is_measured_once_for_all_cells_that_agree_in_what_it_depends_on() -> None:
    cells = [
        cell("a", workload="read", hold=0.02),
        cell("b", workload="read", clients=50),
        cell(workload="read", pool_size=PoolSize(1, 7)),
        cell(workload="read", cpus="one"),
        cell(workload="hold", hold=0.02),
        cell(workload="insert", leak=0.1),
        cell(workload="checkout"),
        cell(workload="list", rate=Rate(is_share=False, number=100.0)),
    ]
    assert list(limit.settings(cells)) == [
        limit_of("read", 5),
        limit_of("read", 7),
        limit_of("read", 5, "one"),
        limit_of("hold", 5, hold=0.02),
    ]


def test_more_connections_get_more_time_to_connect() -> None:
    given = {
        connections: limit.job(limit_of("read", connections), "key", 1.0, [0]).seconds
        for connections in (1, 5, 200)
    }
    assert given == {1: 1, 5: 1, 200: 3}


# A round on a real server


@pytest.fixture(scope="module")
def context(
    a_context: Callable[[Path], AbstractContextManager[Context]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Context]:
    """One for all tests here: a round on the server takes its time."""
    with a_context(tmp_path_factory.mktemp("limit")) as context:
        yield context


@dataclass
class Seen:
    """The sight of pgbench for all users of this machine, and for its owner."""

    arguments: set[str] = field(default_factory=set)
    environment: set[str] = field(default_factory=set)
    cores: set[tuple[int, ...]] = field(default_factory=set)

    def look_until(self, enough: threading.Event) -> None:
        while not enough.wait(0.05):
            for child in psutil.Process().children():
                try:
                    if child.name() == "pgbench":
                        self.arguments |= set(child.cmdline())
                        self.environment |= {f"{k}={v}" for k, v in child.environ().items()}
                        self.cores.add(tuple(child.cpu_affinity() or ()))
                except psutil.Error:
                    continue


@dataclass
class Round:
    """The rows of a round, and the observations meanwhile."""

    rows: list[Row]
    seen: Seen


CHOSEN = dict.fromkeys(
    (
        *(limit_of("insert", 3), limit_of("read", 5, "one"), limit_of("list", 2)),
        *(limit_of("transaction", 4), HOLD),
    ),
    1,
)


@pytest.fixture(scope="module")
def measured(context: Context, program: Program) -> Round:
    seen, enough = Seen(), threading.Event()
    looking = threading.Thread(target=seen.look_until, args=(enough,))
    looking.start()
    try:
        rows = list(measure_round(context, program, CHOSEN, Place(1, 2, 11), 1.0))
    finally:
        enough.set()
        looking.join()
    return Round(rows, seen)


def test_every_setting_has_its_row_beside_those_of_the_cells(
    measured: Round, context: Context
) -> None:
    outcomes = {row.cell.id: (str(row.status), text(row.reason)) for row in measured.rows}
    assert outcomes == dict.fromkeys(
        ["pgbench-insert-p3", "pgbench-read-p5-one", "pgbench-list-p2", "pgbench-transaction-p4",
         "pgbench-hold-p5"],
        ("ok", ""),
    )  # fmt: skip
    for row in measured.rows:
        assert row.cell.group == row.cell.id.replace("pgbench-", "limit-")
        assert (row.contender, row.role) == ("pgbench", Role.LIMIT)
        assert row.driver_version.startswith("18.")
        assert (row.ops_per_s or 0) > 0
        assert (row.operations, row.failed_share) == (row.ok, 0.0)
        assert set(row.conditions.pool_size) == {row.conditions.clients}
        assert (row.seconds or 0) > 0.3  # as ordered
        assert row.total_ms_mean == pytest.approx(
            1000 * row.conditions.clients / (row.ops_per_s or 0)
        )
    assert [row.position for row in measured.rows] == [11, 12, 13, 14, 15]
    assert [row.conditions.workload for row in measured.rows] != [
        setting.workload for setting in CHOSEN
    ]
    assert [row.cell for row in context.run_folder.results()][:5] == [
        row.cell for row in measured.rows
    ]


@pytest.mark.parametrize("workload", ["insert", "transaction"])
def test_the_rows_that_pgbench_counts_are_in_the_table(measured: Round, workload: str) -> None:
    [row] = [row for row in measured.rows if row.conditions.workload == workload]
    assert row.rows_found == row.rows_inserted == row.ok


def test_connections_that_are_held_20_ms_cannot_be_used_more_than_50_times_a_second(
    measured: Round,
) -> None:
    [row] = [row for row in measured.rows if row.conditions.workload == "hold"]
    assert 100 < (row.ops_per_s or 0) <= 250


def test_nobody_can_see_the_password(measured: Round, server: EmbeddedServer) -> None:
    [secret] = server.secrets
    seen = measured.seen
    assert any(word.startswith("--client=") for word in seen.arguments)
    assert any(word.startswith("PGPASSFILE=") for word in seen.environment)
    assert not [word for word in seen.arguments | seen.environment if secret in word]
    assert secret not in str(measured.rows)


def test_pgbench_keeps_to_the_core_that_a_cell_would_have(measured: Round) -> None:
    cores = environment.cores()
    assert measured.seen.cores == {tuple(cores[-1:]), tuple(cores)}


def test_one_operation_in_twenty_deletes_a_row_of_its_own(
    server: EmbeddedServer, context: Context, program: Program
) -> None:
    server.prepare(["mixed"])
    dsn = server.dsn("mixed", "mixed")
    before = changes(dsn)
    job = limit.job(limit_of("mixed", 4), "mixed", 1.0, context.cores)
    counted = pgbench.run(program, job, dsn, context)
    assert server.disconnected("mixed", 20)
    did = changes(dsn) - before
    assert did["inserted"] - did["deleted"] == table_rows(server, "mixed")
    for kind, share in {"inserted": 0.1, "updated": 0.05, "deleted": 0.05}.items():
        assert did[kind] / counted.transactions == pytest.approx(share, rel=0.2)
    server.discard(["mixed"])


def changes(dsn: str) -> Counter[str]:
    """Count the rows of the table that were ever written."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_clear_snapshot()")
        found = connection.execute(
            "SELECT n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"
        ).fetchone()
    return Counter(dict(zip(("inserted", "updated", "deleted"), found or (), strict=True)))


# When it cannot be measured


def one_row(context: Context, program: Program | str, setting: Conditions = HOLD) -> Row:
    place = Place(1, next(ROUNDS), 1)
    [row] = measure_round(context, program, {setting: 1}, place, 1.0)
    assert context.run_folder.results()[-1].reason == row.reason
    assert row.status == "failed"
    assert row.ops_per_s is None
    return row


def test_a_wrong_password_is_the_reason_of_its_row(
    context: Context, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = context.server.dsn

    def wrong(key: str, application_name: str, **way: Any) -> str:
        return uri(right(key, application_name, **way), password="hunter2")

    monkeypatch.setattr(context.server, "dsn", wrong)
    row = one_row(context, program)
    assert "password authentication failed" in text(row.reason)
    assert "hunter2" not in str(row)


def test_a_server_that_is_lost_behind_pgbench_costs_no_row(
    context: Context, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    discard, calls = context.server.discard, []

    def lose(keys: list[str]) -> None:
        calls.append(keys)
        if len(calls) > 1:  # the first is that of preparing
            raise ServerError("gone")
        discard(keys)

    monkeypatch.setattr(context.server, "discard", lose)
    place = Place(1, next(ROUNDS), 1)
    with pytest.raises(ServerError, match="gone"):
        list(measure_round(context, fake("exit 1"), {HOLD: 1}, place, 1.0))
    assert context.run_folder.results()[-1].round == place.round
    discard(calls[-1])  # the server is others', too


def test_without_a_program_every_row_says_what_to_install(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    row = one_row(context, pgbench_program.find(None))
    assert "there is no pgbench: install" in text(row.reason)


def test_a_pgbench_that_is_killed_has_a_row_and_the_next_is_measured(
    context: Context, fake: Fake
) -> None:
    row = one_row(context, fake("kill -9 $$"))
    assert text(row.reason) == "pgbench was ended by SIGKILL, as it happens when memory runs out"


def test_rows_that_are_missing_from_the_table_are_suspect() -> None:
    row = limit.limit_row(limit_of("insert", 5), Place(1, 1, 1), "18.0", Counted(7, 0, 7.0), 6)
    assert row.status == "suspect"
    assert text(row.reason) == "pgbench counted 7 rows, the table has 6"


def test_transactions_that_failed_are_operations_too() -> None:
    row = limit.limit_row(limit_of("insert", 5), Place(1, 1, 1), "18.0", Counted(30, 10, 30.0), 30)
    assert (row.operations, row.ok, row.query_failed, row.failed_share) == (40, 30, 10, 0.25)


def test_processes_that_are_compared_leave_the_server_the_same_cores_for_every_limit(
    context: Context, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [
        replace(cell(cpus="one", processes=count), compared="processes") for count in (1, 2, 3)
    ]
    chosen = limit.settings([*cells, cell("other", workload="read", cpus="one")])
    assert list(chosen.values()) == [3, 3, 3, 1]
    kept: list[Sequence[int] | None] = []
    monkeypatch.setattr(context.server, "keep_to", kept.append)
    some = {conditions: most for conditions, most in chosen.items() if conditions.processes == 1}
    several = replace(context, cores=[*context.cores[:1]] * 4)
    list(measure_round(several, fake("exit 1"), some, Place(1, next(ROUNDS), 1), 1.0))
    assert sorted(map(len, filter(None, kept))) == [1, 3]


@pytest.mark.parametrize(
    ("use", "cores", "flag"),
    [
        (Use(network=0.89), None, ""),
        (Use(network=0.9), None, "relay_bound"),
        (Use(network=0.5, server=0.45), [0], "relay_bound"),
        (Use(network=0.5, server=0.45), [0, 1], ""),
        (Use(network=0.01, server=0.95), [0], ""),
    ],
)
def test_a_limit_that_its_network_sets_is_flagged(
    use: Use, cores: list[int] | None, flag: str
) -> None:
    counted = limit_row(HOLD, Place(1, 1, 1), "18", Counted(1000, 0, 1000.0))
    row = through_network(counted, use, cores)
    assert row.flags == flag
    assert row.network_cpu_us_per_op == pytest.approx(1000 * (use.network or 0))
    assert through_network(counted, Use(), cores) == counted
