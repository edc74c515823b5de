"""A statement of the user's own in pgbench's language, where pgbench can play it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adapters.tokens import matches
from runner.messages import Message, message

if TYPE_CHECKING:
    from runner.own_sql.statement import Statement

VARIABLE = re.compile(r"(?<!:):(?!:)\w+")
"""What pgbench takes for a variable, even in a literal or a comment."""

MOST_ARGUMENTS = 255
"""The most arguments of a statement that pgbench prepares."""


def own_script(statement: Statement | None) -> str | Message:
    """Write a statement as a script, or say why pgbench cannot play it; None is no statement."""
    if statement is None:
        return message("limit.no_statement")
    if others := sorted({argument.kind for argument in statement.args if not argument.whole}):
        return message("limit.arguments", kinds=others)
    if variable := VARIABLE.search(statement.sql):
        return message("limit.variable", text=variable[0])
    script, count = _with_variables(statement.sql)
    if count > MOST_ARGUMENTS:
        return message("limit.too_many", number=count, most=MOST_ARGUMENTS)
    draws = [
        rf"\set a{number} random({argument.values[0]}, {argument.values[1]})"
        for number, argument in enumerate(statement.args, 1)
    ]
    return "\n".join([*draws, script, ";", ""])


def _with_variables(sql: str) -> tuple[str, int]:
    """Write `$1` as `:a1`, and count them."""
    text, end, count = "", 0, 0
    for match, start, stop in matches(sql):
        if match["number"]:
            text += f"{sql[end:start]}:a{int(match['number'])}"
            end, count = stop, count + 1
    return text + sql[end:], count
