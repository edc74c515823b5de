"""`terms` prints the terms of every installed adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import adapters
from runner.__main__ import main

if TYPE_CHECKING:
    import pytest


def test_the_command_prints_every_adapter(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["terms"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("| adapter | profile | ")
    for name in adapters.names():
        assert f"| {name} | equal | " in printed
