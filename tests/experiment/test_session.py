"""A run is resumed under the same terms only, and each start is on record."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from runner.experiment import session
from runner.experiment.session import ResumeError, Session
from runner.results.row import TurnRow
from runner.results.run_folder import RunFolder
from tests.builders import row

if TYPE_CHECKING:
    from pathlib import Path

FACTS: dict[str, Any] = {
    "fingerprint": "abc",
    "cells": ["a", "b"],
    "machine": {name: f"{name} 1" for name in (*session.MACHINE_FACTS, session.PGBOUNCER)},
    "adapters": {"psycopg3": {"versions": "psycopg 3.3.9"}},
}
RECORDED: dict[str, Any] = {
    **FACTS,
    "run": "c0ffee",
    "seed": 7,
    "sessions": [{"session": 1}, {"session": 2}],
    "server": {"version": "18.4"},
}


@pytest.fixture
def run_folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, "test", dt.datetime(2026, 1, 2, tzinfo=dt.UTC))


def test_a_new_run_keeps_the_seed_of_the_user_or_draws_one() -> None:
    assert (session.begin(7).number, session.begin(7).seed) == (1, 7)
    assert session.begin(0).seed == 0
    drawn = [session.begin(None) for _ in range(8)]
    assert len({each.seed for each in drawn}) > 1
    assert len({each.run for each in drawn}) > 1


def test_a_resumed_run_has_the_next_number_and_the_old_seed() -> None:
    assert session.resume(RECORDED, deepcopy(FACTS)) == Session(3, "c0ffee", 7)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        (("fingerprint",), "xyz", "it was made from another configuration"),
        (("cells",), ["a"], "it was made from another configuration"),
        (("machine", "python"), "3.12", "python was python 1 and is 3.12"),
        (("machine", "pgbouncer"), "1.24.1", "pgbouncer was pgbouncer 1 and is 1.24.1"),
        (("machine", "commit"), "cafe", "commit was commit 1 and is cafe"),
        (
            ("adapters", "psycopg3", "versions"),
            "psycopg 4",
            "psycopg3 ran on psycopg 3.3.9 and runs on psycopg 4",
        ),
    ],
)
def test_what_has_changed_since_is_told(key: tuple[str, ...], value: object, sentence: str) -> None:
    now = deepcopy(FACTS)
    place: Any = now
    for step in key[:-1]:
        place = place[step]
    place[key[-1]] = value
    with pytest.raises(ResumeError) as refused:
        session.resume(RECORDED, now)
    assert str(refused.value) == f"cannot go on with this run: {sentence}"


def test_every_change_is_told_at_once() -> None:
    machine = {**FACTS["machine"], "cpu": "other"}
    with pytest.raises(ResumeError, match=r"another configuration; cpu was cpu 1 and is other$"):
        session.resume(RECORDED, {**FACTS, "fingerprint": "xyz", "machine": machine})


def test_a_commit_that_is_unknown_is_no_change() -> None:
    unknown = {**FACTS["machine"], "commit": None}
    assert session.resume(RECORDED, {**FACTS, "machine": unknown}).number == 3


def test_another_version_of_postgresql_is_refused() -> None:
    session.changed_server(RECORDED, {"version": "18.4"})
    with pytest.raises(ResumeError, match=r"PostgreSQL was 18\.4 and is 16\.1$"):
        session.changed_server(RECORDED, {"version": "16.1"})


def test_each_start_is_recorded_beside_the_earlier_ones(run_folder: RunFolder) -> None:
    for number in (1, 2):
        start = Session(number, "c0ffee", 7)
        session.record(run_folder, start, FACTS, {"order": ["psycopg3"]}, {"version": "18.4"})
    recorded = run_folder.environment()
    assert [start["session"] for start in recorded["sessions"]] == [1, 2]
    assert (recorded["run"], recorded["seed"], recorded["order"]) == ("c0ffee", 7, ["psycopg3"])
    assert session.resume(recorded, FACTS).number == 3
    assert "load_average" in recorded["sessions"][0]


def turn(number: int, **changes: Any) -> TurnRow:
    values = {"cell": "a", "group": "g", "session": number, "round": 1, "position": 1, "turn": 1}
    counts = {"operations": 1, "ok": 1, "failed": 0, "leaked": 0}
    times = {"lead_in_ms": 500.0, "seconds": 1.5, "ops_per_s": None, "total_ms_mean": None}
    return TurnRow(**{**values, **counts, **times, "started_at": "", **changes})


def test_the_share_of_measuring_is_that_of_this_start_alone(run_folder: RunFolder) -> None:
    for number in (1, 2):
        start = Session(number, "c0ffee", 7)
        session.record(run_folder, start, FACTS, {}, {"version": "18.4"})
        run_folder.append_turns([turn(number)])
        run_folder.append(
            [row("pgbench", session=number, seconds=2.0), row(session=number, seconds=50.0)]
        )
    session.record_share(run_folder, 8.0)
    first, second = run_folder.environment()["sessions"]
    assert "measuring_share" not in first
    assert (second["seconds"], second["measuring_seconds"]) == (8.0, 4.0)
    assert second["measuring_share"] == 0.5


def test_what_a_damaged_environment_lacks_is_told() -> None:
    recorded = {name: value for name, value in RECORDED.items() if name not in ("seed", "cells")}
    with pytest.raises(ResumeError, match=r"its environment\.json lacks seed, cells$"):
        session.resume(recorded, FACTS)
    with pytest.raises(ResumeError, match=r"PostgreSQL was None and is 16\.1$"):
        session.changed_server({"server": {}}, {"version": "16.1"})
