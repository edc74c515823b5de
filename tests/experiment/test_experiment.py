"""An experiment is put together before it measures, and goes round by round to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.experiment.experiment import Experiment, prepare
from runner.experiment.planned import planned
from runner.experiment.resources import Resources
from runner.experiment.start import start
from runner.measure import pgbench
from runner.report.catalogue import text as text_of
from runner.results.row import Status
from runner.roles import Role
from runner.server.dsn import ServerError, words_of
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from runner.axes import Conditions
    from runner.measure.context import Context
    from runner.measure.pgbench import Job
    from runner.measure.pgbench_output import Counted
    from runner.measure.pgbench_program import Program
    from runner.plan.plan import Cell
    from runner.plan.tasks import Place
    from runner.results.row import Row
    from runner.server.embedded import EmbeddedServer

SMALL = """\
rounds: 2
seed: 7
duration: 20ms
turn: off
warmup: 0
limit: false
round_trips: false
matrix: {adapter: noop, clients: [1, 2]}
"""


class Noting:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.rows: list[Row] = []

    def begins(self, cell: Cell, round_: int) -> None:
        self.begun.append((cell.id, round_))

    def ended(self, result: Row) -> None:
        self.rows.append(result)


@pytest.fixture
def resources(server: EmbeddedServer, tmp_path: Path) -> Iterator[Resources]:
    logs = tmp_path / "logs of workers"
    logs.mkdir()
    with Watchdog() as watchdog, Interrupts() as interrupts:
        yield Resources(server, watchdog, interrupts, logs)


def an_experiment(
    folder: Path, resources: Resources, text: str = SMALL, resumed: Path | None = None
) -> Experiment:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    plan = planned(path, (), ())
    with start(plan, resumed) as begun:
        return prepare(plan, begun, resources, folder / "reports")


def test_every_group_is_measured_in_every_round_between_two_looks_at_the_machine(
    tmp_path: Path, resources: Resources
) -> None:
    experiment = an_experiment(tmp_path, resources)
    assert len(experiment.todo) == 4
    assert experiment.run_folder.results() == [], "nothing is measured yet"
    noting = Noting()
    experiment.measure(noting)
    stored = experiment.run_folder.results()
    assert {(row.cell.id, row.round) for row in stored} == set(noting.begun)
    assert sorted(row.position for row in stored) == [1, 1, 2, 2]
    assert [row.cell for row in noting.rows] == [row.cell for row in stored]
    moments = [(line.round, line.moment) for line in experiment.run_folder.yardsticks()]
    assert moments == [(1, "before"), (1, "after"), (2, "before"), (2, "after")]


def test_a_limit_is_measured_in_the_rounds_of_its_cells_for_as_long_as_was_asked(
    tmp_path: Path, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, list[str], float]] = []

    def measure_round(
        _: Context, __: object, chosen: Mapping[Conditions, int], first: Place, seconds: float
    ) -> Iterator[Row]:
        asked.append((first.round, [conditions.workload for conditions in chosen], seconds))
        return iter(())

    monkeypatch.setattr("runner.measure.limit.measure_round", measure_round)
    text = SMALL.replace("limit: false", "limit_duration: 2s").replace("[1, 2]", "1")
    text += "include: [{clients: 2, workload: read, rounds: 1}]\n"
    an_experiment(tmp_path, resources, text).measure(Noting())
    assert asked == [(1, ["insert", "read"], 2.0), (2, ["insert"], 2.0)]


def test_a_run_that_is_whole_has_nothing_left_when_it_is_resumed(
    tmp_path: Path, resources: Resources
) -> None:
    once = SMALL.replace("rounds: 2", "rounds: 1").replace("[1, 2]", "1")
    experiment = an_experiment(tmp_path, resources, once)
    experiment.measure(Noting())
    again = an_experiment(tmp_path, resources, once, experiment.run_folder.path)
    assert again.todo == []
    noting = Noting()
    again.measure(noting)
    assert (noting.begun, noting.rows) == ([], [])


def test_a_server_with_too_few_connections_is_refused_before_a_folder_is_made(
    tmp_path: Path, resources: Resources
) -> None:
    wide = SMALL.replace("noop, clients: [1, 2]", "psycopg3-direct, clients: 500")
    with pytest.raises(ServerError, match=r"the run needs \d+ connections"):
        an_experiment(tmp_path, resources, wide)
    assert not (tmp_path / "reports").exists()


def test_round_trips_are_counted_once_in_a_run(tmp_path: Path, resources: Resources) -> None:
    text = SMALL.replace("round_trips: false\n", "").replace("noop", "psycopg3")
    experiment = an_experiment(tmp_path, resources, text)
    experiment._count_round_trips(experiment.context)
    [line] = experiment.run_folder.round_trips()
    assert (line.adapter, line.reason) == ("psycopg3", None)
    path = experiment.run_folder.path / "roundtrips.csv"
    before = path.stat().st_mtime_ns
    experiment._count_round_trips(experiment.context)
    assert path.stat().st_mtime_ns == before


def test_a_transport_that_the_server_does_not_have_is_refused_by_name_and_line(
    tmp_path: Path, resources: Resources
) -> None:
    text = SMALL.replace("noop", "psycopg3").replace("]}", "], transport: [unix, tls]}")
    with pytest.raises(ConfigError) as refused:
        an_experiment(tmp_path, resources, text)
    assert str(refused.value) == (
        f"{tmp_path}/small.yaml:8: matrix.transport[1]: "
        "tls is not to be had on this server: it was built without SSL"
    )
    assert not (tmp_path / "reports").exists()


def test_each_transport_is_measured_and_seen_by_the_server(
    tmp_path: Path,
    server: EmbeddedServer,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, limits = pgbench.run, set()

    def noted(program: Program, job: Job, dsn: str, context: Context) -> Counted:
        limits.add(words_of(dsn)["host"])
        return run(program, job, dsn, context)

    monkeypatch.setattr(pgbench, "run", noted)
    once = SMALL.replace("rounds: 2", "rounds: 1").replace("limit: false", "limit_duration: 1s")
    text = once.replace("noop, clients: [1, 2]", "psycopg3, clients: 2, transport: [unix, tcp]")
    experiment = an_experiment(tmp_path, resources, text)
    experiment.measure(Noting())
    rows = experiment.run_folder.results()
    measured = {row.conditions.transport: row for row in rows if row.role is Role.ADAPTER}
    assert {row.transport_seen for row in measured.values()} == {"unix", "tcp"}
    assert all(row.transport_seen == transport for transport, row in measured.items())
    assert [row.status for row in rows] == [Status.OK] * 4
    assert {row.conditions.transport for row in rows if row.role is Role.LIMIT} == {"unix", "tcp"}
    assert limits == {"127.0.0.1", server._postgres.sockets}, "the limit goes the same way"


OWN = """\
workloads:
  mine: {sql: 'SELECT random(), $1::int', args: [{int: [1, 9]}]}
  yours: {sql: "SELECT 1 / (current_setting('transaction_read_only') = 'on')::int"}
