"""Whatever comes instead of an answer ends the worker, and nothing else."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from runner.measure import worker_process
from runner.measure.worker_process import Crashed, Failed, WorkerProcess
from runner.supervision.interrupts import Interrupted
from runner.worker.protocol import Opening, PlayOrder, TurnOrder
from tests.builders import OPEN, turn_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORD = json.loads(json.dumps(turn_record((1, 2)).to_json()))
ANSWER = json.dumps({"turn": RECORD}).encode() + b"\n"
CLOSED = b'{"close": {}}\n'
TURN = TurnOrder(1, 0.0, 0.1)


class Scripted:
    """A process that says what a script has it say after each order, and then ends."""

    def __init__(self, *chunks: bytes | Interrupted) -> None:
        self.chunks = list(chunks)
        self.sent = 0

    def send(self, data: bytes, seconds: float) -> None:
        del seconds
        self.sent += data.count(b"\n")

    def read(self, seconds: float, interrupts: object = None) -> bytes | None:
        del interrupts
        if not self.sent:
            return None
        unasked = bool(self.chunks) and self.chunks[0] == STRAY
        if seconds <= 0 and not unasked:
            return None
        chunk = self.chunks.pop(0) if self.chunks else b""
        if isinstance(chunk, Interrupted):
            raise chunk
        return chunk

    def wait(self, seconds: float) -> int:
        del seconds
        return 0

    def kill(self) -> None:
        """End nothing."""


STRAY = b"a line that nobody asked for\n"


@pytest.fixture
def saying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., WorkerProcess]:
    """Make a worker that says what a script has it say."""

    def make(*chunks: bytes | Interrupted) -> WorkerProcess:
        monkeypatch.setattr(worker_process, "Process", lambda *_, **__: Scripted(*chunks))
        nobody: Any = None
        return WorkerProcess(tmp_path / "log", watchdog=nobody, interrupts=nobody)

    return make


def with_record(**changes: Any) -> bytes:
    return json.dumps({"turn": {**RECORD, **changes}}).encode() + b"\n"


@pytest.mark.parametrize(
    "line",
    [
        *[b"connected\n", b"[1]\n", b"7\n", b"null\n", b'"turn"\n', b"\n", b"\xff\n"],
        *[b"{}\n", b'{"turn": 1, "open": 2}\n', b'{"dance": {}}\n', b'{"open": {}}\n'],
        *[b'{"turn": {}}\n', b'{"turn": []}\n', b'{"turn": null}\n', b'{"close": {}}\n'],
        *[b'{"error": "text"}\n', b'{"error": {}}\n', b'{"error": {"reason": 7}}\n'],
        *[b'{"event": {"name": "x", "at": 1, "facts": {}}}\n', b'{"event": 5}\n'],
        *[b"half a line" + ANSWER, ANSWER[:40] + ANSWER, b"[" * 100_000 + b"\n"],
        *[with_record(ok="abc"), with_record(seconds=float("nan")), with_record(slices=[1])],
        *[with_record(histograms={}), with_record(failures={}), with_record(more=1)],
        *[with_record(histograms={**RECORD["histograms"], "wait": 5}), with_record(cpu=10**40)],
    ],
)
def test_a_line_that_is_no_answer_means_that_the_process_has_crashed(
    saying: Callable[..., WorkerProcess], line: bytes
) -> None:
    with pytest.raises(Crashed, match="the process wrote what is no answer: "):
        saying(line, ANSWER).turn(TURN, 5.0)


def test_an_answer_may_come_in_pieces(saying: Callable[..., WorkerProcess]) -> None:
    pieces = [ANSWER[:1], ANSWER[1:50], ANSWER[50:]]
    assert saying(*pieces).turn(TURN, 5.0).ok == (1, 2)


def test_an_answer_that_never_ends_is_given_up(
    saying: Callable[..., WorkerProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "LONGEST_ANSWER", 100)
    with pytest.raises(Crashed, match="more than 100 bytes"):
        saying(b"x" * 60, b"y" * 60).turn(TURN, 5.0)


def test_a_line_between_two_orders_is_no_answer_to_the_next(
    saying: Callable[..., WorkerProcess],
) -> None:
    worker = saying(ANSWER, STRAY, ANSWER)
    worker.turn(TURN, 5.0)
    with pytest.raises(Crashed, match="nothing was asked"):
        worker.turn(TURN, 5.0)


def test_a_second_answer_to_an_order_is_none_to_the_next(
    saying: Callable[..., WorkerProcess],
) -> None:
    worker = saying(ANSWER + ANSWER, ANSWER)
    worker.turn(TURN, 5.0)
    with pytest.raises(Crashed, match="nothing was asked"):
        worker.turn(TURN, 5.0)


def test_events_come_while_something_is_played_and_the_latest_are_told(
    saying: Callable[..., WorkerProcess],
) -> None:
    events = [
        json.dumps({"event": {"name": f"n{number}", "at": 1, "facts": {}}}).encode() + b"\n"
        for number in range(50)
    ]
    refused = b'{"error": {"reason": "no"}}\n'
    seen: list[str] = []
    with pytest.raises(Failed, match=r"^play: no; events until then: 'n30' came") as failed:
        saying(*events, refused).play(PlayOrder("m:f"), 5.0, lambda event: seen.append(event.name))
    assert len(seen) == 50
    assert "'n29'" not in str(failed.value)


@pytest.mark.parametrize("answer", [CLOSED, b'{"error": {"reason": "it did not close"}}\n', b""])
def test_a_worker_that_ends_with_an_answer_or_a_refusal_ends_well(
    saying: Callable[..., WorkerProcess], answer: bytes
) -> None:
    worker = saying(*([answer] if answer else []))
    worker.begin_close()
    assert worker.end(5.0) is True


@pytest.mark.parametrize("answer", [STRAY + CLOSED, CLOSED + b"and more", b"half"])
def test_a_worker_whose_last_words_are_no_answer_has_crashed(
    saying: Callable[..., WorkerProcess], answer: bytes
) -> None:
    worker = saying(answer)
    worker.begin_close()
    with pytest.raises(Crashed):
        worker.end(5.0)


def test_an_opening_without_its_times_is_no_answer(saying: Callable[..., WorkerProcess]) -> None:
    with pytest.raises(Crashed, match="first_connection_ms of a Opening cannot be 'soon'"):
        saying(b'{"open": {"first_connection_ms": "soon", "pool_full_ms": null}}\n').open(OPEN, 5.0)


def test_an_answer_that_a_signal_cut_short_may_come_when_all_is_over(
    saying: Callable[..., WorkerProcess],
) -> None:
    opened = json.dumps({"open": asdict(Opening(1.0, 2.0))}).encode() + b"\n"
    worker = saying(Interrupted(2), opened, CLOSED)
    with pytest.raises(Interrupted):
        worker.open(OPEN, 1.0)
    worker.begin_close()
    assert worker.end(1.0)


def test_an_answer_comes_once_only(saying: Callable[..., WorkerProcess]) -> None:
    opened = json.dumps({"open": asdict(Opening(1.0, 2.0))}).encode() + b"\n"
    worker = saying(Interrupted(2), opened, opened, CLOSED)
    with pytest.raises(Interrupted):
        worker.open(OPEN, 1.0)
    worker.begin_close()
    with pytest.raises(Crashed, match="`close` is not answered by"):
        worker.end(1.0)
