"""Values of an axis that share their noun are written with it once."""

from __future__ import annotations

from typing import Any

import pytest

from runner.axes import PoolSize
from runner.rate import Rate
from runner.report.catalogue import text
from runner.report.several_values import several_values


@pytest.mark.parametrize(
    ("axis", "values", "words"),
    [
        ("clients", [10], "10 clients"),
        ("clients", [1, 20, 50], "1, 20 and 50 clients"),
        ("processes", [1, 4], "1 and 4 processes"),
        ("pool_size", [PoolSize(5, 5), PoolSize(10, 10)], "5 and 10 connections"),
        ("pool_size", [PoolSize(1, 5), PoolSize(9, 9)], "1 to 5 connections and 9 connections"),
        ("pool_size", [None, PoolSize(9, 9)], "no pool and 9 connections"),
        ("leak", [1.0], "100 % never released"),
        ("leak", [0.0, 1.0], "connections released always and never"),
        ("leak", [0.0, 0.1, 1.0], "connections released always, 90 % of the time and never"),
        (
            "rate",
            [Rate(is_share=False, number=900), Rate(is_share=False, number=2000)],
            "900 and 2,000 arrivals a second",
        ),
        (
            "rate",
            [None, Rate(is_share=False, number=2000)],
            "closed loop and 2,000 arrivals a second",
        ),
        ("cpus", ["all", "one"], "all cores and one core"),
    ],
)
def test_values_share_their_noun_where_they_have_one(
    axis: str, values: list[Any], words: str
) -> None:
    assert text(several_values(axis, values)) == words
