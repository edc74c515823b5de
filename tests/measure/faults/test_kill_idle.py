"""The idle connections of a cell are ended, those in use and those of others are not."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.measure.disturbance import Moments, Need, Target
from runner.measure.faults.kill_idle import KillIdle
from runner.server.route import Direct

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer

NAME = "poolbench test idle"


def test_only_idle_connections_of_the_cell_are_ended(server: EmbeddedServer, dsn: str) -> None:
    target = Target(server, NAME, Direct())
    with (
        psycopg.connect(dsn, application_name=NAME, autocommit=True) as idle,
        psycopg.connect(dsn, application_name=NAME) as busy,
        psycopg.connect(dsn, application_name="another cell", autocommit=True) as bystander,
    ):
        busy.execute("SELECT 1")  # in a transaction
        with KillIdle()(target):
            with pytest.raises(psycopg.OperationalError):
                idle.execute("SELECT 1")
            assert busy.execute("SELECT 2").fetchone() == (2,)
            assert bystander.execute("SELECT 3").fetchone() == (3,)


def test_the_moments_are_noted_though_the_block_fails(server: EmbeddedServer) -> None:
    began = monotonic_ns()
    noted: list[Moments] = []

    def fails() -> None:
        with KillIdle()(Target(server, "no such cell", Direct())) as moments:
            noted.append(moments)
            assert moments.mended is None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    [moments] = noted
    assert moments.broken is not None
    assert moments.mended is not None
    assert began <= moments.broken <= moments.mended <= monotonic_ns()


def test_it_needs_connections_that_the_server_can_name() -> None:
    assert KillIdle.needs == {Need.NAMED_CONNECTIONS}
