"""One direction of a connection is cut into messages, and given up where it is no PostgreSQL."""

from __future__ import annotations

import struct

import pytest

from runner.server.frames import LONGEST_START, START, Form, Frames


def startup(code: int = 196608, body: bytes = b"user\0u\0\0") -> bytes:
    return struct.pack("!ii", 8 + len(body), code) + body


def typed(letter: bytes, body: bytes = b"") -> bytes:
    return letter + struct.pack("!i", 4 + len(body)) + body


def names(frames: Frames, *pieces: bytes) -> list[str]:
    return [name for piece in pieces for name in frames.feed(piece)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_messages_are_the_same_however_they_are_cut(size: int) -> None:
    data = typed(b"Q", b"SELECT 1\0") + typed(b"S") + typed(b"X", b"x" * 300)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert names(Frames(Form.TYPED), *pieces) == ["Q", "S", "X"]


def test_a_message_ends_with_its_last_byte_and_not_before() -> None:
    frames, data = Frames(Form.TYPED), typed(b"D", b"row")
    assert names(frames, data[:-1]) == []
    assert names(frames, data[-1:]) == ["D"]


@pytest.mark.parametrize(
    ("code", "name"),
    [(196608, START), (80877103, "SSLRequest"), (80877104, "GSSENCRequest"),
     (80877102, "CancelRequest")],
)  # fmt: skip
def test_the_first_message_is_named_by_its_code(code: int, name: str) -> None:
    assert names(Frames(Form.FIRST), startup(code)) == [name]


def test_the_form_may_change_between_two_messages() -> None:
    frames = Frames(Form.FIRST)
    heard = []
    for name in frames.feed(startup() + typed(b"p", b"secret")):
        heard.append(name)
        frames.form = Form.TYPED
    assert heard == [START, "p"]


@pytest.mark.parametrize(("answer", "name"), [(b"S", "encrypt"), (b"N", "plain")])
def test_a_question_is_answered_by_a_single_byte(answer: bytes, name: str) -> None:
    assert names(Frames(Form.BYTE), answer) == [name]


def test_an_old_server_answers_a_question_with_a_message() -> None:
    assert names(Frames(Form.BYTE), typed(b"E", b"what?")) == ["E"]


@pytest.mark.parametrize("body", [LONGEST_START - 8, LONGEST_START])
def test_the_longest_first_message_is_still_read(body: int) -> None:
    frames = Frames(Form.FIRST)
    assert names(frames, startup(body=b"x" * body)) == [START]


@pytest.mark.parametrize(
    ("form", "data"),
    [
        (Form.FIRST, startup(body=b"x" * (LONGEST_START + 1))),
        (Form.FIRST, struct.pack("!ii", 4, 196608)),
        (Form.FIRST, b"GET / HTTP/1.1\r\n"),
        (Form.TYPED, b"Q" + struct.pack("!i", 3)),
    ],
)
def test_what_cannot_be_a_message_is_given_up_for_good(form: Form, data: bytes) -> None:
    frames = Frames(form)
    assert names(frames, data, typed(b"Z", b"I")) == []
    assert frames.form is Form.UNREADABLE
