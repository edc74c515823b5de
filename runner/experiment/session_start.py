"""A session that has written nothing yet, on a new folder or on one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from runner.experiment.session import Session
    from runner.results.run_folder import RunFolder


@dataclass(frozen=True)
class SessionStart:
    """The facts of a session, and its hold on the folder."""

    session: Session
    facts: Mapping[str, Any]
    held: ExitStack
    """Holds the lock of the folder to the end of the session."""
    resumed: RunFolder | None = None

    def locked(self, folder: RunFolder) -> RunFolder:
        """Keep other sessions from a new folder. Raises RunFolderError."""
        self.held.enter_context(folder.locked())
        return folder
