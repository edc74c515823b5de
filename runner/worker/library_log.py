"""The warnings of libraries: a pool that connects in the background tells the cause only there."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class LastWarning(logging.Handler):
    """Prints warnings, as Python does where nobody listens to them, and keeps the last one."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep and print a warning."""
        text = self.format(record)
        self.text = f"{record.name}: {' '.join(text.split())}"
        sys.stderr.write(f"{text}\n")


@contextmanager
def explained_by_log() -> Iterator[None]:
    """Add the last warning of the block to an error of it, as a note."""
    handler = LastWarning()
    logging.getLogger().addHandler(handler)
    try:
        yield
    except BaseException as error:
        if handler.text:
            error.add_note(f"its log: {handler.text}")
        raise
    finally:
        logging.getLogger().removeHandler(handler)
