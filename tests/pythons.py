"""The tests on every Python that PoolBench supports and this machine has: `make test-all`.

Each has an environment of its own in `build/`; what came out is kept in `reports/test-all.txt`.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SUPPORTED = ("3.11", "3.12", "3.13")
RESULT = Path("reports") / "test-all.txt"
PYENV = Path.home() / ".pyenv" / "versions"
END = re.compile(r"^=* ?((?:\d+ \w+(?:, )?)+ in [\d.]+s.*?) ?=*$", re.MULTILINE)
"""The last line of pytest: how many passed and failed, and in what time."""


def version(python: str) -> str | None:
    """Return the version that an interpreter tells, such as 3.12.1; None where it does not run."""
    ask = [python, "-c", "import platform; print(platform.python_version())"]
    try:
        return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def installed(supported: str) -> tuple[str, str] | None:
    """Return path and version of a Python, on the PATH or kept by pyenv; None without one."""
    by_pyenv = [str(path) for path in sorted(PYENV.glob(f"{supported}.*/bin/python"))]
    for python in [f"python{supported}", *reversed(by_pyenv)]:
        told = version(python)
        if told and told.startswith(f"{supported}."):
            return python, told
    return None


def run_tests(python: str, supported: str) -> tuple[bool, str]:
    """Run `make test` on an interpreter; return whether it passed, and how it ended."""
    settings = [f"PYTHON={python}", f"VENV=build/python{supported}"]
    done = subprocess.run(
        ["make", "test", *settings],  # noqa: S607 - the make that has started this
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    sys.stdout.write(done.stdout)
    ends = END.findall(done.stdout)
    return done.returncode == 0, ends[-1] if ends else "no test was run"


def report(
    supported: Iterable[str],
    find: Callable[[str], tuple[str, str] | None] = installed,
    test: Callable[[str, str], tuple[bool, str]] = run_tests,
) -> tuple[bool, str]:
    """Test on each Python; return whether all passed, and a line for each."""
    lines, good = [], True
    for wanted in supported:
        python = find(wanted)
        if python is None:
            lines.append(f"Python {wanted}: not on this machine")
            continue
        passed, end = test(python[0], wanted)
        good = good and passed
        lines.append(f"Python {python[1]}: {'passed' if passed else 'FAILED'}: {end}")
    return good, "\n".join(lines) + "\n"


def main() -> int:
    """Test, and keep what came out; exit status 1 if anything failed."""
    good, lines = report(SUPPORTED)
    told = f"make test-all on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.uname().sysname}\n{lines}"
    RESULT.write_text(told, encoding="utf-8")
    print(told)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
