"""The folder of an embedded server: reachable for its account, removed even after a SIGKILL."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.supervision.watchdog import Watchdog

PREFIX = "poolbench-server-"
"""The name of a server's folder begins so; the server is dead when no process holds its lock."""


@dataclass(frozen=True)
class Account:
    """The account that PostgreSQL runs as: it refuses to be root."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """The account is the one that the runner itself has."""
        return self.uid == os.geteuid()

    @property
    def change(self) -> dict[str, Any]:
        """The options of `subprocess` that start a program as this account."""
        if self.is_ours:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_use(self, directory: Path) -> bool:
        """Tell whether it can enter a folder made in `directory`, and run programs there."""
        if not os.access(directory, os.W_OK | os.X_OK) or not directory.is_dir():
            return False
        if self.is_ours:
            return True
        programs_run = not os.statvfs(directory).f_flag & getattr(os, "ST_NOEXEC", 0)
        return programs_run and all(
            path.stat().st_mode & 0o001 for path in (directory, *directory.parents)
        )

    def can_run(self, program: Path) -> bool:
        """Tell whether it can run a program where it is, as everybody can on this machine."""
        path = program.resolve()
        readable = ~path.stat().st_mode & 0o005 == 0
        return readable and all(folder.stat().st_mode & 0o001 for folder in path.parents)

    def own(self, folder: Path) -> None:
        """Give it a folder of ours and everything inside."""
        if not self.is_ours:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.uid, self.gid, follow_symlinks=False)


def postgres_account() -> Account:
    """Choose our own account, or `nobody` where that is root. Raises ServerError."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise ServerError(
            "PostgreSQL refuses to run as root, and this system has no account nobody to run it "
            "as: start as an ordinary user"
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def directory_for(account: Account) -> Path:
    """Choose a directory for temporary files that the account can reach. Raises ServerError."""
    candidates = [tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"]  # noqa: S108 - they are asked, and mkdtemp makes a folder of our own
    for candidate in candidates:
        directory = Path(candidate).resolve()
        if account.can_use(directory):
            return directory
    raise ServerError(
        f"no folder for the embedded PostgreSQL: its account can use none of "
        f"{', '.join(dict.fromkeys(candidates))}; set TMPDIR to a folder that it can reach"
    )


@dataclass(frozen=True)
class Folder:
    """A folder that lives as long as a process holds its lock."""

    path: Path
    lock: int
    """The descriptor that holds the lock: a process that inherits it keeps the folder."""


@contextmanager
def temporary_folder(account: Account, watchdog: Watchdog) -> Iterator[Folder]:
    """Make a folder of mode 700 for the account, and remove it at the end of the block."""
    directory = directory_for(account)
    sweep(directory, account.uid)
    # It gets its name when it is locked: without a lock, that name is an invitation to sweep it.
    new = Path(tempfile.mkdtemp(prefix="poolbench-new-", dir=directory))
    watchdog.folder(new)
    account.own(new)
    lock = _locked(new)
    path = new.with_name(PREFIX + new.name.rpartition("-")[2])
    watchdog.folder(path)
    new.rename(path)
    watchdog.removed(new)
    try:
        yield Folder(path, lock)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)
        watchdog.removed(path)


def sweep(directory: Path, uid: int) -> None:
    """Remove the folders of dead runs: ours by name and owner, and not locked."""
    for path in directory.glob(PREFIX + "*"):
        with suppress(OSError):
            lock = _locked(path)
            try:
                if os.fstat(lock).st_uid == uid:
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)


def _locked(path: Path) -> int:
    """Open and lock a folder; raises OSError where that is not possible at once."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
