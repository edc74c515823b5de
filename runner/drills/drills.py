"""All drills by name, and how a case of one is observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills import (
    ageing,
    broken,
    burst,
    cancellation,
    cold_start,
    exhaustion,
    fairness,
    fork,
    hygiene,
    interrupt,
    leak,
    outage,
    round_trips,
    schema_change,
    silence,
)
from runner.drills.drill import Seen
from runner.measure.worker_process import CellError, Crashed, Hung
from runner.results.observation import Observation, Word

if TYPE_CHECKING:
    from runner.drills.drill import Drill
    from runner.drills.scene import Scene

DRILLS: dict[str, Drill] = {
    drill.name: drill
    for drill in (
        exhaustion.DRILL,
        leak.DRILL,
        broken.DRILL,
        outage.DRILL,
        silence.DRILL,
        cold_start.DRILL,
        hygiene.DRILL,
        cancellation.DRILL,
        interrupt.DRILL,
        fairness.DRILL,
        fork.DRILL,
        round_trips.DRILL,
        burst.DRILL,
        ageing.DRILL,
        schema_change.DRILL,
    )
}


def observe(drill: Drill, case: str, scene: Scene) -> Observation:
    """Carry out one case of a drill for an adapter. Raises ServerError, Interrupted."""
    seen = Seen(Word.NOT_APPLICABLE)
    if drill.applies(scene, case):
        try:
            seen = drill.see(scene, case)
        except Hung as error:
            seen = Seen(Word.STILL_WAITING, exception=str(error))
        except Crashed as error:
            seen = Seen(Word.CRASHES, exception=str(error))
        except CellError as error:
            seen = Seen(Word.NEVER, exception=str(error))
    contender = scene.contender
    versions = contender.driver.version
    return Observation(contender.name, drill.name, case, **vars(seen), versions=versions)
