"""What the server could have done, measured by pgbench, and what happens where it is not."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import re
import signal
import threading
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest

from runner.axes import Conditions, PoolSize
from runner.experiment import environment
from runner.measure import limit, pgbench
from runner.measure.group import Context
from runner.measure.limit import SCRIPTS, measure_round
from runner.measure.pgbench import Counted, Order, PgbenchError, Program
from runner.plan.tasks import Place
from runner.report.catalogue import text
from runner.results.run_folder import RunFolder
from runner.roles import Role
from runner.server import postgres
from runner.server.dsn import uri
from runner.supervision.interrupts import Interrupted, Interrupts
from runner.supervision.watchdog import Watchdog
from runner.workloads import LISTED, WITHOUT_QUERY, WORKLOADS, Ledger
from tests.builders import cell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from adapters import base
    from runner.results.row import Row
    from runner.server.embedded import EmbeddedServer

    Fake = Callable[[str], Program]

DSN = "postgresql://user:hunter2@127.0.0.1:1/nowhere"


def limit_of(workload: str, connections: int, cpus: str = "all", hold: float = 0.0) -> Conditions:
    """Return the conditions of the server's own limit, as they are measured."""
    size = PoolSize(connections, connections)
    return Conditions(workload=workload, cpus=cpus, clients=connections, pool_size=size, hold=hold)


HOLD = limit_of("hold", 5, hold=0.02)


# The statements


class Recorder:
    """A connection that notes what it is sent, values in angle brackets, and always has rows."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def _note(self, sql: str, args: tuple[object, ...]) -> None:
        sql = re.sub(r"\bid = \$\d", "id = <id>", sql)
        self.sent.append(re.sub(r"\$(\d)", lambda match: f"<{args[int(match[1]) - 1]}>", sql))

    async def fetch(self, sql: str, *args: object) -> list[base.Row]:
        self._note(sql, args)
        return [(1, "a", "b", dt.date(2026, 1, 1))] * LISTED

    async def fetchrow(self, sql: str, *args: object) -> base.Row:
        return (await self.fetch(sql, *args))[0]

    async def execute(self, sql: str, *args: object) -> int:
        return len(await self.fetch(sql, *args)) // LISTED

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        self.sent.append("BEGIN")
        yield
        self.sent.append("COMMIT")


def played(workload: str, times: int = 1) -> list[str]:
    """Return what one client of a cell sends."""
    recorder = Recorder()
    ledger = Ledger("key-0", random.Random(1), hold=0.02)

    async def play() -> None:
        for _ in range(times):
            await WORKLOADS[workload](recorder, ledger)

    asyncio.run(play())
    return recorder.sent


def scripted(told: Order) -> list[str]:
    """Return what pgbench sends, in the same spelling."""
    variables: Mapping[str, str] = {**told.variables, "id": "id", "own_id": "id"}
    text = re.sub(r"\\gset.*", ";", told.script)
    text = re.sub(r"^\\.*", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?<!:):(\w+)", lambda match: f"<{variables[match[1]]}>", text)
    return [" ".join(statement.split()) for statement in text.split(";") if statement.strip()]


def ordered(workload: str) -> Order:
    return limit.order(limit_of(workload, 5, hold=0.02), "key", 1.0, [0])


def test_every_workload_that_asks_the_server_has_its_script() -> None:
    assert SCRIPTS.keys() == WORKLOADS.keys() - WITHOUT_QUERY


@pytest.mark.parametrize("workload", sorted(SCRIPTS.keys() - {"mixed"}))
def test_pgbench_sends_what_the_clients_of_a_cell_send(workload: str) -> None:
    assert scripted(ordered(workload)) == played(workload)


def test_pgbench_sends_the_same_mixture() -> None:
    assert set(scripted(ordered("mixed"))) == set(played("mixed", times=20))


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
    ]
    assert limit.settings(cells) == [
        limit_of("read", 5),
        limit_of("read", 7),
        limit_of("read", 5, "one"),
        limit_of("hold", 5, hold=0.02),
    ]


def test_more_connections_get_more_time_to_connect() -> None:
    given = {
        connections: limit.order(limit_of("read", connections), "key", 1.0, [0]).seconds
        for connections in (1, 5, 200)
    }
    assert given == {1: 1, 5: 1, 200: 3}


# A round on a real server


@pytest.fixture(scope="module")
def watchdog() -> Iterator[Watchdog]:
    with Watchdog() as watchdog:
        yield watchdog


@pytest.fixture(scope="module")
def program() -> Program:
    found = pgbench.find(18)
    assert isinstance(found, Program), found
    return found


@pytest.fixture(scope="module")
def around(
    server: EmbeddedServer, watchdog: Watchdog, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Context]:
    folder = tmp_path_factory.mktemp("limit")
    with Interrupts() as interrupts:
        yield Context(
            variants={},
            server=server,
            run_folder=RunFolder.create(folder, "limit", dt.datetime.now(dt.UTC)),
            watchdog=watchdog,
            interrupts=interrupts,
            logs=folder,
            run="test",
            seed=1,
            session=1,
            deadline=None,
            cores=environment.cores(),
            announce=lambda *_: None,
        )


@dataclass
class Seen:
    """What everybody on this machine could see of pgbench, and what its owner could."""

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
    """What was measured, and what was seen meanwhile."""

    rows: list[Row]
    seen: Seen


CHOSEN = [
    *(limit_of("insert", 3), limit_of("read", 5, "one"), limit_of("list", 2)),
    *(limit_of("transaction", 4), HOLD),
]


@pytest.fixture(scope="module")
def measured(around: Context, program: Program) -> Round:
    seen, enough = Seen(), threading.Event()
    looking = threading.Thread(target=seen.look_until, args=(enough,))
    looking.start()
    try:
        rows = list(measure_round(around, program, CHOSEN, Place(1, 2, 11)))
    finally:
        enough.set()
        looking.join()
    return Round(rows, seen)


def test_every_setting_has_its_row_beside_those_of_the_cells(
    measured: Round, around: Context
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
        assert 0.3 < (row.seconds or 0) < 5
        assert row.total_ms_mean == pytest.approx(
            1000 * row.conditions.clients / (row.ops_per_s or 0)
        )
    assert [row.position for row in measured.rows] == [11, 12, 13, 14, 15]
    assert [row.conditions.workload for row in measured.rows] != [
        setting.workload for setting in CHOSEN
    ]
    assert [row.cell for row in around.run_folder.results()][:5] == [
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
    server: EmbeddedServer, around: Context, program: Program
) -> None:
    server.prepare(["mixed"])
    dsn = server.dsn("mixed", "mixed")
    before = changes(dsn)
    told = limit.order(limit_of("mixed", 4), "mixed", 1.0, around.cores)
    counted = pgbench.run(program, told, dsn, around.watchdog, around.interrupts)
    assert server.disconnected("mixed", 20)
    did = changes(dsn) - before
    assert did["inserted"] - did["deleted"] == server.rows("mixed").count
    for kind, share in {"inserted": 0.1, "updated": 0.05, "deleted": 0.05}.items():
        assert did[kind] / counted.transactions == pytest.approx(share, rel=0.2)
    server.discard(["mixed"])


def changes(dsn: str) -> Counter[str]:
    """Return how many rows of the table were ever written."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_clear_snapshot()")
        found = connection.execute(
            "SELECT n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"
        ).fetchone()
    return Counter(dict(zip(("inserted", "updated", "deleted"), found or (), strict=True)))


