"""The limit of the server itself: the same statements, sent by the C program pgbench.

METHOD 13. Its rows are in `cells.csv` beside those of the adapters, under a name of their own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.base import Failure
from runner import roles
from runner.measure import pgbench
from runner.measure.limit_scripts import INSERTING, SCRIPTS
from runner.measure.pgbench import Job
from runner.measure.pgbench_output import Counted, PgbenchError
from runner.plan.tasks import Place
from runner.redaction import masked
from runner.results.row import Result, Status
from runner.workloads import LISTED, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.measure.context import Context
    from runner.measure.pgbench_program import Program
    from runner.plan.plan import Cell

CONNECT_SECONDS = 0.01
"""The part of pgbench's time that one connection takes at most before it counts."""

LEAVE_SECONDS = 5.0
"""Limit for the server to notice that pgbench is gone."""


@dataclass(frozen=True)
class Setting:
    """All that the limit depends on: measured once a round for the cells that agree in it."""

    workload: str
    connections: int
    cpus: str = "all"
    hold: float = 0.0
    """Seconds that the server sleeps in `hold`; 0 in the others."""

    @property
    def name(self) -> str:
        """A name that a file can have, as groups of cells are named."""
        one = "" if self.cpus == "all" else f"-{self.cpus}"
        return f"{self.workload}-p{self.connections}{one}"


def settings(cells: Iterable[Cell]) -> list[Setting]:
    """List the limits of these cells, in their order: leaking ones have none."""
    found = [
        Setting(
            cell.workload,
            cell.pool_max,
            cell.cpus,
            hold=cell.hold if cell.workload == "hold" else 0.0,
        )
        for cell in cells
        if cell.workload in SCRIPTS and not cell.leak
    ]
    return list(dict.fromkeys(found))


def job(setting: Setting, key: str, seconds: float, cores: Sequence[int]) -> Job:
    """Make a job of about that many counted seconds, whose rows carry the key."""
    pedido = Ledger(f"{key}-0", random.Random()).pedido
    variables = {
        "cliente": pedido.cliente,
        "descripcion": pedido.descripcion,
        "fecha_pedido": str(pedido.fecha_pedido),
        "semilla": "semilla",
        "cambiado": "cambiado",
        "limite": str(LISTED),
        "hold": str(setting.hold),
        "cards": "0",
    }
    return Job(
        script=SCRIPTS[setting.workload],
        variables=variables,
        connections=setting.connections,
        seconds=max(1, round(seconds + setting.connections * CONNECT_SECONDS)),
        cores=cores[-1:] if setting.cpus == "one" else cores,
        patience=pgbench.GRACE_SECONDS + setting.hold,
    )


def row(
    setting: Setting,
    place: Place,
    version: str,
    found: Counted | str,
    rows_found: int | None = None,
) -> Result:
    """Make the line of `cells.csv`, of a count or of the reason why there is none.

    `rows_found` is what the table has of pgbench's rows, None where that says nothing.
    """
    status, reason = _judged(found, rows_found)
    return Result(
        cell=f"{roles.LIMIT}-{setting.name}",
        group=f"limit-{setting.name}",
        session=place.session,
        round=place.round,
        position=place.position,
        adapter=roles.LIMIT,
        driver="pgbench",
        driver_version=version,
        profile="equal",
        workload=setting.workload,
        cpus=setting.cpus,
        clients=setting.connections,
        pool_min=setting.connections,
        pool_max=setting.connections,
        acquire_timeout_ms=0.0,
        error_pause_ms=0.0,
        think_time_ms=0.0,
        leak=0.0,
        leak_reference="",
        status=status,
        reason=reason,
        rows_found=rows_found,
        **({} if isinstance(found, str) else _numbers(setting, found)),
    )


def _judged(found: Counted | str, rows_found: int | None) -> tuple[Status, str]:
    if isinstance(found, str):
        return Status.FAILED, found
    if rows_found is not None and rows_found != found.transactions:
        reason = f"pgbench counted {found.transactions} rows, the table has {rows_found}"
        return Status.SUSPECT, reason
    return Status.OK, ""


def _numbers(setting: Setting, found: Counted) -> dict[str, Any]:
    """Lay out a count in columns. The mean time is pgbench's own (Little's law), in full."""
    operations = found.transactions + found.failed
    return {
        "turns": 1,
        "seconds": found.seconds,
        "operations": operations,
        "ok": found.transactions,
        **{kind.value: 0 for kind in Failure},
        "query_failed": found.failed,
        "failed_share": found.failed / operations,
        "leaked": 0,
        "ops_per_s": found.per_second,
        "total_ms_mean": setting.connections / found.per_second * 1000,
        "rows_inserted": found.transactions if setting.workload in INSERTING else None,
    }


def measure_round(
    context: Context,
    program: Program | str,
    chosen: Sequence[Setting],
    first: Place,
    seconds: float = 1.0,
) -> Iterator[Result]:
    """Measure each setting once, shuffled as the seed says, and yield each row once it is stored.

    `program` is what `pgbench_program.find` returned, `first` the place of the first row. Raises
    Interrupted, ServerError, RunFolderError; whatever pgbench does is a row.
    """
    shuffled = list(chosen)
    random.Random(f"{context.seed}/{first.round}/limit").shuffle(shuffled)
    for position, setting in enumerate(shuffled, first.position):
        place = Place(first.session, first.round, position)
        context.interrupts.check()
        if isinstance(program, str):
            result = row(setting, place, "", program)
        else:
            result = _measured(context, program, setting, place, seconds)
        context.run_folder.append([result])
        yield result


def _measured(
    context: Context, program: Program, setting: Setting, place: Place, seconds: float
) -> Result:
    """Give pgbench a table of its own on the server, and take it back."""
    server, key = context.server, f"l{place.position:03}r{place.round:02}"
    server.keep_to(context.cores[:-1] if setting.cpus == "one" else None)
    server.prepare([key])
    try:
        outcome = _run(context, program, job(setting, key, seconds, context.cores), key)
        countable = setting.workload in INSERTING and isinstance(outcome, Counted)
        left = server.table_rows(key) if countable else None
        return row(setting, place, program.version, outcome, left.count if left else None)
    finally:
        server.discard([key])


def _run(context: Context, program: Program, work: Job, key: str) -> Counted | str:
    """Run pgbench for its count, or the reason why there is none; it has left the server then."""
    server, name = context.server, f"poolbench {context.run} {key} {roles.LIMIT}"
    outcome: Counted | str
    try:
        dsn = server.dsn(key, name)
        outcome = pgbench.run(program, work, dsn, context.watchdog, context.interrupts)
    except PgbenchError as error:
        outcome = masked(str(error), server.secrets)
    server.disconnected(name, LEAVE_SECONDS)
    return outcome
