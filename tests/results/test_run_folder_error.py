"""An error with a file of a run is one sentence that names the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from runner.results.csv_file import CsvError
from runner.results.run_folder_error import RunFolderError, cannot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_an_error_of_the_system_names_the_file_and_keeps_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "none" / "cells.csv"
    with pytest.raises(RunFolderError) as raised, cannot("write", path, "a,b\n"):
        path.write_text("a,b\n", encoding="utf-8")
    assert str(raised.value) == f"cannot write {path}: No such file or directory"
    assert raised.value.rows == "a,b\n"


def broken_json() -> None:
    json.loads("{")


def broken_text() -> None:
    b"\xff".decode()


def broken_line() -> None:
    raise CsvError("line 2: 'x' in column ok is no value")


@pytest.mark.parametrize(
    ("reads", "cause"),
    [(broken_json, "Expecting"), (broken_text, "UTF-8"), (broken_line, "line 2: 'x'")],
)
def test_a_file_that_cannot_be_understood_is_named(
    tmp_path: Path, reads: Callable[[], None], cause: str
) -> None:
    with (
        pytest.raises(RunFolderError, match=rf"cannot read .*x\.json: .*{cause}"),
        cannot("read", tmp_path / "x.json"),
    ):
        reads()


def test_an_error_of_ours_is_not_disguised(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), cannot("read", tmp_path):
        raise ZeroDivisionError
