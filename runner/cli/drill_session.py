"""The servers of drills, and the folder in which everything that is seen on them is kept."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.drills.scene import Scene
from runner.experiment.resources import resources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.cli.drill_screen import DrillScreen
    from runner.drills.several import AdapterCase, SceneOf
    from runner.experiment.drill_start import DrillStart
    from runner.experiment.drilled import Drilled
    from runner.results.observation import Observation
    from runner.results.run_folder import RunFolder
    from runner.supervision.interrupts import Interrupts

CONNECTIONS = 80
"""Slots of an embedded server: a burst opens 50 connections."""


class DrillSession:
    """Starts servers for drills, and keeps and shows what is seen on them."""

    def __init__(
        self,
        start: DrillStart,
        drilled: Drilled,
        interrupts: Interrupts,
        screen: DrillScreen,
        reports: Path,
    ) -> None:
        self._start = start
        self._drilled = drilled
        self._interrupts = interrupts
        self._screen = screen
        self._reports = reports
        self._server: dict[str, Any] = {}
        """The description of the first server."""
        self.folder: RunFolder | None = None
        """It is made once servers have started: what cannot begin leaves none."""

    @contextmanager
    def start_server(self) -> Iterator[SceneOf]:
        """Start a server, and put adapters before it. Raises ServerError, ResumeError."""
        from runner.server.embedded import EmbeddedServer  # imports what not every system has

        interrupts = self._interrupts
        with resources(
            lambda watchdog: EmbeddedServer(CONNECTIONS, watchdog=watchdog, interrupts=interrupts),
            interrupts,
        ) as here:
            if not self._server:
                self._server = here.server.describe()
                self._start.check_server(self._server)
            scenes = {
                name: Scene(contender, here.server, here.watchdog, interrupts, here.logs)
                for name, contender in self._drilled.contenders.items()
            }
            yield scenes.__getitem__

    def ready(self) -> None:
        """Open the folder. Raises RunFolderError."""
        if self.folder is None:
            self.folder = self._start.folder(self._reports, self._server)

    def begins(self, case: AdapterCase) -> None:
        """Show what is done now."""
        self._screen.begins(case)

    def ended(self, seen: Observation) -> None:
        """Keep and show what was seen. Raises RunFolderError."""
        if self.folder:
            versions = f"{seen.versions}, PostgreSQL {self._server['version']}"
            self.folder.append_observation(replace(seen, versions=versions))
        self._screen.ended(seen)
