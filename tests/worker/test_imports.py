"""Every worker imports the same before its driver, and nothing while it is measured."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import adapters
from runner.measure.worker_process import WorkerProcess
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog
from runner.worker.protocol import PlayOrder, TurnOrder
from tests.builders import OPEN

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer

PLAYED = "tests.fakes.played"
MODULES = PlayOrder(f"{PLAYED}:modules")
OURS = {"adapters", "runner", "tests"}
TERMS = Path(__file__).resolve().parents[2] / "docs" / "terms.md"


@pytest.fixture(scope="module")
def imported(
    server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[list[str], list[str]]]:
    """Adapter -> the modules of its worker, in their order, before and after a turn."""
    log = tmp_path_factory.mktemp("imports") / "worker.log"
    modules = {}
    server.prepare(["imports"])
    dsn = server.dsn("imports", "imports")
    with Watchdog() as watchdog, Interrupts() as interrupts:
        for name in adapters.names():
            with WorkerProcess(log, watchdog, interrupts) as worker:
                worker.open(replace(OPEN, adapter=name, dsn=dsn), 30.0)
                before = worker.play(MODULES, 30.0)
                worker.turn(TurnOrder(1, 0.0, operations=3, patience=5.0), 30.0)
                modules[name] = before, worker.play(MODULES, 30.0)
    server.discard(["imports"])
    return modules


def of_harness(imported: dict[str, tuple[list[str], list[str]]]) -> list[str]:
    """Return what a worker imports that has no driver."""
    modules, _ = imported["noop"]
    return modules[: modules.index("adapters.noop")]


def packages(modules: list[str]) -> set[str]:
    """Return those that were installed and are not ours."""
    names = {module.partition(".")[0] for module in modules}
    return names & packages_distributions().keys() - OURS - sys.stdlib_module_names


def test_what_the_harness_imports_comes_first_and_is_the_same_for_every_adapter(
    imported: dict[str, tuple[list[str], list[str]]],
) -> None:
    harness = of_harness(imported)
    assert packages(harness[harness.index("runner") :]) == {"numpy"}
    for name, (modules, _) in imported.items():
        assert modules[: len(harness)] == harness, name


def test_a_turn_imports_nothing(imported: dict[str, tuple[list[str], list[str]]]) -> None:
    for name, (before, after) in imported.items():
        assert after == before, name


def test_what_an_adapter_adds_is_what_the_document_lists(
    imported: dict[str, tuple[list[str], list[str]]],
) -> None:
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| (.+) \|$", TERMS.read_text("utf-8"), re.MULTILINE)
    listed = {driver: set(re.findall(r"`([a-z0-9_]+)`", names)) for driver, names in rows}
    for name, (modules, _) in imported.items():
        added = packages(modules[len(of_harness(imported)) :])
        driver = adapters.find(name).driver
        assert added <= listed.get(driver, set()), name
        assert bool(added) is adapters.find(name).traits.server, name
