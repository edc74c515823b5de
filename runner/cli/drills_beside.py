"""`report RUN DRILLS`: drills that are kept in the folder of a run, and shown on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.config.complaints import ConfigError
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def run_and_drills(paths: Sequence[Path]) -> tuple[RunFolder, RunFolder] | None:
    """Return a run and drills that were typed, in any order; None for anything else."""
    folders = {it.drilled: it for it in map(RunFolder, paths)}
    if len(paths) != len(folders) or len(folders) == 1:
        return None
    return folders[False], folders[True]


def refuse_strangers(run_folder: RunFolder, drills: RunFolder) -> None:
    """Raise ConfigError where drills are of no adapter of the run, RunFolderError of no run."""
    measured = {row.contender for row in run_folder.rows().adapters}
    seen = {it.adapter for it in drills.observations()}
    if not measured & seen:
        run, others = (", ".join(sorted(it)) or "none" for it in (measured, seen))
        raise ConfigError(
            [f"report: no adapter in common: {run_folder.path} has {run}, {drills.path} {others}"]
        )
