"""The form of a drill: its name, its cases, and the function that sees what happens in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.drills.explanation import Explanation
    from runner.drills.scene import Scene
    from runner.results.observation import Word


@dataclass(frozen=True)
class Seen:
    """The outcome of a case."""

    word: Word
    figure: float | None = None
    unit: str = ""
    exception: str = ""
    expected: float | None = None


def has_pool(scene: Scene) -> bool:
    """Tell whether the adapter has a pool before a server."""
    traits = scene.contender.traits
    return traits.pools and traits.server


@dataclass(frozen=True)
class Drill:
    """Something that goes wrong, done to one adapter."""

    name: str
    cases: tuple[str, ...]
    see: Callable[[Scene, str], Seen]
    """Carry out one of the cases. Raises CellError, ServerError, Interrupted."""
    applies: Callable[[Scene, str], bool] = lambda scene, _case: has_pool(scene)
    """Tell whether a case means anything for an adapter."""
    alone: bool = True
    """It breaks the server, loads it, or tells figures of time: nothing else is done meanwhile."""
    seconds: float = 2.0
    """About the time that a case takes, for the time that is left."""
    explains: Callable[[str], Explanation] | None = None
    """Explain a case to people; None where nothing has been written."""
