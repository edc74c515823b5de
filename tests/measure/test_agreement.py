"""Before anything is measured, every adapter plays the user's own workload; all answer alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Traits, WhenExhausted
from runner.config.loading import load
from runner.experiment import contenders
from runner.experiment.own_workloads import statements
from runner.measure.agreement import Rehearsal
from runner.measure.worker_process import WorkerProcess
from runner.plan.matrix import expand
from runner.server.external import ExternalServer
from tests.asking import ask

if TYPE_CHECKING:
    from pathlib import Path

    from runner.measure.context import Context
    from runner.worker.protocol import Opening, OpenOrder

HINT = "the tables of setup are written with their schema, poolbench.NAME"

WORKLOADS = """\
workloads:
  good:
    sql: SELECT id, $2::text, $3::date FROM poolbench.pedido WHERE id = $1::int
    args: [{int: [1, 10000]}, {choice: ['1', "it's"]}, {date: [2024-01-01, 2024-12-31]}]
  random: {sql: 'SELECT random() > $1::float8, random()', args: [{float: [0, 1]}]}
  writing: {sql: 'DELETE FROM poolbench.pedido', rows: none}
  untyped: {sql: 'SELECT $1::int', args: [{text: 3}]}
  theirs: {sql: 'INSERT INTO public.theirs VALUES (1)', rows: none, writes: true}
  nowhere: {sql: 'INSERT INTO public.nothing VALUES (1)', rows: none, writes: true}
  settings: {sql: "SELECT current_setting('jit')"}
"""


def refusals(
    context: Context, tmp_path: Path, matrix: str, **changes: Any
) -> list[tuple[str, str]]:
    """Let the adapters of a matrix play, each contender changed in these fields."""
    path = tmp_path / "x.yaml"
    path.write_text(f"{WORKLOADS}{matrix}", encoding="utf-8")
    config = load(path)
    known = contenders.resolve(config, contenders.classes(config))
    plan = expand(config, known, affinity=False)
    changed = {name: replace(contender, **changes) for name, contender in known.items()}
    rehearsal = Rehearsal(
        *(changed, statements(config), context.server, context.watchdog, context.interrupts),
        tmp_path,
    )
    return list(rehearsal.refusals(plan.cells))


def test_adapters_that_answer_alike_are_measured(context: Context, tmp_path: Path) -> None:
    matrix = "matrix: {adapter: [psycopg2, psycopg3, asyncpg, noop], workload: [good, read]}\n"
    assert refusals(context, tmp_path, matrix) == []


def test_different_answers_refuse_the_run_with_both(context: Context, tmp_path: Path) -> None:
    matrix = "matrix: {adapter: [psycopg2, psycopg3], workload: random}\n"
    ((workload, sentence),) = refusals(context, tmp_path, matrix)
    assert workload == "random"
    assert sentence.startswith("psycopg2 and psycopg3 answer differently to [0.")
    assert sentence.count("[true, ") + sentence.count("[false, ") == 2


@pytest.mark.parametrize(
    ("workload", "adapter", "why"),
    [
        (
            "writing",
            "psycopg3",
            "in a read-only transaction; a statement that writes needs writes: true",
        ),
        ("untyped", "asyncpg", "invalid input for query argument $1"),
        ("runner.proof.no_such:thing", "psycopg3", "No module named 'runner.proof.no_such'"),
    ],
)
def test_what_an_adapter_cannot_play_refuses_the_run(
    context: Context, tmp_path: Path, workload: str, adapter: str, why: str
) -> None:
    matrix = f"matrix: {{adapter: {adapter}, workload: '{workload}'}}\n"
    ((refused, sentence),) = refusals(context, tmp_path, matrix)
    assert refused == workload
    assert sentence.startswith(f"{adapter} cannot play it: ")
    assert why in sentence


def test_sessions_that_an_option_lets_write_refuse_the_run(
    context: Context, tmp_path: Path
) -> None:
    options = "adapters: {mine: {adapter: psycopg3, options: {options: -c jit=off}}}\n"
    matrix = f"{options}matrix: {{adapter: mine, workload: settings}}\n"
    ((_, sentence),) = refusals(context, tmp_path, matrix)
    assert "its sessions are not read-only" in sentence


def test_a_statement_that_writes_elsewhere_is_refused_before_an_adapter_plays_it(
    context: Context, tmp_path: Path, elsewhere: str
) -> None:
    ask(elsewhere, "CREATE TABLE public.theirs (id int)")
    with ExternalServer(elsewhere) as external:
        there = replace(context, server=external)
        matrix = "matrix: {adapter: psycopg3, workload: [theirs, nowhere]}\n"
        assert refusals(there, tmp_path, matrix) == [
            ("theirs", "writes outside of the schema poolbench: public.theirs"),
            ("nowhere", f'cannot be played: relation "public.nothing" does not exist; {HINT}'),
        ]
    assert ask(elsewhere, "SELECT * FROM public.theirs") == []


def test_an_adapter_plays_in_the_interpreter_in_which_it_will_be_measured(
    context: Context, tmp_path: Path
) -> None:
    matrix = "matrix: {adapter: psycopg3, workload: good}\n"
    with pytest.raises(FileNotFoundError):
        refusals(context, tmp_path, matrix, python=str(tmp_path / "python"))


def test_an_adapter_plays_with_as_small_a_pool_as_it_takes_over_the_transport_of_its_cells(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[OpenOrder] = []
    opens = WorkerProcess.open

    def open_and_note(worker: WorkerProcess, order: OpenOrder, seconds: float) -> Opening:
        played.append(order)
        return opens(worker, order, seconds)

    monkeypatch.setattr(WorkerProcess, "open", open_and_note)
    matrix = "matrix: {adapter: psycopg3, workload: good, transport: unix}\n"
    traits = Traits(WhenExhausted.WAITS, smallest=2)
    assert refusals(context, tmp_path, matrix, traits=traits) == []
    (order,) = played
    assert (order.min_size, order.max_size) == (2, 2)
    assert "host=%2F" in order.dsn, "a folder of sockets"
