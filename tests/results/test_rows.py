"""Each group of an interrupted run counts once, and every row has its control and its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axes import PoolSize
from runner.results.rows import Rows, paired
from tests.builders import row, turn_row

if TYPE_CHECKING:
    from runner.results.row import Row


def test_a_group_that_was_interrupted_counts_as_it_was_measured_again() -> None:
    first = [row("a"), row("a", round=2)]
    again = [row(contender, round=2, session=2) for contender in ("a", "b")]
    chosen = [(one.round, one.session, one.contender) for one in paired(first + again)]
    assert sorted(chosen) == [(1, 1, "a"), (2, 2, "a"), (2, 2, "b")]


def test_the_fullest_session_counts_and_of_equally_full_ones_the_last() -> None:
    whole = [row(contender, session=1) for contender in ("a", "b")]
    cut_off = [row("a", session=2)]
    assert paired(whole + cut_off) == whole
    again = [row(contender, session=3) for contender in ("a", "b")]
    assert paired(whole + cut_off + again) == again


def limit(size: int, **changes: object) -> Row:
    return row("pgbench", clients=size, pool_size=PoolSize(size, size), hold=0.0, **changes)


def test_the_roles_stand_apart_and_each_row_has_the_limit_of_its_round() -> None:
    rows = Rows(
        [
            row("psycopg3"),
            row("control"),
            row("psycopg3", pool_size=PoolSize(1, 7)),
            limit(5),
            limit(5, round=2),
        ]
    )
    assert [line.entrant for line in rows.adapters] == ["psycopg3", "psycopg3"]
    assert [line.entrant for line in rows.measured] == ["psycopg3", "control", "psycopg3"]
    own, _, larger = rows.measured
    assert rows.limit(own) == limit(5)
    assert rows.limit(row(round=2)) == limit(5, round=2)
    assert rows.limit(row(round=3)) is None
    assert rows.limit(larger) is None, "a server with 7 connections was not measured"


def test_groups_come_in_the_order_of_their_conditions_with_all_that_belongs_to_them() -> None:
    rows = Rows(
        [row(contender, clients=clients) for clients in (50, 9) for contender in ("control", "b")]
        + [limit(5)]
    )
    few, many = rows.groups
    assert (few.name, many.name) == ("insert-c9-p5", "insert-c50-p5")
    assert list(few.entrants) == ["control", "b"]
    assert [line.entrant for line in few.rows] == ["b"]
    assert few.limit == many.limit == {1: limit(5)}


def test_a_row_knows_the_rates_of_its_short_turns_alone() -> None:
    own, other = row("a"), row("b")
    turns = [
        turn_row(own, turn=0, ops_per_s=1.0),
        turn_row(own, turn=1, ops_per_s=1000.0, seconds=0.05, client_cpu_ms=25.0),
        turn_row(own, turn=2, ops_per_s=2.0, replaced=True),
        turn_row(own, turn=3, ops_per_s=500.0, seconds=0.05, client_cpu_ms=50.0),
        turn_row(own, turn=4, ops_per_s=0.0, client_cpu_ms=0.0),
        turn_row(own, turn=5, ops_per_s=3.0, uncut=True),
        turn_row(other, ops_per_s=4.0),
        turn_row(row("a", round=2), ops_per_s=5.0),
        turn_row(row("a", session=2), ops_per_s=6.0),
    ]
    rows = Rows([own, other], turns)
    assert rows.rates(own) == {1: 1000.0, 3: 500.0, 4: 0.0}
    assert rows.cpu_rates(own) == {1: 2000.0, 3: 500.0}
    assert rows.rates(other) == {1: 4.0}
    assert rows.cpu_rates(other) == {}
    assert Rows([own]).rates(own) == {}


def test_the_rows_of_some_rounds_keep_their_turns() -> None:
    every = [row("a", round=number) for number in (1, 2, 3)]
    rows = Rows(every, [turn_row(it, ops_per_s=float(it.round)) for it in every])
    some = rows.of_rounds([1, 3])
    assert [it.round for it in some.every] == [1, 3]
    assert [some.rates(it) for it in every] == [{1: 1.0}, {}, {1: 3.0}]
