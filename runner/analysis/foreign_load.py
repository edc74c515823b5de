"""The load that other programs put on the cores of a run while it measured (METHOD 21)."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from runner.messages import message
from runner.results.cycle import MOST_FOREIGN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.messages import Message
    from runner.results.cycle import CycleRow


def foreign_load(lines: Sequence[CycleRow]) -> list[Message]:
    """Say how much others used in how many of the cycles, and how many were measured again.

    Nothing where no cells took turns.
    """
    judged = [line for line in lines if line.foreign_cores is not None]
    if not lines:
        return []
    if not judged:
        return [message("foreign.unknown")]
    repeated = sum(line.replaced for line in judged)
    loaded = [line.foreign_cores or 0.0 for line in judged if line.loaded]
    if loaded:
        said = message(
            "foreign.some",
            cores=fmean(loaded),
            share=len(loaded) / len(judged),
            repeated=message("foreign.repeated", count=repeated),
            count=len(judged),
        )
    else:
        cores = fmean(line.foreign_cores or 0.0 for line in judged)
        said = message("foreign.little", cores=cores, most=MOST_FOREIGN, count=len(judged))
    return [said, *_stolen(judged)]


def _stolen(lines: Sequence[CycleRow]) -> list[Message]:
    """Say how much the hypervisor gave to other machines, where that is beyond its bound."""
    stolen = [line.steal_share or 0.0 for line in lines if line.stolen]
    if not stolen:
        return []
    return [message("foreign.steal", stolen=fmean(stolen), share=len(stolen) / len(lines))]
