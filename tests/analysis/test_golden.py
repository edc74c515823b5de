"""The figures of a run that was kept: analysis gives them again, and the catalogue the words."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from runner.analysis.comparison import compare
from runner.report.catalogue import text
from runner.results.row_reading import row_of
from runner.results.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable

GOLDEN = Path(__file__).parent / "golden"
ORDER = ["psycopg2", "psycopg2-queued", "psycopg3", "psycopg3-async", "asyncpg"]


def lines(name: str) -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(values: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Write values as the file has them."""
    return {
        name: "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
        for name, value in values
    }


def test_the_comparison_of_a_kept_run_comes_out_as_it_was() -> None:
    """`cells.csv` is of a run of version 0.1, whose turns are not kept: the mean alone decides.

    `comparison.csv` was written when intervals became simultaneous and the control joined the
    baseline.
    """
    kept = lines("comparison.csv")
    rows = Rows(map(row_of, lines("cells.csv")))
    report = compare(rows, baseline="psycopg3", order=ORDER)
    assert len(report.lines) == len(kept) > 100
    for now, before in zip(report.lines, kept, strict=True):
        found = written(now.columns().items())
        found |= {"reason": text(now.reason), "words": text(now.words)}
        assert {name: found[name] for name in before} == before
