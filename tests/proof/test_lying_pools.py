"""Lying pools in a normal run: each is detected by a check of every cell, honest ones pass."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from adapters.registry import BUILT_IN
from runner.__main__ import main
from runner.proof import lie_detection, lying_pools
from runner.proof.lie_detection import CONFIG, LYING
from runner.proof.sample_sizes import QUICK
from runner.report.catalogue import text
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments
    from runner.results.row import Row

BY = {
    "CountsTooMany": "rows do not add up",
    "CountsTooFew": "rows do not add up",
    "HandsOutTwice": "operations held a connection at once, of a pool of 5",
    "OpensMore": "the server sees 8 connections of a pool of 5",
    "AnswersEarly": "ids do not add up",
    "GuessesIds": "they cannot have been answered",
    "ShiftsIds": "ids do not add up",
    "AnswersFromMemory": "they cannot have been answered",
    "DeletesAgain": "rows were inserted that are not theirs",
    "InsertsUnderAnotherName": "rows that are not the clients'",
    "MakesUnlogged": "persistence of poolbench.pedido (permanent, now unlogged)",
    "ChangesSettings": "a session of the pool has other settings than when it began: jit",
    "WorksWhileParked": "it works outside its turns",
    "HasAnotherProcess": "the process has others beside it (python",
    "AnswersAtLeisure": "sampled answers are not what the rows hold",
    "ReadsAhead": "the server has to look into the table",
}
"""The law that must catch each of them; another one may too."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Run them as a user runs a matrix, on an embedded server, with a control and an uncut turn."""
    folder = tmp_path_factory.mktemp("liars")
    path = folder / "liars.yaml"
    path.write_text(json.dumps(CONFIG), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
        options = ("uncut=100ms", "limit=false", "round_trips=false")
        typed = [str(path), "--out", str(folder / "reports"), "--quiet"]
        assert main([*typed, *(f"--set={it}" for it in options)]) == 0
    return RunFolder(folder / "reports" / "latest").results()


@pytest.mark.parametrize("name", LYING)
def test_a_lying_pool_is_detected(rows: list[Row], name: str) -> None:
    (row,) = (row for row in rows if row.contender == name)
    assert row.bad
    assert BY[name] in text(row.reason)


def test_an_honest_pool_is_not_accused(rows: list[Row]) -> None:
    honest = [row for row in rows if row.contender not in BY]
    assert {row.contender for row in honest} >= {"psycopg3", "control"}
    assert [(row.contender, row.conditions.workload, row.reason) for row in honest if row.bad] == []


def test_no_adapter_that_is_shipped_is_accused(
    server_experiments: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(lie_detection.HONEST, "duration", "80ms")
    _, honest = lie_detection.steps(QUICK, None)
    rows: Any = honest.measure(server_experiments)
    assert {row.adapter for row in rows} == set(BUILT_IN)
    assert [row for row in rows if row.status != "ok"] == []


def test_every_lying_pool_is_in_the_matrix() -> None:
    assert set(lying_pools.__all__) == set(LYING) == BY.keys()
