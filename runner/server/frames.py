"""The messages of PostgreSQL's protocol, found wherever TCP has cut them.

Version 3 of it (PostgreSQL's manual, "Message Formats").
"""

from __future__ import annotations

import struct
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTIONS = {80877103: "SSLRequest", 80877104: "GSSENCRequest"}
"""The first messages that are answered by a single byte."""

ANSWERS = {b"S": "encrypt", b"G": "encrypt", b"N": "plain"}
"""The single byte of the answer -> the name of the form that follows."""

STARTS = {**QUESTIONS, 80877102: "CancelRequest"}
START = "StartupMessage"
LONGEST_START = 10_000
"""The most bytes of a first message; PostgreSQL takes no longer one either."""

READY = "Z"
"""ReadyForQuery: the server has done all it was asked and waits for more."""


class Form(Enum):
    """The form of the messages in one direction; the value is the length of a header in bytes."""

    FIRST = 8
    """Length and code: how every client begins."""
    BYTE = 1
    """The answer to a question that was asked before the start."""
    TYPED = 5
    """Letter and length: all the rest."""
    UNREADABLE = 0


class Frames:
    """Cuts one direction of a connection into messages, wherever TCP has cut it."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._header = b""
        self._name = ""
        self._missing = 0

    def feed(self, data: bytes) -> Iterator[str]:
        """Yield the name of each message that ends in `data`; between two, `form` may be set."""
        at = 0
        while at < len(data) and self.form is not Form.UNREADABLE:
            if self._name:
                taken = min(self._missing, len(data) - at)
                self._missing -= taken
            else:
                taken = min(self.form.value - len(self._header), len(data) - at)
                self._header += data[at : at + taken]
                self._begin()
            at += taken
            if self._name and not self._missing:
                name, self._name = self._name, ""
                yield name

    def _begin(self) -> None:
        """Begin a message if its header is whole."""
        header, form = self._header, self.form
        if len(header) < form.value:
            return
        if form is Form.BYTE and header not in ANSWERS:
            self.form = Form.TYPED  # an old server answers with an error
            return
        self._header = b""
        if form is Form.FIRST:
            length, code = struct.unpack("!ii", header)
            self._expect(STARTS.get(code, START), length - len(header), LONGEST_START)
        elif form is Form.TYPED:
            letter, length = struct.unpack("!ci", header)
            self._expect(letter.decode("latin-1"), length - 4)
        else:
            self._expect(ANSWERS[header], 0)

    def _expect(self, name: str, missing: int, most: int = 1 << 31) -> None:
        if 0 <= missing <= most:
            self._name, self._missing = name, missing
        else:
            self.form = Form.UNREADABLE
