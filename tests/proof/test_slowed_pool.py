"""The slowed pool does exactly the share of additional work that it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.proof.base_config import SHORT_TURNS

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments


ATTEMPTS = 3
"""The server's own workers (autovacuum) commit in a database too, once a minute at most."""


@pytest.mark.parametrize(("extra", "twice"), [(0.1, 10), (0.05, 5), (0.01, 1)])
def test_the_server_counts_the_additional_operations(
    server_experiments: Experiments, extra: float, twice: int
) -> None:
    counted = (additional_commits(server_experiments, extra) for _ in range(ATTEMPTS))
    assert twice in counted


def additional_commits(server_experiments: Experiments, extra: float) -> int:
    slower = {"adapter": "runner.proof.slowed_pool:SlowedPool", "options": {"extra": extra}}
    measured = server_experiments.measure(
        {
            **SHORT_TURNS,
            "adapters": {"slower": slower},
            "matrix": {"adapter": ["psycopg3", "slower"], "clients": 1, "workload": "read"},
            "rounds": 1,
            "pool": {"max_size": 1},
            "operations_per_client": 99,  # the check of the pool is the first acquire
            "warmup": 0,
        }
    )
    commits = {row.contender: row.commits or 0 for row in measured.rows}
    assert {row.operations for row in measured.rows} == {99}
    return commits["slower"] - commits["psycopg3"]
