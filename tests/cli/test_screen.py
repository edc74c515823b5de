"""The lines while a run goes on show no secret, and obey no character of a driver's."""

from __future__ import annotations

import io

import pytest

from runner.cli.progress import Progress
from runner.cli.screen import Screen
from runner.messages import said
from runner.redaction import REDACTOR
from runner.report.terminal import Terminal
from runner.results.row import Status
from tests.builders import CELL, row


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
