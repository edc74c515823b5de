"""The axes: all that a measurement depends on but the contender, each declared once.

Columns, names of cells, titles, the order of groups, `--only`, the keys of the YAML and the
refusals follow from the declarations in `Conditions`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from runner.axis import (
    Axis,
    Choice,
    Name,
    OneFault,
    PerSecond,
    Probability,
    RoundTripTime,
    Whole,
    declared,
    one_column,
    spelled,
    time_of_a_run,
)
from runner.fault import DEFAULT_AT, NO_FAULT, Fault, read_fault
from runner.messages import Message, message
from runner.rate import SEVERAL, Rate, read_rate
from runner.refusals import (
    DIRECT,
    TRANSACTION,
    no_transactions,
    nothing_to_break,
    nothing_to_delay,
    nothing_to_leak,
    nothing_to_pool,
    nothing_to_reach,
    nothing_to_size,
    unknown_profile,
)
from runner.rtt import NO_NETWORK, Rtt, read_milliseconds, rtt_of
from runner.workloads import WITHOUT_QUERY, WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

MOST_CLIENTS = 10_000
MOST_PROCESSES = 64


class PoolSize(NamedTuple):
    """The connections that a pool keeps open, and the most that it opens."""

    least: int
    most: int

    def __str__(self) -> str:
        return str(self.most) if self.least == self.most else f"{self.least}to{self.most}"


UNKNOWN = PoolSize(0, 0)
"""The size in reports of runs that did not keep it."""

ADAPTER = "adapter"
"""The axis of the contenders, which is compared unless another one is named."""

NOT_KEPT = "unknown"
"""The allocator in such reports: the workers had whatever the runner's environment said."""


def _size_from_columns(texts: Sequence[str]) -> PoolSize:
    return PoolSize(int(texts[0]), int(texts[1])) if texts[1] else UNKNOWN


def file_name(adapter: str) -> str:
    """Write a dotted path `package.module:Class` as every file system allows it."""
    return adapter.replace(":", ".")


def entrant_of(axis: str, value: object) -> str:
    """Name a value of an axis that is compared: `psycopg3`, or `pool_size 10`."""
    return str(value) if axis == ADAPTER else f"{axis} {spelled(value)}"


def _cores(cpus: str) -> Message:
    return message("axis.one_core") if cpus == "one" else message("axis.all_cores")


def _leaks(leak: float) -> Message:
    return message("axis.leak", share=leak) if leak else message("axis.no_leak")


def _arrivals(rate: Rate | None) -> Message:
    if rate is None:
        return message("axis.no_rate")
    if rate == SEVERAL:
        return message("axis.rates")
    if rate.is_share:
        return message("axis.rate_share", share=rate.number)
    return message("axis.rate", rate=rate.number)


def _happens(fault: Fault | None) -> Message:
    if fault is None:
        return message("axis.no_fault")
    kind = fault.of_kind.words
    happens = message("axis.fault", kind=kind)
    if fault.lasts:
        happens = message("axis.lasting_fault", kind=kind, seconds=fault.lasts)
    at = [("at", fault.at)] * (fault.at != DEFAULT_AT)
    told = [f"{name} {number:.10g}" for name, number in (*at, *fault.parameters)]
    return message("axis.fault_with", fault=happens, parameters=told) if told else happens


def _pooled(pooler: str) -> Message:
    if pooler == DIRECT:
        return message("axis.no_pooler")
    return message("axis.pooler", mode=pooler)


def _network(rtt: Rtt) -> Message:
    if not rtt.through:
        return message("axis.no_network")
    return message("axis.rtt", delay=rtt.seconds * 1000)


def _short_rate(rate: Rate | None) -> str:
    return "" if rate in (None, SEVERAL) else f"r{rate}".replace("%", "pct")


def _connections(size: PoolSize) -> Message:
    if size.least < size.most:
        return message("axis.pool_range", least=size.least, count=size.most)
    return message("axis.pool_size", count=size.most)


