"""Every message that the code has is in the catalogue, with the facts that its words ask for."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

import pytest
from babel.messages.pofile import read_po

from runner.drills.drills import DRILLS
from runner.language import CATALOGUES, ENGLISH, languages
from runner.messages import Fact, Message, message, said
from runner.report import catalogue as module
from runner.report.catalogue import FORMATS, JOINTS, NAMES, SOME, TERMS, TO, Catalogue, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages import Catalog

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = languages()
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
SAME = {
    "es": {
        *("verdict.control", "heading.total_ms_p50", "heading.total_ms_p99"),  # the Spanish words
        *("demo.pedido",),  # which is Spanish in English
        *("metric.jain",),  # a name
        *("size.p99",),  # ms, a unit
        *("drill_name.fork",),  # the system call
    }
}
"""The messages that are the same in English, and why."""
ENGLISH_WORDS = re.compile(
    r"(?<!-)\b(the|of|and|is|are|was|were|with|that|which|not|from|for|than|this|it|by|to|or)\b"
)
"""Words that no text in Spanish has; `--with` is an option."""
OWN = {
    "some.more": {"names", "count"},
    "some.and": {"before", "last"},
    "some.to": {"least", "most"},
}
"""The catalogue's own messages, with their facts."""


class Call(NamedTuple):
    """Where the code makes a message."""

    place: str
    id: str
    facts: set[str]


