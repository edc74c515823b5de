"""Cells and rows as a run writes them, for tests to change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from adapters.base import Failure, Traits, WhenExhausted
from runner.axes import AXES, Conditions, PoolSize
from runner.config.model import Config
from runner.plan.contender import Driver
from runner.plan.matrix import expand
from runner.plan.plan import Cell, Plan
from runner.results.row import Row, Status, TurnRow
from runner.results.taken_turn import TakenTurn
from runner.roles import role_of
from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS, OpenOrder, TurnOrder, TurnRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OPEN = OpenOrder("noop", "", 1, 1, 1.0, "equal", {}, "insert", 2, "cell", "seed")
"""An order to open a pool, for tests to change."""
CONDITIONS = Conditions(
    pool_size=PoolSize(5, 5),
    acquire_timeout=0.5,
    error_pause=0.01,
    warmup=0.3,
    duration=1.0,
    turn=1.0,
    lead_in=0.1,
)
CELL = Cell("psycopg3", CONDITIONS)
ROW = Row(
    cell=CELL,
    session=1,
    round=1,
    position=1,
    driver="psycopg",
    driver_version="3.3.9",
    pooled=True,
    status=Status.OK,
    operations=5000,
    ok=5000,
    starved_clients=0,
)


def cell(contender: str = "psycopg3", **conditions: Any) -> Cell:
    """Make a cell; `conditions` are values of axes."""
    return Cell(contender, replace(CONDITIONS, **conditions), role_of(contender))


def row(contender: str = "psycopg3", **changes: Any) -> Row:
    """Make a row; `changes` are values of axes and columns."""
    return changed(ROW, contender=contender, **changes)


def changed(row: Row, contender: str | None = None, **changes: Any) -> Row:
    """Change the contender of a row, its role, what is compared, values of axes and columns."""
    conditions = {name: changes.pop(name) for name in list(changes) if name in AXES}
    name = contender or row.contender
    role = changes.pop("role", role_of(contender) if contender else row.role)
    compared = changes.pop("compared", row.cell.compared)
    there = Cell(name, replace(row.conditions, **conditions), role, compared)
    return replace(row, cell=there, **changes)


def turn_row(of: Row, **changes: Any) -> TurnRow:
    """Make the line of a turn of a row; `changes` are its columns."""
    of_row = {"session": of.session, "round": of.round, "position": of.position}
    counts = {"operations": 100, "ok": 100, "failed": 0, "leaked": 0}
    times = {"started_at": "", "lead_in_ms": 15.0, "seconds": 0.045, "total_ms_mean": None}
    fields = {"turn": 1, "ops_per_s": 1000.0, **of_row, **counts, **times, **changes}
    return TurnRow(cell=of.cell.id, group=of.cell.group, **fields)


DRIVER = Driver("driver", "1.0")


@dataclass(frozen=True)
class Contender:
    """The facts that a plan asks of a contender."""

    traits: Traits
    profiles: tuple[str, ...] = ("equal", "stock")
    driver: Driver = DRIVER
    options: Mapping[str, Any] = field(default_factory=dict)
    unprepared: Mapping[str, Any] | None = field(default_factory=dict)


WAITS = Contender(Traits(WhenExhausted.WAITS))
DIRECT = Contender(Traits(WhenExhausted.NEVER, bounded=False))
CONTENDERS = {
    "psycopg2-simple": Contender(
        Traits(WhenExhausted.RAISES, bounded=False, thread_safe=False), ("equal",)
    ),
    "psycopg2": Contender(Traits(WhenExhausted.RAISES)),
    "psycopg2-queued": WAITS,
    "psycopg2-direct": DIRECT,
    "psycopg3": WAITS,
    "psycopg3-async": WAITS,
    "psycopg3-null": WAITS,
    "psycopg3-direct": DIRECT,
    "psycopg3-shared": Contender(Traits(WhenExhausted.NEVER, transactions=False)),
    "asyncpg": WAITS,
    "asyncpg-unlimited": WAITS,
    "asyncpg-direct": DIRECT,
    "sqlalchemy": WAITS,
    "sqlalchemy-async": WAITS,
    "pairs": Contender(Traits(WhenExhausted.WAITS, smallest=2)),
    "overflowing": replace(WAITS, driver=replace(DRIVER, overflow={"stock": 10})),
    "m.n:C": WAITS,
    "m.n.C": WAITS,
    "ASYNCPG": WAITS,
}


def config_of(text: str) -> Config:
    """Check the text of a configuration."""
    return Config.model_validate(yaml.safe_load(text))


def plan_of(text: str, *, affinity: bool = False) -> Plan:
    """Plan the text of a configuration; without `affinity` a cell has no core of its own."""
    return expand(config_of(text), CONTENDERS, affinity=affinity)


def ids(plan: Plan) -> list[str]:
    """Return the names of the cells of a plan."""
    return [cell.id for cell in plan.cells]


def limit_of(workload: str, connections: int, cpus: str = "all", hold: float = 0.0) -> Conditions:
    """Make the conditions of the server's own limit, as they are measured."""
    size = PoolSize(connections, connections)
    return Conditions(workload=workload, cpus=cpus, clients=connections, pool_size=size, hold=hold)


def turn_record(
    ok: tuple[int, ...] = (1,), times: Iterable[int] = (), **changes: Any
) -> TurnRecord:
    """Make the answer of a worker; `times` are those of whole operations, in nanoseconds."""
    histograms = {part: Histogram() for part in PARTS}
    histograms["total"].add(np.array(list(times), dtype=np.int64))
    failures = {kind.value: 0 for kind in Failure}
    fields = {"seconds": 0.4, "weight": float(sum(ok)), "failures": failures, **changes}
    return TurnRecord(ok=ok, **{"histograms": histograms, **fields})


def taken_turn(number: int, record: TurnRecord | None = None, **changes: Any) -> TakenTurn:
    """Make a turn that a cell has taken; 0 is the warm-up."""
    order = TurnOrder(number, 0.1, length=0.4)
    return TakenTurn(order, record or turn_record(), **changes)