@dataclass(frozen=True)
class Conditions:
    """One value for every axis. Times are seconds.

    The axes that a matrix can list come first, in the order of groups.
    """

    workload: str = declared(
        Axis(
            doc="What a client does with a connection.",
            **one_column("workload", str),
            listable=Name(WORKLOADS, section="workloads"),
            default="insert",
            short=file_name,
            limit_depends=True,
            not_compared="an operation of one workload is another one than that of the next",
            refuses=no_transactions,
        )
    )
    profile: str = declared(
        Axis(
            doc="`equal`: the same terms for every pool. `stock`: each library as it comes.",
            **one_column("profile", str),
            listable=Choice(("equal", "stock")),
            default="equal",
            short=lambda profile: "" if profile == "equal" else profile,
            phrase=lambda profile: message("axis.profile", profile=profile),
            usual="equal",
            refuses=unknown_profile,
        )
    )
    cpus: str = declared(
        Axis(
            doc="`all`: the cell may use every core. `one`: it is kept on one of its own. `auto`: "
            "`one` where that can be done here, else `all`.",
            **one_column("cpus", str),
            listable=Choice(("auto", "all", "one")),
            default="auto",
            short=lambda cpus: "" if cpus == "all" else cpus,
            phrase=_cores,
            added=lambda title, phrase: message("title.placed", title=title, phrase=phrase),
            usual="all",
            limit_depends=True,
            not_compared="the server keeps to its cores for as long as the cells of a group live",
        ),
        default="all",
    )
    """A measured cell has what `auto` became."""
    allocator: str = declared(
        Axis(
            doc="`settled`: the C library's allocator is that of a long-lived service. `fresh`: as"
            " the process comes.",
            **one_column("allocator", str, NOT_KEPT),
            listable=Choice(("settled", "fresh")),
            default="settled",
            short=lambda allocator: allocator if allocator == "fresh" else "",
            phrase=lambda allocator: message("axis.allocator", allocator=allocator),
            usual="settled",
            not_kept=NOT_KEPT,
        )
    )
    clients: int = declared(
        Axis(
            doc="Clients that use the pool at once; of each process.",
            **one_column("clients", int),
            listable=Whole(1, MOST_CLIENTS),
            default=10,
            short=lambda clients: f"c{clients}",
            phrase=lambda clients: message("axis.clients", count=clients),
        )
    )
    pool_size: PoolSize = declared(  # noqa: RUF009 - it makes a field
        Axis(
            doc="Sets both sizes of the pool; of each process.",
            columns=("pool_min", "pool_max"),
            to_columns=lambda size: (None, None) if size is None else tuple(size),
            from_columns=_size_from_columns,
            listable=Whole(1, MOST_CLIENTS),
            from_listed=lambda size: PoolSize(size, size),
            short=lambda size: f"p{size}",
            phrase=_connections,
            added=lambda title, phrase: message("title.over", title=title, phrase=phrase),
            limit_depends=True,
            refuses=nothing_to_size,
        ),
        default=UNKNOWN,
    )
    processes: int = declared(
        Axis(
            doc="Processes of a cell, each with a pool and clients of its own.",
            **one_column("processes", int, 1),
            listable=Whole(1, MOST_PROCESSES),
            default=1,
            short=lambda count: f"x{count}" if count > 1 else "",
            phrase=lambda count: message("axis.processes", count=count),
            added=lambda title, phrase: message("title.each", title=title, phrase=phrase),
            usual=1,
            tacit=True,
            limit_depends=True,
        )
    )
    """The number of clients and the size of the pool are those of each process."""
    leak: float = declared(
        Axis(
            doc="The probability that a client forgets to release.",
            **one_column("leak", float),
            listable=Probability(),
            default=0.0,
            short=lambda leak: f"leak{spelled(leak)}" if leak else "",
            phrase=_leaks,
            usual=0.0,
            not_compared="cells that leak change as they run, so that they have no speed",
            refuses=nothing_to_leak,
        )
    )
    transport: str = declared(
        Axis(
            doc="What is between client and server: `tcp` without encryption, `unix` for a socket,"
            " `tls`. Left out, it is as the address of the server has it.",
            **one_column("transport", str, ""),
            listable=Choice(("tcp", "unix", "tls")),
            short=str,
            phrase=lambda transport: message("axis.transport", transport=transport.upper()),
            usual="",
            tacit=True,
            limit_depends=True,
            refuses=nothing_to_reach,
        ),
        default="",
    )
    pooler: str = declared(
        Axis(
            doc="A PgBouncer between client and server, in its `session` or `transaction` mode; on"
            " the embedded server. `none`: they talk to each other.",
            **one_column("pooler", str, DIRECT),
            listable=Choice((DIRECT, "session", TRANSACTION)),
            default=DIRECT,
            short=lambda pooler: "" if pooler == DIRECT else f"pooler_{pooler}",
            phrase=_pooled,
            usual=DIRECT,
            tacit=True,
            refuses=nothing_to_pool,
        )
    )
    """The limit of each is that of the server without one."""
    rtt: Rtt = declared(  # noqa: RUF009 - it makes a field
        Axis(
            doc="A network of ours between client and server, in which a round trip takes that much"
            " longer: `1ms`; `0ms` is one without a delay. `none`: nothing of ours is between.",
            columns=("rtt_ms",),
            to_columns=lambda rtt: (None if rtt is None else rtt.milliseconds,),
            from_columns=lambda texts: read_milliseconds(texts[0]),
            listable=RoundTripTime(),
            default="none",
            from_listed=rtt_of,
            short=lambda rtt: f"rtt{rtt}" if rtt.through else "",
            phrase=_network,
            usual=NO_NETWORK,
            tacit=True,
            limit_depends=True,
            refuses=nothing_to_delay,
        ),
        default=NO_NETWORK,
    )
    """A group has it as a whole: cells with a network are compared with such alone, unless the
    axis itself is compared."""
    rate: Rate | None = declared(  # noqa: RUF009 - it makes a field
        Axis(
            doc="Operations that arrive in a second, whether clients are free or not (an open"
            " loop): 2000, or 70% of what `find` found for the baseline. `none`: each client begins"
            " one when it has ended the one before.",
            columns=("rate",),
            to_columns=lambda rate: (None if rate in (None, SEVERAL) else str(rate),),
            from_columns=lambda texts: read_rate(texts[0]) if texts[0] else None,
            listable=PerSecond(),
            from_listed=read_rate,
            short=_short_rate,
            phrase=_arrivals,
            tacit=True,
            together=SEVERAL,
            added=lambda title, phrase: message("title.at_rate", title=title, phrase=phrase),
        )
    )
    fault: Fault | None = declared(  # noqa: RUF009 - it makes a field
        Axis(
            doc="Something that is done to the server, or to the network before it, while a cell"
            " runs: {kind: down, at: 1s, lasts: 3s}; see docs/faults.md. `none`: nothing is.",
            columns=("fault",),
            to_columns=lambda fault: (fault and str(fault),),
            from_columns=lambda texts: read_fault(texts[0]),
            listable=OneFault(),
            from_listed=lambda listed: None if listed == NO_FAULT else listed,
            short=lambda fault: fault.short if fault else "",
            phrase=_happens,
            tacit=True,
            not_compared="cells with a fault change as they run, so that they have no speed",
            refuses=nothing_to_break,
        )
    )
    adapter: str | None = declared(
        Axis(
            columns=(),
            to_columns=lambda _: (),
            from_columns=lambda _: None,
            short=file_name,
            phrase=lambda adapter: message("axis.adapter", adapter=adapter),
        )
    )
    """What a group has in common where another axis than the adapter is compared; else None: a
    cell has its contender beside its conditions."""
    acquire_timeout: float = time_of_a_run("acquire_timeout_ms")
    error_pause: float = time_of_a_run("error_pause_ms")
    think_time: float = time_of_a_run("think_time_ms")
    hold: float = time_of_a_run("hold_ms")
    """The time that the server sleeps in the workload `hold`."""
    leak_reference: str = declared(
        Axis(**one_column("leak_reference", str, "drop"), default="drop")
    )
    """`drop`: a client that leaks forgets the connection. `keep`: it keeps a reference."""
    warmup: float = time_of_a_run("warmup_ms")
    duration: float = time_of_a_run("duration_ms")
    """The counted time; means nothing where `operations_per_client` is set."""
    operations_per_client: int | None = declared(Axis(**one_column("operations_per_client", int)))
    turn: float = time_of_a_run("turn_ms")
    """The time that a cell has the machine at once, lead-in included; 0 is as long as it takes."""
    lead_in: float = time_of_a_run("lead_in_ms")
    shed: float = time_of_a_run("shed_ms")
    """The time after which an arrival is dropped that no client has taken up; 0 is never."""
    uncut: float = time_of_a_run("uncut_ms")
    """The counted time of the one longer turn of a cell whose turns are shorter; 0 is none."""

    @property
    def steady(self) -> bool:
        """A speed may be compared here: the cell does not change as it runs."""
        return not self.leak and self.fault is None

    @property
    def own_workload(self) -> bool:
        """The workload is the user's own: what it asks and writes is not known here."""
        return self.workload not in WORKLOADS

    @property
    def asks_server(self) -> bool:
        """Each operation is known to ask the server something."""
        return self.workload not in WITHOUT_QUERY and ":" not in self.workload

    @property
    def paced(self) -> bool:
        """Operations arrive at a rate that is given: every adapter does it, so it is no speed."""
        return self.rate is not None

    @property
    def pooled(self) -> bool:
        """A pooler is between the clients and the server."""
        return self.pooler != DIRECT

    @property
    def networked(self) -> bool:
        """A network of ours is between the clients and the server."""
        broken = self.fault is not None and self.fault.of_kind.network
        return broken or self.rtt != NO_NETWORK

    @property
    def lends_sessions(self) -> bool:
        """A client has another session of the server in each transaction."""
        return self.pooler == TRANSACTION

    @property
    def takes_turns(self) -> bool:
        """The counted time is cut into turns (METHOD 3)."""
        return bool(self.turn) and self.operations_per_client is None and self.steady

    def unpaced(self) -> Conditions:
        """Return the conditions without their rate, and without the turns that it takes."""
        return self.without("rate", "turn", "lead_in", "shed")

    @property
    def connections(self) -> int:
        """The most connections that the pools of all processes open."""
        return self.pool_size.most * self.processes

    @property
    def all_clients(self) -> int:
        """The clients of all processes."""
        return self.clients * self.processes

    def without(self, *names: str) -> Conditions:
        """Return the conditions with some axes empty: the key of all that shares the rest."""
        missing: dict[str, Any] = dict.fromkeys(names)
        return replace(self, **missing)

    def of_limit(self) -> Conditions:
        """Return the conditions of the server's own limit: the key of a limit (METHOD 13)."""
        kept = {name: getattr(self, name) for name, axis in AXES.items() if axis.limit_depends}
        apart = self.cpus == "one"  # pgbench has as many cores as there are processes
        size = self.pool_size.most if apart else self.connections
        kept |= {"pool_size": PoolSize(size, size), "processes": self.processes if apart else 1}
        return type(self)(
            **kept,
            clients=self.connections,
            hold=self.hold if self.workload == "hold" else 0.0,
        )

    @property
    def rank(self) -> tuple[Any, ...]:
        """The key that orders groups: by axis, unknown values first."""
        values = (getattr(self, name) for name in AXES)
        return tuple((value is not None, value) for value in values)

    def name(self, axes: Collection[str] | None = None) -> str:
        """Return a name that a file can have: `insert-c10-p5-leak1`, or of some axes."""
        values = {
            name: value
            for name in NAMING
            if (axes is None or name in axes) and (value := getattr(self, name)) is not None
        }
        return "-".join(filter(None, (AXES[name].short(value) for name, value in values.items())))

    def columns(self) -> dict[str, object]:
        """Return the values as the columns of a file hold them."""
        return {
            column: cell
            for name, axis in AXES.items()
            for column, cell in zip(axis.columns, axis.to_columns(getattr(self, name)), strict=True)
        }

    @classmethod
    def from_columns(cls, row: Mapping[str, str]) -> Conditions:
        """Read the values of a line; a column that it lacks is empty. Raises ValueError."""
        return cls(**{name: axis.value_in(row) for name, axis in AXES.items()})


