"""`overhead` prints its parts, and says in a sentence why one has no figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.proof.overhead import cpu_cost, memory, paired

if TYPE_CHECKING:
    from pathlib import Path


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


FEW = ("psycopg3", "asyncpg")
"""Threads and tasks; all adapters are measured in the tests of `paired`."""


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every measurement too short for its figures to mean anything."""
    monkeypatch.setattr(paired, "SLICE", 0.02)
    for name, clients in (("DRIVERS", 5), ("LAYER_BY_LAYER", 10)):
        comparison = getattr(paired, name)
        few = [it for it in comparison.settings if it.adapter in FEW and it.clients == clients]
        shorter = replace(comparison, settings=few, rounds=2, cycles=2)
        monkeypatch.setattr(paired, name, shorter)
    measure = memory.measure
    monkeypatch.setattr(memory, "measure", lambda server: measure(server, 1000))


@pytest.mark.usefixtures("short")
def test_the_parts_that_need_a_server_start_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overhead", "drivers", "layers", "memory"]) == 0
    printed, progress = capsys.readouterr()
    for name in FEW:
        assert len([line for line in printed.splitlines() if line.split()[0] == name]) == 2
    assert "the overhead differs between adapters by " in printed
    assert " MB after 1,000 operations, " in printed
    assert progress.splitlines() == ["round 1 of 2: done", "round 2 of 2: done"] * 2


def test_what_is_printed_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "folder" / "overhead.txt"
    assert main(["overhead", "comparison", "--out", str(kept)]) == 0
    assert kept.read_text(encoding="utf-8") == capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["overhead", "comparison", "--out", str(tmp_path)]) == 2
    printed, complaint = capsys.readouterr()
    assert printed == ""
    assert f"cannot write {tmp_path}: Is a directory" in complaint


def test_what_was_kept_stays_where_a_later_measurement_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "overhead.txt"
    kept.write_text("from before\n", encoding="utf-8")
    monkeypatch.setattr(memory, "LONGEST", 0.0)
    monkeypatch.setattr(memory, "OPERATIONS", 1_000_000_000)
    assert main(["overhead", "memory", "--out", str(kept)]) == 1
    assert kept.read_text(encoding="utf-8") == "from before\n"


def test_a_worker_without_an_answer_ends_it_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(memory, "LONGEST", 0.0)
    monkeypatch.setattr(memory, "OPERATIONS", 1_000_000_000)
    assert main(["overhead", "memory"]) == 1
    assert "1 of 1 clients never came back" in capsys.readouterr().err
