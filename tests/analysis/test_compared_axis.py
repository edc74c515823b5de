"""Sizes, or the values of any other axis, are compared, told and drawn as adapters are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.answer import answer
from runner.analysis.comparison import compare
from runner.analysis.run_comparison import compare_runs
from runner.analysis.verdict import Verdict
from runner.axes import PoolSize
from runner.report.catalogue import text
from runner.report.markdown import markdown
from runner.report.speed_tables import speed_tables
from runner.results.row import HEADER
from runner.results.row_reading import row_of
from runner.results.rows import Rows
from runner.roles import Role
from tests.analysis.runs import CALM, limit, rows, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

BASELINE = "pool_size 5"


def sized(adapter: str, size: int, factor: float = 1.0, role: Role = Role.ADAPTER) -> list[Row]:
    """Make the rows of a size that is so many times as fast as the calm baseline."""
    rates = CALM if factor == 1 else times(factor)
    there = PoolSize(size, size)
    return rows(adapter, rates, pool_size=there, compared="pool_size", role=role)


def run(*adapters: str) -> Rows:
    """Return a run in which ten connections are faster than five, and two are slower.

    The limit grows with the connections.
    """
    sizes = ((5, 1.0), (10, 1.3), (2, 0.5))
    cells = [row for name in adapters for size in sizes for row in sized(name, *size)]
    controls = [row for name in adapters for row in sized(name, 5, 1.001, Role.CONTROL)]
    limits = [
        row
        for size in (5, 10, 2)
        for row in limit(
            [rate * size / 5 for rate in CALM], clients=size, pool_size=PoolSize(size, size)
        )
    ]
    return Rows([*cells, *controls, *limits])


def said(measured: Rows) -> Sequence[str]:
    return [text(it) for it in answer(measured, compare(measured, baseline=BASELINE))]


def test_each_adapter_is_a_group_whose_sizes_are_compared_with_the_baseline() -> None:
    report = compare(run("psycopg3", "asyncpg"), baseline=BASELINE)
    verdicts = {
        (it.group, it.entrant): it.verdict for it in report.lines if it.metric == "ops_per_s"
    }
    for group in ("psycopg3-insert-c10", "asyncpg-insert-c10"):
        assert verdicts[group, BASELINE] is Verdict.BASELINE
        assert verdicts[group, "pool_size 10"] is Verdict.FASTER
        assert verdicts[group, "pool_size 2"] is Verdict.SLOWER
        assert verdicts[group, "control"] is Verdict.CONTROL
    line = next(it for it in report.lines if it.entrant == "pool_size 10")
    assert line.family == 4, "two sizes beside the baseline, of each adapter"
    assert (line.columns()["adapter"], line.columns()["entrant"]) == ("asyncpg", "pool_size 10")


def test_each_size_is_held_against_a_limit_over_as_many_connections() -> None:
    measured = run("psycopg3")
    report = compare(measured, baseline=BASELINE)
    shares = {it.entrant: it.share_of_limit for it in report.lines if it.metric == "ops_per_s"}
    assert shares["pool_size 5"] == 1
    assert round(shares["pool_size 10"] or 0, 2) == 0.65, "of twice as much"
    (group,) = measured.groups
    assert len(group.limits) == 3
    assert not group.limit, "none that all of them have"


def test_an_answer_names_the_fastest_size_and_the_adapters_for_which_it_is() -> None:
    head, *others = said(run("psycopg3", "asyncpg"))
    (fastest,) = (it for it in others if it.startswith("Fastest"))
    assert head.startswith("insert, 10 clients, 5 rounds")
    assert fastest.startswith(
        "Fastest, with asyncpg and psycopg3: pool_size 10, 1.30x pool_size 5 [1.2"
    )


def test_an_answer_on_one_adapter_names_it_too() -> None:
    head, edge, *others = said(run("psycopg3"))
    assert edge.startswith("psycopg3, insert, 10 clients: not enough sizes")
    assert any("with psycopg3: pool_size 10" in it for it in others), head


def test_a_table_has_a_line_for_each_size_and_for_each_limit() -> None:
    measured = run("psycopg3")
    (table,) = speed_tables(measured, compare(measured, baseline=BASELINE))
    assert text(table.title).startswith("psycopg3, insert, 10 clients")
    assert text(table.columns[0].heading) == "pool_size"
    assert [text(row.cells[0]) for row in table.rows] == [
        *("pool_size 10", "pool_size 5", "pool_size 2", "noise floor"),
        *("pgbench (pool_size 2)", "pgbench (pool_size 5)", "pgbench (pool_size 10)"),
    ]
    assert "None" not in markdown(table)


def test_a_row_is_read_as_it_was_written() -> None:
    for row in run("psycopg3").every:
        written = {name: "" if it is None else str(it) for name, it in row.columns().items()}
        assert tuple(written) == HEADER
        assert row_of(written).cell == row.cell


def test_runs_are_compared_cell_by_cell_whatever_their_groups_compare() -> None:
    several = run("psycopg3")
    changes = compare_runs([several], [several]).changes
    assert {it.cell for it in changes} == {f"psycopg3-insert-c10-p{size}" for size in (2, 5, 10)}
