"""A row that was written is read as it was; lines of older versions are understood."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from runner.axes import PoolSize
from runner.messages import message, said
from runner.results.row import HEADER, Status
from runner.results.row_reading import row_of
from runner.results.run_folder import RunFolder
from runner.roles import Role
from tests.builders import ROW, row

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    ROW,
    row("control", pooled=False, pool_size=PoolSize(1, 5), leak=0.25, cpus="one", profile="stock"),
    row("pgbench", workload="hold", hold=0.02, turn=0.0, operations_per_client=7),
    row(
        round=2, status=Status.HUNG, reason=said('two, "quoted"\nlines'), flags="drifting cut_short"
    ),
    row(
        round=3,
        status=Status.SUSPECT,
        reason=message("law.several", laws=[message("law.held", held=6, size=5), said("x")]),
        ok=None,
    ),
]


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    run_folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    run_folder.append(ROWS)
    assert run_folder.results() == ROWS
    head = (run_folder.path / "cells.csv").read_text(encoding="utf-8").splitlines()[0]
    assert tuple(head.split(",")) == HEADER == tuple(ROW.columns())


def old_line(**changes: str) -> dict[str, str]:
    """Return a line as 0.1 wrote it: fewer columns, and a size only where there was a pool."""
    line = {name: "" if value is None else str(value) for name, value in ROW.columns().items()}
    unknown = ("role", "pooled", "hold_ms", "warmup_ms", "duration_ms", "operations_per_client")
    for name in (*unknown, "turn_ms", "lead_in_ms", "reason_facts"):
        del line[name]
    return line | changes


@pytest.mark.parametrize("column", ["workload", "clients", "leak"])
def test_a_line_without_what_every_version_wrote_is_refused(column: str) -> None:
    with pytest.raises(ValueError, match=f"nothing in column {column}"):
        row_of(old_line(**{column: ""}))


def test_a_line_of_an_older_version_has_no_times_that_it_did_not_write() -> None:
    old = row_of(old_line(acquire_timeout_ms="500"))
    assert (old.pooled, old.role) == (True, Role.ADAPTER)
    assert old.conditions.pool_size == PoolSize(5, 5)
    assert old.conditions.acquire_timeout == 0.5
    unknown = old.conditions.without("warmup", "duration", "turn", "lead_in", "hold")
    assert old.conditions == unknown
    assert old.cell.id == ROW.cell.id


def test_the_english_of_an_old_line_is_a_text_of_somebody_else() -> None:
    old = row_of(old_line(status="hung", reason="3 of 4 clients never came back"))
    assert old.reason == said("3 of 4 clients never came back")
    assert row_of(old_line()).reason is None


def test_an_old_line_without_a_pool_has_the_size_of_its_group() -> None:
    for group, size in (("insert-c10-p1to5-one", (1, 5)), ("insert-c10-p5", (5, 5))):
        line = old_line(adapter="psycopg3-direct", pool_min="", pool_max="", group=group)
        direct = row_of(line)
        assert not direct.pooled
        assert direct.conditions.pool_size == size


def test_the_role_of_an_old_line_is_that_of_its_name() -> None:
    for name, role in (("control", Role.CONTROL), ("pgbench", Role.LIMIT), ("x", Role.ADAPTER)):
        assert row_of(old_line(adapter=name)).role is role
