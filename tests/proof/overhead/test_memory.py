"""The memory of a worker is read before and after a long cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.proof.experiments import NotMeasuredError
from runner.proof.overhead import memory

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments


def test_a_worker_that_did_its_operations_has_a_size(server_experiments: Experiments) -> None:
    used = memory.measure(server_experiments, operations=1000)
    assert used.operations == 1000
    assert 0 < used.before <= used.after


def test_a_worker_that_does_not_come_back_ends_the_measurement_in_a_sentence(
    server_experiments: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "LONGEST", 0.0)
    with pytest.raises(NotMeasuredError, match="1 of 1 clients never came back"):
        memory.measure(server_experiments, operations=1_000_000_000)
