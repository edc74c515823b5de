"""A worker's allocator is what the matrix says, whatever the environment of the runner says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from runner.axes import MATRIX
from runner.measure.startup import Startup
from runner.measure.worker_environment import (
    ALLOCATORS,
    SETTLED,
    glibc,
    not_passed_on,
    worker_environment,
)
from runner.measure.worker_process import WorkerProcess
from runner.worker.protocol import PlayOrder
from tests.builders import OPEN

if TYPE_CHECKING:
    from runner.measure.context import Context

RECEIVED = 256 * 1024
"""Bytes of the buffer into which asyncio receives."""


def test_every_value_of_the_axis_has_its_variables() -> None:
    assert getattr(MATRIX["allocator"].listable, "words", ()) == tuple(ALLOCATORS)


def test_a_settled_worker_has_the_stated_settings_and_a_fresh_one_none() -> None:
    assert worker_environment("settled").items() >= SETTLED.items()
    assert not SETTLED.keys() & worker_environment("fresh").keys()
    assert worker_environment("fresh")["PATH"] == os.environ["PATH"], "all else is the runner's"


@pytest.mark.parametrize("allocator", ALLOCATORS)
def test_a_users_own_settings_do_not_reach_a_worker(
    allocator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = worker_environment(allocator)
    monkeypatch.setenv("MALLOC_MMAP_THRESHOLD_", "131072")
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    monkeypatch.setenv("PYTHONMALLOC", "malloc")
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.top_pad=1")
    assert worker_environment(allocator) == plain
    assert not_passed_on() == [
        "MALLOC_ARENA_MAX",
        "MALLOC_MMAP_THRESHOLD_",
        "PYTHONMALLOC",
        "glibc.malloc.top_pad=1",
    ]


def test_what_the_shell_says_of_a_server_does_not_reach_a_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is in the DSN already, the same for every driver."""
    plain = worker_environment("fresh")
    for name in ("PGPASSWORD", "PGSERVICE", "PGOPTIONS", "PGTZ"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("PGDATA", "/data")
    assert worker_environment("fresh") == {**plain, "PGDATA": "/data"}
    assert not_passed_on() == ["PGOPTIONS", "PGPASSWORD", "PGSERVICE", "PGTZ"]


def test_tunables_of_other_parts_of_glibc_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    tunables = "glibc.pthread.rseq=0:glibc.malloc.top_pad=1:glibc.cpu.x86_shstk=off"
    monkeypatch.setenv("GLIBC_TUNABLES", tunables)
    expected = "glibc.pthread.rseq=0:glibc.cpu.x86_shstk=off"
    assert worker_environment("fresh")["GLIBC_TUNABLES"] == expected


@pytest.mark.parametrize("error", [ValueError("unrecognized"), OSError("not supported")])
def test_another_c_library_is_not_taken_for_glibc(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: object) -> str:
        raise error

    monkeypatch.setattr(os, "confstr", refuses)
    assert glibc() is None
    monkeypatch.delattr(os, "confstr")
    assert glibc() is None, "nor is a system that cannot be asked"


ON_GLIBC = pytest.mark.skipif(glibc() is None, reason="only glibc has these settings")


def buffer(context: Context, allocator: str) -> dict[str, bool]:
    """Tell what becomes of a buffer of asyncio in a worker: glibc is asked, below Python's heap."""
    log = context.logs / "worker.log"
    with WorkerProcess(log, context.watchdog, context.interrupts, Startup(allocator)) as worker:
        worker.open(OPEN, 30.0)
        order = PlayOrder("tests.fakes.played:buffer", {"size": RECEIVED})
        answer: dict[str, bool] = worker.play(order, 30.0)
        return answer


@ON_GLIBC
@pytest.mark.parametrize(("allocator", "wish"), [("settled", 4096), ("fresh", 1 << 25)])
def test_a_buffer_of_asyncio_is_asked_of_the_system_only_where_the_process_is_as_it_comes(
    allocator: str, wish: int, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the user wishes would turn the answer over."""
    monkeypatch.setenv("MALLOC_MMAP_THRESHOLD_", str(wish))
    fresh = allocator == "fresh"
    assert buffer(context, allocator) == {"mapped": fresh, "given back": False}


@ON_GLIBC
@pytest.mark.parametrize(
    ("setting", "asks"),
    [("MALLOC_MMAP_THRESHOLD_", "given back"), ("MALLOC_TRIM_THRESHOLD_", "mapped")],
)
def test_a_threshold_alone_does_not_settle_the_allocator(
    setting: str, asks: str, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = {**ALLOCATORS, "alone": {setting: SETTLED[setting]}}
    monkeypatch.setattr("runner.measure.worker_environment.ALLOCATORS", alone)
    answer = buffer(context, "alone")
    assert [name for name, happened in answer.items() if happened] == [asks]
