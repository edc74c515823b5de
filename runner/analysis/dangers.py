"""The cases of drills that tell adapters apart: dangerous for some, and not for others. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from runner.results.observation import Danger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.results.observation import Observation

Case: TypeAlias = tuple[str, str]
"""A drill and one of its cases."""
EQUAL, STOCK = ", equal", ", stock"
"""The ends of the cases that are seen in both profiles. Of those the profile `stock` tells what a
library does as it comes; `equal` may have taken from it what makes it safe."""


@dataclass(frozen=True)
class Dangers:
    """What is dangerous for whom."""

    always: Sequence[Case]
    """The cases that are dangerous for every adapter that can have them."""
    own: Mapping[str, Sequence[Case]]
    """Adapter -> the cases that are dangerous for it and not for another; the fewest first."""


def dangers(observations: Sequence[Observation]) -> Dangers:
    """Find the cases that are dangerous for all, and for each adapter those that are not."""
    cases = {(it.drill, it.case) for it in observations}
    judged: dict[Case, dict[str, bool]] = defaultdict(dict)
    for it in observations:
        stock = it.drill, it.case.removesuffix(EQUAL) + STOCK
        if it.danger is not Danger.NONE and stock not in cases:
            judged[it.drill, it.case][it.adapter] = it.danger is Danger.DANGEROUS
    own: dict[str, list[Case]] = {it.adapter: [] for it in observations}
    for case, by_adapter in judged.items():
        if not all(by_adapter.values()):
            for adapter in (name for name, dangerous in by_adapter.items() if dangerous):
                own[adapter].append(case)
    return Dangers(
        [case for case, by_adapter in judged.items() if all(by_adapter.values())],
        dict(sorted(own.items(), key=lambda it: len(it[1]))),
    )
