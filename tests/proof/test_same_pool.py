"""The comparisons of a pool with itself are independent of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.proof import foreign_program, same_pool
from runner.proof.sample_sizes import QUICK

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments


def test_no_comparison_of_a_pool_with_itself_shares_its_baseline(
    server_experiments: Experiments,
) -> None:
    lines = same_pool.measure(QUICK, "one", server_experiments)
    assert [(line.adapter, line.baseline) for line in lines] == [
        ("psycopg3-twin", "psycopg3"),
        ("asyncpg-twin", "asyncpg"),
    ]
    assert all(line.estimator == "midmean" and line.half_width for line in lines)


def test_a_busy_program_beside_a_run_is_said(server_experiments: Experiments) -> None:
    lines = foreign_program.measure(QUICK, "one", server_experiments)
    assert len(lines) == len(same_pool.ADAPTERS)
    assert "foreign load: other programs used" in lines[0].said
    assert "of the 36 cycles" in lines[0].said or "cycles of turns; " in lines[0].said
