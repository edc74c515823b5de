"""A cell is told over its good rounds, and how many were not good."""

from __future__ import annotations

import math

import pytest

from runner.analysis.summary import summaries
from runner.results.row import Status
from runner.results.rows import Rows
from runner.roles import LIMIT
from tests.analysis.runs import CALM, against, limit, of, rows
from tests.builders import row


def test_a_cell_is_summarised_over_its_good_rounds() -> None:
    measured = [
        row(round=number, ops_per_s=float(rate)) for number, rate in enumerate((10, 30, 20), 1)
    ]
    measured.append(row(round=4, ops_per_s=1.0, status=Status.SUSPECT))
    (summary,) = summaries(Rows(measured))
    line = summary.columns()
    assert (line["rounds"], line["bad_rounds"]) == (3, 1)
    assert [line[f"ops_per_s_{name}"] for name in ("median", "min", "max")] == [20, 10, 30]
    assert line["total_ms_p99_median"] is None
    assert summary.median("total_ms_p99") is None


def test_the_share_of_the_limit_follows_from_the_two_rates_that_are_shown() -> None:
    """Both are geometric means over rounds, as the share is: 9,766 of 68,404 is 14 %, not 11 %."""
    measured = [*rows("base", CALM), *limit((4000.0, 9000.0, 2500.0, 7000.0, 5000.0))]
    rates = {it.cell.contender: it.rate for it in summaries(Rows(measured))}
    share = of(against(*measured[5:]), "base").share_of_limit
    assert rates["base"] == pytest.approx(math.prod(CALM) ** 0.2)
    assert share == pytest.approx((rates["base"] or 0) / (rates[LIMIT] or 1))


def test_a_round_without_an_operation_makes_the_rate_zero_and_no_round_none() -> None:
    several = [row(round=number, ops_per_s=rate) for number, rate in enumerate((0.0, 5.0), 1)]
    (summary,) = summaries(Rows(several))
    assert summary.rate == summary.columns()["ops_per_s_geometric_mean"] == 0
    (nothing,) = summaries(Rows([row(ops_per_s=None)]))
    assert nothing.rate is None
