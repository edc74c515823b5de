"""The comparisons of a pool with itself are independent of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.proof import same_pool
from runner.proof.sample_sizes import QUICK

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments


def test_no_comparison_of_a_pool_with_itself_shares_its_baseline(
    server_experiments: Experiments,
) -> None:
    lines = same_pool.measure(QUICK, "all", server_experiments)
    names = [name for line in lines for name in (line.adapter, line.baseline)]
    assert len(names) == len(set(names)) == 2 * QUICK.same_pool_pairs
    assert {name.rstrip("ab") for name in names} == {"psycopg3-0", "asyncpg-1"}
