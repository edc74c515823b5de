"""Scenes of drills with the adapters of tests."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.drills.drills import DRILLS, observe
from runner.drills.scene import Scene
from runner.experiment.planned import planned
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.results.observation import Observation
    from runner.server.embedded import EmbeddedServer


@contextmanager
def scene(adapter: str, server: EmbeddedServer, folder: Path, **options: object) -> Iterator[Scene]:
    """Put an adapter of that name or dotted path before a server."""
    config = folder / "drill.yaml"
    adapters = {"it": {"adapter": adapter, "options": options}}
    matrix = {"adapter": ["it"], "clients": 1}
    config.write_text(json.dumps({"adapters": adapters, "matrix": matrix}))
    contender = planned(config, (), ()).contenders["it"]
    with Interrupts() as interrupts, Watchdog() as watchdog:
        yield Scene(contender, server, watchdog, interrupts, folder)


def observed(
    drill: str, adapter: str, server: EmbeddedServer, folder: Path, *cases: str, **options: object
) -> dict[str, Observation]:
    """Carry out some cases of a drill for an adapter, or all; its observations by case."""
    cases = cases or DRILLS[drill].cases
    with scene(adapter, server, folder, **options) as there:
        return {case: observe(DRILLS[drill], case, there) for case in cases}
