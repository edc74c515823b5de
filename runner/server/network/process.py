"""The program of a network, which has a process of its own: it carries, and changes on order.

A line of JSON on its standard input is an order: the fields of a state, none for a question, null
to end. A line on its standard output is the answer. It ends with its standard input, too.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from time import monotonic_ns
from typing import Any

from runner.server.network.carrier import Carrier
from runner.server.network.state import NetworkState, Traffic

CHUNK = 1 << 16
STDIN = 0
PR_SET_TIMERSLACK = 29


class Orders:
    """The orders of the runner, and their answers."""

    def __init__(self, carrier: Carrier) -> None:
        """Take what is ordered about, and heed orders from now on."""
        self._carrier = carrier
        self._rest = b""
        carrier.heed(STDIN, self._read)

    def _read(self) -> None:
        data = os.read(STDIN, CHUNK)
        if not data:
            sys.exit()  # the runner has gone
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            answer(self._obey(json.loads(line)))

    def _obey(self, order: dict[str, Any] | None) -> dict[str, float]:
        if order is None:
            sys.exit()
        if order:
            self._carrier.change(NetworkState(**{**order, "traffic": Traffic(order["traffic"])}))
        return {**self._carrier.count(), "at": monotonic_ns()}


def answer(values: dict[str, float]) -> None:
    """Write a line of figures."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Carry between all who come and the server at the address of the command line."""
    if sys.platform == "linux":  # else a sleep ends up to 50 us later
        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, ctypes.c_ulong(1))
    carrier = Carrier(sys.argv[1], int(sys.argv[2]))
    Orders(carrier)
    answer({"port": carrier.port})
    carrier.run()


if __name__ == "__main__":
    main()
