"""pgbench is run where others cannot read the password, and ended when its time is over."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.measure import limit, pgbench
from runner.measure.pgbench_output import Counted, PgbenchError
from runner.server.connection import ServerLostError
from runner.server.dsn import uri
from runner.supervision.interrupts import Interrupted, Interrupts
from tests.builders import limit_of
from tests.processes import children

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.measure.context import Context
    from runner.measure.pgbench_program import Program

    Fake = Callable[[str], Program]

DSN = "postgresql://user:hunter2@127.0.0.1:1/nowhere"


def run(context: Context, program: Program, dsn: str = DSN, **changed: Any) -> Counted:
    job = replace(limit.job(limit_of("read", 5), "key", 1.0, [0]), **changed)
    return pgbench.run(program, job, dsn, context)


def test_a_pgbench_that_does_not_end_is_ended(context: Context, fake: Fake) -> None:
    program = fake("sleep 60")
    with pytest.raises(PgbenchError, match=r"did not end within 0\.3 s"):
        run(context, program, seconds=0, patience=0.3)
    assert children(str(program.path)) == []


def test_an_interrupt_ends_pgbench_at_once(context: Context, fake: Fake, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    program = fake(f"touch {begun}; sleep 600")

    def interrupt() -> None:
        until = time.monotonic() + 60
        while not begun.exists() and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    with Interrupts() as interrupts:
        threading.Thread(target=interrupt).start()
        with pytest.raises(Interrupted):  # far beyond the time that a test may take
            run(replace(context, interrupts=interrupts), program, seconds=600)
    assert children(str(program.path)) == []


def test_a_server_that_is_lost_ends_pgbench(
    context: Context, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look() -> None:
        raise ServerLostError("gone")

    monkeypatch.setattr(pgbench, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(context.server, "look", look)
    with pytest.raises(ServerLostError):
        run(context, fake("sleep 60"))


TELLING = """
echo "$@" > {0}/arguments; env > {0}/environment
ls -ld "$PGPASSFILE" $(dirname "$PGPASSFILE") > {0}/modes; cat "$PGPASSFILE" > {0}/password
dirname "$PGPASSFILE" > {0}/folder
echo 'number of transactions actually processed: 9'
echo 'tps = 4.5 (without initial connection time)'
"""


def test_a_password_stands_in_a_file_that_only_its_owner_can_read(
    context: Context,
    fake: Fake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = r"hun:te\r 2"
    monkeypatch.setenv("PGPASSWORD", "hunter2 of the shell")
    monkeypatch.setenv("PGOPTIONS", "-c hunter=2")
    dsn = uri("host=h user=u passfile=/elsewhere", password=secret)
    assert run(context, fake(TELLING.format(tmp_path)), dsn).seconds == 2.0
    told = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir() if path.is_file()}
    assert told["password"] == "*:*:*:*:hun\\:te\\\\r 2\n"
    modes = {line.split()[0].rstrip(".+@") for line in told["modes"].splitlines()}
    assert modes == {"-rw-------", "drwx------"}
    assert "hun" not in told["arguments"] + told["environment"]
    assert told["arguments"].split()[-1] == "postgresql://u@h"
    assert not Path(told["folder"].strip()).exists()


def test_a_key_that_only_a_password_opens_is_not_shown_to_pgbench(
    context: Context, program: Program
) -> None:
    with pytest.raises(PgbenchError, match="sslpassword"):
        run(context, program, uri(DSN, sslpassword="hunter2"))
