"""Drills under way are shown live on a terminal, as lines in a pipe, and not at all when quiet."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console

from runner.cli.drill_screen import DrillScreen
from runner.drills.drills import DRILLS
from runner.drills.several import every_case
from runner.results.observation import Observation, Word

TWO = replace(DRILLS["exhaustion"], cases=("one more", "second each"))
CASES = every_case(["one", "two"], [TWO])


def screen(*, terminal: bool, quiet: bool = False) -> tuple[DrillScreen, Console, io.StringIO]:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=80, highlight=False)
    return DrillScreen(console, CASES, 2, quiet=quiet), console, file


def carry_on(shown: DrillScreen) -> None:
    """Begin two cases, and end the second."""
    for case in CASES[:2]:
        shown.begins(case)
    shown.ended(Observation(*CASES[1].key, Word.WAITS, 1.0, "s"))


def test_a_line_in_a_pipe_says_what_was_seen_and_how_much_is_left() -> None:
    shown, _, file = screen(terminal=False)
    with shown.show():
        carry_on(shown)
    assert re.fullmatch(
        r"\[1/4, .+ left\] one, exhaustion, second each: waits 1 s\n", file.getvalue()
    )


def test_a_terminal_shows_what_is_under_way_and_what_was_last() -> None:
    shown, console, file = screen(terminal=True)
    console.print(shown._display())
    assert "0 of 4 cases" in file.getvalue()
    assert "now starting a server" in file.getvalue()
    with shown.show():
        carry_on(shown)
        console.print(shown._display())
    said = file.getvalue()
    assert "1 of 4 cases" in said
    assert "now one, exhaustion, one more" in said
    assert "one, exhaustion, second each: waits 1 s" in said
    assert "[1/4" not in said


def test_nothing_is_shown_when_quiet() -> None:
    shown, _, file = screen(terminal=False, quiet=True)
    with shown.show():
        carry_on(shown)
    assert file.getvalue() == ""
