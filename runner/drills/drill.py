"""The form of a drill: its name, what it does, and the observations that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.drills.scene import Scene
    from runner.results.observation import Word


@dataclass(frozen=True)
class Seen:
    """What happened in a case of a drill."""

    case: str
    word: Word
    figure: float | None = None
    unit: str = ""
    exception: str = ""


@dataclass(frozen=True)
class Drill:
    """Something that goes wrong, done to one adapter."""

    name: str
    carry_out: Callable[[Scene], Iterator[Seen]]
    cases: tuple[str, ...]
    """All cases, in the order in which they are seen."""
    timed: bool = False
    """Its figures are times, so that nothing else runs beside it."""
