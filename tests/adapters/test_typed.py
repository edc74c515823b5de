"""Both packages carry their types to their users."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

THEIRS = """
from adapters import PoolOptions
from adapters.contract import PoolContract
from runner.server.pytest_fixture import dsn

options = PoolOptions(timeout=1.5)
reveal_type(options.connect_timeout)
reveal_type(PoolContract.adapter)
reveal_type(dsn)
"""


@pytest.mark.parametrize("package", ["adapters", "runner"])
def test_a_package_says_that_it_is_typed(package: str) -> None:
    assert files(package).joinpath("py.typed").is_file()


def test_a_package_of_others_is_checked_against_the_types(tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text(THEIRS)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "theirs.py"]
    ended = subprocess.run(
        mypy, capture_output=True, text=True, cwd=tmp_path, timeout=100, check=False
    )
    assert ended.returncode == 0, ended.stdout
    assert 'Revealed type is "int"' in ended.stdout.replace("builtins.", "")
    assert 'Revealed type is "str"' in ended.stdout.replace("builtins.", "")
