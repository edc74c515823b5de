"""The lesson is told cell by cell: what it expects, what was observed, and whether they agree."""

from __future__ import annotations

from runner.report.catalogue import text
from runner.report.lesson import lesson
from runner.results.rows import Rows
from tests.builders import row

OBSERVED = (
    "100 of 100 operations succeeded over a pool of 5; half of them took up to 3 ms; "
    "the slowest took 20 ms"
)


def test_a_cell_of_the_lesson_is_three_lines_under_its_name() -> None:
    good = row(operations=100, ok=100, clients=1, total_ms_p50=3.0, total_ms_max=20.0)
    bad = row(operations=100, ok=100, leak=1.0, total_ms_max=3.0, position=2)
    first, second = lesson(Rows([bad, good]))
    assert not first.headed
    assert text(first.title) == "psycopg3, 1 client, with release"
    assert [list(map(text, line.cells)) for line in first.rows] == [
        ["expected", "reused, slow but successful"],
        [
            "observed",
            OBSERVED,
        ],
        ["verdict", "as the lesson says"],
    ]
    assert text(second.title) == "psycopg3, 10 clients, without release"
    assert text(second.rows[2].cells[1]).startswith("differs: the pool did not run dry; nobody")
