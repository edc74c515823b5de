"""The one error of a run's folder: a sentence that names the file."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.results.csv_file import CsvError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class RunFolderError(Exception):
    """A file of the run cannot be read or written; `rows` are those not stored, as CSV."""

    def __init__(self, message: str, rows: str = "") -> None:
        super().__init__(message)
        self.rows = rows


@contextmanager
def cannot(do: str, path: Path, rows: str = "") -> Iterator[None]:
    """Turn an error of reading or writing into RunFolderError, which names the file."""
    try:
        yield
    except OSError as error:
        raise RunFolderError(f"cannot {do} {path}: {error.strerror}", rows) from error
    except (CsvError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RunFolderError(f"cannot {do} {path}: {error}", rows) from error