@cache
def called() -> list[tuple[Path, ast.Call]]:
    """Return every call of a plain name in the code, with the file that it is in."""
    return [
        (path, node)
        for path in sorted((ROOT / "runner").glob("**/*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


def calls() -> Iterator[Call]:
    for path, node in called():
        if getattr(node.func, "id", "") == "message":
            yield _call(f"{path.relative_to(ROOT)}:{node.lineno}", node)


def _call(place: str, node: ast.Call) -> Call:
    (id_,) = node.args
    assert isinstance(id_, ast.Constant), f"{place}: the id must be a literal"
    assert all(fact.arg for fact in node.keywords), f"{place}: each fact must have a name here"
    return Call(place, str(id_.value), {str(fact.arg) for fact in node.keywords})


@cache
def read(language: str) -> Catalog:
    with CATALOGUES.joinpath(f"{language}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def plurals(language: str) -> int:
    return read(language).num_plurals


@cache
def words(language: str) -> dict[str, tuple[str, ...]]:
    """Return each id with its texts, several where there is a plural."""
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]: (
            (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        )
        for entry in read(language)
        if entry.id
    }


def placeholders(pattern: str) -> set[tuple[str, str]]:
    """Return the facts that a text asks for, and how each is written."""
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(pattern) if name}


def ids() -> set[str]:
    terms = {f"{name}.{word}" for name, words in TERMS.items() for word in words}
    return {call.id for call in calls()} | terms | OWN.keys() | drill_names()


def drill_names() -> set[str]:
    """Return the ids of the names of all drills and of all their cases."""
    cases = (case for drill in DRILLS.values() for case in drill.cases)
    return {f"drill_name.{name}" for name in DRILLS} | {f"drill_case.{case}" for case in cases}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_message_of_the_code_and_no_other(language: str) -> None:
    assert words(language).keys() == ids()
    assert all(all(texts) for texts in words(language).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_ask_only_for_facts_that_the_code_gives(language: str) -> None:
    given = [*calls(), *(Call("catalogue", id_, facts) for id_, facts in OWN.items())]
    for place, id_, facts in given:
        for pattern in words(language)[id_]:
            asked = {name for name, _ in placeholders(pattern)}
            assert asked <= facts, f"{place}: {id_} has no {asked - facts}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_ask_only_for_formats_that_there_are(language: str) -> None:
    ranges = {f"{name}{TO}" for name in ("", *FORMATS)}
    known = {*FORMATS, *JOINTS, *TERMS, *NAMES, *SOME, *ranges, "and"}
    for id_, patterns in words(language).items():
        for pattern in patterns:
            assert {spec for _, spec in placeholders(pattern)} <= known, id_


def letters(pattern: str) -> str:
    """Return what a text says beside its facts."""
    return " ".join(literal for literal, *_ in Formatter().parse(pattern))


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_facts_and_the_plurals_of_the_english(language: str) -> None:
    for id_, patterns in words(language).items():
        english = words(ENGLISH)[id_]
        assert len(patterns) == (plurals(language) if len(english) > 1 else 1), id_
        asked = [placeholders(pattern) for pattern in english]
        assert all(placeholders(pattern) in asked for pattern in patterns), id_
        assert set().union(*map(placeholders, patterns)) == set().union(*asked), id_


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_whole_and_no_guess(language: str) -> None:
    catalog = read(language)
    assert str(catalog.locale) == language
    assert not catalog.obsolete
    assert not [entry.id for entry in catalog if entry.id and entry.fuzzy]


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_left_in_english(language: str) -> None:
    same = {
        id_
        for id_, patterns in words(language).items()
        if patterns == words(ENGLISH)[id_]
        and re.search(r"[^\W\d_]{2}", letters(" ".join(patterns)))
    }
    assert same == SAME.get(language, set())


def test_no_text_in_spanish_has_an_english_word() -> None:
    left = {id_: ENGLISH_WORDS.findall(letters(" ".join(it))) for id_, it in words("es").items()}
    assert not {id_: found for id_, found in left.items() if found}


def test_a_message_with_a_plural_has_a_count() -> None:
    plural = {id_ for id_, texts in words("en").items() if len(texts) > 1}
    counted = {call.id for call in calls() if "count" in call.facts} | {"some.more"}
    assert plural == counted


def test_a_message_is_made_in_one_way_only() -> None:
    """`Message(...)` would hide an id from the checks above."""
    makers = {path.stem for path, node in called() if getattr(node.func, "id", "") == "Message"}
    assert makers <= {"messages", "catalogue"}


def test_a_text_of_somebody_else_is_shown_as_it_is() -> None:
    assert text(said("a {b} [c] 100 %")) == "a {b} [c] 100 %"


def test_a_message_of_another_version_is_shown_with_its_facts() -> None:
    assert text(Message("of.tomorrow", {"n": 1})) == "of.tomorrow(n=1)"
    assert text(Message("said", {"words": "x"})) == "said(words=x)"
    assert text(Message("", {"n": 1})) == "(n=1)"


def patterns(monkeypatch: pytest.MonkeyPatch, **texts: str) -> Catalogue:
    """Return a catalogue of these texts."""

    class Words:
        def gettext(self, id_: str) -> str:
            return texts.get(id_, id_)

        def ngettext(self, id_: str, _: str, count: int) -> str:
            return texts[f"{id_}_{1 if count == 1 else 2}"]

    monkeypatch.setattr(module, "translations", lambda _: Words())
    return Catalogue()


def test_facts_are_written_as_their_placeholders_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    words = patterns(
        monkeypatch,
        a="{who}: {inner}; {many}; {both:clauses}; {share:share}",
        b="{ratio:ratio}x",
        c_1="{count} client",
        c_2="{count} clients",
    )
    inner = message("b", ratio=2.0)
    many: list[Fact] = [inner, message("c", count=1), "x"]
    whole = message("a", who="me", inner=inner, many=many, both=["p", "q"], share=0.995)
    assert words.text(whole) == "me: 2.00x; 2.00x, 1 client, x; p; q; 99.5 %"
    assert words.text(message("c", count=0)) == "0 clients"


def test_many_are_named_a_few_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    words = patterns(monkeypatch, a="{names:some}", **{"some.more_2": "{names} +{count}"})
    assert words.text(message("a", names=["x", "y", "z"])) == "x, y, z"
    assert words.text(message("a", names=list("vwxyz"))) == "v, w, x +2"


def test_several_are_joined_by_a_word_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    words = patterns(monkeypatch, a="{names:and}", **{"some.and": "{before} y {last}"})
    assert words.text(message("a", names=["x"])) == "x"
    assert words.text(message("a", names=["x", "y", "z"])) == "x, y y z"


def test_the_ends_of_a_range_are_written_once_where_they_read_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = {"a": "{shares:share-to}", "some.to": "{least} a {most}"}
    words = patterns(monkeypatch, **texts)
    assert words.text(message("a", shares=[0.021, 0.05, 0.19])) == "2.1 % a 19 %"
    assert words.text(message("a", shares=[0.62, 0.62])) == "62 %"
    assert words.text(message("a", shares=[0.620001, 0.62])) == "62 %"


def test_what_has_commas_of_its_own_is_joined_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"a": "{places:some-clauses}", "some.more_2": "{names} +{count}"}
    words = patterns(monkeypatch, **texts)
    assert words.text(message("a", places=["a, b", "c"])) == "a, b; c"
    assert words.text(message("a", places=list("vwxyz"))) == "v; w; x +2"
