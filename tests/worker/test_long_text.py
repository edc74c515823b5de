"""A text of megabytes is cut in the worker, and what is cut is said."""

from __future__ import annotations

from runner.worker.long_text import LONGEST, cut


def test_a_text_that_is_not_too_long_stays_as_it_is() -> None:
    text = "x" * LONGEST
    assert cut(text) is text


def test_a_long_text_loses_its_middle_and_says_how_much() -> None:
    short = cut("head" + "x" * 1_000_000 + "tail")
    assert short.startswith("headxx")
    assert short.endswith("xxtail")
    assert f"xx [{1_000_008 - LONGEST} letters cut] xx" in short


def test_a_text_that_is_cut_again_still_says_how_much_is_missing_in_all() -> None:
    text = "head" + "x" * 1_000_000 + "tail"
    assert cut(cut(text), 8_000) == cut(text, 8_000)
