"""Every adapter of the matrix is measured against a bare loop, in fresh processes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.proof.base_config import ADAPTERS
from runner.proof.experiments import NotMeasuredError
from runner.proof.overhead import paired
from runner.proof.overhead.paces import LOOPS, Setting
from runner.proof.overhead.paired import DRIVERS, LAYER_BY_LAYER, Comparison, measure

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paired, "LEAD_IN", 0.005)
    monkeypatch.setattr(paired, "SLICE", 0.02)


def test_every_adapter_of_the_matrix_is_compared_with_few_clients_and_with_many() -> None:
    wanted = {(adapter, clients) for adapter in ADAPTERS for clients in (1, 5, 10, 50)}
    assert set(DRIVERS.settings) == wanted
    assert {setting.adapter for setting in LAYER_BY_LAYER.settings} == set(ADAPTERS)


def test_every_setting_has_its_rounds_of_cycles_of_every_loop(
    server_experiments: Experiments,
) -> None:
    settings = [Setting(adapter, 6) for adapter in ADAPTERS]
    done: list[int] = []
    measured = measure(
        Comparison(settings, LOOPS, rounds=2, cycles=1), server_experiments.resources, done.append
    )
    assert list(measured) == settings
    assert done == [1, 2]
    for rounds in measured.values():
        assert [[set(cycle) for cycle in cycles] for cycles in rounds] == [[set(LOOPS)]] * 2
        assert all(rate > 0 for cycles in rounds for cycle in cycles for rate in cycle.values())


def test_a_process_without_an_answer_is_no_figure(server_experiments: Experiments) -> None:
    with pytest.raises(NotMeasuredError, match=r"not measured \(psycopg3, 1 client\): play: "):
        measure(
            replace(LAYER_BY_LAYER, settings=[Setting("psycopg3", 1)], loops=["no such loop"]),
            server_experiments.resources,
        )
