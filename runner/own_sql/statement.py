"""A statement of the user's, and the operation of a client that it makes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.base import resolve_callable
from runner.own_sql.arguments import Argument, read_argument
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.base import Connection
    from runner.workloads import Ledger, Workload

METHODS = {"one": "fetchrow", "all": "fetch", "none": "execute"}
"""The rows that a client wants -> the method of its connection."""


@dataclass(frozen=True)
class Statement:
    """One statement, the generators of its arguments, and the rows that a client wants of it."""

    sql: str
    args: tuple[Argument, ...] = ()
    rows: str = "one"
    writes: bool = False
    """It may write; else the server refuses whatever does."""

    @property
    def plain(self) -> dict[str, Any]:
        """The values of JSON, for the wall between two processes."""
        return {**vars(self), "args": [argument.plain for argument in self.args]}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Statement:
        """Make a statement of its plain values. Raises ValueError."""
        return cls(**{**plain, "args": tuple(map(read_argument, plain["args"]))})

    def operation(self) -> Workload:
        """Make the operation of a client: it draws the arguments and takes the rows."""
        sql, method = self.sql, METHODS[self.rows]
        draws = [argument.draw() for argument in self.args]

        async def own(connection: Connection, ledger: Ledger) -> object:
            keys = ledger.keys
            return await getattr(connection, method)(sql, *[draw(keys) for draw in draws])

        return own


def read_only(statement: Statement | None) -> bool:
    """Tell whether sessions may not write: only what writes nothing is known to need no more."""
    return statement is not None and not statement.writes


def without_semicolon(sql: str) -> str:
    """Leave out the sign at the end that psql needs and no driver does."""
    return re.sub(r"\s*;\s*\Z", "", sql.strip())


def operation(name: str, statement: Mapping[str, Any] | None) -> Workload:
    """Find the operation of a workload: the user's statement, one of ours, or a dotted path.

    Raises AdapterError.
    """
    if statement is not None:
        return Statement.from_plain(statement).operation()
    if name in WORKLOADS:
        return WORKLOADS[name]
    found: Workload = resolve_callable(name)
    return found
