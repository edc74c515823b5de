"""A statement of the user's becomes the operation of a client."""

from __future__ import annotations

from random import Random
from typing import Any

from adapters.blocking import step
from runner.own_sql.arguments import read_argument
from runner.own_sql.statement import Statement, operation, without_semicolon
from runner.workloads import WORKLOADS, Ledger


class Said:
    """A connection that answers with what it was asked."""

    async def fetch(self, sql: str, *args: object) -> tuple[object, ...]:
        return ("fetch", sql, *args)

    async def fetchrow(self, sql: str, *args: object) -> tuple[object, ...]:
        return ("fetchrow", sql, *args)

    async def execute(self, sql: str, *args: object) -> tuple[object, ...]:
        return ("execute", sql, *args)


def played(statement: Statement, name: str = "mine") -> Any:
    connection: Any = Said()
    return step(
        _value(operation(name, statement.plain)(connection, Ledger("own-0", Random("seed"))))
    )


async def _value(awaited: Any) -> Any:
    return await awaited


def test_a_client_takes_the_rows_that_it_wants_with_arguments_of_its_seed() -> None:
    one = read_argument({"int": [1, 1000]})
    first = played(Statement("SELECT $1::int, $2::int", (one, one)))
    assert first == played(Statement("SELECT $1::int, $2::int", (one, one)))
    assert first[0] == "fetchrow"
    assert first[2] != first[3]
    assert played(Statement("SELECT 1", rows="all")) == ("fetch", "SELECT 1")
    assert played(Statement("DELETE FROM a", rows="none")) == ("execute", "DELETE FROM a")


def test_a_workload_is_one_of_ours_or_what_a_dotted_path_leads_to() -> None:
    assert operation("insert", None) is WORKLOADS["insert"]
    assert operation("runner.workloads:hold", None) is WORKLOADS["hold"]


def test_only_the_semicolon_at_the_end_is_left_out() -> None:
    assert without_semicolon(" SELECT ';' ;\n") == "SELECT ';'"
