"""A worker imports our code and its own environment's drivers, whatever else lies there."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

from runner.measure.startup import Startup

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_packages_of_our_names_in_the_other_environment_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "adapters.py").write_text("raise SystemExit('not ours')", encoding="utf-8")
    interpreter = tmp_path / "python"
    path, python = shlex.quote(str(tmp_path)), shlex.quote(sys.executable)
    interpreter.write_text(f'#!/bin/sh\nPYTHONPATH={path} exec {python} "$@"\n')
    interpreter.chmod(0o755)
    startup = Startup(python=str(interpreter))
    command = startup.command("runner.worker.description", "noop")
    done = subprocess.run(
        command,
        env=startup.environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_paths_of_the_runner_are_not_those_of_another_interpreter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/drivers")
    monkeypatch.setenv("PYTHONHOME", "/home")
    assert not {"PYTHONPATH", "PYTHONHOME"} & Startup(python="/other/python").environment().keys()
    assert "PYTHONPATH" in Startup().environment()
