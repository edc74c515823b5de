"""Operations of one statement each: what the clients report, and what the server committed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from runner.proof.base_config import CLIENTS, SHORT_TURNS
from runner.proof.part import Step
from runner.proof.part_files import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder

ADAPTERS = ("psycopg3", "asyncpg")
WORKLOADS = ("read", "insert")


@dataclass(frozen=True)
class StatementCount:
    """The operations of an adapter, counted on both sides."""

    adapter: str
    workload: str
    operations: int
    commits: int
    sessions: int

    @property
    def extra_commits(self) -> int:
        """Commits beyond the operations: the pool's check, its settings, statements prepared."""
        return self.commits - self.operations


def steps(sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
    """Yield the run whose statements are counted."""
    placement = cpus or "all"
    yield Step(f"statements-{placement}.csv", partial(count, sizes, placement))


def count(sizes: SampleSizes, cpus: str, experiments: Experiments) -> list[StatementCount]:
    """Let each client do a given number of operations, and ask the server for its commits."""
    measured = experiments.measure(
        {
            **SHORT_TURNS,
            "matrix": {
                "adapter": ADAPTERS,
                "cpus": cpus,
                "clients": CLIENTS,
                "workload": WORKLOADS,
            },
            "rounds": 1,
            "operations_per_client": sizes.counted_operations,
            "warmup": 0,
        }
    )
    return [
        StatementCount(
            row.contender,
            row.conditions.workload,
            row.operations or 0,
            row.commits or 0,
            row.sessions_opened or 0,
        )
        for row in sorted(measured.rows, key=lambda row: (row.conditions.workload, row.contender))
    ]


def sentences(run_folder: RunFolder) -> Iterator[str]:
    """Yield both counts of each adapter and workload."""
    for line in read(run_folder, "statements-*.csv", StatementCount):
        yield (
            f"{line.workload} by {line.adapter}: {line.operations} operations reported, "
            f"{line.commits} committed: {line.extra_commits} more, on {line.sessions} connections"
        )
