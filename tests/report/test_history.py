"""Several runs as tables: what changed between them, and what is missing in one, is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.analysis.measured_run import MeasuredRun
from runner.report.catalogue import text
from runner.report.history import history_tables, runs_table
from runner.results.row import Status
from runner.results.rows import Rows
from tests.analysis.runs import rows

if TYPE_CHECKING:
    from runner.report.model import Table


OTHER = "The configurations differ: the config.yaml of each run says how."


def run(name: str, version: str, status: Status = Status.OK) -> MeasuredRun:
    measured = [
        replace(it, driver_version=version, status=status) for it in rows("psycopg3", [100.0])
    ]
    return MeasuredRun(name, Rows([*measured, *rows("asyncpg", [50.0])]))


def known(version: str) -> dict[str, Any]:
    return {
        "sessions": [{"started_at": "2026-01-02T03:04:05+00:00"}],
        "adapters": {"psycopg3": {"versions": f"psycopg {version}"}},
        "fingerprint": version,
    }


def lines(table: Table) -> list[list[str]]:
    return [[text(cell) for cell in row.cells] for row in table.rows]


def test_a_run_says_what_is_another_than_in_the_run_before() -> None:
    runs = [run("1", "3.2"), run("2", "3.3", Status.HUNG)]
    table = runs_table(runs, ["a", "b"], [known("3.2"), known("3.3")])
    begun = "2026-01-02 03:04 UTC"
    assert lines(table) == [
        ["1", "a", begun, "0", "–"],  # noqa: RUF001
        [
            "2",
            "b",
            begun,
            "1",
            f"psycopg3 versions: psycopg 3.2 → psycopg 3.3; {OTHER}",
        ],
    ]


def test_runs_of_an_older_version_have_no_moment() -> None:
    assert lines(runs_table([run("1", "3")], ["a"], [{}])) == [["1", "a", "–", "0", "–"]]  # noqa: RUF001


def test_a_cell_has_a_line_of_its_figures_with_the_version_where_it_changed() -> None:
    cost, speed, p99 = history_tables([run("1", "3.2"), run("2", "3.3"), run("3", "3.3")])
    assert [text(column.heading) for column in speed.table.columns] == ["cell", "1", "2", "3"]
    assert lines(speed.table) == [
        ["asyncpg-insert-c10-p5", "50", "50", "50"],
        ["psycopg3-insert-c10-p5", "100", "100\npsycopg 3.3", "100"],
    ]
    assert len(cost.lines) == len(cost.table.rows) == 2
    absolute = "An absolute figure"
    assert [
        any(text(it).startswith(absolute) for it in table.table.notes)
        for table in (cost, speed, p99)
    ] == [False, True, True]


def test_what_is_missing_is_said_with_its_reason() -> None:
    (_, speed, _) = history_tables([run("1", "3"), run("2", "3", Status.HUNG)])
    figures = {line[0]: line[1:] for line in lines(speed.table)}
    assert figures["psycopg3-insert-c10-p5"] == ["100", "–"]  # noqa: RUF001
    assert any("psycopg3-insert-c10-p5 (run 2): hung" in text(note) for note in speed.table.notes)
