"""Drills and their cases have names for readers, and each drill says what is done in it."""

from __future__ import annotations

from collections import Counter

from runner.cli.drill_explain import cases_of
from runner.drills.drills import DRILLS
from runner.language import speaking
from runner.report.catalogue import text
from runner.report.drill_names import ABOUT, about, names


def test_what_is_observed_is_named_in_the_language() -> None:
    key = ("psycopg3", "broken connections", "in use, all")
    assert list(map(text, names(key))) == [*key]
    with speaking("es"):
        assert list(map(text, names(key))) == ["psycopg3", "conexiones rotas", "en uso, todas"]


def test_a_drill_of_another_version_has_its_id_and_nothing_to_say() -> None:
    with speaking("es"):
        assert list(map(text, names(("a", "flood", "up to 3 m")))) == ["a", "flood", "up to 3 m"]
    assert about("flood") == []


def test_no_two_drills_have_a_case_of_one_name() -> None:
    """The name has one translation, which must be right for both."""
    cases = Counter(case for drill in DRILLS.values() for case in drill.cases)
    assert cases.total() == len(cases)


def test_every_drill_says_what_is_done_in_it_and_what_to_type_for_more() -> None:
    assert ABOUT.keys() == DRILLS.keys()
    for name, drill in DRILLS.items():
        [said] = about(name)
        _, command = text(said).rsplit(" --explain ", 1)
        assert cases_of(command, DRILLS) == (drill, list(drill.cases))
