"""What drills have seen is kept line by line, and each case of an adapter once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.redaction import REDACTOR
from runner.results.observation import Observation, Word
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import RunFolderError

if TYPE_CHECKING:
    from pathlib import Path

WAITS = Observation("one", "exhaustion", "one more", Word.WAITS, 1.5, "s", "Late: no", "one 1.0")
CLEAN = Observation("one", "hygiene", "SET", Word.CLEAN, versions="one 1.0")


def test_a_line_has_the_id_of_its_message_and_comes_back_as_it_was(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert folder.observations() == []
    for seen in (WAITS, CLEAN):
        folder.append_observation(seen)
    assert folder.read("drills.csv").splitlines() == [
        "adapter,drill,case,message,word,figure,unit,exception,versions,expected",
        "one,exhaustion,one more,drill.figure,waits,1.5,s,Late: no,one 1.0,",
        "one,hygiene,SET,drill.said,clean,,,,one 1.0,",
    ]
    assert folder.observations() == [WAITS, CLEAN]


def test_lines_are_put_in_another_order_and_half_a_line_goes(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for seen in (CLEAN, WAITS):
        folder.append_observation(seen)
    with (tmp_path / "drills.csv").open("a") as file:
        file.write("one,leak,slo")
    folder.write_observations(sorted(folder.observations(), key=lambda it: it.drill))
    assert folder.observations() == [WAITS, CLEAN]
    assert folder.read("drills.csv").endswith("one 1.0,\n")
    folder.write_observations([])
    assert folder.observations() == [WAITS, CLEAN]


def test_a_case_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for seen in (WAITS, CLEAN, WAITS):
        folder.append_observation(seen)
    with pytest.raises(RunFolderError, match="lines 2 and 4 hold the same measurement"):
        folder.observations()


def test_a_file_of_earlier_columns_is_read(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.write("drills.csv", "adapter,drill,case,word\none,leak,slot,leaks\n")
    assert folder.observations() == [Observation("one", "leak", "slot", Word.LEAKS)]


def test_what_a_driver_says_keeps_no_password(tmp_path: Path) -> None:
    REDACTOR.learn("hush-hush")
    said = Observation("one", "leak", "slot", Word.LEAKS, exception="no hush-hush\x00")
    folder = RunFolder(tmp_path)
    folder.append_observation(said)
    folder.write_observations([said])
    assert "hush" not in folder.read("drills.csv")
    assert "\\x00" in folder.read("drills.csv")
