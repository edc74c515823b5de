"""A person reads what must hold beside what was measured."""

from __future__ import annotations

from runner.analysis.thresholds import NOT_MEASURED, Judged
from runner.report.catalogue import text
from runner.report.thresholds import table


def test_what_must_hold_stands_beside_what_was_measured() -> None:
    judged = [
        Judged("psycopg3-insert", "ops_per_s > 15", 20.0, passed=True),
        Judged("psycopg3-insert", "total_ms_p99 < 50", None, passed=False, reason=NOT_MEASURED),
        Judged("psycopg3-insert", "ok >= 1234567", 1_234_566.0, passed=False),
    ]
    shown = table(judged)
    assert [text(column.heading) for column in shown.columns] == ["cell", "must hold", "median", ""]
    assert [list(map(text, row.cells))[1:] for row in shown.rows] == [
        ["ops_per_s > 15", "20", "passed"],
        ["total_ms_p99 < 50", "not measured", "FAILED"],
        ["ok >= 1234567", "1.23457e+06", "FAILED"],
    ]
