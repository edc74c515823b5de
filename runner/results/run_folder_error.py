"""The one error of a run's folder: a sentence that names the file."""

from __future__ import annotations

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
        raise RunFolderError(f"cannot {do} {path}: {error.strerror or error}", rows) from error
    except UnicodeDecodeError as error:
        what = f"byte {error.start + 1} is no UTF-8"
        raise RunFolderError(f"cannot {do} {path}: {what}", rows) from error
    except (CsvError, ValueError) as error:
        raise RunFolderError(f"cannot {do} {path}: {error}", rows) from error
