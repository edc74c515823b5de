"""A worker: a fresh interpreter with one pool, driven by lines of JSON.

Reads orders from what was standard input and answers each with one line on what was standard
output. What an adapter prints goes to standard error, and so do tracebacks; what it reads is empty.
It can be driven by hand: `python -m runner.worker`.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import traceback
from dataclasses import asdict, dataclass
from typing import Any, TextIO

from runner.worker.events import Inbox
from runner.worker.long_text import cut
from runner.worker.protocol import Event, parse_line
from runner.worker.shape import MalformedLineError
from runner.worker.worker import Worker


@dataclass(frozen=True)
class Order:
    """A line of the runner, and the events that follow it."""

    word: str
    data: Any
    inbox: Inbox


class Answers:
    """The lines to the runner; any thread may write one."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._lock = threading.Lock()

    def write(self, word: str, data: Any) -> None:
        """Write one line. Raises TypeError for what JSON cannot hold, and writes nothing then."""
        line = json.dumps({word: data})
        with self._lock:
            print(line, file=self._output, flush=True)

    def refuse(self, error: BaseException) -> None:
        """Write the reason why an order was not carried out, with what was noted beside it."""
        reason = f"{type(error).__name__}: {_text(error)}".strip(": \n")
        notes = "; ".join([reason, *getattr(error, "__notes__", [])])
        self.write("error", {"reason": cut(notes)})

    def tell(self, event: Event) -> None:
        """Write an event."""
        self.write("event", asdict(event))


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as another:  # noqa: BLE001 - a library's error that cannot even be told
        return f"it has no text: {type(another).__name__}"


def _carry_out(worker: Worker, order: Order, answers: Answers) -> Any:
    match order.word:
        case "open":
            return worker.open(order.data)
        case "turn":
            return worker.turn(order.data)
        case "inspect":
            return worker.inspect(order.data)
        case "play":
            return worker.play(order.data, order.inbox, answers.tell)
        case "close":
            return worker.close(order.data)
        case _:
            raise MalformedLineError(
                f"an order is open, turn, inspect, play or close, not {order.word!r}"
            )


def _answer(worker: Worker, order: Order, answers: Answers) -> None:
    """Carry out one order; an error is an answer too: the parent decides what it means."""
    try:
        answers.write(order.word, _carry_out(worker, order, answers))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is this cell's
        traceback.print_exc()
        answers.refuse(error)


def _work(orders: queue.SimpleQueue[Order], answers: Answers) -> None:
    """Answer one order after the other, a line each; the process ends with `close`.

    It ends, too, where an answer cannot be written: the parent would wait for it in vain.
    """
    worker = Worker()
    try:
        while True:
            order = orders.get()
            _answer(worker, order, answers)
            if order.word == "close":
                os._exit(0)
            worker.park()
    except BaseException:  # noqa: BLE001 - whatever it is, there is nobody else to tell
        traceback.print_exc()
    os._exit(1)


def main() -> None:
    """Listen until the parent is gone: then nothing is measured any more."""
    lines = os.fdopen(os.dup(0), "rb")
    answers = Answers(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=_work, args=(orders, answers), daemon=True).start()
    inbox = Inbox()
    for line in lines:
        try:
            word, data = parse_line(line)
            if word == "event":
                inbox.put(Event.from_json(data))
                continue
            inbox = Inbox()  # an event that comes too late is not one of the next order
            orders.put(Order(word, data, inbox))
        except MalformedLineError as error:
            answers.refuse(error)
    os._exit(0)


if __name__ == "__main__":
    main()
