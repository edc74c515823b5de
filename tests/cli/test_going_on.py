"""The command that is printed to go on is one for the shell in which the run was started."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

from runner.cli import going_on
from runner.cli.run import parser
from runner.experiment.planned import planned
from runner.experiment.start import start

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_command_works_as_it_is_printed(tmp_path: Path) -> None:
    config = tmp_path / "it's a $(config).yaml"
    text = "{name: test, limit: false, matrix: {adapter: noop, clients: [1, 2]}}"
    config.write_text(text, encoding="utf-8")
    own = 'adapters={"own": {"adapter": "noop"}}'
    typed = [str(config), "--set", "rounds=2", "--set", own, "--only", "clients=1", "--strict"]
    options = parser().parse_args(["--quiet", *typed])
    plan = planned(options.config, options.set, options.only)
    with start(plan, None) as begun:
        folder = begun.folder(tmp_path / "my reports", plan, {"version": "18.4"})
    command = going_on.command(options, folder.path)
    assert shlex.split(command)[3:] == [*typed, "--quiet", "--resume", str(folder.path)]
    done = subprocess.run(
        ["bash", "-c", f"{command} --dry-run"],  # noqa: S607 - as users do
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 groups are missing" in done.stdout, done.stderr


def test_the_interpreter_is_the_one_that_runs_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = parser().parse_args(["x.yaml", "--out", "my reports"])
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    assert shlex.split(going_on.command(options, tmp_path / "gone"))[0] == sys.executable
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))  # noqa: PTH120 - as it is written
    typed = "python -m runner x.yaml --out 'my reports'"
    assert going_on.command(options, tmp_path / "gone") == typed, "it is made where the other was"
