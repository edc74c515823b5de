"""The configurations that come with PoolBench, by name: they are part of every installation."""

from __future__ import annotations

import itertools
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def folder() -> Path:
    """Return the folder that holds them: in the package, of a checkout beside it."""
    installed = PACKAGE / "configs"
    return installed if installed.is_dir() else PACKAGE.parent / "configs"


def names() -> list[str]:
    """List their names, each that of a file without `.yaml`."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def file_of(typed: Path) -> Path:
    """Return the file that was typed; where there is none, that of the shipped name."""
    is_name = str(typed) in names() and not typed.is_file()
    return folder() / f"{typed}.yaml" if is_name else typed


def text(name: str) -> str:
    """Read the file of a name."""
    return (folder() / f"{name}.yaml").read_text(encoding="utf-8")


def question(name: str) -> str:
    """Return the question that a configuration answers: the first paragraph of its comments."""
    lines = text(name).splitlines()[2:]  # the first is for editors, then an empty one
    paragraph = itertools.takewhile(lambda line: line.strip("#"), lines)
    return " ".join(line.strip("# ") for line in paragraph)
