"""A pgbench that runs is found, or it is said why there is none."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from runner.measure import pgbench_program
from runner.measure.pgbench_program import Program
from runner.server import programs

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("version", programs.INSTALLED)
def test_the_embedded_postgresql_brings_its_own_pgbench(
    version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = pgbench_program.find(version)
    assert isinstance(found, Program)
    assert found.version.startswith(f"{version}.")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'error while loading shared libraries' >&2; exit 127", "shared libraries"),
        ("echo 'pgbench (PostgreSQL) 12.9'", r"it is version 12\.9; 13 or later is needed"),
        ("true", "it does not say its version"),
    ],
)
def test_a_program_that_cannot_be_used_is_named_with_the_cause(
    fake: Callable[[str], Program], monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    monkeypatch.setenv("PATH", str(fake(script).path.parent), prepend=os.pathsep)
    found = pgbench_program.find(None)
    assert isinstance(found, str)
    assert re.search(f"pgbench cannot be used: {reason}", found.replace("error while loading ", ""))