# When it cannot be measured


def one_row(around: Context, program: Program | str, conditions: Conditions = HOLD) -> Row:
    [row] = measure_round(around, program, [conditions], Place(1, 1, 1))
    assert around.run_folder.results()[-1].reason == row.reason
    assert row.status == "failed"
    assert row.ops_per_s is None
    return row


def test_a_wrong_password_is_the_reason_of_its_row(
    around: Context, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = around.server.dsn

    def wrong(key: str, application_name: str) -> str:
        return uri(right(key, application_name), password="hunter2")

    monkeypatch.setattr(around.server, "dsn", wrong)
    row = one_row(around, program)
    assert "password authentication failed" in text(row.reason)
    assert "hunter2" not in str(row)


def test_without_a_program_every_row_says_what_to_install(
    around: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    row = one_row(around, pgbench.find(None))
    assert "there is no pgbench: install" in text(row.reason)


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    """Give the test a program of its own instead of pgbench."""

    def make(script: str) -> Program:
        path = tmp_path / "bin" / "pgbench"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return Program(path, "18.0")

    return make


def test_a_pgbench_that_is_killed_has_a_row_and_the_next_is_measured(
    around: Context, fake: Fake
) -> None:
    row = one_row(around, fake("kill -9 $$"))
    assert text(row.reason) == "pgbench was ended by SIGKILL"


def test_rows_that_are_missing_from_the_table_are_suspect() -> None:
    row = limit.row_of(limit_of("insert", 5), Place(1, 1, 1), "18.0", Counted(7, 0, 7.0), 6)
    assert row.status == "suspect"
    assert text(row.reason) == "pgbench counted 7 rows, the table has 6"


def test_transactions_that_failed_are_operations_too() -> None:
    row = limit.row_of(limit_of("insert", 5), Place(1, 1, 1), "18.0", Counted(30, 10, 30.0), 30)
    assert (row.operations, row.ok, row.query_failed, row.failed_share) == (40, 30, 10, 0.25)


def run(around: Context, program: Program, dsn: str = DSN, **changed: Any) -> Counted:
    told = replace(ordered("read"), **changed)
    return pgbench.run(program, told, dsn, around.watchdog, around.interrupts)


def test_a_pgbench_that_does_not_end_is_ended(around: Context, fake: Fake, tmp_path: Path) -> None:
    program = fake(f"echo $$ > {tmp_path}/pid; sleep 60")
    with pytest.raises(PgbenchError, match=r"did not end within 0\.3 s"):
        run(around, program, seconds=0, patience=0.3)
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_an_interrupt_ends_pgbench_at_once(around: Context, fake: Fake, tmp_path: Path) -> None:
    program = fake(f"echo $$ > {tmp_path}/pid; sleep 60")
    with Interrupts() as interrupts:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        began = time.monotonic()
        with pytest.raises(Interrupted):
            run(replace(around, interrupts=interrupts), program)
    assert time.monotonic() - began < 5
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


TELLING = """
echo "$@" > {0}/arguments; env > {0}/environment
ls -ld "$PGPASSFILE" $(dirname "$PGPASSFILE") > {0}/modes; cat "$PGPASSFILE" > {0}/password
dirname "$PGPASSFILE" > {0}/folder
echo 'number of transactions actually processed: 9'
echo 'tps = 4.5 (without initial connection time)'
"""


@pytest.mark.parametrize("comes_from", ["the DSN", "the environment"])
def test_a_password_stands_in_a_file_that_only_its_owner_can_read(
    around: Context,
    fake: Fake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    comes_from: str,
) -> None:
    secret = r"hun:te\r 2"
    if comes_from == "the environment":
        monkeypatch.setenv("PGPASSWORD", secret)
        dsn = uri("host=h user=u")
    else:
        dsn = uri("host=h user=u passfile=/elsewhere", password=secret)
    assert run(around, fake(TELLING.format(tmp_path)), dsn).seconds == 2.0
    told = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir() if path.is_file()}
    assert told["password"] == "*:*:*:*:hun\\:te\\\\r 2\n"
    modes = {line.split()[0].rstrip(".+@") for line in told["modes"].splitlines()}
    assert modes == {"-rw-------", "drwx------"}
    assert "hun" not in told["arguments"] + told["environment"]
    assert told["arguments"].split()[-1] == "postgresql://u@h"
    assert not Path(told["folder"].strip()).exists()


def test_a_key_that_only_a_password_opens_is_not_shown_to_pgbench(
    around: Context, program: Program
) -> None:
    with pytest.raises(PgbenchError, match="sslpassword"):
        run(around, program, uri(DSN, sslpassword="hunter2"))


# The program


@pytest.mark.parametrize("version", postgres.INSTALLED)
def test_the_embedded_postgresql_brings_its_own_pgbench(
    version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = pgbench.find(version)
    assert isinstance(found, Program)
    assert found.version.startswith(f"{version}.")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'error while loading shared libraries' >&2; exit 127", "shared libraries"),
        ("echo 'pgbench (PostgreSQL) 12.9'", r"it is version 12\.9; 13 or later is needed"),
        ("true", "it does not say its version"),
    ],
)
def test_a_program_that_cannot_be_used_is_named_with_the_cause(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    monkeypatch.setenv("PATH", str(fake(script).path.parent), prepend=os.pathsep)
    found = pgbench.find(None)
    assert isinstance(found, str)
    assert re.search(f"pgbench cannot be used: {reason}", found.replace("error while loading ", ""))


V13 = """latency average = 0.411 ms
number of transactions actually processed: 2433
tps = 2400.000000 (including connections establishing)
tps = 2433.000000 (excluding connections establishing)
"""
V15 = """number of transactions actually processed: 2433
number of failed transactions: 3 (0.123%)
latency average = 0.411 ms
initial connection time = 17.828 ms
tps = 2433.000000 (without initial connection time)
"""


@pytest.mark.parametrize(("text", "failed"), [(V13, 0), (V15, 3)])
def test_every_version_of_pgbench_is_understood(text: str, failed: int) -> None:
    counted = pgbench.counted(text, 0)
    assert counted == Counted(2433, failed, 2433.0)
    assert counted.seconds == 1.0


ABORTED = """pgbench (18.4)
pgbench: error: client 2 script 0 aborted in command 1 query 0: ERROR:  no such  table
pgbench: error: Run was aborted; the above results are incomplete.
tps = 2433.000000 (without initial connection time)
"""


def test_the_first_complaint_of_pgbench_is_the_reason() -> None:
    with pytest.raises(PgbenchError, match=r"status 2: client 2 .* ERROR: no such table$"):
        pgbench.counted(ABORTED, 2)


def test_a_run_without_a_single_operation_has_no_rate() -> None:
    with pytest.raises(PgbenchError, match="finished no operation"):
        pgbench.counted("number of transactions actually processed: 0\n", 0)
