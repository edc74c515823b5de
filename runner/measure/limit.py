"""The limit of the server itself: the same statements, sent by the C program pgbench.

METHOD 13. Its rows are in `cells.csv` beside those of the adapters, under a name of their own.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.base import Failure
from runner.measure import pgbench
from runner.measure.limit_scripts import INSERTING, SCRIPTS
from runner.measure.observation import cpu_between
from runner.measure.own_script import own_script
from runner.measure.pgbench import Job
from runner.measure.pgbench_output import Counted, PgbenchError
from runner.messages import Message, message, said
from runner.own_sql.statement import read_only
from runner.plan.plan import Cell
from runner.plan.tasks import Place
from runner.redaction import masked
from runner.results.kept_text import kept
from runner.results.row import MICROSECONDS, RELAY_BOUND, Row, Status
from runner.results.row_builder import fills
from runner.roles import LIMIT, Role
from runner.server.connection import ServerLostError
from runner.server.network.network import NetworkError
from runner.server.network.route import delayed
from runner.server.route import Direct
from runner.workloads import LISTED, WITHOUT_QUERY, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.axes import Conditions
    from runner.measure.context import Context
    from runner.measure.pgbench_program import Program
    from runner.server.network.route import NetworkRoute

CONNECT_SECONDS = 0.01
"""The part of pgbench's time that one connection takes at most before it counts."""

LOGIN_ROUND_TRIPS = 8
"""The most round trips of a connection until it counts, TCP's own and those of TLS included."""

LEAVE_SECONDS = 5.0
"""Limit for the server to notice that pgbench is gone."""


def settings(cells: Iterable[Cell]) -> dict[Conditions, int]:
    """Return the conditions of the limits of these cells, in their order.

    With each are the most processes of the groups that it is the limit of: they decide which cores
    the server keeps to. Cells that leak have no limit, nor have those that are given their rate.
    """
    every = list(cells)
    most: dict[str, int] = {}
    for cell in every:
        most[cell.group] = max(most.get(cell.group, 1), cell.conditions.processes)
    limits: dict[Conditions, int] = {}
    for cell in every:
        here = cell.conditions
        if here.workload not in WITHOUT_QUERY and here.steady and not here.paced:
            limits[here.of_limit()] = max(limits.get(here.of_limit(), 1), most[cell.group])
    return limits


def job(
    conditions: Conditions, key: str, seconds: float, cores: Sequence[int], script: str = ""
) -> Job:
    """Make a job of about that many counted seconds, whose rows carry the key.

    `script` is that of a workload of the user's own.
    """
    pedido = Ledger(f"{key}-0", random.Random()).pedido
    variables = {
        "cliente": pedido.cliente,
        "descripcion": pedido.descripcion,
        "fecha_pedido": str(pedido.fecha_pedido),
        "semilla": "semilla",
        "cambiado": "cambiado",
        "limite": str(LISTED),
        "hold": str(conditions.hold),
        "sent": "0",
    }
    return Job(
        script=script or SCRIPTS[conditions.workload],
        variables=variables,
        connections=conditions.clients,
        seconds=max(1, round(seconds + conditions.clients * _connect_seconds(conditions))),
        cores=cores[-conditions.processes :] if conditions.cpus == "one" else cores,
        patience=pgbench.GRACE_SECONDS + conditions.hold,
    )


def _connect_seconds(conditions: Conditions) -> float:
    """Return the time that a connection takes at most before it counts."""
    return CONNECT_SECONDS + LOGIN_ROUND_TRIPS * conditions.rtt.seconds


def limit_row(
    conditions: Conditions,
    place: Place,
    version: str,
    outcome: Counted | str | Message,
    rows_found: int | None = None,
) -> Row:
    """Make the row of a count, or of the reason why there is none.

    `rows_found` is what the table has of pgbench's rows, None where that says nothing.
    """
    status, reason = _judged(outcome, rows_found)
    return Row(
        cell=Cell(LIMIT, conditions, Role.LIMIT),
        session=place.session,
        round=place.round,
        position=place.position,
        driver="pgbench",
        driver_version=version,
        pooled=True,
        status=status,
        reason=reason,
        rows_found=rows_found,
        **(_numbers(conditions, outcome) if isinstance(outcome, Counted) else {}),
    )


def _judged(
    outcome: Counted | str | Message, rows_found: int | None
) -> tuple[Status, Message | None]:
    if isinstance(outcome, Message):
        return Status.FAILED, outcome
    if isinstance(outcome, str):
        return Status.FAILED, said(kept(outcome))
    if rows_found is not None and rows_found != outcome.transactions:
        reason = message("row.limit_rows", counted=outcome.transactions, rows=rows_found)
        return Status.SUSPECT, reason
    return Status.OK, None


class Use(NamedTuple):
    """Seconds of CPU; None is not known."""

    network: float | None = None
    """Of the network of a limit; None without one."""
    server: float | None = None

    def since(self, before: Use) -> Use:
        """Return the use since an earlier reading."""
        return Use(*(cpu_between(*both) for both in zip(before, self, strict=True)))


