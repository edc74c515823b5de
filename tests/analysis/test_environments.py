"""Environments differ in what could explain a number, and in nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from runner.analysis.environments import differences
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
    assert differences(environment(), other) == []


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
        ({"fingerprint": "g"}, "The configurations differ: config.yaml of A and of B say how."),
    ],
)
def test_each_difference_is_a_sentence(given: dict[str, Any], sentence: str) -> None:
    assert [text(it) for it in differences(environment(), environment(**given))] == [sentence]


def test_an_adapter_of_one_run_only_is_no_difference_of_the_environment() -> None:
    assert differences(environment(), environment(adapters={})) == []
