"""A cycle gives every adapter turns of every length, and leaves nothing on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.proof.base_config import ADAPTERS
from runner.proof.experiments import NotMeasuredError
from runner.proof.turn_length_cycles import CONFIG, cycle

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments


def test_every_adapter_takes_turns_of_every_length(server_experiments: Experiments) -> None:
    with server_experiments.prepared({**CONFIG, "rounds": 2}) as experiment:
        task = next(task for task in experiment.todo if task[0][0].conditions.clients == 10)
        rates = cycle(experiment.context, task, lengths=(0.1, 0.2), seconds=0.6)
    assert {key: len(turns) for key, turns in rates.items()} == {
        **{(name, 0.1): 2 for name in ADAPTERS},
        **{(name, 0.2): 3 for name in ADAPTERS},
    }
    assert all(rate > 0 for turns in rates.values() for rate in turns)


def test_a_pool_that_does_not_open_ends_the_measurement_in_a_sentence(
    server_experiments: Experiments,
) -> None:
    config = {**CONFIG, "rounds": 2, "matrix": {"adapter": "tests.fakes.broken:Closed"}}
    with (
        server_experiments.prepared(config) as experiment,
        pytest.raises(NotMeasuredError, match="Closed"),
    ):
        cycle(experiment.context, next(iter(experiment.todo)), seconds=1.0)
