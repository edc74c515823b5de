"""The server and the folder of logs are there as long as the block, however it ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from runner.experiment.resources import resources
from runner.redaction import REDACTOR
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from runner.supervision.watchdog import Watchdog


class TheServer:
    """A server that has a password and nothing else."""

    secrets = ("sekret",)


def a_server(events: list[str]) -> Callable[[Watchdog], Any]:
    @contextmanager
    def server(watchdog: Watchdog) -> Iterator[TheServer]:
        assert watchdog._watchdog.poll() is None, "the watchdog is there before the server"
        events.append("started")
        try:
            yield TheServer()
        finally:
            assert watchdog._watchdog.poll() is None, "and outlives it"
            events.append("stopped")

    return server


def test_everything_goes_with_the_block() -> None:
    events: list[str] = []
    with Interrupts() as interrupts, resources(a_server(events), interrupts) as available:
        assert isinstance(available.server, TheServer)
        assert REDACTOR.masked("a sekret") == "a ***"
        assert available.interrupts is interrupts
        assert available.logs.is_dir()
        assert events == ["started"]
    assert events == ["started", "stopped"]
    assert not available.logs.exists()


def test_everything_goes_after_an_error_too() -> None:
    events: list[str] = []
    logs: list[Path] = []

    def fails() -> None:
        with Interrupts() as interrupts, resources(a_server(events), interrupts) as available:
            logs.append(available.logs)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert events == ["started", "stopped"]
    assert not logs[0].exists()


def test_a_server_that_does_not_start_is_raised() -> None:
    def missing(_watchdog: Watchdog) -> Any:
        raise ServerError("there is no server")

    with (
        Interrupts() as interrupts,
        pytest.raises(ServerError, match="there is no server"),
        resources(missing, interrupts),
    ):
        pytest.fail("it was used")
