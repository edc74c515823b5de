"""A dialogue is understood and counted, however TCP cuts it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from runner.server.dialogue import Count, Dialogue

if TYPE_CHECKING:
    from collections.abc import Callable

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
