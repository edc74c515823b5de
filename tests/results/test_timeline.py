"""The time line of a turn is in the run's folder, and a turn without one leaves no trace."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from runner.plan.tasks import Place
from runner.results.run_folder import RunFolder
from runner.results.timeline import timeline
from runner.worker.protocol import Slot
from tests.builders import turn_record

if TYPE_CHECKING:
    from pathlib import Path

GAUGES = "pool_size,pool_idle,pool_waiting,connections"
PLACE = Place(1, 2, 3)


def test_each_slot_is_a_line_with_its_beginning(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    folder.append_timeline(timeline("quiet", PLACE, 1, turn_record()))
    assert not (folder.path / "timeline.csv").exists()
    record = turn_record(timeline=(Slot(7, 1, 0.5), Slot(0, 9, 3.0)))
    for turn in (1, 2):
        folder.append_timeline(timeline("leaky", PLACE, turn, record))
    assert folder.read("timeline.csv").splitlines() == [
        f"cell,session,round,turn,start_ms,operations,failures,waiting,holding,{GAUGES}",
        "leaky,1,2,1,0,7,1,0.5,0,,,,",
        "leaky,1,2,1,100,0,9,3,0,,,,",
        "leaky,1,2,2,0,7,1,0.5,0,,,,",
        "leaky,1,2,2,100,0,9,3,0,,,,",
    ]


def test_a_half_line_of_a_killed_run_is_cut_off(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "test", dt.datetime.now(dt.UTC))
    folder.append_timeline(timeline("leaky", PLACE, 1, turn_record(timeline=(Slot(7, 1, 0.5),))))
    whole = folder.read("timeline.csv")
    (folder.path / "timeline.csv").write_text(whole + "leaky,1,2", encoding="utf-8")
    folder.mend()
    assert folder.read("timeline.csv") == whole
