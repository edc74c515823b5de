"""A known difference is told with the number of repetitions that saw it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.proof import known_difference
from runner.results.run_folder import RunFolder
from tests.proof.seen import SEEN

if TYPE_CHECKING:
    from pathlib import Path


def test_a_repetition_that_missed_the_difference_is_counted(tmp_path: Path) -> None:
    run_folder = RunFolder(tmp_path)
    missed = replace(SEEN, verdict="no difference shown")
    run_folder.write_lines("difference-one-10-1.csv", [SEEN])
    run_folder.write_lines("difference-one-10-2.csv", [missed])
    head, *repetitions = known_difference.sentences(run_folder)
    assert head == (
        "10% more work, cpus one: called slower in 1 of 2 runs shaped as the default one; "
        "0.909 by construction"
    )
    assert repetitions == [
        "  0.910 [0.900, 0.920] slower",
        "  0.910 [0.900, 0.920] no difference shown",
    ]
