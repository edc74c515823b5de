"""The tests on every Python that PoolBench supports and this machine has: `make test-all`.

Each has an environment of its own in `build/`; what came out is kept in `reports/test-all.txt`.
With `--newest` the path of the newest of them is printed, and nothing tested.
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
    from collections.abc import Callable, Iterable, Iterator

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


def newest(find: Callable[[str], tuple[str, str] | None] = installed) -> str:
    """Return the path of the newest Python; of this one without any that is supported."""
    here = [python for python in map(find, SUPPORTED) if python]
    return here[-1][0] if here else sys.executable


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


def results(
    supported: Iterable[str],
    find: Callable[[str], tuple[str, str] | None] = installed,
    test: Callable[[str, str], tuple[bool, str]] = run_tests,
) -> Iterator[tuple[bool, str]]:
    """Test on each Python; yield whether it is good, and a line. An interrupt is the last one."""
    for wanted in supported:
        python = find(wanted)
        if python is None:
            yield True, f"Python {wanted}: not on this machine"
            continue
        try:
            passed, end = test(python[0], wanted)
        except KeyboardInterrupt:
            yield False, f"Python {python[1]}: interrupted"
            return
        yield passed, f"Python {python[1]}: {'passed' if passed else 'FAILED'}: {end}"


def keep(told: Iterable[tuple[bool, str]], path: Path) -> bool:
    """Write each line as it comes, so that none is lost with a later one; tell whether all is good.

    It is printed, too.
    """
    text = f"make test-all on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.uname().sysname}"
    all_good = True
    for good, line in told:
        text, all_good = f"{text}\n{line}", all_good and good
        path.write_text(f"{text}\n", encoding="utf-8")
        print(line, flush=True)
    return all_good


def main() -> int:
    """Test, and keep what came out; exit status 1 if anything failed."""
    if sys.argv[1:] == ["--newest"]:
        print(newest())
        return 0
    return 0 if keep(results(SUPPORTED), RESULT) else 1


if __name__ == "__main__":
    sys.exit(main())
