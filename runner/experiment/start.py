"""The start of a session: of a new run, or of an old one that is resumed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.config.dump import dump
from runner.experiment import session
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from runner.experiment.planned import Planned
    from runner.experiment.session import Session


@dataclass(frozen=True)
class Start:
    """A session that has not measured anything yet."""

    session: Session
    facts: Mapping[str, Any]
    resumed: RunFolder | None = None

    def folder(self, reports: Path, planned: Planned, server: Mapping[str, Any]) -> RunFolder:
        """Open the run's folder, and write everything that is known before the first measurement.

        `server` is what it says of itself. Raises ResumeError, RunFolderError.
        """
        if self.resumed:
            session.changed_server(self.resumed.environment(), server)
            self.resumed.mend()
        folder = self.resumed or RunFolder.create(
            reports, planned.config.name, dt.datetime.now(dt.UTC)
        )
        folder.write("config.yaml", dump(planned.config))
        session.record(folder, self.session, self.facts, planned.summary(), server)
        return folder


def start(planned: Planned, resumed: Path | None) -> Start:
    """Begin a run, or resume the one in a folder. Raises ResumeError, RunFolderError."""
    facts = planned.facts()
    if resumed is None:
        return Start(session.begin(planned.config.seed), facts)
    folder = RunFolder(resumed)
    return Start(session.resume(folder.environment(), facts), facts, folder)