def axes_of(conditions: type[Conditions]) -> dict[str, Axis]:
    """Return the axes that a class of conditions declares, by name."""
    return {declared.name: declared.metadata["axis"] for declared in fields(conditions)}


AXES = axes_of(Conditions)
MATRIX = {name: axis for name, axis in AXES.items() if axis.listable is not None}
"""The axes that the matrix can list."""
COMPARABLE = (ADAPTER, *(name for name, axis in MATRIX.items() if not axis.not_compared))
"""The axes whose values can be compared with each other."""

LISTED_FIRST = ("workload", "clients", "pool_size", "processes", "leak", "cpus", "profile")
NAMING = (ADAPTER, *LISTED_FIRST, *(name for name in MATRIX if name not in LISTED_FIRST))
"""The order of axes in names and titles."""

COLUMNS = tuple(column for axis in AXES.values() for column in axis.columns)


def title(conditions: Conditions) -> Message | None:
    """Name a group in plain words: `insert, 10 clients on 5 connections, on one core`."""
    whole: Message | None = None
    for name in NAMING:
        axis, value = AXES[name], getattr(conditions, name)
        if value not in (None, axis.usual, axis.not_kept):
            phrase = axis.phrase(value)
            whole = phrase if whole is None else axis.added(whole, phrase)
    return whole
