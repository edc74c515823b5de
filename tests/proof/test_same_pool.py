"""The comparisons of a pool with itself are independent of each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from runner.proof import foreign_program, same_pool
from runner.proof.base_config import AS_SHIPPED
from runner.proof.experiments import Experiments
from runner.proof.sample_sizes import QUICK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.proof.experiments import Measured
    from runner.proof.foreign_program import Disturbed


@dataclass(frozen=True)
class Kept(Experiments):
    """Experiments whose measurements are kept, and are not made twice."""

    measurements: list[tuple[Mapping[str, Any], Measured]] = field(default_factory=list)

    def measure(self, config: Mapping[str, Any]) -> Measured:
        for known, measured in self.measurements:
            if known == config:
                return measured
        self.measurements.append((config, super().measure(config)))
        return self.measurements[-1][1]


@pytest.fixture(scope="module")
def kept(server_experiments: Experiments) -> Kept:
    return Kept(server_experiments.resources)


@pytest.fixture(scope="module", autouse=True)
def _few_turns() -> Iterator[None]:
    """Make a round of seven turns of each: in three of them are enough for the midmean."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(same_pool, "AS_SHIPPED", {**AS_SHIPPED, "duration": "315ms"})
        yield


@pytest.fixture(scope="module")
def disturbed(kept: Kept) -> list[Disturbed]:
    """Measure one run for all tests here, beside a busy program."""
    return foreign_program.measure(QUICK, "one", kept)


@pytest.mark.usefixtures("disturbed")
def test_no_comparison_of_a_pool_with_itself_shares_its_baseline(kept: Kept) -> None:
    lines = same_pool.measure(QUICK, "one", kept)
    assert len(kept.measurements) == 1, "it is the run beside the busy program"
    assert [(line.adapter, line.baseline) for line in lines] == [
        ("psycopg3-twin", "psycopg3"),
        ("asyncpg-twin", "asyncpg"),
    ]
    assert all(line.estimator == "midmean" and line.half_width for line in lines)


def test_a_busy_program_beside_a_run_is_said(disturbed: list[Disturbed], kept: Kept) -> None:
    assert len(disturbed) == len(same_pool.ADAPTERS)
    [(_, measured)] = kept.measurements
    cycles = len(measured.cycles)
    assert cycles >= QUICK.rounds * 7
    assert "foreign load: other programs used" in disturbed[0].said
    assert f"of the {cycles} cycles of turns; " in disturbed[0].said
