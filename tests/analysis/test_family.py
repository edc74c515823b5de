"""A plan fixes how many comparisons err together, and not what becomes of them."""

from __future__ import annotations

from runner.analysis.family import comparisons, controls
from runner.roles import CONTROL, LIMIT
from tests.builders import cell


def test_every_adapter_but_the_baseline_counts_in_every_steady_group() -> None:
    cells = [
        cell(contender, clients=clients)
        for clients in (10, 50)
        for contender in ("a", "b", "c", CONTROL, LIMIT)
    ]
    leaking = [cell(contender, leak=1.0) for contender in ("a", "b", "c")]
    assert comparisons([*cells, *leaking]) == 4
    assert controls([*cells, *leaking]) == 2


def test_rounds_of_the_same_cell_count_once() -> None:
    assert comparisons([cell("a"), cell("b")] * 8) == 1


def test_an_adapter_alone_is_a_family_of_one() -> None:
    assert comparisons([cell("a")]) == comparisons([]) == controls([]) == 1
