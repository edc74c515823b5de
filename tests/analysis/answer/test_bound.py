"""Rule 7: cells in which client or server was the limit are counted and named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.bound import bound
from runner.results.row import Status
from runner.roles import CONTROL
from tests.analysis.runs import CALM, rows, said, scope
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row


def flagged(name: str, rounds: int, flags: str = "drifting client_bound") -> list[Row]:
    """Flag an adapter in so many of five rounds."""
    return [
        changed(row, flags=flags if row.round <= rounds else "cut_short")
        for row in rows(name, CALM)
    ]


def sentences(*others: Row) -> Sequence[str]:
    return said(bound(scope(*others)))


def test_cells_that_are_bound_in_most_rounds_are_counted_and_named() -> None:
    (sentence,) = sentences(*flagged("busy", 3), *flagged("idle", 2))
    assert sentence == (
        "In 1 of 3 cells the client process was the limit, not the pool "
        "(a full core or a late event loop): busy."
    )


def test_cells_whose_server_had_no_core_left_are_told_apart() -> None:
    cheap = [
        *flagged("cheap", 3, "server_bound"),
        *(changed(row, clients=20) for row in flagged("cheap", 4, "server_bound")),
    ]
    by_client, by_server = sentences(*flagged("busy", 5), *cheap)
    assert by_client.startswith("In 1 of 4 cells the client process was the limit")
    assert by_server == "In 2 of 4 cells the server was the limit (its cores were full): cheap."


def test_cells_whose_pooler_had_no_core_left_are_told_apart_too() -> None:
    (sentence,) = sentences(*flagged("pooled", 3, "pooler_bound"))
    assert sentence == "In 1 of 2 cells PgBouncer was the limit (its one core was full): pooled."


def test_cells_whose_network_was_the_limit_are_told_apart_too() -> None:
    (sentence,) = sentences(*flagged("far", 3, "relay_bound"))
    assert sentence.startswith("In 1 of 2 cells the network of PoolBench's own between client and")
    assert sentence.endswith(": far.")


def test_a_name_stands_once_for_all_its_cells() -> None:
    again = [changed(row, clients=50) for row in flagged("busy", 5)]
    (sentence,) = sentences(*flagged("busy", 5), *again)
    assert sentence.startswith("In 2 of 3 cells")
    assert sentence.endswith(": busy.")


def test_neither_the_control_nor_bad_or_leaking_cells_count() -> None:
    leaking = [changed(row, leak=1.0) for row in flagged("busy", 5)]
    bad = [changed(row, status=Status.SUSPECT) for row in flagged("bad", 5)]
    assert sentences(*flagged(CONTROL, 5), *leaking, *bad) == []


def test_other_flags_are_not_this_one() -> None:
    assert sentences(*flagged("other", 5, "drifting")) == []
