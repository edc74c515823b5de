"""Reports can be read on systems that cannot measure: only what measures needs Unix."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).resolve().parent.parent / "reports" / "example"

ELSEWHERE = """
import asyncio, json, multiprocessing, os, selectors, signal, subprocess, sys, tempfile
import matplotlib.backends.backend_agg, numpy, psutil, psycopg, rich.live, scipy.stats

for module in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[module] = None
for module, names in (
    (os, ("fork", "geteuid", "getegid", "getsid", "killpg", "register_at_fork")),
    (os, ("sched_getaffinity", "sched_setaffinity", "setsid")),
    (signal, ("SIGHUP", "SIGKILL", "SIGQUIT", "SIGSTOP", "SIGCONT")),
):
    for name in names:
        delattr(module, name)

from runner.__main__ import main

for command in json.loads(sys.argv[1]):
    try:
        status = main(command)
    except SystemExit as end:
        status = end.code
    print("status", status, file=sys.stderr, flush=True)
"""
"""What Windows lacks is hidden, once the packages of others are loaded."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Callable[..., tuple[str, str]]:
    """Give the test what commands print, in a folder of its own, on another system."""

    def run(*commands: list[str]) -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, json.dumps(commands)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout, done.stderr

    return run


def test_what_measures_nothing_works_everywhere(
    elsewhere: Callable[..., tuple[str, str]], tmp_path: Path
) -> None:
    head, *rows = (EXAMPLE / "cells.csv").read_text("utf-8").splitlines(keepends=True)
    for name, some in (("a", rows[:9]), ("b", rows[:8])):
        (tmp_path / name).mkdir()
        shutil.copy(EXAMPLE / "environment.json", tmp_path / name)
        (tmp_path / name / "cells.csv").write_text("".join([head, *some]), "utf-8")
    printed, said = elsewhere(
        ["--help"], ["schema"], ["compare", "a", "b"], ["charts", "a"], ["check", "--help"]
    )
    assert said == "status 0\n" * 5
    assert "usage: poolbench check" in printed
    assert list((tmp_path / "a" / "charts").iterdir())


def test_measuring_says_in_a_sentence_what_it_needs(
    elsewhere: Callable[..., tuple[str, str]], tmp_path: Path
) -> None:
    config = tmp_path / "test.yaml"
    config.write_text("matrix: {adapter: noop}\n", encoding="utf-8")
    printed, said = elsewhere(["test.yaml"], ["check"])
    assert printed == ""
    for sentence in said.split("status 2\n")[:2]:
        assert sentence.startswith("poolbench: measuring needs Linux or macOS, and this Python on ")
        assert sentence.count("\n") == 1
    assert list(tmp_path.iterdir()) == [config]
