"""The folders of dead servers are swept and no other, and an account gets one that it can reach."""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path

import pytest

from runner.server.data_folder import PREFIX, Account, directory_for, postgres_account, sweep
from runner.server.dsn import ServerError


def test_a_dead_runs_folder_is_swept_and_no_other(temporary: Path) -> None:
    dead, alive, named_otherwise = (
        temporary / (PREFIX + "dead"), temporary / (PREFIX + "alive"), temporary / "poolbench-else"
    )  # fmt: skip
    for path in (dead, alive, named_otherwise):
        path.mkdir()
        (path / "file").touch()
    (temporary / (PREFIX + "link")).symlink_to(named_otherwise)
    lock = os.open(alive, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    everything = set(temporary.iterdir())

    sweep(temporary, os.geteuid() + 1)
    assert set(temporary.iterdir()) == everything
    sweep(temporary, os.geteuid())
    assert set(temporary.iterdir()) == everything - {dead}
    assert (named_otherwise / "file").exists()

    os.close(lock)
    sweep(temporary, os.geteuid())
    assert not alive.exists()


def test_a_directory_that_the_account_cannot_reach_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For root that is one below a private folder, otherwise one that cannot be written."""
    private = tmp_path / "private"
    inside = private / "inside"
    inside.mkdir(parents=True)
    private.chmod(0o700 if os.geteuid() == 0 else 0o000)
    monkeypatch.setattr(tempfile, "tempdir", str(inside))
    account = postgres_account()
    chosen = directory_for(account)
    monkeypatch.setattr(Account, "can_use", lambda _account, _directory: False)
    with pytest.raises(ServerError, match=f"none of {inside}, .*set TMPDIR"):
        directory_for(account)
    private.chmod(0o700)
    assert chosen in {Path(path).resolve() for path in ("/tmp", "/var/tmp", "/dev/shm")}  # noqa: S108
