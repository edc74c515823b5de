"""The server counts the statements that the clients report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.proof.counted_statements import ADAPTERS, WORKLOADS, count
from runner.proof.sample_sizes import QUICK

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments


def test_the_server_committed_every_operation_and_little_more(
    server_experiments: Experiments,
) -> None:
    lines = count(QUICK, "all", server_experiments)
    assert {(line.adapter, line.workload) for line in lines} == {
        (adapter, workload) for adapter in ADAPTERS for workload in WORKLOADS
    }
    for line in lines:
        assert line.operations == QUICK.counted_operations * 10
        # The check of the pool, what a session is asked at both ends, and the statements that each
        # connection prepares once.
        assert 0 < line.extra_commits <= 5 + 2 * line.sessions
