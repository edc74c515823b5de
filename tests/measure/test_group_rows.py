"""The rows of a group are stored in one write, before all that hangs on them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from runner.measure.group_rows import store
from runner.results.row import Status
from runner.results.run_folder_error import RunFolderError
from runner.worker.histogram import Histogram
from tests.builders import ROW, changed

if TYPE_CHECKING:
    from runner.measure.context import Context
    from runner.results.row import Row


def member(row: Row, tails: Any = None, log: str = "", *, has_row: bool = True) -> Any:
    """Make a member of a group that has come to an end."""
    run = SimpleNamespace(log=lambda: log)
    return SimpleNamespace(has_row=has_row, run=run, tails=tails, result=lambda _secrets: row)


def tails() -> Any:
    total = Histogram()
    total.add(np.array([5, 6, 7], dtype=np.int64))
    return SimpleNamespace(seconds=0.5, histograms={"total": total})


def test_every_member_with_a_row_is_stored_with_its_distributions(context: Context) -> None:
    unmeasured = member(changed(ROW, "unmeasured"), has_row=False)
    failed = changed(replace(ROW, status=Status.FAILED), "failed")
    store([member(ROW, tails()), unmeasured, member(failed, log="a trace")], context)
    folder = context.run_folder
    assert folder.results() == [ROW, failed]
    logged = folder.histograms().histograms
    assert [(line.cell, line.seconds) for line in logged] == [(ROW.cell.id, 0.5)]


def test_only_the_log_of_a_cell_that_went_wrong_is_kept_without_secrets(context: Context) -> None:
    (secret,) = context.server.secrets
    hung = changed(replace(ROW, status=Status.HUNG), "hung")
    store([member(ROW, log="all well"), member(hung, log=f"password={secret}\n")], context)
    folder = context.run_folder
    assert [path.name for path in (folder.path / "logs").iterdir()] == [
        f"{hung.cell.id}.round1.log"
    ]
    assert folder.read(f"logs/{hung.cell.id}.round1.log") == "password=***\n"


def test_nothing_is_written_where_nothing_was_measured(context: Context) -> None:
    before = {path.name: path.stat().st_size for path in context.run_folder.path.iterdir()}
    store([member(ROW, tails(), has_row=False)], context)
    after = {path.name: path.stat().st_size for path in context.run_folder.path.iterdir()}
    assert after == before


def test_no_log_is_written_before_rows_that_cannot_be(context: Context) -> None:
    cells = context.run_folder.path / "cells.csv"
    cells.unlink()
    cells.mkdir()
    failed = replace(ROW, status=Status.FAILED)
    with pytest.raises(RunFolderError) as raised:
        store([member(failed, tails(), "a trace")], context)
    assert ROW.cell.id in raised.value.rows
    assert not (context.run_folder.path / "logs").exists()
    assert context.run_folder.histograms().histograms == ()
