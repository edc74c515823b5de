"""Drills tell adapters apart where a case is dangerous for one and not for another."""

from __future__ import annotations

from runner.analysis.dangers import dangers
from runner.results.observation import Observation, Word


def seen(case: str, **words: Word) -> list[Observation]:
    return [Observation(adapter, "leak", case, word) for adapter, word in words.items()]


def test_what_is_dangerous_for_all_tells_nobody_apart() -> None:
    told = dangers(seen("slot", one=Word.LEAKS, other=Word.LEAKS))
    assert told.always == [("leak", "slot")]
    assert told.own == {"one": [], "other": []}


def test_each_adapter_has_what_is_not_dangerous_for_another_and_the_fewest_come_first() -> None:
    told = dangers(
        [
            *seen("slot", one=Word.LEAKS, other=Word.CLEAN),
            *seen("close", one=Word.NEVER, other=Word.ENDS),
            *seen("server", one=Word.STARVES, other=Word.CRASHES),
        ]
    )
    assert told.always == []
    assert list(told.own.items()) == [
        ("other", [("leak", "server")]),
        ("one", [("leak", "slot"), ("leak", "close")]),
    ]


def test_of_a_case_in_both_profiles_only_what_comes_with_the_library_counts() -> None:
    told = dangers(
        [
            *seen("SET, equal", one=Word.LEAKS, other=Word.CLEAN),
            *seen("SET, stock", one=Word.CLEAN, other=Word.LEAKS),
            *seen("LISTEN, equal", one=Word.LEAKS, other=Word.CLEAN),
        ]
    )
    assert told.own == {"one": [("leak", "LISTEN, equal")], "other": [("leak", "SET, stock")]}


def test_an_adapter_that_cannot_have_a_case_is_not_compared_in_it() -> None:
    told = dangers(seen("slot", one=Word.LEAKS, other=Word.NOT_APPLICABLE))
    assert told.always == [("leak", "slot")]
    assert told.own == {"one": [], "other": []}
