"""A pool that is tried and does not come back ends in a sentence, and so does its server."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytest

from runner.__main__ import main
from runner.cli import trial
from runner.cli.trial import Trial, TrialError
from runner.server.connection import ServerLostError
from runner.supervision.interrupts import Interrupted, Interrupts


class Looked:
    """A server that may be lost."""

    def __init__(self, *, lost: bool = False) -> None:
        self.is_lost = lost

    def look(self) -> None:
        if self.is_lost:
            raise ServerLostError("gone")


def a_trial(interrupts: Interrupts, *, lost: bool = False) -> Trial:
    server: Any = Looked(lost=lost)
    return Trial(server, interrupts)


@pytest.fixture
def never() -> Any:
    """Give work that does not come back before the end of the test."""
    end = threading.Event()
    yield end.wait
    end.set()


def test_the_value_of_the_work_is_that_of_the_trial() -> None:
    with Interrupts() as interrupts:
        assert a_trial(interrupts).of(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            a_trial(interrupts).of(lambda: 1 // 0)


def test_work_that_does_not_come_back_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, never: Any
) -> None:
    monkeypatch.setattr(trial, "TRIAL_SECONDS", 0.1)
    with Interrupts() as interrupts, pytest.raises(TrialError, match=r"within 0\.1 s"):
        a_trial(interrupts).of(never)


def test_a_signal_ends_the_wait(never: Any) -> None:
    with Interrupts() as interrupts:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(Interrupted):
            a_trial(interrupts).of(never)


def test_a_lost_server_ends_the_wait_and_explains_an_error(
    monkeypatch: pytest.MonkeyPatch, never: Any
) -> None:
    monkeypatch.setattr(trial, "LOOK_SECONDS", 0.0)
    with Interrupts() as interrupts:
        for work in (never, lambda: 1 // 0):
            with pytest.raises(ServerLostError):
                a_trial(interrupts, lost=True).of(work)


@pytest.mark.parametrize("command", ["check", "demo"])
def test_a_command_whose_server_is_lost_says_so_and_has_failed(
    command: str, elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def lose(_self: Trial, _work: object) -> None:
        raise ServerLostError("no answer within 15.0 s")

    monkeypatch.setattr(Trial, "of", lose)
    assert main([command, "--server", elsewhere]) == 1
    said = capsys.readouterr().err
    assert said == "poolbench: the server is lost: no answer within 15.0 s\n"
