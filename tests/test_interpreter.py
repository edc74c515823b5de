"""A Python that cannot run PoolBench is told so in a sentence, before anything else is read."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import adapters
import runner
from runner import __main__ as entrance

PYENV = Path.home() / ".pyenv" / "versions"
OLD_PYTHONS = [path for minor in range(7, 11) for path in PYENV.glob(f"3.{minor}.*/bin/python")]
"""The folders in which pyenv keeps them, if it does."""
BEFORE_ALL_ELSE = ("supervision/__init__.py", "supervision/prompt_end.py")
"""The modules that are imported before the version is checked."""
ADVICE = "run `make install`, then `source .venv/bin/activate`, in the folder of PoolBench\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that holds our packages and none of those that they need."""
    for package in (adapters, runner):
        (tmp_path / package.__name__).symlink_to(Path(str(package.__file__)).parent)
    return tmp_path


def answer(folder: Path, *python: str) -> tuple[int, str]:
    done = subprocess.run(
        [*python, "-m", "runner", "configs/matrix.yaml"],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_python_without_the_packages_names_the_first_that_it_lacks(folder: Path) -> None:
    status, sentence = answer(folder, sys.executable, "-E", "-S", "-B")
    assert status == 2
    assert sentence.startswith(f"poolbench: this Python ({sys.executable}, 3.")
    assert sentence.endswith(f" lacks psutil: {ADVICE}")
    assert sentence.count("\n") == 1


def test_a_package_of_our_own_that_is_missing_is_no_want_of_an_installation(folder: Path) -> None:
    """A traceback is right there: the checkout itself is broken, and installing mends nothing."""
    packages = ":".join(path for path in sys.path if path.endswith("site-packages"))
    code = (
        "import sys; sys.path[:0] = [sys.argv[1]]; sys.path += sys.argv[2].split(':');"
        "sys.modules['adapters'] = None; from runner.__main__ import main; main([])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code, str(folder), packages],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr


def test_an_older_python_is_told_which_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    assert entrance.main([]) == 2
    assert capsys.readouterr().err == (
        f"poolbench: this Python ({sys.executable}, 3.10.13) is older than 3.11: {ADVICE}"
    )


@pytest.mark.parametrize("file", ["__init__.py", "__main__.py", *BEFORE_ALL_ELSE])
def test_an_older_python_can_read_what_refuses_it(file: str) -> None:
    text = (Path(runner.__file__).parent / file).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 7))


@pytest.mark.parametrize("python", OLD_PYTHONS, ids=lambda path: path.parts[-3])
def test_an_older_python_refuses(folder: Path, python: Path) -> None:
    status, sentence = answer(folder, str(python), "-B")
    assert status == 2
    assert sentence.endswith(f" is older than 3.11: {ADVICE}")
