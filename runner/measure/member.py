"""A cell of a group in one round: its place, its run, its observations, and its row."""

from __future__ import annotations

import traceback
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.measure.startup import Startup
from runner.messages import message
from runner.own_sql.statement import read_only
from runner.plan.schedule import cycles
from runner.redaction import masked
from runner.results.csv_file import unbelievable
from runner.results.outcome import CUT_SHORT, Outcome, Seen, Written
from runner.results.row import Row, Status
from runner.results.row_builder import build_row
from runner.server.dsn import durable
from runner.server.network.route import delayed
from runner.times import SLOT_MS
from runner.worker.protocol import OpenOrder

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from runner.measure.cell_processes import Run
    from runner.measure.context import Context
    from runner.messages import Message
    from runner.own_sql.statement import Statement
    from runner.plan.contender import Contender
    from runner.plan.plan import Cell
    from runner.plan.tasks import Place
    from runner.results.taken_turn import TakenTurn
    from runner.server.evidence import Answer
    from runner.server.network.network import Network
    from runner.server.network.route import NetworkRoute
    from runner.server.pgbouncer import PgBouncer
    from runner.server.server import Server
    from runner.worker.protocol import TurnRecord

SERVER_LOST = "server_lost"
"""The flag of a row that lacks what the server could not tell any more: `--resume` measures it
again too, as nothing tells how much of it was measured on a server that still worked."""


SLOTS_OF_A_SECOND = 1000 // SLOT_MS


@dataclass(frozen=True)
class Subject:
    """A cell that is to be measured in a round."""

    cell: Cell
    place: Place
    key: str
    """The name of its table, its rows and its connections on the server."""
    contender: Contender
    statement: Statement | None = None
    """The user's own, where the workload is one."""
    rate: float | None = None
    """Operations that arrive in a second; None in a closed loop."""

    @property
    def on_server(self) -> bool:
        """The contender needs a server."""
        return self.contender.traits.server

    @property
    def rate_of_each(self) -> float | None:
        """Operations that arrive in a second in each of its processes; None in a closed loop."""
        return None if self.rate is None else self.rate / self.cell.conditions.processes

    def application_name(self, run: str) -> str:
        """Name its connections, of the run with those characters."""
        return f"poolbench {run} {self.key} {self.cell.contender}"

    @property
    def startup(self) -> Startup:
        """The way in which its workers are started."""
        return Startup(self.cell.conditions.allocator, self.contender.python)

    def dsn(self, server: Server, application_name: str) -> str:
        """Write the way to its table, as its cell goes it; empty where it needs no server."""
        if not self.on_server:
            return ""
        here = self.cell.conditions
        dsn = server.dsn(
            self.key,
            application_name,
            read_only=read_only(self.statement),
            transport=here.transport,
            pooled=here.pooled,
        )
        return durable(dsn) if here.fault and here.fault.of_kind.stops else dsn

    def pooler(self, context: Context, cores: Collection[int] | None) -> PgBouncer | None:
        """Make the pooler of the cell, which keeps to those cores; None where it has none."""
        here = self.cell.conditions
        if not here.pooled or context.pooler is None:
            return None
        from runner.server.pgbouncer import PgBouncer, Pooling  # not every system can have it

        size = self.contender.driver.most(here)
        most = 2 * (size + here.all_clients)  # connections outlive their clients for a moment
        pooling = Pooling(here.pooler, size, context.server.verifier, most, cores)
        return PgBouncer(context.pooler, pooling, context.watchdog, context.interrupts)

    def network(self, context: Context, cores: Collection[int] | None) -> NetworkRoute | None:
        """Make the network of the cell, which keeps to those cores; None where it has none."""
        here = self.cell.conditions
        if not here.networked:
            return None
        return delayed(here.rtt.seconds, context.watchdog, cores)

    def orders(self, seed: str, cores: Sequence[int]) -> list[OpenOrder]:
        """Return the order to open of each process, but for its DSN.

        `cores` are those of the run: with `cpus: one` each process keeps to one of the last. Each
        has rows and keys of its own, or all would read the same ones; the first has those of a
        cell of one process.
        """
        count = self.cell.conditions.processes
        first = self.order(seed, cores[-1:])
        return [
            first,
            *(
                replace(
                    first,
                    name=f"{self.key}-process{number}",
                    seed=f"{seed}/process{number}",
                    cpus=tuple(cores[-number : 1 - number]) if first.cpus else (),
                )
                for number in range(2, count + 1)
            ),
        ]

    def order(self, seed: str, cores: Sequence[int]) -> OpenOrder:
        """Return the order of the first process. `cores` are those of `cpus: one`."""
        cell = self.cell
        return OpenOrder(
            adapter=self.contender.adapter,
            dsn="",
            min_size=cell.conditions.pool_size.least,
            max_size=cell.conditions.pool_size.most,
            timeout=cell.conditions.acquire_timeout,
            profile=cell.conditions.profile,
            options=self.contender.options_under(cell.conditions),
            workload=cell.conditions.workload,
            clients=cell.conditions.clients,
            name=self.key,
            seed=seed,
            leak=cell.conditions.leak,
            keep_leaked=cell.conditions.leak_reference == "keep",
            error_pause=cell.conditions.error_pause,
            think_time=cell.conditions.think_time,
            hold=cell.conditions.hold,
            cpus=tuple(cores) if cell.conditions.cpus == "one" else (),
            statement=None if self.statement is None else self.statement.plain,
        )


