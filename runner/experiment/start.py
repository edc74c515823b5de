"""The start of a session: of a new run, or of an old one that is resumed."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from runner.config.dump import dump
from runner.experiment import session
from runner.experiment.session_start import SessionStart
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from runner.experiment.planned import Planned


class Start(SessionStart):
    """A session that has not measured anything yet."""

    def folder(self, reports: Path, planned: Planned, server: Mapping[str, Any]) -> RunFolder:
        """Open the run's folder, and write everything that is known before the first measurement.

        `server` is what it says of itself. Raises ResumeError, RunFolderError.
        """
        if self.resumed:
            session.changed_server(self.resumed.environment(), server)
            self.resumed.mend()
        folder = self.resumed or self._new_folder(reports, planned)
        folder.write("config.yaml", dump(planned.config))
        session.record(folder, self.session, self.facts, planned.summary(), server)
        return folder

    def _new_folder(self, reports: Path, planned: Planned) -> RunFolder:
        return self.locked(RunFolder.create(reports, planned.config.name, dt.datetime.now(dt.UTC)))


@contextmanager
def start(planned: Planned, resumed: Path | None) -> Iterator[Start]:
    """Begin a run, or resume the one in a folder, to which no other session writes meanwhile.

    Raises ResumeError, RunFolderError.
    """
    facts = planned.facts()
    with ExitStack() as held:
        if resumed is None:
            yield Start(session.begin(planned.config.seed), facts, held)
            return
        folder = RunFolder(resumed)
        session.resume(folder.environment(), facts)  # before a lock is left in a strange folder
        held.enter_context(folder.locked())
        for read in (folder.rows, folder.cycles, folder.yardsticks, folder.ramps, folder.timelines):
            read()  # what cannot be read is not added to
        yield Start(session.resume(folder.environment(), facts), facts, held, folder)
