"""The lines while a run goes on show no secret, obey no driver, and are of the catalogue."""

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
