"""Rule 11: the connections of several processes, against the slots of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.answer import answer
from runner.analysis.answer.connections import Slots, connections
from runner.analysis.answer.enough import enough
from runner.analysis.answer.run_facts import RunFacts
from runner.analysis.answer.scope import Scope
from runner.analysis.comparison import compare
from runner.axes import PoolSize
from runner.results.environment_file import slots
from runner.results.rows import Rows
from tests.analysis.runs import CALM, closed, rows, said, scope
from tests.builders import changed

if TYPE_CHECKING:
    from runner.results.row import Row

FREE = Slots(97, fitted=False)


def of(*cells: tuple[int, int]) -> list[Row]:
    return [
        row
        for processes, size in cells
        for row in rows("psycopg3", CALM, processes=processes, pool_size=PoolSize(size, size))
    ]


def test_the_connections_of_every_number_of_processes_are_held_against_the_slots() -> None:
    (sentence,) = said(connections(scope(*of((1, 5), (4, 5), (2, 5))), FREE))
    assert sentence == (
        "Several processes open 2 x 5 = 10 and 4 x 5 = 20 connections, of 97 slots that the server "
        "has for clients (max_connections less the reserved ones)."
    )


def test_of_many_the_least_and_the_most_are_named() -> None:
    (sentence,) = said(connections(scope(*of((2, 1), (2, 5), (4, 5), (4, 20))), FREE))
    assert "open 2 x 1 = 2 to 4 x 20 = 80 connections" in sentence


def test_what_a_pool_opens_beyond_its_size_counts() -> None:
    beyond = [changed(row, connections=30) for row in of((2, 5))]
    (sentence,) = said(connections(scope(*beyond), FREE))
    assert "open 2 x 15 = 30 connections" in sentence


def test_one_process_or_no_pool_says_nothing() -> None:
    assert said(connections(scope(*of((1, 5))), FREE)) == []
    unpooled = [changed(row, pooled=False) for row in of((4, 5))]
    assert said(connections(scope(*unpooled), FREE)) == []


def test_the_slots_of_a_server_that_was_fitted_to_the_run_are_told_as_that() -> None:
    (sentence,) = said(connections(scope(*of((4, 5))), Slots(36, fitted=True)))
    assert sentence == (
        "Several processes open 4 x 5 = 20 connections. This server has 36 slots, as many as the "
        "run needs: hold them against max_connections of yours, less the reserved ones."
    )


def test_without_known_slots_the_connections_are_said_alone() -> None:
    assert said(connections(scope(*of((4, 5))), None)) == [
        "Several processes open 4 x 5 = 20 connections."
    ]


def test_where_sizes_are_compared_it_is_of_the_size_that_is_enough() -> None:
    measured = Rows([changed(it, processes=4) for it in closed({2: 0.5, 3: 1.0, 4: 1.0})])
    whole = Scope(measured, compare(measured, baseline=None))
    (sentence,) = (it for it in said(enough(whole, slots=FREE)) if it.startswith("Several"))
    assert "open 4 x 3 = 12 connections, of 97 slots" in sentence
    every = said(answer(measured, whole.report, RunFacts(slots=FREE)))
    assert len([it for it in every if it.startswith("Several")]) == 1


def test_slots_are_what_is_not_reserved() -> None:
    settings = {"max_connections": "100", "superuser_reserved_connections": "3"}
    assert slots({**settings, "reserved_connections": "5"}) == 92
    assert slots({**settings, "reserved_connections": None}) == 97
    assert slots(settings) == 97
    assert slots({"max_connections": "100"}) is None
    assert slots({**settings, "max_connections": "many"}) is None
