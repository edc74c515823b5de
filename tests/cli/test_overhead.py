"""`overhead` prints its parts, and says in a sentence why one has no figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.__main__ import main
from runner.proof.overhead import cpu_cost, driver_speed, memory

if TYPE_CHECKING:
    import pytest


def test_the_parts_are_printed_in_the_order_in_which_they_were_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cost = cpu_cost.CpuCost("", 0.5, 0.75, 1.0, 1.25)
    monkeypatch.setattr(cpu_cost, "measure", lambda _workload: cost)
    assert main(["overhead", "comparison", "cpu"]) == 0
    comparison, _, *costs = capsys.readouterr().out.splitlines()
    assert comparison.startswith("comparing 1,000 cells x 10 rounds: ")
    assert len(costs) == 2
    for line in costs:
        assert line.endswith(
            "0.50 us (10th percentile), 0.75 (median); in a whole turn, all meters on: 1.00, 1.25"
        )


def test_the_parts_that_need_a_server_start_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measure, measure_memory = driver_speed.measure, memory.measure
    monkeypatch.setattr(driver_speed, "measure", lambda resources: measure(resources, pairs=4))
    monkeypatch.setattr(memory, "measure", lambda server: measure_memory(server, 1000))
    assert main(["overhead", "drivers", "memory"]) == 0
    printed = capsys.readouterr().out
    for name in ("psycopg2", "psycopg3", "asyncpg"):
        assert f"  {name} " in printed
    assert " MB after 1,000 operations, " in printed


def test_a_worker_without_an_answer_ends_it_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(memory, "LONGEST", 0.0)
    monkeypatch.setattr(memory, "OPERATIONS", 1_000_000_000)
    assert main(["overhead", "memory"]) == 1
    assert "1 of 1 clients never came back" in capsys.readouterr().err
