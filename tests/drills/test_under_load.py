"""Pools under load are disturbed, and how their clients fare is read from what they did."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic_ns
from typing import TYPE_CHECKING

import pytest

from runner.drills import fairness, outage, under_load
from runner.drills.drills import DRILLS
from runner.measure.faults.kill import Kill
from runner.results.observation import Word
from runner.server.statements import SessionState
from runner.times import SECOND
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer

HOME_MADE = "tests.fakes.home_made:HomeMade"
FAIR = "tests.fakes.home_made:Fair"
SURVIVING = "tests.fakes.home_made:Surviving"


def test_a_success_by_chance_is_no_service_once_a_second_has_passed_without_any() -> None:
    began = monotonic_ns() - 3 * SECOND
    by_chance = under_load.Slots(began, operations=[0] * 5 + [1])
    served = under_load.Slots(began, operations=[0] * 5 + [1] * 26)
    assert by_chance.served_since(0.2) == 0
    assert served.served_since(0.2) > 0
    assert under_load.Slots(began).served_since(0.2) == 0


@pytest.fixture
def _killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a kill be the outage: the server is others', too."""
    monkeypatch.setattr(under_load, "AFTER", 2.5)
    monkeypatch.setitem(outage.OUTAGES, "killed", (Kill(*SessionState), 0.0))
    monkeypatch.setitem(DRILLS, "outage", replace(outage.DRILL, cases=("killed",)))


@pytest.mark.usefixtures("_killed")
def test_a_pool_that_replaces_what_was_lost_recovers_and_another_never_serves_again(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    survived = observed("outage", SURVIVING, server, tmp_path)["killed"]
    assert survived.word is Word.RECOVERS
    assert survived.unit == "s"
    assert observed("outage", HOME_MADE, server, tmp_path)["killed"].word is Word.NEVER


@pytest.mark.usefixtures("_killed")
def test_a_pool_that_did_nothing_before_cannot_be_judged_and_the_reason_is_kept(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_load, "BEFORE", 0.0)
    seen = observed("outage", HOME_MADE, server, tmp_path)["killed"]
    assert seen.word is Word.NEVER
    assert "nothing was done before the fault" in seen.exception


def test_clients_that_are_never_served_are_counted(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fairness, "LENGTH", 0.5)
    cases = ("no think time, not served", "no think time, Jain")
    for pool, word in ((FAIR, Word.SERVED), (HOME_MADE, Word.STARVES)):
        seen = observed("fairness", pool, server, tmp_path, *cases)
        assert seen[cases[0]].word is word
        assert ((seen[cases[1]].figure or 0) > 0.8) is (word is Word.SERVED)


def test_clients_go_on_once_the_network_speaks_again(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_load, "AFTER", 2.5)
    silent, _ = outage.OUTAGES["silent network 3 s"]
    monkeypatch.setitem(outage.OUTAGES, "silent network", (silent, 0.5))
    seen = observed("outage", HOME_MADE, server, tmp_path, "silent network")["silent network"]
    assert seen.word is Word.RECOVERS
