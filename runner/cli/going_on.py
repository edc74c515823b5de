"""The command that measures what a run lacks, for the shell in which the run was started."""

from __future__ import annotations

import shlex
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

FLAGS = ("strict", "quiet")
"""The switches that hold for the rest of a run as well."""


def command(options: argparse.Namespace, folder: Path) -> str:
    """Write the command; a folder that is gone is not resumed."""
    words = [_python(), "-m", "runner", str(options.config)]
    for name in ("set", "only"):
        words += [word for text in getattr(options, name) for word in (f"--{name}", text)]
    words += [f"--{name}" for name in FLAGS if getattr(options, name)]
    if folder.exists():
        words += ["--resume", str(folder)]
    return shlex.join(words)


def _python() -> str:
    """Name the interpreter that runs now; `python` where that is the same."""
    return "python" if shutil.which("python") == sys.executable else sys.executable