@dataclass
class Member:
    """A cell of a group whose worker has been started."""

    subject: Subject
    application_name: str
    run: Run
    server_cores: int | None = None
    """The cores that the server has to itself; None where it shares them."""
    cores: int = 1
    """All cores of the run."""
    pooler: PgBouncer | None = None
    """The pooler between its clients and the server; None where they talk to each other."""
    through: NetworkRoute | None = None
    """The network of ours that its clients go through; None where nothing of ours is between."""
    route: ExitStack = field(default_factory=ExitStack)
    """The block in which its pooler and its network run."""
    flags: dict[str, None] = field(default_factory=dict)
    """The flags of the row, in the order in which they were noted."""
    seen: Seen = field(default_factory=Seen)
    turns: list[TakenTurn] = field(default_factory=list)
    """Every turn, the warm-up and those that others replace included."""
    short: TurnRecord | None = None
    """The turns that count, but for the uncut one, merged as they come: histograms are large."""
    uncut: TurnRecord | None = None
    answers: tuple[Answer, ...] = ()
    """The answers of its clients that are to be held against the rows."""

    def dsn(self, server: Server) -> str:
        """Write the way to its table, and start what is to be between: a network, then a pooler.

        The pooler is the server's neighbour. Raises PoolerError, NetworkError.
        """
        dsn = self.subject.dsn(server, self.application_name)
        if self.pooler:
            dsn = self.route.enter_context(self.pooler.dsn(dsn))
        return self.route.enter_context(self.through.dsn(dsn)) if self.through else dsn

    @property
    def network(self) -> Network | None:
        """The network that its connections go through, once it was started; None without one."""
        return self.through.network if self.through else None

    def trouble(self) -> Message | None:
        """Say what is wrong with what is between its clients and the server; None for nothing."""
        if self.pooler and (trouble := self.pooler.trouble()):
            return message("row.pooler", trouble=trouble)
        if self.through and (trouble := self.through.trouble()):
            return message("row.network", trouble=trouble)
        return None

    def see(self, **values: Any) -> None:
        """Note observations from outside, by the names of `Seen`."""
        self.seen = replace(self.seen, **values)

    def flag(self, name: str) -> None:
        """Note a caution for the readers of its row."""
        self.flags[name] = None

    def keep(self, turn: TakenTurn) -> None:
        """Add a turn to the others."""
        self.turns.append(turn)
        if turn.counts and turn.uncut:
            self.uncut = turn.record
        elif turn.counts:
            self.short = self.short.then(turn.record) if self.short else turn.record

    @property
    def counted(self) -> list[TakenTurn]:
        """The turns that count."""
        return [turn for turn in self.turns if turn.counts]

    @property
    def tails(self) -> TurnRecord | None:
        """The record that percentiles, fairness and distributions are of."""
        return self.uncut or self.short

    @property
    def serves(self) -> bool:
        """Its pool can be asked once more: nobody has leaked it dry, and no fault has broken it."""
        last = self.turns[-1].record.timeline if self.turns else ()
        alive = sum(slot.operations for slot in last[-SLOTS_OF_A_SECOND:]) > 0
        conditions = self.subject.cell.conditions
        return not conditions.leak and (conditions.fault is None or alive)

    @property
    def has_row(self) -> bool:
        """The cell has a row: it was measured, or it could not be."""
        return bool(self.tails) or self.run.status is not Status.OK

    def cut_short(self) -> None:
        """Note that the run ended before it had taken all its turns, if so."""
        cell = self.subject.cell
        if cell.conditions.takes_turns and 0 < len(self.counted) < len(cycles(cell, "")):
            self.flag(CUT_SHORT)

    def result(self, secrets: Sequence[str]) -> Row:
        """Make the row as far as it is known, with every secret masked.

        Where it cannot be made, or no reader would take it, the cell has failed: the rows of the
        others are stored in the same write.
        """
        try:
            row = self._measured(secrets)
            if wrong := unbelievable(row):
                raise ValueError(wrong)  # noqa: TRY301 - it ends like what cannot be made
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this cell's
            return self._row(_unmade(error, tuple(self.flags), secrets))
        return row

    def _measured(self, secrets: Sequence[str]) -> Row:
        short, uncut = (it and _masked(it, secrets) for it in (self.short, self.uncut))
        pace = [turn for turn in self.counted if not turn.uncut]
        server_cpu = _added([turn.server_cpu for turn in pace])
        pooler_cpu = _added([turn.pooler_cpu for turn in pace]) if self.pooler else None
        network_cpu = _added([turn.network_cpu for turn in pace]) if self.through else None
        seconds = sum(turn.whole_seconds for turn in pace)
        outcome = Outcome(
            self.run.status,
            self.run.reason and self.run.reason.with_texts(partial(masked, secrets=secrets)),
            tuple(self.flags),
            measured=short.then(uncut) if short and uncut else uncut or short,
            short=short,
            uncut=uncut,
            turns=len(self.counted),
            disturbed=self.counted[-1].disturbed if self.counted else None,
            arrivals_per_s=self.subject.rate,
            rates=tuple(turn.record.weight / turn.record.seconds for turn in pace),
            finished=sum(turn.record.finished for turn in self.turns),
            server_cpu=server_cpu,
            server_operations=sum(turn.record.finished for turn in pace),
            server_share=self._server_share([server_cpu, pooler_cpu, network_cpu], seconds),
            pooler_cpu=pooler_cpu,
            pooler_share=_share(pooler_cpu, seconds),
            network_cpu=network_cpu,
            network_share=_share(network_cpu, seconds),
            cores=self.cores,
            server_cores=self.server_cores,
            succeeded=sum(turn.record.succeeded for turn in self.turns),
            written=Written.by([turn.record for turn in self.turns]),
            seen=self.seen,
        )
        return self._row(outcome)

    def _row(self, outcome: Outcome) -> Row:
        subject = self.subject
        return build_row(subject.cell, subject.place, subject.contender.driver, outcome)

    def _server_share(self, cpu: Sequence[float | None], seconds: float) -> float | None:
        """Return the share of its own cores that the server used, and what is there beside it.

        At least that, where the use of what is beside it is not known.
        """
        if cpu[0] is None or not self.server_cores or not seconds:
            return None
        return sum(filter(None, cpu)) / (self.server_cores * seconds)


def _unmade(error: Exception, flags: tuple[str, ...], secrets: Sequence[str]) -> Outcome:
    """Say which error there was instead of a row, and where."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    cause = masked(f"{type(error).__name__}: {error}", secrets)
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return Outcome(Status.FAILED, message("row.unmade", cause=cause, place=place), flags)


def _masked(record: TurnRecord, secrets: Sequence[str]) -> TurnRecord:
    """Mask the secrets in what drivers said, before a long text is cut: in the midst of one."""
    messages = {
        kind: {masked(text, secrets): times for text, times in counts.items()}
        for kind, counts in record.messages.items()
    }
    return replace(record, messages=messages)


def _share(cpu: float | None, seconds: float) -> float | None:
    """Return CPU as a share of a core; None where it is not known."""
    return None if cpu is None or not seconds else cpu / seconds


def _added(values: Sequence[float | None]) -> float | None:
    """Add up values; None where one is not known."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
