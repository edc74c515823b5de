"""An error of pydantic becomes a sentence with the key and the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.config.explanations import NO_SENTENCE, explain

if TYPE_CHECKING:
    from runner.config.complaints import Complaint

DATA = {"rounds": 0, "matrix": {"clients": 3, "leak": [0, 0]}, "adapters": {"a b": {}}}


def explanation(kind: str, *loc: str | int, **context: Any) -> Complaint:
    error = {"type": kind, "loc": loc, "ctx": context}
    return explain(error, DATA, lambda _: ["max_size", "timeout"])


def test_a_sentence_has_its_figure_and_the_value_that_was_written() -> None:
    assert explanation("greater_than_equal", "rounds", ge=1) == (
        ("rounds",),
        "must be at least 1, is 0",
    )


def test_a_sentence_of_a_validator_is_kept_as_it_is() -> None:
    error = ValueError("must be odd")
    assert explanation("value_error", "rounds", error=error)[1] == "must be odd, is 0"
    assert explanation("value_error", "matrix", error=error)[1] == "must be odd"


def test_an_unknown_key_names_the_nearest() -> None:
    assert explanation("extra_forbidden", "pool", "maxsize") == (
        ("pool", "maxsize"),
        "unknown key (did you mean max_size?); allowed: max_size, timeout",
    )


def test_a_missing_key_is_a_complaint_about_what_it_is_missing_in() -> None:
    assert explanation("missing", "adapters", "a b", "adapter") == (
        ("adapters", "a b"),
        "adapter is missing",
    )


def test_a_repeated_value_is_named_by_its_index() -> None:
    assert explanation("repeated", "matrix", "leak", index=1) == (
        ("matrix", "leak", 1),
        "must not repeat a value, is 0",
    )


def test_a_single_value_is_shown_as_it_was_written() -> None:
    assert explanation("int_type", "matrix", "clients", 0)[1] == "must be a whole number, is 3"


def test_a_wrong_name_of_an_entry_is_shown_itself() -> None:
    key, sentence = explanation("string_pattern_mismatch", "adapters", "a b", "[key]")
    assert key == ("adapters", "a b")
    assert sentence.endswith(", is 'a b'")


@pytest.mark.parametrize("loc", [("seed",), ("matrix", "cpus", 0)])
def test_a_value_that_was_not_written_is_not_shown(loc: tuple[str | int, ...]) -> None:
    assert explanation("int_type", *loc)[1] == "must be a whole number"


def test_an_error_without_a_sentence_is_refused_without_words_of_pydantic() -> None:
    assert explanation("never_heard_of", "rounds")[1] == f"{NO_SENTENCE}, is 0"
