"""One client of ours and a bare loop insert over the same pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.experiment import environment
from runner.proof.overhead import driver_speed
from runner.proof.overhead.bare_loops import BARE_LOOPS

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments


def test_every_bare_loop_is_held_against_ours(server_experiments: Experiments) -> None:
    before = environment.cores()
    lines = list(driver_speed.measure(server_experiments.resources, pairs=6))
    assert [line.adapter for line in lines] == list(BARE_LOOPS)
    for line in lines:
        assert 0 < line.low <= line.ratio <= line.high
        assert line.bare_us > 0
    assert environment.cores() == before, "the cores of this process are given back"
