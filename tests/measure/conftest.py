"""The context of a measurement, with folders for the run and its logs of the test's own."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from runner.experiment import environment
from runner.measure import pgbench_program
from runner.measure.context import Context
from runner.measure.pgbench_program import Program
from runner.results.run_folder import RunFolder
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer


@pytest.fixture(scope="session")
def a_context(server: EmbeddedServer) -> Callable[[Path], AbstractContextManager[Context]]:
    """Make a context on the suite's server, whose folders are in a directory."""

    @contextmanager
    def make(directory: Path) -> Iterator[Context]:
        logs = directory / "logs of workers"
        logs.mkdir()
        with Watchdog() as watchdog, Interrupts() as interrupts:
            yield Context(
                contenders={},
                server=server,
                run_folder=RunFolder.create(directory, "test", dt.datetime.now(dt.UTC)),
                watchdog=watchdog,
                interrupts=interrupts,
                logs=logs,
                run="test",
                seed=1,
                session=1,
                deadline=None,
                cores=environment.cores(),
            )

    return make


@pytest.fixture
def context(
    a_context: Callable[[Path], AbstractContextManager[Context]], tmp_path: Path
) -> Iterator[Context]:
    """No contender is known yet; the server is the suite's."""
    with a_context(tmp_path) as context:
        yield context


@pytest.fixture(scope="module")
def program() -> Program:
    found = pgbench_program.find(18)
    assert isinstance(found, Program), found
    return found


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str], Program]:
    """Give the test a program of its own instead of pgbench."""

    def make(script: str) -> Program:
        path = tmp_path / "bin" / "pgbench"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return Program(path, "18.0")

    return make
