"""The tests on several Pythons: those that are here are found, and a failure is told."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from tests.pythons import END, keep, newest, results, run_tests, version

if TYPE_CHECKING:
    from pathlib import Path


def test_an_interpreter_tells_its_version() -> None:
    assert version(sys.executable) == platform.python_version()
    assert version("/bin/false") is None
    assert version("/nowhere/python") is None


def test_a_python_that_failed_and_one_that_is_not_here_are_told() -> None:
    here = {"3.11": ("python3.11", "3.11.7"), "3.12": ("python3.12", "3.12.1")}
    ended = {"3.11": (True, "9 passed in 1.00s"), "3.12": (False, "1 failed in 1.00s")}
    told = list(results(["3.11", "3.12", "3.13"], here.get, lambda _, wanted: ended[wanted]))
    assert told == [
        (True, "Python 3.11.7: passed: 9 passed in 1.00s"),
        (False, "Python 3.12.1: FAILED: 1 failed in 1.00s"),
        (True, "Python 3.13: not on this machine"),
    ]


def test_the_newest_is_the_last_that_is_here() -> None:
    here = {"3.11": ("python3.11", "3.11.7"), "3.12": ("python3.12", "3.12.1")}
    assert newest(here.get) == "python3.12"
    assert newest(lambda _: None) == sys.executable


def test_an_interrupt_leaves_what_came_out_before_it(tmp_path: Path) -> None:
    def interrupted(_: str, wanted: str) -> tuple[bool, str]:
        if wanted == "3.12":
            raise KeyboardInterrupt
        return True, "9 passed in 1.00s"

    path = tmp_path / "test-all.txt"
    told = results(["3.11", "3.12", "3.13"], lambda it: (it, f"{it}.1"), interrupted)
    assert not keep(told, path)
    head, *lines = path.read_text("utf-8").splitlines()
    assert head.startswith("make test-all on ")
    assert lines == [
        "Python 3.11.1: passed: 9 passed in 1.00s",
        "Python 3.12.1: interrupted",
    ]


def test_a_make_that_fails_is_no_success() -> None:
    assert run_tests("/bin/false", "nowhere") == (False, "no test was run")


def test_the_last_line_of_pytest_is_read() -> None:
    printed = (
        "FAILED tests/x.py::y\n======= 1 failed, 900 passed in 150.21s (0:02:30) =======\nmake: *"
    )
    assert END.findall(printed) == ["1 failed, 900 passed in 150.21s (0:02:30)"]
