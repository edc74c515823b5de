"""What a driver says is kept so that files, charts and screens can hold it."""

from __future__ import annotations

from runner.results.kept_text import LONGEST, kept


def test_an_ordinary_text_stays_as_it_is() -> None:
    text = "FATAL:  sorry, too many clients already\n\tSQLSTATE 53300: ¡ay! 💥"
    assert kept(text) == text


def test_what_is_no_letter_is_escaped() -> None:
    assert kept("a\x00b\x1b[31mc\udcffd\x9b") == r"a\x00b\x1b[31mc\udcffd\x9b"


def test_a_text_that_is_too_long_loses_its_middle_and_says_so() -> None:
    text = "head" + "x" * 1_000_000 + "tail"
    short = kept(text)
    assert short.startswith("head")
    assert short.endswith("tail")
    assert f"[{1_000_008 - LONGEST} letters cut]" in short
    assert len(short) < LONGEST + 50
