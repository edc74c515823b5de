"""What drills say of the choice of a pool, in sentences: where one is dangerous and another not."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.analysis.dangers import dangers
from runner.analysis.environments import differences, started
from runner.messages import message
from runner.report.about import minute
from runner.report.drill_names import case_name, drill_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from runner.analysis.dangers import Case
    from runner.messages import Message
    from runner.results.observation import Observation


def points(observations: Sequence[Observation]) -> Iterator[Message]:
    """Yield what is dangerous for all, and for each adapter what is not so for another."""
    told = dangers(observations)
    if len(told.own) < 2:  # noqa: PLR2004 - of one there is no other
        return
    if told.always:
        yield message("dangers.always", count=len(told.always), places=_places(told.always))
    for cases, adapters in _alike(told.own).items():
        if cases:
            count, places = len(cases), _places(cases)
            yield message("dangers.own", adapters=adapters, count=count, places=places)
        else:
            yield message("dangers.none", adapters=adapters)


def _alike(own: Mapping[str, Sequence[Case]]) -> dict[tuple[Case, ...], list[str]]:
    """Put the adapters together of which the same is to be said."""
    alike: dict[tuple[Case, ...], list[str]] = defaultdict(list)
    for adapter, cases in own.items():
        alike[tuple(cases)].append(adapter)
    return alike


def lead(observations: Sequence[Observation]) -> Iterator[Message]:
    """Say the same in one sentence, which leads to the rest."""
    told = dangers(observations)
    if len(told.own) > 1:
        yield message(
            "dangers.lead",
            counts=[
                message("dangers.count", adapter=adapter, cases=len(cases))
                for adapter, cases in told.own.items()
            ],
        )


def _places(cases: Iterable[Case]) -> list[Message]:
    """Name the cases of each drill together."""
    of: dict[str, list[Message]] = defaultdict(list)
    for drill, case in cases:
        of[drill].append(case_name(case))
    return [message("drill.cases", drill=drill_name(it), cases=of[it]) for it in of]


def beside(run: Mapping[str, Any], drilled: Mapping[str, Any]) -> Iterator[Message]:
    """Yield when the drills beside a run were done, and on what else than the run."""
    yield message("drills.beside", moment=minute(started(drilled)))
    for it in differences([run], [drilled]):
        if it.id == "runs.differ":
            name, of_run, of_drills = (it.facts[fact] for fact in ("name", "a", "b"))
            yield message("drills.differ", name=name, run=of_run, drills=of_drills)
