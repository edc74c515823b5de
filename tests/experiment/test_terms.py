"""The table of terms says what the classes say, and the document says what the table says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import psycopg
import pytest

import adapters
from adapters.noop import Noop
from adapters.registry import BUILT_IN
from runner.cli.main import main
from runner.experiment import terms
from runner.report.markdown import markdown
from runner.report.terms import HEADINGS, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.registry import AdapterClass

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "terms.md"


def ours() -> Mapping[str, AdapterClass]:
    return {name: adapters.find(name) for name in BUILT_IN}


def row(name: str, profile: str) -> dict[str, str]:
    (found,) = [
        row for row in terms.table({name: adapters.find(name)}) if row["profile"] == profile
    ]
    return found


def test_the_document_holds_the_table_of_the_code() -> None:
    generated = markdown(table(terms.table(ours())))
    assert generated in DOCUMENT.read_text(encoding="utf-8"), "run `python -m runner terms`"


def test_the_command_prints_every_adapter(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["terms"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("| adapter | profile | ")
    for name in adapters.names():
        assert f"| {name} | equal | " in printed


def test_every_profile_of_every_adapter_is_a_row() -> None:
    rows = [(row["adapter"], row["profile"]) for row in terms.table(ours())]
    assert rows == [(name, profile) for name, found in ours().items() for profile in found.profiles]


def test_the_rows_can_be_written_beside_the_results() -> None:
    rows = terms.table(ours())
    assert json.loads(json.dumps(rows)) == rows
    assert {tuple(row) for row in rows} == {tuple(HEADINGS)}


@pytest.mark.parametrize(
    ("name", "equal", "stock"),
    [
        ("psycopg2", "autocommit", "in release"),
        ("psycopg3-async", "autocommit", "in release"),
        ("asyncpg", "autocommit", "autocommit"),
        ("noop", "", ""),
    ],
)
def test_who_commits_is_told(name: str, equal: str, stock: str) -> None:
    assert (row(name, "equal")["commit"], row(name, "stock")["commit"]) == (equal, stock)


def test_what_is_set_is_told_by_the_librarys_own_names() -> None:
    ours = "connection_class = AsyncpgConnection"
    assert row("asyncpg", "equal")["settings"] == f"{ours}, reset = no_reset"
    assert row("asyncpg", "stock")["settings"] == ours
    assert row("noop", "stock")["settings"] == ""
    assert row("psycopg3", "stock")["settings"] == "cursor_factory = RawCursor"


def test_the_habit_with_prepared_statements_is_the_installed_drivers(dsn: str) -> None:
    """The table's words hold for a connection that is opened without any setting."""
    with psycopg.connect(dsn) as connection:
        habit = f"prepare_threshold = {connection.prepare_threshold}"
    assert {row(name, "equal")["prepared"] for name in ("psycopg3", "psycopg3-async")} == {habit}

    async def cached(_: object) -> int:
        connection: Any = await asyncpg.connect(dsn)
        try:
            return int(connection._config.statement_cache_size)
        finally:
            await connection.close()

    size = adapters.play(cached, adapters.create("asyncpg", dsn, adapters.PoolOptions()))
    assert row("asyncpg", "stock")["prepared"] == f"statement_cache_size = {size}"


def test_a_strangers_adapter_has_its_rows_too() -> None:
    class Theirs(Noop):
        profiles = {"equal": {"mode": "a|b", "factory": Path}}

    rows = terms.table({"theirs:Pool": Theirs})
    assert markdown(table(rows)).splitlines()[2:] == [
        r"| theirs:Pool | equal | mode = a\|b, factory = Path | – | – |"  # noqa: RUF001
    ]
