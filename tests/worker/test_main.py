"""A worker is driven by lines of JSON; every order is answered by a line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import pytest

from runner.worker.__main__ import Answers
from tests.builders import OPEN


def worker(*lines: str | bytes) -> tuple[list[dict[str, Any]], int, str]:
    """Send the lines to a fresh worker, leave the pipe open, and return all that it said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "runner.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    with process:
        for line in lines:
            process.stdin.write((line.encode() if isinstance(line, str) else line) + b"\n")
        process.stdin.flush()
        try:
            status = process.wait(60)
        finally:
            process.kill()
        answers = [json.loads(line) for line in process.stdout]
        return answers, status, process.stderr.read().decode()


@pytest.mark.parametrize("close", ['{"close": {}}', '{ "close": {} }', ' {"close" : {}}'])
def test_a_worker_ends_with_the_order_to_close_however_it_is_written(close: str) -> None:
    answers, status, _ = worker(close)
    assert answers == [{"close": {}}]
    assert status == 0


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"close"', "a line that is not JSON"),
        ("", "a line that is not JSON"),
        (b'{"turn": "\xff"}', "a line that is not JSON"),
        ('["close"]', "a line must be"),
        ('{"turn": {}, "close": {}}', "a line must be"),
        ('{"dance": {}}', "an order is open, turn, inspect, play or close, not 'dance'"),
        ('{"event": {"moment": 1}}', "no Event has the fields of {'moment': 1}"),
    ],
)
def test_a_malformed_line_is_answered_with_an_error_and_the_next_one_is_heard(
    line: str | bytes, sentence: str
) -> None:
    answers, status, _ = worker(line, '{"close": {}}')
    assert sentence in answers[0]["error"]["reason"]
    assert (answers[1:], status) == ([{"close": {}}], 0)


def test_an_order_out_of_turn_is_an_error_with_its_traceback_in_the_log() -> None:
    turn = json.dumps({"turn": {"number": 1, "lead_in": 0.0, "length": 0.1}})
    play = json.dumps({"play": {"function": "tests.fakes.played:fail"}})
    answers, _, log = worker(turn, play, '{"inspect": {}}', '{"close": {}}')
    reasons = [answer["error"]["reason"] for answer in answers[:3]]
    words = ("turn", "play", "inspect")
    assert reasons == [f"RuntimeError: `{word}` before `open`" for word in words]
    assert log.count("Traceback") == 3


def test_what_was_noted_beside_an_error_is_told_with_it() -> None:
    output, error = io.StringIO(), TimeoutError("too late")
    error.add_note("its log: nobody listens there")
    Answers(output).refuse(error)
    assert json.loads(output.getvalue()) == {
        "error": {"reason": "TimeoutError: too late; its log: nobody listens there"}
    }


class MuteError(Exception):
    """An error that fails when its text is wanted."""

    def __str__(self) -> str:
        raise ZeroDivisionError


def test_an_error_without_a_text_is_told_by_its_name() -> None:
    output = io.StringIO()
    Answers(output).refuse(MuteError())
    assert json.loads(output.getvalue()) == {
        "error": {"reason": "MuteError: it has no text: ZeroDivisionError"}
    }


def test_a_worker_that_cannot_answer_ends() -> None:
    play = json.dumps({"play": {"function": "tests.fakes.played:close_all"}})
    opened = json.dumps({"open": asdict(OPEN)})
    answers, status, log = worker(opened, play)
    assert [list(answer) for answer in answers] == [["open"]]
    assert status == 1
    assert "Bad file descriptor" in log


def test_a_worker_whose_runner_is_gone_ends() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "runner.worker"], input=b"", capture_output=True, check=False
    )
    assert (finished.returncode, finished.stdout) == (0, b"")
