"""What tells pools apart in drills is said in sentences, which name the cases."""

from __future__ import annotations

from dataclasses import replace

from runner.language import speaking
from runner.report.catalogue import text
from runner.report.dangers import lead, points
from runner.results.observation import Observation, Word

SLOTS = [Observation(it, "leak", "slot, held", Word.LEAKS) for it in ("one", "other")]
SETTINGS = [
    Observation(adapter, "hygiene", case, word)
    for case in ("SET, stock", "LISTEN, stock")
    for adapter, word in (("one", Word.LEAKS), ("other", Word.CLEAN))
]


def test_the_cases_of_a_drill_are_named_together() -> None:
    assert list(map(text, points([*SLOTS, *SETTINGS]))) == [
        "Dangerous with every pool: leak (slot, held).",
        "Nothing is dangerous with other that is not so with every pool.",
        "Dangerous with one and not with every pool, 2 cases: hygiene (SET, stock; LISTEN, stock).",
    ]


def test_adapters_of_which_the_same_is_to_be_said_are_said_together() -> None:
    again = [replace(it, adapter="again") for it in SETTINGS if it.adapter == "one"]
    *_, said = map(text, points([*SETTINGS, *again]))
    assert said.startswith("Dangerous with one and again and not with every pool, 2 cases: ")


def test_one_sentence_counts_them_in_the_language() -> None:
    with speaking("es"):
        [said] = map(text, lead([*SLOTS, *SETTINGS]))
    assert said.startswith(
        "Cuando las cosas van mal, casos peligrosos con el pool y no con todos: "
    )
    assert said.endswith(": other 0, one 2.")


def test_a_pool_alone_is_held_against_none() -> None:
    alone = [it for it in SETTINGS if it.adapter == "one"]
    assert [*points(alone), *lead(alone)] == []
    assert [*points([]), *lead([])] == []
