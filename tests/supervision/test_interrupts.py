"""A signal is noted at once and obeyed where that is safe; the second one ends at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from runner.supervision.interrupts import Interrupted, Interrupts
from runner.supervision.prompt_end import SIGNALS


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_noted_and_obeyed_when_it_is_asked_for(number: signal.Signals) -> None:
    with Interrupts() as interrupts:
        interrupts.check()
        signal.raise_signal(number)
        with pytest.raises(Interrupted, match=number.name) as raised:
            interrupts.check()
    assert raised.value.status == 128 + number


def test_outside_the_block_signals_mean_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Interrupts():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_signal_ends_the_wait_for_something_to_read() -> None:
    reader, writer = os.pipe()
    try:
        with Interrupts() as interrupts:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
            with pytest.raises(Interrupted):
                interrupts.wait_readable(reader, 60.0)
    finally:
        os.close(reader)
        os.close(writer)


def test_what_can_be_read_is_told_apart_from_a_time_that_is_up() -> None:
    reader, writer = os.pipe()
    try:
        with Interrupts() as interrupts:
            assert interrupts.wait_readable(reader, 0.01) is False
            os.write(writer, b"!")
            assert interrupts.wait_readable(reader, 60.0) is True
    finally:
        os.close(reader)
        os.close(writer)


TWICE = """
import signal, time
from runner.supervision.interrupts import Interrupts

with Interrupts():
    print("ready", flush=True)
    while True:
        time.sleep(0.01)
"""


def test_the_second_signal_ends_the_runner_wherever_it_is() -> None:
    with subprocess.Popen([sys.executable, "-c", TWICE], stdout=subprocess.PIPE) as runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == b"ready\n"
        runner.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert runner.poll() is None, "the first one is only noted"
        runner.send_signal(signal.SIGTERM)
        assert runner.wait(20) == 128 + signal.SIGTERM
