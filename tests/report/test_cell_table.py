"""The table of cells has each of them, with what tells it from the others."""

from __future__ import annotations

from dataclasses import replace

from runner.messages import said
from runner.report.catalogue import text
from runner.report.cell_table import CellTable, cell_table
from runner.results.row import Row, Status
from runner.results.rows import Rows
from tests.report.measured import controlled, costing, limited, rows


def table(results: list[Row]) -> tuple[CellTable, list[dict[str, str]]]:
    made = cell_table(Rows(results))
    headings = [" ".join(text(column.heading).split()) for column in made.table.columns]
    lines = [dict(zip(headings, map(text, row.cells), strict=True)) for row in made.table.rows]
    return made, lines


def test_each_cell_has_a_row_the_control_and_the_limit_too() -> None:
    measured = limited(controlled(costing(rows(["psycopg3", "psycopg2"], rounds=2))))
    made, lines = table(measured)
    assert {row.about for row in made.table.rows} == {row.cell.id for row in measured}
    assert [line["adapter"] for line in lines[:2]] == ["psycopg2", "psycopg3"], "in their order"
    assert lines[-1]["adapter"] == "pgbench"
    assert {line["rounds"] for line in lines} == {"2"}


def test_only_axes_that_differ_have_a_column_to_choose_by() -> None:
    made, lines = table(rows(["psycopg3"], clients=(10, 50), rounds=1))
    assert list(lines[0])[: made.choices] == ["adapter", "clients", "leak"]
    assert [column.numeric for column in made.table.columns[: made.choices]] == [False, True, True]


def test_a_cell_that_leaks_has_no_speed() -> None:
    _, lines = table(costing(rows(["psycopg3"], clients=(10,), rounds=1)))
    speeds = {line["leak"]: (line["operations/s"], line["CPU per op"]) for line in lines}
    assert "–" not in speeds["0"]  # noqa: RUF001
    assert speeds["1"] == ("–", "–")  # noqa: RUF001


def test_a_cell_names_its_most_frequent_error_and_counts_its_bad_rounds() -> None:
    examples = '{"pool_exhausted": "PoolError: none left"}'
    measured = [replace(it, examples=examples) for it in rows(["psycopg2"], (10,), (0.0,), 3)]
    measured[0] = replace(measured[0], status=Status.HUNG, reason=said("late"))
    _, (line,) = table(measured)
    assert line["most frequent error"] == "psycopg2: pool_exhausted 1,425x: PoolError: none left"
    assert (line["rounds"], line["bad rounds"]) == ("2", "1")
