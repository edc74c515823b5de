"""A worker: a fresh interpreter with one pool, driven by lines of JSON.

Reads orders from standard input and answers each with one line on what was standard output; what
an adapter prints goes to standard error. It can be driven by hand: `python -m runner.worker`.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from typing import Any, TextIO

from runner.worker.worker import Worker


def _answer(worker: Worker, line: str) -> dict[str, Any]:
    """Carry out one order; what goes wrong is an answer too: the parent decides what it means."""
    commands = {"open": worker.open, "turn": worker.turn, "close": worker.close}
    try:
        ((word, data),) = json.loads(line).items()
        return {word: commands[word](data)}
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is this cell's
        reason = f"{type(error).__name__}: {error}".strip(": \n")
        return {"error": {"reason": reason, "traceback": traceback.format_exc()}}


def _work(worker: Worker, orders: queue.SimpleQueue[str], answers: TextIO) -> None:
    """Answer one order after the other, a line each; the process ends with `close`."""
    line = ""
    while not line.startswith('{"close"'):
        line = orders.get()
        print(json.dumps(_answer(worker, line)), file=answers, flush=True)
        worker.park()
    os._exit(0)


def main() -> None:
    """Listen until the parent is gone: then there is nobody left to measure for."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    orders: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_work, args=(Worker(), orders, answers), daemon=True).start()
    for line in sys.stdin:
        orders.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
