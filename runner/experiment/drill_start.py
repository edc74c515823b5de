"""The start of drills: with a folder of their own, or going on in the one of earlier ones."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from runner.experiment import session
from runner.experiment.session import ResumeError
from runner.experiment.session_start import SessionStart
from runner.results import new_folder
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import cannot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from runner.experiment.drilled import Drilled
    from runner.experiment.session import Session
    from runner.results.observation import Observation

NAME = "drills"


class DrillStart(SessionStart):
    """Drills of which none has been done yet."""

    def seen(self) -> list[Observation]:
        """Read what has been observed before. Raises RunFolderError."""
        return self.resumed.observations() if self.resumed else []

    def check_server(self, server: Mapping[str, Any]) -> None:
        """Raise ResumeError where earlier drills were done on another version of PostgreSQL."""
        if self.resumed:
            session.changed_server(self.resumed.environment(), server)

    def folder(self, reports: Path, server: Mapping[str, Any]) -> RunFolder:
        """Open the folder, and write everything that is known before the first drill.

        `server` is what it says of itself. Raises RunFolderError.
        """
        if self.resumed:
            self.resumed.write_observations(self.seen())  # without a half line at its end
        folder = self.resumed or self._new_folder(reports)
        session.record(folder, self.session, self.facts, {"name": NAME}, server)
        return folder

    def _new_folder(self, reports: Path) -> RunFolder:
        now = dt.datetime.now(dt.UTC)
        with cannot("make a report in", reports):
            folder = RunFolder(new_folder.make(reports, f"{NAME}-{now:%Y%m%dT%H%M%SZ}"))
            new_folder.call_latest(folder.path)
        return self.locked(folder)


@contextmanager
def drill_start(found: Drilled, resumed: Path | None) -> Iterator[DrillStart]:
    """Begin drills, or go on with those of a folder, to which nothing else writes meanwhile.

    Raises ResumeError, RunFolderError.
    """
    facts = found.facts()
    with ExitStack() as held:
        if resumed is None:
            yield DrillStart(session.begin(seed=0), facts, held)
            return
        folder = RunFolder(resumed)
        going_on(folder, facts)  # before a lock is left in a strange folder
        held.enter_context(folder.locked())
        yield DrillStart(going_on(folder, facts), facts, held, folder)


def going_on(folder: RunFolder, now: Mapping[str, Any]) -> Session:
    """Go on with the drills of a folder. Raises ResumeError, which says what has changed."""
    recorded = folder.environment()
    before = recorded.get("drilled")
    if not isinstance(before, dict):
        raise ResumeError(f"cannot go on: {folder.path} is no folder of drills")
    folder.observations()  # what cannot be read is not added to
    if list(before) != list(now["drilled"]):
        had, has = ", ".join(before), ", ".join(now["drilled"])
        raise ResumeError(f"cannot go on with these drills: the adapters were {had} and are {has}")
    changed = [name for name in before if _mark(before[name]) != _mark(now["drilled"][name])]
    if changed:
        names = ", ".join(changed)
        raise ResumeError(f"cannot go on with these drills: the options of {names} were others")
    return session.resume(recorded, now)


def _mark(written: Mapping[str, Any]) -> object:
    return written.get("fingerprint") if isinstance(written, dict) else None
