"""`compare A B` of two folders of drills: which words changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.environments import differences
from runner.analysis.word_changes import compare_words
from runner.cli.exit_status import BROKEN, DONE
from runner.config.complaints import ConfigError
from runner.messages import message
from runner.report.terminal import show_sentences, show_table
from runner.report.word_changes import sentences, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console

    from runner.analysis.word_changes import WordComparison
    from runner.messages import Message
    from runner.results.run_folder import RunFolder

CONDITIONS: Mapping[str, str] = {
    "changed": "another word than before",
    "worse": "a word that does more harm than before",
}
"""What `--fail-if` may be given here, and what it means."""


def of_drills(folders: Sequence[RunFolder]) -> bool:
    """Tell whether these are folders of drills. Raises ConfigError where only some are."""
    drilled = [folder for folder in folders if folder.drilled]
    if drilled and len(drilled) < len(folders):
        other = next(folder for folder in folders if not folder.drilled)
        raise ConfigError([f"compare: {drilled[0].path} has drills, {other.path} has none"])
    return bool(drilled)


def compare_drills(
    folders: Sequence[RunFolder], conditions: Sequence[str], console: Console
) -> int:
    """Compare word by word, print, and judge what --fail-if asks. Raises ConfigError."""
    if len(folders) != 2:  # noqa: PLR2004 - A and B
        raise ConfigError([f"compare: drills are compared one with one, not {len(folders)} runs"])
    for condition in conditions:
        if condition not in CONDITIONS:
            known = " or ".join(CONDITIONS)
            raise ConfigError([f"--fail-if {condition}: of drills it must be {known}"])
    comparison = compare_words(*(folder.observations() for folder in folders))
    if not comparison.common:
        raise ConfigError(["compare: no case in common"])
    show_sentences(console, [*_before_the_words(folders), *sentences(comparison)])
    if comparison.changes:
        show_table(console, table(comparison))
    return BROKEN if any(_broken(it, comparison) for it in conditions) else DONE


def _before_the_words(folders: Sequence[RunFolder]) -> Iterator[Message]:
    """Yield which run is which, and what could explain a change."""
    for run, folder in zip("AB", folders, strict=True):
        yield message("runs.folder", run=run, folder=str(folder.path))
    a, b = (folder.environment() for folder in folders)
    yield from differences([a], [b])


def _broken(condition: str, comparison: WordComparison) -> bool:
    if condition == "worse":
        return any(it.worse for it in comparison.changes)
    return bool(comparison.changes)
