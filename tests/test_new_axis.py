"""One declaration makes a whole axis: nothing else has to be changed for it."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

DECLARATION = """\
    burst: int = declared(
        Axis(
            doc="How many operations a second the clients begin.",
            **one_column("burst", int),
            listable=Whole(1, 100),
            default=1,
            short=lambda rate: f"b{rate}",
            phrase=lambda rate: f"{rate} a second",
        )
    )
"""
SMALL = """\
rounds: 1
duration: 50ms
warmup: 0
limit: false
round_trips: false
"""
BEFORE = "    acquire_timeout: float = "


class Extended:
    """A copy of PoolBench in which one more axis is declared, and nothing else changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for package in ("adapters", "runner"):
            leave_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / package, folder / package, ignore=leave_out)
        source = (folder / "runner" / "axes.py").read_text(encoding="utf-8")
        assert source.count(BEFORE) == 1
        extended = source.replace(BEFORE, DECLARATION + BEFORE)
        (folder / "runner" / "axes.py").write_text(extended, encoding="utf-8")

    def run(self, rates: str, *options: str) -> subprocess.CompletedProcess[str]:
        text = f"{SMALL}matrix:\n  adapter: noop\n  burst: {rates}\n  cpus: all\n"
        (self.folder / "x.yaml").write_text(text, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-m", "runner", "x.yaml", *options],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def lines(self) -> list[dict[str, str]]:
        path = self.folder / "reports" / "latest" / "cells.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return [line for line in csv.DictReader(file) if line["role"] == "adapter"]


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Extended:
    return Extended(tmp_path_factory.mktemp("extended"))


def test_one_declaration_makes_a_whole_axis(extended: Extended) -> None:
    ran = extended.run("[1, 2]")
    assert ran.returncode == 0, ran.stderr
    assert {(line["cell"], line["group"], line["burst"]) for line in extended.lines()} == {
        (f"noop-insert-c10-p5-b{rate}", f"insert-c10-p5-b{rate}", str(rate)) for rate in (1, 2)
    }
    for rate in (1, 2):
        assert f"{rate} a second" in ran.stdout, "the groups have titles of their own"


def test_a_new_axis_can_be_asked_for_on_the_command_line(extended: Extended) -> None:
    planned = extended.run("[1, 2]", "--only", "burst=2", "--dry-run")
    assert re.findall(r"^noop\S+", planned.stdout, re.MULTILINE) == ["noop-insert-c10-p5-b2"]
    refused = extended.run("[1, 2]", "--only", "burst=3")
    assert refused.returncode == 2
    assert "--only burst=3: no cell has it; there are 1, 2" in refused.stderr


def test_a_value_that_a_new_axis_cannot_have_is_refused_with_its_line(extended: Extended) -> None:
    refused = extended.run("[1, 101]")
    assert refused.returncode == 2
    assert "x.yaml:8: matrix.burst[1]: must be at most 100, is 101" in refused.stderr
    schema = subprocess.run(
        [sys.executable, "-m", "runner", "schema"],
        cwd=extended.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "How many operations a second the clients begin." in schema.stdout
