"""The command that measures what a run lacks, for the shell in which the run was started."""

from __future__ import annotations

import shlex
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

FLAGS = ("strict", "quiet")
"""The switches that hold for the rest of a run as well."""


def command(options: argparse.Namespace, folder: Path) -> str:
    """Write the command of a run; in place of a folder that is gone another one is made."""
    return _typed(options, [str(options.config)], ("set", "only"), folder)


def drills_command(options: argparse.Namespace, folder: Path) -> str:
    """Write the command that does the drills that are missing."""
    config = [str(options.config)] if options.config else []
    return _typed(options, ["drills", *config], ("adapter", "drill"), folder)


def _typed(
    options: argparse.Namespace, words: Sequence[str], repeated: Sequence[str], folder: Path
) -> str:
    """Write what is to be typed; `repeated` are the options that may have several values."""
    typed = [_python(), "-m", "runner", *words]
    for name in repeated:
        typed += [word for text in getattr(options, name) for word in (f"--{name}", text)]
    typed += [f"--{name}" for name in FLAGS if getattr(options, name, False)]
    if language := getattr(options, "language", None):
        typed += ["--language", language]
    typed += ["--resume", str(folder)] if folder.exists() else ["--out", str(options.out)]
    return shlex.join(typed)


def _python() -> str:
    """Name the interpreter that runs now; `python` where that is the same."""
    return "python" if shutil.which("python") == sys.executable else sys.executable
