"""A plan finds its PgBouncer before anything starts, or says what to install."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.experiment.planned import Planned, planned
from runner.report.catalogue import text
from runner.server import pgbouncer_program

if TYPE_CHECKING:
    from pathlib import Path

POOLED = "matrix: {adapter: [psycopg3, psycopg2], pooler: [none, transaction]}\n"


def plan(folder: Path, yaml: str = POOLED, *overrides: str) -> Planned:
    path = folder / "x.yaml"
    path.write_text(yaml, encoding="utf-8")
    return planned(path, overrides, [])


def test_without_a_pgbouncer_its_cells_are_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pgbouncer_program, "find", lambda: pgbouncer_program.MISSING)
    with pytest.raises(ConfigError) as caught:
        plan(tmp_path)
    (complaint,) = caught.value.complaints
    assert complaint == f"{tmp_path}/x.yaml:1: matrix.pooler[1]: {pgbouncer_program.MISSING}"
    assert "apt-get install pgbouncer" in complaint
    assert plan(tmp_path, POOLED, "pooler=none").pooler is None, "and is not looked for else"


def test_before_a_server_of_the_users_there_is_no_pooler_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"pooler\[1\]: a PgBouncer is started before the emb"):
        plan(tmp_path, f"{POOLED}server: postgresql://u@h/d\n")


def test_a_run_says_which_pgbouncer_it_has_and_what_adapters_do_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = pgbouncer_program.Program("/usr/sbin/pgbouncer", "1.18.0")
    monkeypatch.setattr(pgbouncer_program, "find", lambda: program)
    pooled = plan(tmp_path)
    said = [text(sentence) for sentence in pooled.opening]
    assert said[-2].startswith("PgBouncer 1.18.0 is between client and server where pooler is")
    assert said[-1] == (
        "PgBouncer 1.18.0 keeps no prepared statements in transaction mode. There the libraries"
        " do without: psycopg3 with prepare_threshold: null."
    )
    assert pooled.facts()["machine"]["pgbouncer"] == "1.18.0"
    needed = {"psycopg3": {"prepare_threshold": None}}
    assert pooled.summary()["pooler"] == {"path": program.path, "transaction_options": needed}
