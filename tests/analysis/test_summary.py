"""A cell is told over its good rounds, and how many were not good."""

from __future__ import annotations

from runner.analysis.summary import summaries
from runner.results.row import Status
from runner.results.rows import Rows
from tests.builders import row


def test_a_cell_is_summarised_over_its_good_rounds() -> None:
    rows = [row(round=number, ops_per_s=float(rate)) for number, rate in enumerate((10, 30, 20), 1)]
    rows.append(row(round=4, ops_per_s=1.0, status=Status.SUSPECT))
    (summary,) = summaries(Rows(rows))
    line = summary.columns()
    assert (line["rounds"], line["bad_rounds"]) == (3, 1)
    assert [line[f"ops_per_s_{name}"] for name in ("median", "min", "max")] == [20, 10, 30]
    assert line["total_ms_p99_median"] is None
    assert summary.median("total_ms_p99") is None
