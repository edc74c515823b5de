"""Where nothing is under way a signal ends the program in a sentence, unless it was ignored."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from runner.supervision.interrupts import Interrupts
from runner.supervision.prompt_end import SIGNALS, heeded, say_when

WAITING = """
import time
from runner.supervision.prompt_end import end_promptly, say_when

end_promptly("before it began")
{then}
print("ready")
try:
    while True:
        time.sleep(0.01)
        print(end="", flush=True)
except BaseException as error:
    print("caught", error)
"""


def ended_by(number: signal.Signals, then: str = "") -> tuple[int, str, str]:
    """Start a program that waits in the midst of catching everything, and end it."""
    code = WAITING.format(then=then)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        printed, said = process.communicate(timeout=20)
    return process.returncode, printed, said


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_a_sentence_and_the_status_that_a_shell_expects(number: signal.Signals) -> None:
    said = f"poolbench: interrupted by {number.name} before it began\n"
    assert ended_by(number) == (128 + number, "", said)


def test_the_sentence_says_how_far_it_was() -> None:
    _, _, said = ended_by(signal.SIGINT, "say_when('while the report was made')")
    assert said == "poolbench: interrupted by SIGINT while the report was made\n"


def test_nothing_is_said_where_signals_mean_something_else() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    say_when("later")
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_signal_that_was_ignored_at_the_start_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert signal.SIGHUP not in heeded()
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGHUP)
            interrupts.check()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
