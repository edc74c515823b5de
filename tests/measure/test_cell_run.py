"""What a driver says when it fails may hold a password; its row never does."""

from __future__ import annotations

from adapters.base import Traits, WhenExhausted
from runner.measure.cell_run import CellRun, Variant
from runner.measure.worker_process import Crashed
from runner.messages import message, said
from runner.plan.tasks import Place
from runner.results.outcome import Driver
from runner.results.row import Status
from tests.builders import CELL

SECRET = "hunter2"


def run() -> CellRun:
    driver = Driver("psycopg", "3.3.9")
    variant = Variant("psycopg3", "psycopg3", {}, Traits(WhenExhausted.WAITS), driver)
    return CellRun(CELL, Place(1, 1, 1), "c001r01", variant)


def test_a_password_in_what_a_process_said_is_masked() -> None:
    crashed = run()
    crashed.give_up(Crashed(f"no connection: password={SECRET}"))
    row = crashed.result([SECRET])
    assert (row.status, row.reason) == (Status.CRASHED, said("no connection: password=***"))


def test_a_password_in_a_bug_is_masked() -> None:
    buggy = run()
    buggy.status, buggy.reason = Status.FAILED, message("row.bug", text=f"KeyError: {SECRET!r}")
    assert buggy.result([SECRET]).reason == message("row.bug", text="KeyError: '***'")
