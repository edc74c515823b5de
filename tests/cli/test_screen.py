"""While a run goes on a terminal shows where it is, and a pipe a line for each result."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from runner.cli.progress import Progress
from runner.cli.screen import Screen
from runner.messages import said
from runner.redaction import REDACTOR
from runner.report import catalogue
from runner.report.terminal import Terminal
from runner.results.row import Status
from runner.roles import CONTROL
from tests.builders import CELL, row

if TYPE_CHECKING:
    from runner.messages import Message


@pytest.mark.parametrize("live", [True, False])
def test_what_a_driver_says_is_masked_and_visible(*, live: bool) -> None:
    REDACTOR.learn("pa/ss")
    console = Terminal(
        file=io.StringIO(), width=200, force_terminal=live, color_system=None, emoji=False
    )
    screen = Screen(console, Progress({CELL.id: 1.0}, 2, 2.0))
    bad = row(status=Status.FAILED, reason=said("[b]pa/ss[/b] \x1b[2J\a\u202e"))
    with screen.show():
        screen.begins(CELL, 1)
        screen.ended(bad)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert r"[b]***[/b] \x1b[2J\x07\u202e" in printed
    assert "pa/ss" not in printed


class Wordless:
    """A language in which every message is one letter."""

    def text(self, _: Message) -> str:
        return "§"


def test_every_word_is_of_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "catalogue", lambda _: Wordless())
    console = Terminal(file=io.StringIO(), width=200, color_system=None)
    screen = Screen(console, Progress({CELL.id: 1.0}, 2, 2.0))
    console.print(screen._display())
    for round_ in (0, 1):
        screen.begins(CELL, round_)
        console.print(screen._display())
    screen.ended(row(status=Status.FAILED, reason=said("gone")))
    console.print(screen._display())
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert printed.count("§") >= 8
    assert not re.search("[a-z]", printed.replace(CELL.id, "").replace(row().cell.id, ""))


def screen(console: Terminal, *, quiet: bool = False) -> Screen:
    progress = Progress({CELL.id: 1.0}, 4, 4.0, "psycopg3")
    return Screen(console, progress, quiet=quiet)


MEASURED = (
    row("psycopg3", ops_per_s=1000.0, total_ms_p50=1.0, total_ms_p99=2.5),
    row("asyncpg", ops_per_s=2000.0, total_ms_p99=9.0, starved_clients=5),
    row(CONTROL, ops_per_s=1050.0, total_ms_p99=2.0),
    row("asyncpg", leak=1.0, operations=25, ok=5, leaked=5, waiting_clients=25, exhausted_ms=1.0),
)


def test_a_terminal_of_80_columns_shows_a_line_for_each_adapter_and_the_noise() -> None:
    console = Terminal(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    shown = screen(console)
    with shown.show():
        for it in MEASURED:
            shown.begins(it.cell, 1)
            shown.ended(it)
        console.file = io.StringIO()
        console.print(shown._display())
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    fields = [line.split() for line in lines]
    assert "4 of 4 cells" in lines[1]
    assert ["psycopg3", "1,000", "2.5", "insert-c10-p5", "#1"] in fields
    assert ["asyncpg", "2,000", "9", "insert-c10-p5", "#1,", "starves", "5"] in fields
    assert "Noise so far: psycopg3 against itself 1.05x, one pair." in lines
    assert any("5 of 50 served, 90 % failed, 5 leaked" in line for line in lines)
    assert not any(line.startswith(CONTROL) for line in lines), "it is no adapter"


def test_a_pipe_gets_a_line_for_each_result_and_no_control_character() -> None:
    console = Terminal(file=io.StringIO(), width=80)
    shown = screen(console)
    with shown.show():
        for it in MEASURED:
            shown.ended(it)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert len(printed.splitlines()) == 4
    assert "psycopg3-insert-c10-p5: 1,000 operations/s, half within 1 ms, 99 % within 2.5 ms" in (
        printed
    )
    assert "\x1b" not in printed


def test_nothing_is_shown_when_quiet() -> None:
    console = Terminal(file=io.StringIO(), width=80, force_terminal=True)
    shown = screen(console, quiet=True)
    with shown.show():
        shown.ended(MEASURED[0])
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]
