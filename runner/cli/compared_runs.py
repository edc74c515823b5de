"""Runs that are held against each other: what is refused, and what is said before the figures."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from runner.analysis.environments import differences, in_blocks
from runner.analysis.run_comparison import compare_runs
from runner.config.complaints import ConfigError
from runner.messages import message
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from runner.analysis.change import RunComparison
    from runner.messages import Message
    from runner.results.rows import Rows

    Side = Sequence[RunFolder]
    """The runs of A, or those of B."""


def run_folders(command: str, paths: Sequence[Path]) -> list[RunFolder]:
    """Return the folders of runs. Raises ConfigError where one was typed twice."""
    for first, second in combinations(paths, 2):
        if first.resolve() == second.resolve():
            raise ConfigError([f"{command}: {first} and {second} are the same run"])
    return [RunFolder(path) for path in paths]


def refuse_copies(command: str, folders: Sequence[RunFolder], runs: Sequence[Rows]) -> None:
    """Raise ConfigError for a run that is there twice: runs would seem to differ by nothing."""
    for (first, rows), (second, others) in combinations(zip(folders, runs, strict=True), 2):
        if rows.every and rows.every == others.every:
            raise ConfigError([f"{command}: {first.path} and {second.path} hold the same run"])


def compared(
    command: str, a: Sequence[Rows], b: Sequence[Rows], *, absolute: bool = False
) -> RunComparison:
    """Return the changes from A to B. Raises ConfigError where nothing can be compared."""
    comparison = compare_runs(a, b, absolute=absolute)
    if all(change.unsteady for change in comparison.changes):
        raise ConfigError([f"{command}: {_nothing_to_compare(a, b)}"])
    return comparison


def _nothing_to_compare(a: Sequence[Rows], b: Sequence[Rows]) -> str:
    cells_a, cells_b = ({row.cell.id for run in side for row in run.adapters} for side in (a, b))
    if cells_a & cells_b:
        return "in every cell that A and B have in common clients leak, or a fault happens"
    return f"no cell in common: A has {_some(cells_a)}, B has {_some(cells_b)}"


def _some(cells: Collection[str]) -> str:
    """Name a cell and count the others."""
    if not cells:
        return "none"
    return min(cells) + (f" and {len(cells) - 1} more" if len(cells) > 1 else "")


def before_the_figures(a: Side, b: Side) -> Iterator[Message]:
    """Yield which run is which, and what else could explain a change."""
    for name, side in (("A", a), ("B", b)):
        for number, folder in enumerate(side, 1):
            run = name if len(side) == 1 else f"{name}{number}"
            yield message("runs.folder", run=run, folder=str(folder.path))
    environments_a, environments_b = ([it.environment() for it in side] for side in (a, b))
    yield from differences(environments_a, environments_b)
    yield from in_blocks(environments_a, environments_b)
