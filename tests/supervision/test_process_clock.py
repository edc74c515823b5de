"""The CPU of another process is read to the nanosecond, and nothing is made up for a gone one."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from runner.supervision import process_clock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the clock is one of Linux")

BUSY = "while True: pass"


def test_the_clock_of_our_own_process_is_the_one_that_python_reads() -> None:
    before = time.process_time()
    ours = process_clock.cpu_seconds(os.getpid())
    after = time.process_time()
    assert ours is not None
    assert before <= ours <= after


def test_work_of_another_process_is_seen_in_steps_finer_than_a_tick() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY]) as process:
        try:
            until = time.monotonic() + 30
            readings: set[float] = set()
            while len(readings) < 5 and time.monotonic() < until:
                time.sleep(0.001)
                readings.add(process_clock.cpu_seconds(process.pid) or 0.0)
        finally:
            process.kill()
    assert len({round(reading % 0.01, 9) for reading in readings}) > 1


def test_a_process_that_is_gone_has_no_clock() -> None:
    with subprocess.Popen(["/bin/sh", "-c", ":"]) as process:
        process.wait(20)
    assert process_clock.cpu_seconds(process.pid) is None


def test_this_system_has_such_clocks() -> None:
    assert process_clock.supported()