"""


def test_adapters_that_do_not_answer_alike_are_refused_with_the_line_of_the_statement(
    tmp_path: Path, resources: Resources
) -> None:
    matrix = "adapter: [psycopg3, psycopg2], workload: mine, clients: 1"
    text = OWN + SMALL.replace("adapter: noop, clients: [1, 2]", matrix)
    with pytest.raises(ConfigError, match=r":2: workloads.mine.sql: psycopg3 and psycopg2 answer"):
        an_experiment(tmp_path, resources, text)
    assert not (tmp_path / "reports").exists()


def test_a_row_of_a_users_own_statement_says_what_no_law_counts(
    tmp_path: Path, resources: Resources
) -> None:
    matrix = "adapter: psycopg3, workload: [yours, insert], clients: 1"
    once = SMALL.replace("rounds: 2", "rounds: 1").replace("limit: false", "limit_duration: 1s")
    text = OWN + once.replace("adapter: noop, clients: [1, 2]", matrix)
    experiment = an_experiment(tmp_path, resources, text)
    experiment.measure(Noting())
    measured = experiment.run_folder.results()
    assert [row.status for row in measured] == [Status.OK] * 4
    rows = {row.conditions.workload: row for row in measured if row.role is Role.ADAPTER}
    assert rows["yours"].query_failed == 0, "its sessions are read-only"
    assert "rows_not_judged" in rows["yours"].flags
    assert rows["yours"].rows_inserted is rows["yours"].rows_found is None
    assert (rows["yours"].commits or 0) >= (rows["yours"].ok or 0) > 0
    assert "rows_not_judged" not in rows["insert"].flags
    assert (rows["insert"].rows_inserted or 0) > 0
    assert list(experiment.run_folder.environment()["workloads"]) == ["yours"]
    (said,) = experiment.planned.opening[-1:]
    assert "(yours)" in text_of(said)
