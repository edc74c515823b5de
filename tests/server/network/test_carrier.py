"""What a network carries, in a thread of the test: each state does its own to what is sent."""

from __future__ import annotations

import os
import queue
import socket
import threading
from contextlib import contextmanager, suppress
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from runner.server.network.carrier import Carrier
from runner.server.network.state import NetworkState, Traffic
from tests.server.network.test_network import Echo, heard, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PASSES = NetworkState()


class Carrying:
    """A carrier in a thread of its own, where it is told what to do."""

    def __init__(self, port: int) -> None:
        self.carrier = Carrier("127.0.0.1", port)
        self._orders: queue.Queue[Callable[[], object]] = queue.Queue()
        self._answers: queue.Queue[object] = queue.Queue()
        self._reader, self._writer = os.pipe()
        self.carrier.heed(self._reader, self._obey)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        with suppress(SystemExit):
            self.carrier.run()

    def _obey(self) -> None:
        os.read(self._reader, 1)
        self._answers.put(self._orders.get()())

    def do(self, order: Callable[[], object]) -> object:
        self._orders.put(order)
        os.write(self._writer, b"!")
        return self._answers.get(timeout=10)

    def change(self, state: NetworkState) -> None:
        self.do(lambda: self.carrier.change(state))

    def end(self) -> None:
        self._orders.put(lambda: (_ for _ in ()).throw(SystemExit))
        os.write(self._writer, b"!")
        self.thread.join(10)
        for connection in self.carrier._connections:
            connection.close()
        self.carrier._listener.close()
        self.carrier._selector.close()
        for descriptor in (self._reader, self._writer):
            os.close(descriptor)


@contextmanager
def carrying() -> Iterator[Carrying]:
    echo = Echo()
    carrying = Carrying(echo.port)
    yield carrying
    carrying.end()
    echo.listener.close()


def client(carrying: Carrying) -> socket.socket:
    return socket.create_connection(("127.0.0.1", carrying.carrier.port), timeout=10)


def test_what_is_sent_arrives_late_in_order_and_whole() -> None:
    text = bytes(range(256)) * 4000
    with carrying() as there, client(there) as one:
        there.change(NetworkState(delay=0.002, jitter=0.002, bandwidth=5e7))
        sender = threading.Thread(target=one.sendall, args=(text,))
        sender.start()
        assert heard(len(text), one) == text
        sender.join()
        one.shutdown(socket.SHUT_WR)
        assert one.recv(1) == b""
        counted = there.do(there.carrier.count)
        assert isinstance(counted, dict)
        assert counted["bytes"] == 2 * len(text)


def test_a_new_connection_leads_to_the_server_only_after_its_time() -> None:
    with carrying() as there, client(there) as one:
        assert said(b"before", one) == b"before"
        there.change(NetworkState(connecting=0.2))
        began = perf_counter()
        with client(there) as other:
            other.sendall(b"new")
            assert said(b"at once", one) == b"at once"
            assert heard(3, other) == b"new"
            assert perf_counter() - began >= 0.2


def test_silence_holds_everything_back_and_gives_it_out_afterwards() -> None:
    with carrying() as there, client(there) as one:
        assert said(b"before", one) == b"before"
        there.change(NetworkState(traffic=Traffic.SILENT))
        one.sendall(b"meanwhile")
        with client(there) as other:
            other.sendall(b"new")
            one.settimeout(0.1)
            with pytest.raises(TimeoutError):
                one.recv(1)
            there.change(PASSES)
            one.settimeout(10)
            assert heard(9, one) == b"meanwhile"
            assert heard(3, other) == b"new"


def test_resets_and_refusals_last_until_they_are_mended() -> None:
    with carrying() as there, client(there) as one:
        assert said(b"before", one) == b"before"
        there.change(NetworkState(traffic=Traffic.REFUSED))
        with pytest.raises(ConnectionRefusedError):
            client(there)
        assert said(b"still", one) == b"still"
        there.change(NetworkState(traffic=Traffic.RESET))
        with pytest.raises(ConnectionResetError):
            one.recv(1)
        with pytest.raises(ConnectionResetError), client(there) as new:
            new.recv(1)
        there.change(PASSES)
        with client(there) as after:
            assert said(b"after", after) == b"after"
