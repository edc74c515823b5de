"""Standard error while a command runs: complaints, usage, warnings and tracebacks pass here."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any, TextIO, cast

from runner.redaction import REDACTOR, visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager


class StandardError:
    """A stream that is shown no secret and no control character; all else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text as it may be shown; return its own length."""
        self._stream.write(visible(REDACTOR.masked(text)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def guarded(typed: Iterable[str]) -> AbstractContextManager[TextIO]:
    """Let all that is written to standard error in the block pass by the redactor.

    It knows from the start the passwords that were `typed`, and that of libpq's variable.
    """
    REDACTOR.learn(os.environ.get("PGPASSWORD"))
    for text in typed:
        REDACTOR.learn_from(text)
    return redirect_stderr(cast("TextIO", StandardError(sys.stderr)))
