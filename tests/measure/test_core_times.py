"""The idle time of a run's cores is read as the kernel writes it, or is not known."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from runner.experiment import environment
from runner.measure import core_times as module
from runner.measure.core_times import CoreTimes, core_times

if TYPE_CHECKING:
    from pathlib import Path

STAT = """\
cpu  149165 0 30047 1264297 983 0 2705 88 0 0
cpu0 72809 0 15351 633600 500 0 1314 40 0 0
cpu1 76355 0 14696 630600 400 0 1390 60 0 0
cpu10 1 0 1 100 0 0 0 0 0 0
cpu3 0 0 0 0 0 0 0 0 0 0
intr 3467331 0 0
"""


@pytest.fixture
def stat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "stat"
    path.write_text(STAT, encoding="ascii")
    monkeypatch.setattr(module, "STAT", path)
    monkeypatch.setattr("os.sysconf", lambda _name: 100)
    return path


@pytest.mark.usefixtures("stat")
def test_the_times_of_the_cores_asked_for_are_added_up_in_seconds() -> None:
    assert core_times([0]) == CoreTimes(6341.0, 0.4)
    assert core_times([0, 1]) == CoreTimes(12651.0, 1.0)
    assert core_times([10]) == CoreTimes(1.0, 0.0)


@pytest.mark.usefixtures("stat")
def test_a_core_that_the_file_does_not_have_or_does_not_count_is_not_known() -> None:
    assert core_times([0, 2]) is None
    assert core_times([0, 3]) is None


def test_a_system_without_such_a_file_does_not_tell(stat: Path) -> None:
    stat.unlink()
    assert core_times([0]) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the file is one of Linux")
def test_the_idle_time_of_our_cores_never_falls() -> None:
    before, after = core_times(environment.cores()), core_times(environment.cores())
    assert before is not None
    assert after is not None
    assert after.idle >= before.idle > 0
