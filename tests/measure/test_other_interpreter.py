"""A variant's workers run in the interpreter that it names, with that environment's packages."""

from __future__ import annotations

import csv
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from runner.__main__ import main
from runner.measure.other_interpreter import InterpreterError, description
from runner.measure.startup import Startup

METADATA = "Metadata-Version: 2.1\nName: psycopg-pool\nVersion: 99.9\n"
NOTES = """\
import sys
with open(sys.prefix + "/started", "a") as file:
    print(*sys.orig_argv[4:], file=file)
"""
"""Notes in an environment what its interpreter was started for."""
YAML = """\
rounds: 1
duration: 100ms
warmup: 0
turn: off
limit: false
round_trips: false
control: false
adapters:
  next: {adapter: psycopg3, python: %s}
matrix:
  adapter: [psycopg3, next]
  clients: 2
  cpus: all
"""


def environment(folder: Path, *, packages: bool = True) -> Path:
    """Make an environment with psycopg's pool in another version, by its metadata."""
    venv = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(venv, check=True, timeout=60)
    (site,) = folder.glob("lib/python*/site-packages")
    if packages:
        (site / "others.pth").write_text(f"{Path(np.__file__).parents[1]}\n", encoding="utf-8")
        info = site / "psycopg_pool-99.9.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(METADATA, encoding="utf-8")
        (site / "sitecustomize.py").write_text(NOTES, encoding="utf-8")
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("next") / "venv-next")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("bare") / "venv", packages=False)


def written(folder: Path, python: object) -> Path:
    path = folder / "mine.yaml"
    path.write_text(YAML % python, encoding="utf-8")
    return path


def test_a_variant_is_measured_in_its_interpreter_beside_the_others(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
    relative = os.path.relpath(python, tmp_path)
    path, out = written(tmp_path, relative), tmp_path / "reports"
    assert main([str(path), "--out", str(out), "--strict"]) == 0
    started = (python.parents[1] / "started").read_text(encoding="utf-8").splitlines()
    assert started == ["runner.worker.description psycopg3", "runner.worker"]
    with (out / "latest" / "cells.csv").open(encoding="utf-8", newline="") as file:
        versions = {row["adapter"]: row["driver_version"] for row in csv.DictReader(file)}
    ours = f"Python {platform.python_version()}"
    driver = f"psycopg {version('psycopg')}"
    assert versions == {
        "psycopg3": f"{driver}, psycopg-pool {version('psycopg-pool')}, {ours}",
        "next": f"{driver}, psycopg-pool 99.9, {ours}",
    }
    kept = json.loads((out / "latest" / "environment.json").read_text(encoding="utf-8"))
    assert kept["adapters"]["next"]["interpreter"] == str(python)
    assert kept["adapters"]["next"]["versions"] == f"{driver}, psycopg-pool 99.9"
    assert "interpreter" not in kept["adapters"]["psycopg3"]
    again = [str(out / "latest" / "config.yaml"), "--resume", str(out / "latest"), "--dry-run"]
    assert main(again) == 0, "the path that is kept does not depend on where the file is"


def test_what_the_other_environment_lacks_is_not_taken_from_ours(bare: Path) -> None:
    with pytest.raises(InterpreterError, match=r"cannot run a worker: it lacks numpy: pip install"):
        description(str(bare), "psycopg3")


def test_its_workers_import_our_code_and_nothing_that_lies_beside_it(bare: Path) -> None:
    """Where our packages are installed, so are the runner's own drivers."""
    code = "import sys, adapters; print(adapters.__file__); print(sys.path)"
    asked = Startup(python=str(bare)).command("runner.worker.description")
    asked[2] = asked[2].partition("import runpy")[0] + code
    printed = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout
    file, path = printed.splitlines()
    assert Path(file).parents[1] == Path(asked[3])
    assert asked[3] not in path


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("no/such/python", "no/such/python cannot be started: No such file or directory"),
        ("mine.yaml", "mine.yaml cannot be started: Permission denied"),
        ("/bin/true", "/bin/true is no Python: it said ''"),
        ("/bin/false", "/bin/false cannot run a worker: it ended with status 1"),
        ("", "cannot be started: Permission denied"),
    ],
)
def test_an_interpreter_that_cannot_run_a_worker_is_told_with_its_place(
    wrong: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, json.dumps(wrong))
    assert main([str(path), "--dry-run"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "mine.yaml:9: adapters.next.python: " in told
    assert sentence in told
