"""What a measurement needs, with a run's folder and a folder for logs of the test's own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from runner.measure.context import Context
from runner.results.run_folder import RunFolder
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer


@pytest.fixture
def context(server: EmbeddedServer, tmp_path: Path) -> Iterator[Context]:
    """No contender is known yet; the server is the suite's."""
    logs = tmp_path / "logs of workers"
    logs.mkdir()
    with Watchdog() as watchdog, Interrupts() as interrupts:
        yield Context(
            contenders={},
            server=server,
            run_folder=RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC)),
            watchdog=watchdog,
            interrupts=interrupts,
            logs=logs,
            run="test",
            seed=1,
            session=1,
            deadline=None,
            cores=(0,),
        )
