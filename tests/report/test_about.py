"""The first paragraph says what was compared and on what, from the run's own files."""

from __future__ import annotations

from typing import Any

from runner.axes import PoolSize
from runner.report.about import about
from runner.report.catalogue import text
from runner.results.rows import Rows
from tests.builders import changed
from tests.report.measured import rows

KNOWN: dict[str, Any] = {
    "baseline": "psycopg3",
    "order": ["psycopg3", "asyncpg"],
    "machine": {"cpu": "a processor", "cores_usable": 4, "memory_gib": 8.0, "python": "3.12.1"},
    "server": {"kind": "dsn", "version": "17.2"},
    "sessions": [{"started_at": "2026-05-04T03:02:01+02:00"}, {}],
}


def test_adapters_come_in_the_order_of_the_plan_and_conditions_as_titles_say_them() -> None:
    measured = rows(["asyncpg", "psycopg3"], (10, 50), (0.0,), 1)
    compared, baseline, conditions, machine, begun = map(text, about(Rows(measured), KNOWN))
    assert compared == "psycopg3 and asyncpg were compared."
    assert baseline == "The others are held against psycopg3, the baseline."
    assert conditions == "Conditions: insert; 10 and 50 clients; 5 connections."
    assert "a processor, 4 usable cores, 8.0 GiB" in machine
    assert "PostgreSQL 17.2 (dsn)" in machine
    assert begun == "Begun at 2026-05-04 01:02 UTC."


def test_of_another_axis_its_values_are_what_was_compared() -> None:
    sizes = [
        changed(row, pool_size=PoolSize(size, size), compared="pool_size")
        for row in rows(["psycopg3"], (10,), (0.0,), 1)
        for size in (10, 5)
    ]
    known = {**KNOWN, "order": ["pool_size 5", "pool_size 10"], "baseline": "pool_size 5"}
    sentences = list(map(text, about(Rows(sizes), known)))
    assert sentences[0] == "pool_size 5 and pool_size 10 were compared."
    assert sentences[1] == "These are values of pool_size, within psycopg3."
    assert sentences[3] == "Conditions: insert; 10 clients."


def test_one_adapter_alone_is_compared_with_nothing() -> None:
    first, *others = map(text, about(Rows(rows(["asyncpg"], (10,), (0.0,), 1)), KNOWN))
    assert first == "Only asyncpg was measured."
    assert not any("baseline" in sentence for sentence in others)


def test_what_an_old_report_has_not_kept_is_a_dash() -> None:
    (machine,) = map(text, about(Rows([]), {}))
    assert "PostgreSQL – (–)" in machine  # noqa: RUF001


def test_a_moment_that_is_none_stays_as_it_is() -> None:
    *_, begun = map(text, about(Rows([]), {"sessions": [{"started_at": "once"}]}))
    assert begun == "Begun at once."