def through_network(row: Row, use: Use, server_cores: Sequence[int] | None) -> Row:
    """Put the CPU of its network to the row of a limit: it may have been the limit itself."""
    if use.network is None or not row.operations or not row.seconds:
        return row
    share, cores = None, len(server_cores) if server_cores else None
    if cores and use.server is not None:
        share = (use.server + use.network) / (cores * row.seconds)
    full = fills(use.network / row.seconds, share, cores) == RELAY_BOUND
    per_operation = use.network * MICROSECONDS / row.operations
    return replace(row, flags=RELAY_BOUND if full else "", network_cpu_us_per_op=per_operation)


def _numbers(conditions: Conditions, counted: Counted) -> dict[str, Any]:
    """Lay out a count in columns. The mean time is pgbench's own (Little's law), in full."""
    operations = counted.transactions + counted.failed
    return {
        "turns": 1,
        "seconds": counted.seconds,
        "operations": operations,
        "ok": counted.transactions,
        **{kind.value: 0 for kind in Failure},
        "query_failed": counted.failed,
        "failed_share": counted.failed / operations,
        "leaked": 0,
        "ops_per_s": counted.per_second,
        "total_ms_mean": conditions.clients / counted.per_second * 1000,
        "rows_inserted": counted.transactions if conditions.workload in INSERTING else None,
    }


def measure_round(
    context: Context,
    program: Program | str,
    chosen: Mapping[Conditions, int],
    first: Place,
    seconds: float,
) -> Iterator[Row]:
    """Measure each setting once, shuffled as the seed says, and yield each row once it is stored.

    Each takes about that many seconds, more where there are many connections to be opened.
    `chosen` is what `settings` returned, `program` what `pgbench_program.find` returned, `first`
    the place of the first row. Raises Interrupted, ServerError, RunFolderError; whatever pgbench
    does is a row.
    """
    shuffled = list(chosen)
    random.Random(f"{context.seed}/{first.round}/limit").shuffle(shuffled)
    for position, conditions in enumerate(shuffled, first.position):
        place = Place(first.session, first.round, position)
        context.interrupts.check()
        if isinstance(program, str):
            row = limit_row(conditions, place, "", program)
            context.run_folder.append([row])
        else:
            own = context.server_cores(conditions.cpus, chosen[conditions])
            context.server.keep_to(own)
            row = Limit(context, program, conditions, place, own).row(seconds)
        yield row


@dataclass(frozen=True)
class Limit:
    """A limit that is measured once."""

    context: Context
    program: Program
    conditions: Conditions
    place: Place
    server_cores: Sequence[int] | None
    """Those of the server, and of the network that may be before it."""

    def row(self, seconds: float) -> Row:
        """Give pgbench a table of its own on the server, store the row, and take the table back."""
        context, conditions = self.context, self.conditions
        script = self._script()
        if isinstance(script, Message):
            row = self._row(script)
            context.run_folder.append([row])
            return row
        server, key = context.server, f"l{self.place.position:03}r{self.place.round:02}"
        server.prepare([key])
        try:
            work = job(conditions, key, seconds, context.cores, script)
            outcome, use = self._run(work, key)
            countable = conditions.workload in INSERTING and isinstance(outcome, Counted)
            left = server.table_rows(key) if countable else None
            row = self._row(outcome, left.count if left else None)
            row = through_network(row, use, self.server_cores)
            context.run_folder.append([row])  # before a server that is lost can cost it
            return row
        finally:
            with suppress(ServerLostError):  # whoever asks next says so
                server.discard([key])

    def _row(self, outcome: Counted | str | Message, rows_found: int | None = None) -> Row:
        return limit_row(self.conditions, self.place, self.program.version, outcome, rows_found)

    def _script(self) -> str | Message:
        """Write a workload as a script, or say why that cannot be."""
        workload = self.conditions.workload
        if self.conditions.own_workload:
            return own_script(self.context.statements.get(workload))
        return SCRIPTS[workload]

    def _run(self, work: Job, key: str) -> tuple[Counted | str | Message, Use]:
        """Run pgbench for its count, or the reason why there is none; it has left the server then.

        Its way is that of the cells of these conditions, but for their pooler. Beside it is what
        was used meanwhile.
        """
        context, conditions = self.context, self.conditions
        use = Use()
        server, name = context.server, f"poolbench {context.run} {key} {LIMIT}"
        outcome: Counted | str | Message
        try:
            reads = read_only(context.statements.get(conditions.workload))
            dsn = server.dsn(key, name, read_only=reads, transport=conditions.transport)
            route = self._route()
            with route.dsn(dsn) as near:
                before = Use(route.cpu(), server.cpu())
                outcome = self._count(work, near, route)
                use = Use(route.cpu(), server.cpu()).since(before)
        except NetworkError as error:
            outcome = message("row.network", trouble=str(error))
        server.disconnected(name, LEAVE_SECONDS)
        return outcome, use

    def _count(self, work: Job, dsn: str, route: Direct | NetworkRoute) -> Counted | str | Message:
        """Let pgbench count; where it cannot, a route that is broken is the reason."""
        try:
            return pgbench.run(self.program, work, dsn, self.context)
        except PgbenchError as error:
            if trouble := route.trouble():
                return message("row.network", trouble=trouble)
            return masked(str(error), self.context.server.secrets)

    def _route(self) -> Direct | NetworkRoute:
        if not self.conditions.networked:
            return Direct()
        return delayed(self.conditions.rtt.seconds, self.context.watchdog, self.server_cores)
