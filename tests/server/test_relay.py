"""What goes through the relay arrives as it was sent, and is counted however TCP cuts it."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.server.dsn import uri, words_of
from runner.server.relay import LOOPBACK, Count, Dialogue, Relay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.server.embedded import EmbeddedServer

CLIENT, SERVER = "client", "server"
Script = list[tuple[str, bytes]]


def typed(letters: str, body: bytes = b"some text\0") -> bytes:
    return b"".join(struct.pack("!ci", it.encode(), 4 + len(body)) + body for it in letters)


def first(code: int, body: bytes = b"") -> bytes:
    return struct.pack("!ii", 8 + len(body), code) + body


START = first(196608, b"user\0somebody\0\0")
SSL, GSS, CANCEL = first(80877103), first(80877104), first(80877102, b"12345678")

LOGIN: Script = [
    (CLIENT, START),
    (SERVER, typed("R")),
    (CLIENT, typed("p")),
    (SERVER, typed("RSSSK") + typed("Z", b"I")),
]


def heard(script: Script, cut: Callable[[bytes], list[bytes]] = lambda data: [data]) -> Dialogue:
    dialogue = Dialogue()
    for who, data in script:
        for piece in cut(data):
            (dialogue.client if who == CLIENT else dialogue.server)(piece)
    return dialogue


def one_by_one(data: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in data]


def uneven(data: bytes) -> list[bytes]:
    return [data[at : at + 7] for at in range(0, len(data), 7)]


# Framing


@pytest.mark.parametrize("cut", [one_by_one, uneven])
@pytest.mark.parametrize("before", [[], [(CLIENT, SSL), (SERVER, b"N")]])
def test_messages_are_found_wherever_tcp_cuts_them(
    cut: Callable[[bytes], list[bytes]], before: Script
) -> None:
    script = [
        *before,
        *LOGIN,
        (CLIENT, typed("PBDE", b"") + typed("S", b"")),
        (SERVER, typed("12T", b"") + typed("D" * 3, b"x" * 300) + typed("CZ")),
        (CLIENT, typed("X", b"")),
    ]
    found = heard(script, cut).count()
    assert found == heard(script).count()
    assert found.received["D"] == 3
    assert found.ready_for_query == 2
    assert found.unreadable == 0


def test_a_first_message_has_no_letter_and_all_others_have_one() -> None:
    found = heard([*LOGIN, (CLIENT, typed("QX"))]).count()
    assert found.sent == {"StartupMessage": 1, "p": 1, "Q": 1, "X": 1}
    assert found.received == {"R": 2, "S": 3, "K": 1, "Z": 1}


def test_a_server_that_does_not_encrypt_says_so_in_one_byte() -> None:
    script = [(CLIENT, GSS), (SERVER, b"N"), (CLIENT, SSL), (SERVER, b"N"), *LOGIN]
    found = heard(script).count()
    assert (found.sent["GSSENCRequest"], found.sent["SSLRequest"]) == (1, 1)
    assert found.received["plain"] == 2
    assert found.exchanges == 2 + heard(LOGIN).count().exchanges


@pytest.mark.parametrize(("question", "answer"), [(SSL, b"S"), (GSS, b"G")])
def test_what_is_encrypted_is_not_read(question: bytes, answer: bytes) -> None:
    script = [(CLIENT, question), (SERVER, answer), (CLIENT, b"\x16\3\1"), (SERVER, b"Z" * 50)]
    found = heard(script).count()
    assert found.unreadable == 1
    assert found.ready_for_query == 0
    assert found.bytes_received == 51


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\3\1\2\0\1\0\1", b"\0" * 8])
def test_what_is_no_postgresql_is_not_read(data: bytes) -> None:
    found = heard([(CLIENT, data), (SERVER, typed("Z", b"I"))]).count()
    assert (found.unreadable, found.ready_for_query) == (1, 0)


def test_an_old_server_answers_the_question_for_tls_with_an_error() -> None:
    found = heard([(CLIENT, SSL), (SERVER, typed("E"))], one_by_one).count()
    assert (found.unreadable, found.received) == (0, {"E": 1})


def test_a_request_to_cancel_is_not_answered() -> None:
    found = heard([(CLIENT, CANCEL)], one_by_one).count()
    assert (found.sent, found.exchanges) == ({"CancelRequest": 1}, 0)


# Counting


def since_login(*script: tuple[str, bytes]) -> Count:
    return heard([*LOGIN, *script]).count() - heard(LOGIN).count()


def test_an_exchange_is_an_answer_to_something_said() -> None:
    question, answer = (CLIENT, typed("Q")), (SERVER, typed("TDCZ"))
    assert heard(LOGIN).count().exchanges == 2
    assert since_login(question).exchanges == 0
    assert since_login(question, answer).exchanges == 1
    assert since_login(question, answer, question, answer).exchanges == 2


def test_many_messages_in_a_row_are_one_exchange() -> None:
    script = [(CLIENT, typed(letter)) for letter in "PBDES"]
    script += [(SERVER, typed(letter)) for letter in "12TDDDCZ"]
    assert since_login(*script).exchanges == 1


def test_neither_a_good_bye_nor_news_that_nobody_asked_for_is_an_exchange() -> None:
    found = since_login((SERVER, typed("NA")), (CLIENT, typed("X")))
    assert found.exchanges == 0
    assert found.received == {"N": 1, "A": 1}


def test_connecting_is_counted_until_the_server_is_ready_for_the_first_time() -> None:
    dialogue = heard([*LOGIN, (CLIENT, typed("Q")), (SERVER, typed("CZ"))])
    assert dialogue.connecting == heard(LOGIN).count()
    assert heard(LOGIN[:-1]).connecting is None


def test_counts_add_up() -> None:
    one, other = heard(LOGIN).count(), since_login((CLIENT, typed("Q")), (SERVER, typed("CZ")))
    both = one + other
    assert both.bytes_sent == one.bytes_sent + other.bytes_sent
    assert both.ready_for_query == 2
    assert both - other == one
    assert both - both == Count()


# Pumping


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


# PostgreSQL


@contextmanager
def overheard(server: EmbeddedServer, sslmode: str = "disable") -> Iterator[tuple[Relay, str]]:
    dsn = server._uri("client", "seeded")
    words = words_of(dsn)
    with Relay(words["host"], int(words["port"])) as relay:
        yield relay, uri(dsn, host=LOOPBACK, port=str(relay.port), sslmode=sslmode)


def test_a_query_to_postgresql_is_one_exchange(server: EmbeddedServer) -> None:
    with overheard(server) as (relay, dsn):
        with closing(psycopg.connect(dsn, autocommit=True)) as connection:
            connecting = relay.rest()
            assert connecting == relay.connecting()
            for _ in range(3):
                connection.execute("SELECT 1")
            asked = relay.rest() - connecting
        ended = relay.rest() - connecting - asked
        psycopg.connect(dsn).close()
        both = relay.rest()
    assert (connecting.connections, connecting.ready_for_query, connecting.unreadable) == (1, 1, 0)
    assert (asked.exchanges, asked.ready_for_query, asked.received["D"]) == (3, 3, 3)
    assert asked.connections == 0
    assert (ended.sent, ended.exchanges) == ({"X": 1}, 0)
    assert (both.connections, both.ready_for_query) == (2, 5)


def test_a_driver_that_would_encrypt_is_understood_where_the_server_does_not(
    server: EmbeddedServer,
) -> None:
    with overheard(server, "prefer") as (relay, dsn):
        psycopg.connect(dsn).close()
        found = relay.rest()
    assert (found.sent["SSLRequest"], found.received["plain"]) == (1, 1)
    assert (found.ready_for_query, found.unreadable) == (1, 0)
