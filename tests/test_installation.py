"""The tests run on what is installed: on the checkout's packages, or on those of the wheel."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

import adapters
import runner
from runner.config import shipped

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"adapters": adapters, "runner": runner}


def installed_in() -> Path:
    """Return the folder from which the environment says that PoolBench is taken."""
    origin = json.loads(metadata.distribution("poolbench").read_text("direct_url.json") or "{}")
    editable = origin.get("dir_info", {}).get("editable", False)
    return ROOT if editable else Path(sysconfig.get_path("purelib"))


@pytest.mark.parametrize("name", PACKAGES)
def test_the_packages_under_test_are_the_installed_ones(name: str) -> None:
    assert Path(str(PACKAGES[name].__file__)).parent.parent.samefile(installed_in())


@pytest.mark.parametrize("name", PACKAGES)
def test_a_child_process_has_the_installed_packages_too(name: str) -> None:
    """Cells, and the commands that tests start, are children in the same working directory."""
    code = f"import {name}; print({name}.__file__)"
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert Path(printed.strip()).parent.parent.samefile(installed_in())


@pytest.mark.parametrize("name", PACKAGES)
def test_every_file_of_a_package_is_installed_with_it(name: str) -> None:
    """Not only the modules: SQL, and the mark by which type checkers know that there are types."""

    def files(folder: Path) -> set[str]:
        paths = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)) for path in paths if path.suffix != ".pyc"}

    wanted = files(ROOT / name)
    assert "py.typed" in wanted
    if name == "runner" and installed_in() != ROOT:
        wanted |= {f"configs/{it}" for it in files(ROOT / "configs")}
    assert files(installed_in() / name) == wanted


@pytest.mark.parametrize("name", [path.stem for path in (ROOT / "configs").glob("*.yaml")])
def test_every_configuration_is_installed_too(name: str) -> None:
    assert shipped.text(name) == (ROOT / "configs" / f"{name}.yaml").read_text(encoding="utf-8")


def test_a_configuration_runs_by_its_name_in_an_empty_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "runner", "smoke", "--dry-run"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "asyncpg" in done.stdout
