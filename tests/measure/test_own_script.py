"""pgbench plays a statement of the user's own, or it is said why it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.measure import limit
from runner.measure.own_script import own_script
from runner.messages import Message
from runner.own_sql.arguments import read_argument
from runner.own_sql.statement import Statement
from runner.plan.tasks import Place
from runner.report.catalogue import text
from runner.results.row import Status
from tests.builders import limit_of

if TYPE_CHECKING:
    from runner.measure.context import Context
    from runner.measure.pgbench_program import Program

PLACE = Place(1, 1, 1)


def statement(sql: str, *args: Any) -> Statement:
    return Statement(sql, tuple(map(read_argument, args)))


def test_whole_numbers_are_drawn_by_pgbench_itself() -> None:
    made = statement("SELECT '$1', $2::int, $1::bigint", {"bigint": [-5, 5]}, {"int": [1, 9]})
    assert own_script(made) == (
        "\\set a1 random(-5, 5)\n\\set a2 random(1, 9)\nSELECT '$1', :a2::int, :a1::bigint\n;\n"
    )


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (None, "is a function of Python"),
        (statement("SELECT $1::text", {"text": 4}), "whole numbers only, not text"),
        (statement("SELECT '12:30', x::int"), "would take :30 in the statement"),
        (statement("SELECT " + ", ".join(["$1::int"] * 256), {"int": [1, 2]}), "256 arguments"),
    ],
)
def test_what_pgbench_cannot_play_is_said(made: Statement | None, why: str) -> None:
    reason = own_script(made)
    assert isinstance(reason, Message)
    assert text(reason).startswith("no limit: ")
    assert why in text(reason)


def test_the_limit_plays_the_statement_and_the_row_says_why_it_does_not(
    context: Context, program: Program
) -> None:
    sql = "SELECT id FROM poolbench.pedido WHERE id = $1::int AND '$1' <> 'x' -- $2\n"
    statements = {
        "mine": statement(sql, {"int": [1, 9]}),
        "yours": statement("SELECT $1::bool", {"bool": 0.5}),
    }
    playing = replace(context, statements=statements)
    chosen = dict.fromkeys((limit_of("mine", 2), limit_of("yours", 2)), 1)
    rows = {
        row.conditions.workload: row
        for row in limit.measure_round(playing, program, chosen, PLACE, 1.0)
    }
    assert rows["mine"].status is Status.OK
    assert (rows["mine"].ops_per_s or 0) > 0
    assert rows["mine"].rows_inserted is None
    assert rows["yours"].status is Status.FAILED
    assert rows["yours"].reason
    assert text(rows["yours"].reason) == "no limit: pgbench draws whole numbers only, not bool"
