"""Liars in a normal run beside an honest pool: each must be caught, and nobody else accused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.proof.files import read
from runner.report.catalogue import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.proof.laboratory import Laboratory
    from runner.proof.size import Size, Step
    from runner.results.run_folder import RunFolder

INSERTING = (
    "CountsTooMany",
    "CountsTooFew",
    "HandsOutTwice",
    "OpensMore",
    "AnswersEarly",
    "GuessesIds",
    "ShiftsIds",
)
READING = ("AnswersFromMemory",)
CONFIG: dict[str, Any] = {
    "name": "liars",
    "adapters": {
        name: {"adapter": f"runner.proof.liars:{name}"} for name in (*INSERTING, *READING)
    },
    "matrix": {"adapter": [*INSERTING, "psycopg3"], "workload": "insert"},
    "include": [{"adapter": [*READING, "psycopg3"], "workload": "read"}],
    "baseline": "psycopg3",
    "rounds": 1,
    "duration": "200ms",
    "warmup": 0,
    "pool": {"max_size": 5, "timeout": "5s"},
}
"""A matrix as any other."""


@dataclass(frozen=True)
class Caught:
    """What became of an adapter in a normal run."""

    adapter: str
    workload: str
    status: str
    reason: str

    @property
    def lies(self) -> bool:
        """Whether it is one of the liars."""
        return self.adapter in {*INSERTING, *READING}


def steps(size: Size, cpus: str | None) -> Iterator[Step]:
    """Yield the one run of all of them."""
    del size, cpus
    yield "liars.csv", measure


def measure(laboratory: Laboratory) -> list[Caught]:
    """Measure them as any adapter is measured."""
    rows = laboratory.measure(CONFIG).rows
    return [
        Caught(row.contender, row.conditions.workload, row.status, text(row.reason)) for row in rows
    ]


def tell(run_folder: RunFolder) -> Iterator[str]:
    """Yield what each was caught by."""
    lines = read(run_folder, "liars.csv", Caught)
    lying = [line for line in lines if line.lies]
    if lines:
        caught = sum(line.status != "ok" for line in lying)
        accused = sum(line.status != "ok" for line in lines if not line.lies)
        yield f"{caught} of {len(lying)} liars caught, {accused} honest rows accused"
    yield from (f"  {line.adapter}: {line.status}: {line.reason}" for line in lying)
