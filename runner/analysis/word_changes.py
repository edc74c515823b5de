"""The words that drills said of adapters in one run and not in another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.results.observation import Danger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.observation import Observation

HARM = {Danger.NONE: 0, Danger.HARMLESS: 0, Danger.COSTS: 1, Danger.DANGEROUS: 2}
"""A word that says nothing of harm does none."""


@dataclass(frozen=True)
class WordChange:
    """A case of which A and B say another word."""

    a: Observation
    b: Observation

    @property
    def worse(self) -> bool:
        """B does more harm."""
        return HARM[self.b.danger] > HARM[self.a.danger]


@dataclass(frozen=True)
class WordComparison:
    """The drills of A and of B, case by case."""

    common: int
    """The cases that both have."""
    changes: Sequence[WordChange]
    only_a: Sequence[Observation]
    only_b: Sequence[Observation]


def compare_words(a: Sequence[Observation], b: Sequence[Observation]) -> WordComparison:
    """Hold the words of A against those of B; figures, which chance moves, are not compared."""
    of_a, of_b = ({it.key: it for it in side} for side in (a, b))
    common = [(it, of_b[key]) for key, it in of_a.items() if key in of_b]
    return WordComparison(
        len(common),
        [WordChange(*both) for both in common if both[0].word is not both[1].word],
        [it for key, it in of_a.items() if key not in of_b],
        [it for key, it in of_b.items() if key not in of_a],
    )
