"""Bytes arrive through the relay as they were sent, and the relay leaves nothing behind."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from runner.server.dialogue import Count
from runner.server.relay import LOOPBACK, Relay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def scripted_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a port and let `talk` deal with the one client that comes."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                talk(client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)
        assert not thread.is_alive()


def echo(client: socket.socket) -> None:
    while data := client.recv(1 << 16):
        client.sendall(data)


def connected(relay: Relay) -> socket.socket:
    return socket.create_connection((LOOPBACK, relay.port), timeout=10)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "relay"]


def test_everything_arrives_as_it_was_sent() -> None:
    data = bytes(range(256)) * 20_000
    with scripted_server(echo) as port, Relay(LOOPBACK, port) as relay:
        with connected(relay) as client:
            threading.Thread(target=client.sendall, args=[data]).start()
            got = b""
            while len(got) < len(data):
                got += client.recv(1 << 20)
        found = relay.rest()
    assert got == data
    assert (found.bytes_sent, found.bytes_received) == (len(data), len(data))


def test_it_listens_on_the_loopback_alone() -> None:
    with Relay(LOOPBACK, 1) as relay:
        places = [it.getsockname() for it in relay._listener.sockets]
    assert places == [(LOOPBACK, relay.port)]


def test_a_client_that_leaves_is_followed_by_the_server() -> None:
    left = threading.Event()

    def listen(client: socket.socket) -> None:
        echo(client)
        left.set()

    with scripted_server(listen) as port, Relay(LOOPBACK, port) as relay:
        with connected(relay) as client:
            client.sendall(b"?")
            assert client.recv(1) == b"?"
            assert not left.is_set()
        assert left.wait(10)


def test_a_server_that_leaves_is_followed_by_the_client_who_gets_its_last_words() -> None:
    def say_good_bye(client: socket.socket) -> None:
        client.recv(1)
        client.sendall(b"last words" * 1000)

    with (
        scripted_server(say_good_bye) as port,
        Relay(LOOPBACK, port) as relay,
        connected(relay) as client,
    ):
        client.sendall(b"?")
        got = b""
        while data := client.recv(1 << 16):
            got += data
    assert got == b"last words" * 1000


def test_without_a_server_the_client_is_sent_away() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
    with Relay(LOOPBACK, port) as relay, connected(relay) as client:
        assert client.recv(1) == b""
        assert relay.count() == Count()


def test_whoever_is_still_connected_at_the_end_is_cut_off() -> None:
    with scripted_server(echo) as port, ExitStack() as stack:
        with Relay(LOOPBACK, port) as relay:
            client = stack.enter_context(connected(relay))
            client.sendall(b"there")
            assert client.recv(5) == b"there"
        assert client.recv(1) == b""


def test_a_server_that_has_stopped_listening_to_us_does_not_hold_up_the_end() -> None:
    go = threading.Event()
    with scripted_server(lambda _: go.set() if go.wait(10) else None) as port:
        with Relay(LOOPBACK, port) as relay, connected(relay) as client:
            client.settimeout(0.3)
            with pytest.raises(TimeoutError):
                client.sendall(bytes(1 << 26))
        go.set()
