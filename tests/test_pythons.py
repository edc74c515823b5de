"""The tests on several Pythons: those that are here are found, and a failure is told."""

from __future__ import annotations

import platform
import sys

from tests.pythons import END, report, run_tests, version


def test_an_interpreter_tells_its_version() -> None:
    assert version(sys.executable) == platform.python_version()
    assert version("/bin/false") is None
    assert version("/nowhere/python") is None


def test_a_python_that_failed_and_one_that_is_not_here_are_told() -> None:
    here = {"3.11": ("python3.11", "3.11.7"), "3.12": ("python3.12", "3.12.1")}
    ended = {"3.11": (True, "9 passed in 1.00s"), "3.12": (False, "1 failed in 1.00s")}
    good, lines = report(["3.11", "3.12", "3.13"], here.get, lambda _, wanted: ended[wanted])
    assert not good
    assert lines.splitlines() == [
        "Python 3.11.7: passed: 9 passed in 1.00s",
        "Python 3.12.1: FAILED: 1 failed in 1.00s",
        "Python 3.13: not on this machine",
    ]


def test_a_make_that_fails_is_no_success() -> None:
    assert run_tests("/bin/false", "nowhere") == (False, "no test was run")


def test_the_last_line_of_pytest_is_read() -> None:
    printed = (
        "FAILED tests/x.py::y\n======= 1 failed, 900 passed in 150.21s (0:02:30) =======\nmake: *"
    )
    assert END.findall(printed) == ["1 failed, 900 passed in 150.21s (0:02:30)"]
