"""How it was measured is said from what the rows have in common."""

from __future__ import annotations

from runner.analysis.comparison import compare
from runner.messages import message
from runner.report.catalogue import text
from runner.report.measured_how import measured_how
from runner.results.rows import Rows
from tests.report.measured import BASELINE, rows


def test_rounds_turns_and_what_a_verdict_takes_are_said() -> None:
    measured = Rows(rows(["psycopg3", "asyncpg"], (10,), (0.0,), 4))
    placed = message("placed.one").to_json()
    known = {"seed": 42, "cpus_auto": {"became": "one", "said": placed}}
    report = compare(measured, baseline=BASELINE)
    rounds, turns, judged, auto = map(text, measured_how(measured, known, report))
    assert rounds.startswith("4 rounds: in each every cell ran once")
    assert "(seed 42)" in rounds
    assert "in turns of 1,000 ms; 1,000 ms of each were counted" in turns
    assert "beyond the margin of 3 %" in judged
    assert auto.startswith("Each client process has a core of its own")


def test_of_nothing_nothing_is_said() -> None:
    nothing = Rows([])
    assert measured_how(nothing, {}, compare(nothing, baseline=None)) == []
