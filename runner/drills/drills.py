"""All drills by name, and how they are carried out for one adapter after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills import (
    broken,
    cancellation,
    exhaustion,
    fairness,
    hygiene,
    leak,
    outage,
    schema_change,
)
from runner.measure.worker_process import CellError, Crashed, Hung
from runner.results.observation import Observation, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.drills.drill import Drill, Seen
    from runner.drills.scene import Scene

DRILLS: dict[str, Drill] = {
    drill.name: drill
    for drill in (
        exhaustion.DRILL,
        leak.DRILL,
        broken.DRILL,
        outage.DRILL,
        hygiene.DRILL,
        cancellation.DRILL,
        fairness.DRILL,
        schema_change.DRILL,
    )
}


def observe(drill: Drill, scene: Scene) -> Iterator[Observation]:
    """Carry a drill out, and yield one observation of each of its cases, whatever happens.

    Raises ServerError, Interrupted.
    """
    left = dict.fromkeys(drill.cases)
    try:
        for seen in drill.carry_out(scene):
            left.pop(seen.case)
            yield _observation(drill, scene, seen.case, seen)
    except CellError as error:
        words = {Hung: Word.STILL_WAITING, Crashed: Word.CRASHES}
        word = words.get(type(error), Word.NEVER)
        for case in left:
            yield _observation(drill, scene, case, word, str(error))


def _observation(
    drill: Drill, scene: Scene, case: str, seen: Seen | Word, exception: str = ""
) -> Observation:
    contender = scene.contender
    versions = f"{contender.driver.name} {contender.driver.version}"
    if isinstance(seen, Word):
        return Observation(contender.name, drill.name, case, seen, None, "", exception, versions)
    return Observation(
        contender.name,
        drill.name,
        case,
        seen.word,
        seen.figure,
        seen.unit,
        seen.exception,
        versions,
    )


def carry_out(scenes: Iterable[Scene], drills: Iterable[Drill]) -> Iterator[Observation]:
    """Carry out each drill for each adapter. Raises ServerError, Interrupted."""
    chosen = list(drills)
    for scene in scenes:
        for drill in chosen:
            yield from observe(drill, scene)
