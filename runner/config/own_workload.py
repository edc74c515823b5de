"""The section `workloads`: statements of the user's under names of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from runner.config.section import Section
from runner.config.value_types import Flag, Text
from runner.own_sql.arguments import READERS, Argument, read_argument
from runner.own_sql.refusals import argument_refusals, setup_refusals, statement_refusals
from runner.own_sql.statement import Statement, without_semicolon
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.config.complaints import Complaint, Key

OwnArgument = Annotated[
    Any,
    BeforeValidator(read_argument),
    PlainSerializer(lambda argument: argument.plain),
    WithJsonSchema(
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": dict.fromkeys(READERS, True),
            "additionalProperties": False,
        }
    ),
]


class OwnWorkload(Section):
    """One statement, which a client sends with arguments drawn anew each time."""

    setup: tuple[Text, ...] = ()
    """The statements that make what it needs in the schema `poolbench`; gone after the run."""
    sql: Text
    """The statement; each argument is `$1`, `$2`, ... with a cast: `$1::int`."""
    args: tuple[OwnArgument, ...] = ()
    """The generators of the arguments, in their order: see docs/workloads.md."""
    rows: Literal["one", "all", "none"] = "one"
    """The rows that a client wants: the first, all, or none but their number."""
    writes: Flag = False
    """The statement may write in the schema `poolbench`; else its sessions are read-only."""

    @property
    def statement(self) -> Statement:
        """The statement, as clients send it."""
        args: tuple[Argument, ...] = self.args
        return Statement(without_semicolon(self.sql), args, self.rows, self.writes)


def own_workload_complaints(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Yield what is wrong with the SQL of plain data, wherever it is SQL."""
    entries = data.get("workloads")
    for name, entry in (entries if isinstance(entries, dict) else {}).items():
        key: Key = ("workloads", name)
        if name in WORKLOADS:
            yield key, "is a workload of PoolBench's own: choose another name"
        if isinstance(entry, dict):
            yield from _entry_complaints(key, entry)


def _entry_complaints(key: Key, entry: Mapping[str, Any]) -> Iterator[Complaint]:
    sql, args, setup = entry.get("sql"), entry.get("args") or [], entry.get("setup")
    if isinstance(sql, str):
        refusals = list(statement_refusals(sql))
        if isinstance(args, list):
            refusals += argument_refusals(sql, len(args))
        yield from (((*key, "sql"), refusal) for refusal in refusals)
    for index, statement in enumerate(setup if isinstance(setup, list) else ()):
        if isinstance(statement, str):
            refusals = list(setup_refusals(statement))
            yield from (((*key, "setup", index), refusal) for refusal in refusals)
