"""What is neither idle nor ours is foreign: a busy program on the same cores is seen."""

from __future__ import annotations

import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.foreign_load import foreign_load
from runner.experiment import environment
from runner.measure.core_times import CoreTimes
from runner.measure.shared_cores import Reading, own_cpu
from runner.results.cycle import CycleRow
from runner.supervision import process_clock

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the idle time")

BEFORE = Reading(100.0, 2, CoreTimes(50.0, 1.0), 30.0)


def after(idle: float, own: float | None, stolen: float = 1.0) -> Reading:
    return Reading(110.0, 2, CoreTimes(idle, stolen), own)


def test_what_is_neither_idle_nor_ours_is_foreign() -> None:
    assert after(55.0, 42.0).foreign_cores(BEFORE) == pytest.approx(0.3)
    assert after(70.0, 30.0).foreign_cores(BEFORE) == 0.0
    assert after(64.9, 35.2).foreign_cores(BEFORE) == 0.0, "clocks differ by a little"


def test_what_the_hypervisor_took_is_a_share_of_the_time_of_the_cores() -> None:
    assert after(55.0, 42.0, stolen=1.5).steal_share(BEFORE) == pytest.approx(0.025)


def test_where_a_part_is_not_known_nothing_is_foreign() -> None:
    assert after(55.0, None).foreign_cores(BEFORE) is None
    blind = Reading(110.0, 2, None, 42.0)
    assert blind.foreign_cores(BEFORE) is blind.steal_share(BEFORE) is None
    assert after(55.0, 42.0).foreign_cores(Reading(100.0, 2, None, 30.0)) is None


def run(cpu: float | None, *, lives: bool = True) -> Any:
    return SimpleNamespace(lives=lives, cpu=lambda: cpu)


def server(cpu: float | None) -> Any:
    return SimpleNamespace(cpu=lambda: cpu)


def test_ours_is_the_runner_its_workers_and_its_server() -> None:
    alone = own_cpu([], server(0.0))
    assert alone is not None
    with_others = own_cpu([run(100.0), run(20.0), run(None, lives=False)], server(3.0))
    assert with_others == pytest.approx(alone + 123.0, abs=1.0)
    assert own_cpu([run(None)], server(3.0)) is None, "a worker whose CPU cannot be read"
    assert own_cpu([run(1.0)], server(None)) is None, "a server of the user's"


@LINUX
def test_a_worker_that_has_ended_is_still_ours() -> None:
    before = own_cpu([], server(0.0)) or 0.0
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", burn], check=True)
    assert (own_cpu([], server(0.0)) or 0.0) > before + 0.3


@LINUX
def test_a_busy_program_is_seen_on_the_cores_and_said(server: EmbeddedServer) -> None:
    cores = environment.cores()
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        try:
            time.sleep(0.3)
            used, before = process_clock.cpu_seconds(busy.pid), Reading.now(cores, [], server)
            time.sleep(1.0)
            now, used_then = Reading.now(cores, [], server), process_clock.cpu_seconds(busy.pid)
        finally:
            busy.kill()
    foreign = now.foreign_cores(before)
    assert foreign is not None
    assert used is not None
    assert used_then is not None
    seconds = now.seconds(before)
    assert foreign * seconds > 0.8 * (used_then - used)
    line = CycleRow("g", 1, 1, 1, seconds, foreign, now.steal_share(before))
    assert line.disturbed
    (said, *_) = foreign_load([line])
    assert said.id == "foreign.some"
