"""A log keeps the beginning and the end of what is printed, and says what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.supervision import log as module
from runner.supervision.log import Log

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 8)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "worker.log")


def test_a_log_that_is_short_is_kept_whole(log: Log) -> None:
    log.add("ab\n")
    log.add("cdefg")
    assert log.text() == "ab\ncdefg"


def test_a_long_log_keeps_its_beginning_and_its_end_and_says_how_much_is_left_out(
    log: Log,
) -> None:
    log.add("begin, the middle, the end")
    assert log.text() == "begi\n[18 bytes are left out here]\n end"


def test_a_log_that_is_trimmed_while_it_grows_never_grows_long(log: Log, tmp_path: Path) -> None:
    with log.output() as output:
        for number in range(100):
            output.write(b"%09d\n" % number)
            log.trim()
            assert (tmp_path / "worker.log").stat().st_size <= 8
    log.add("!")
    assert log.text() == "0000\n[993 bytes are left out here]\n99\n!"


def test_a_log_that_is_gone_costs_no_measurement(log: Log, tmp_path: Path) -> None:
    (tmp_path / "worker.log").unlink()
    tmp_path.rmdir()
    log.add("a bug")
    log.trim()
    assert log.text() == ""
