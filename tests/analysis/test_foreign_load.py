"""A run says how much other programs used, during how many of its cycles of turns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.analysis.foreign_load import foreign_load
from runner.report.catalogue import text
from runner.results.cycle import CycleRow

if TYPE_CHECKING:
    from collections.abc import Iterable

CALM = CycleRow("insert-c10-p5-one", 1, 1, 1, 0.5, foreign_cores=0.02, steal_share=0.0)


def sentences(lines: Iterable[CycleRow]) -> list[str]:
    return [text(message) for message in foreign_load(list(lines))]


def test_a_run_beside_which_nothing_ran_says_so_with_its_figure() -> None:
    (sentence,) = sentences([CALM] * 9 + [replace(CALM, foreign_cores=0.12)])
    assert sentence == (
        "foreign load: other programs used 0.03 cores in the mean of 10 cycles of turns, "
        "and more than 0.25 in none"
    )


def test_other_programs_are_said_to_have_used_cores_during_a_share_of_the_cycles() -> None:
    loaded = [
        replace(CALM, foreign_cores=0.4, replaced=True),
        replace(CALM, foreign_cores=0.6),
        replace(CALM, foreign_cores=0.5, replaced=True),
    ]
    (sentence,) = sentences([CALM] * 22 + loaded)
    assert sentence == (
        "foreign load: other programs used 0.5 cores during 12 % of the 25 cycles of turns; "
        "2 of them were measured again"
    )


def test_time_that_the_hypervisor_gave_away_is_said_where_it_is_beyond_its_bound() -> None:
    stolen = replace(CALM, steal_share=0.2, replaced=True)
    assert sentences([CALM] * 3 + [replace(CALM, steal_share=0.04)])[1:] == []
    _, sentence = sentences([CALM] * 3 + [stolen])
    assert sentence == (
        "foreign load: the hypervisor gave 20 % of the time of the cores to other machines, "
        "during 25 % of the cycles"
    )


def test_what_is_not_known_is_not_called_calm() -> None:
    unknown = replace(CALM, foreign_cores=None, steal_share=0.4)
    (sentence,) = sentences([unknown] * 3)
    assert "it is not known" in sentence
    calm = sentences([unknown, CALM, CALM])
    assert "in the mean of 2 cycles" in calm[0], "what is not known counts neither way"


def test_where_no_cells_took_turns_there_is_nothing_to_say() -> None:
    assert sentences([]) == []
