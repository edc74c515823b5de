"""A complaint names the place and the key of what it is about."""

from __future__ import annotations

import pytest

from runner.config.complaints import ConfigError, Key, Places, SourceLine, nearest

PLACES = Places(
    {
        (): SourceLine(1, "x.yaml"),
        ("matrix",): SourceLine(2, "x.yaml"),
        ("matrix", "clients", 1): SourceLine(5, "x.yaml"),
        ("rounds",): SourceLine(0, "--set rounds=2"),
    }
)


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        (("matrix", "clients", 1), "x.yaml:5: matrix.clients[1]: no"),
        (("matrix", "clients", 0), "x.yaml:2: matrix: no"),
        (("rounds",), "--set rounds=2: rounds: no"),
        (("pool", "timeout"), "x.yaml:1: no"),
        ((), "x.yaml:1: no"),
    ],
)
def test_a_complaint_names_the_nearest_key_that_was_written(key: Key, complaint: str) -> None:
    assert PLACES.complaint(key, "no") == complaint


def test_without_places_a_complaint_names_the_whole_key() -> None:
    assert Places().complaint(("a", 0), "no") == "configuration: a[0]: no"


def test_a_key_that_holds_a_password_is_shown_without_it() -> None:
    assert "sekret" not in Places().complaint(("postgresql://u:sekret@h/d",), "no")


def test_places_are_in_the_order_of_lines_overrides_first() -> None:
    lines = [SourceLine(10, "x.yaml"), SourceLine(9, "x.yaml"), SourceLine(0, "--set a=1")]
    assert sorted(lines) == lines[::-1]


def test_places_do_not_tell_configurations_apart() -> None:
    assert Places() == PLACES


def test_the_nearest_word_is_suggested_and_a_distant_one_is_not() -> None:
    assert nearest("round", ["rounds", "seed"]) == " (did you mean rounds?)"
    assert nearest("x", ["rounds", "seed"]) == ""


def test_an_error_reads_as_its_complaints_one_in_a_line() -> None:
    assert str(ConfigError(["a", "b"])) == "a\nb"
