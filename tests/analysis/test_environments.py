"""Environments differ in what could explain a number, and in nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from runner.analysis.environments import differences, in_blocks
from runner.report.catalogue import text


def environment(**given: Any) -> dict[str, Any]:
    return {
        "run": "abc",
        "seed": 1,
        "fingerprint": "f",
        "machine": {"commit": "c1", "cpu": "Xeon", "gil": True},
        "adapters": {"psycopg3": {"versions": "psycopg 3.3.9", "libraries": {"libpq": "180006"}}},
        "server": {"version": "18.4", "settings": {"fsync": "on"}, "dsn": "postgresql:///tmp/a"},
        **given,
    }


def test_the_same_environment_has_no_differences_whatever_the_seed() -> None:
    other = environment(run="def", seed=2)
    other["server"] = {**other["server"], "dsn": "postgresql:///tmp/b"}
    assert differences([environment()], [other]) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"machine": {"commit": "c2", "cpu": "Xeon", "gil": True}}, "commit: c1 in A, c2 in B."),
        (
            {"machine": {"commit": "c1", "cpu": "Xeon"}},
            "gil: True in A, not recorded in B.",
        ),
        (
            {
                "adapters": {
                    "psycopg3": {"versions": "psycopg 3.4.0", "libraries": {"libpq": "180006"}}
                }
            },
            "psycopg3 versions: psycopg 3.3.9 in A, psycopg 3.4.0 in B.",
        ),
        (
            {"adapters": {"psycopg3": {"versions": "psycopg 3.3.9", "libraries": {"libpq": "17"}}}},
            "psycopg3 libraries libpq: 180006 in A, 17 in B.",
        ),
        (
            {"server": {"version": "18.4", "settings": {"fsync": "off"}}},
            "server setting fsync: on in A, off in B.",
        ),
        (
            {"server": {"version": "16.1", "settings": {"fsync": "on"}}},
            "server version: 18.4 in A, 16.1 in B.",
        ),
        (
            {"workloads": {"mine": "SELECT 1"}},
            "workload mine: not recorded in A, SELECT 1 in B.",
        ),
        ({"fingerprint": "g"}, "The configurations differ: the config.yaml of each run says how."),
    ],
)
def test_each_difference_is_a_sentence(given: dict[str, Any], sentence: str) -> None:
    assert [text(it) for it in differences([environment()], [environment(**given)])] == [sentence]


def test_an_adapter_of_one_run_only_is_no_difference_of_the_environment() -> None:
    assert differences([environment()], [environment(adapters={})]) == []


def test_runs_of_one_side_that_differ_are_told_of_too() -> None:
    old, new = environment(), environment(machine={"commit": "c2", "cpu": "Xeon", "gil": True})
    assert [text(it) for it in differences([old, new], [new, new])] == [
        "commit: c1 and c2 in A, c2 in B."
    ]
    assert [text(it) for it in differences([old, new], [old, new])] == [
        "commit: c1 and c2 in A, c1 and c2 in B."
    ]


def began(*hours: int) -> list[dict[str, Any]]:
    return [
        environment(sessions=[{"started_at": f"2026-11-22T{hour:02}:00:00+00:00"}, {}])
        for hour in hours
    ]


def test_runs_that_were_not_measured_by_turns_are_told_of() -> None:
    told = "Every run of {} began before those of {}: what drifted meanwhile is in the changes. "
    told += "Measure them by turns."
    assert [text(it) for it in in_blocks(began(1, 2), began(3, 4))] == [told.format("A", "B")]
    assert [text(it) for it in in_blocks(began(3, 4), began(1, 2))] == [told.format("B", "A")]
    assert not list(in_blocks(began(1, 3), began(2, 4)))


def test_single_runs_and_runs_that_do_not_say_when_they_began_have_no_turns() -> None:
    assert not list(in_blocks(began(1), began(2)))
    assert not list(in_blocks([environment()] * 2, began(2, 3)))
