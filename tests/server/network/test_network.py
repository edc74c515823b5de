"""A network in a process of its own obeys, counts, and says when it is gone; see test_carrier."""

from __future__ import annotations

import os
import signal
import socket
import threading
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from runner.server.dsn import ServerError
from runner.server.network.network import Network
from runner.server.network.state import NetworkState
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSES = NetworkState()


class Echo:
    """A server that says what it is told, and keeps it."""

    def __init__(self) -> None:
        self.heard = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(
                    target=self._answer, args=(self.listener.accept()[0],), daemon=True
                ).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            while data := client.recv(1 << 16):
                self.heard += data
                client.sendall(data)


@pytest.fixture(scope="module")
def watchdog() -> Iterator[Watchdog]:
    with Watchdog() as watchdog:
        yield watchdog


@pytest.fixture
def echo() -> Iterator[Echo]:
    echo = Echo()
    yield echo
    echo.listener.close()


@pytest.fixture
def network(echo: Echo, watchdog: Watchdog) -> Iterator[Network]:
    with Network("127.0.0.1", echo.port, watchdog) as network:
        yield network


def client(network: Network) -> socket.socket:
    return socket.create_connection(("127.0.0.1", network.port), timeout=10)


def said(text: bytes, there: socket.socket) -> bytes:
    there.sendall(text)
    return heard(len(text), there)


def heard(size: int, there: socket.socket) -> bytes:
    got = b""
    while len(got) < size and (data := there.recv(1 << 16)):
        got += data
    return got


def test_everything_arrives_in_both_directions_and_so_does_the_end(network: Network) -> None:
    text = bytes(range(256)) * 40_000
    with client(network) as there:
        sender = threading.Thread(target=there.sendall, args=(text,))
        sender.start()
        assert heard(len(text), there) == text
        sender.join()
        there.shutdown(socket.SHUT_WR)
        assert there.recv(1) == b""
    carried = network.carried()
    assert carried.bytes == 2 * len(text)
    assert carried.cpu > 0


def test_a_delay_holds_back_what_is_sent_in_each_direction(network: Network) -> None:
    with client(network) as there:
        network.change(NetworkState(delay=0.02))
        began = perf_counter()
        assert said(b"one", there) == b"one"
        assert perf_counter() - began >= 0.04
        network.change(PASSES)
        assert said(b"two", there) == b"two"


def test_jitter_varies_the_delay_and_lets_nothing_overtake(network: Network, echo: Echo) -> None:
    network.change(NetworkState(delay=0.002, jitter=0.002))
    with client(network) as there:
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        words = [b"%04d" % number for number in range(300)]
        for word in words:
            there.sendall(word)
        assert heard(1200, there) == b"".join(words)
    assert echo.heard == b"".join(words)


def test_a_narrow_network_takes_its_time_for_much_and_none_for_little(network: Network) -> None:
    network.change(NetworkState(bandwidth=1e6))
    with client(network) as there:
        began = perf_counter()
        assert heard_of(100_000, there) == 100_000
        assert perf_counter() - began >= 0.1


def heard_of(size: int, there: socket.socket) -> int:
    there.sendall(b"x" * size)
    return len(heard(size, there))


def test_a_client_of_a_server_that_is_not_there_is_cut_off(watchdog: Watchdog) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        Network("127.0.0.1", port, watchdog) as network,
        pytest.raises(ConnectionResetError),  # as it connects, or as it waits for an answer
        client(network) as there,
    ):
        there.recv(1)


def test_a_network_whose_process_has_ended_says_so(network: Network) -> None:
    os.kill(network.pid, signal.SIGKILL)
    with pytest.raises(ServerError, match=r"^the network was ended by SIGKILL"):
        network.carried()
