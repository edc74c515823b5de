"""Every `--help` fits 80 columns; that of a run names all that a configuration may say."""

from __future__ import annotations

import importlib

import pytest

from runner.axes import MATRIX
from runner.cli.main import COMMANDS
from runner.config.model import Config


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def help_of(command: str) -> str:
    text: str = importlib.import_module(f"runner.cli.{command}").parser().format_help()
    return text


@pytest.mark.parametrize("command", ["run", *COMMANDS])
def test_it_fits(command: str) -> None:
    assert [line for line in help_of(command).splitlines() if len(line) > 80] == []


def test_it_names_every_command_axis_and_key() -> None:
    words = set(help_of("run").split())
    assert {*COMMANDS} <= words
    assert {"adapter", *MATRIX, *Config.model_fields} - {"matrix"} <= words


def test_it_says_where_they_are_explained() -> None:
    assert "poolbench schema --markdown" in help_of("run")
    assert "poolbench configs" in " ".join(help_of("run").split())
