"""Where one cell of a group stands: its process, what it answered, and the row that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from runner.measure.worker_process import CellError, CellProcess, Crashed, Hung
from runner.plan.schedule import windows
from runner.redaction import masked
from runner.results.outcome import Driver, Outcome, Seen, Written
from runner.results.row import Result, Status
from runner.results.row_builder import result
from runner.worker.protocol import OpenOrder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.base import Traits
    from runner.plan.plan import Cell
    from runner.plan.tasks import Place
    from runner.worker.protocol import TurnOrder, TurnRecord

CUT_SHORT = "cut_short"
"""The flag of a row that has fewer turns than it should: it is measured again by `--resume`."""

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True)
class Variant:
    """An adapter under the user's name for it."""

    name: str
    adapter: str
    """Registered name or dotted path."""
    options: Mapping[str, Any]
    traits: Traits
    driver: Driver
    profiles: tuple[str, ...] = ("equal",)


@dataclass
class CellRun:
    """One cell of the group and how far it has come."""

    cell: Cell
    place: Place
    key: str
    """Its name on the server: of its room, its rows and its connections."""
    variant: Variant
    process: CellProcess | None = None
    status: Status = Status.OK
    reason: str = ""
    flags: list[str] = field(default_factory=list)
    taken: list[tuple[TurnOrder, TurnRecord]] = field(default_factory=list)
    """Every turn, the warm-up included."""
    counted: TurnRecord | None = None
    """All turns that count, merged; a warm-up does not."""
    seen: Seen = field(default_factory=Seen)

    def look(self, **seen: Any) -> None:
        """Note what was seen of it from outside."""
        self.seen = replace(self.seen, **seen)

    def take(self, order: TurnOrder, record: TurnRecord) -> None:
        """Keep a turn, and merge it with those before it: once, histograms are large."""
        self.taken.append((order, record))
        if _counts(order, record):
            self.counted = self.counted.then(record) if self.counted else record

    @property
    def spent(self) -> float:
        """Seconds of its turns so far, as they were ordered."""
        return sum(order.lead_in + order.length for order, _ in self.taken)

    @property
    def mean(self) -> float | None:
        """Seconds of an operation in its last turn that had any."""
        for _, measured in reversed(self.taken):
            if (mean := measured.histograms["total"].mean) is not None:
                return mean / NANOSECONDS
        return None

    def give_up(self, error: CellError) -> None:
        """Note why the cell cannot go on, and end it."""
        kinds = {Hung: Status.HUNG, Crashed: Status.CRASHED}
        self.status, self.reason = kinds.get(type(error), Status.FAILED), str(error)
        self.end()

    def end(self) -> None:
        """End the process, however far it is."""
        if self.process:
            self.process.kill()
            self.process = None

    @property
    def has_row(self) -> bool:
        """Whether there is something to tell: it was measured, or it could not be."""
        return self.counted is not None or self.status is not Status.OK

    @property
    def turns(self) -> list[TurnRecord]:
        """The turns that count; a warm-up does not."""
        return [record for order, record in self.taken if _counts(order, record)]

    def cut_short(self) -> None:
        """Note that the run ended before it had taken all its turns, if so."""
        if self.cell.takes_turns and 0 < len(self.turns) < windows(self.cell)[0]:
            self.flags.append(CUT_SHORT)

    def order(self, dsn: str, seed: str, cores: Sequence[int]) -> OpenOrder:
        """Return what the process needs to open its pool. `cores` is where `cpus: one` keeps it."""
        cell = self.cell
        return OpenOrder(
            adapter=self.variant.adapter,
            dsn=dsn,
            min_size=cell.pool_min,
            max_size=cell.pool_max,
            timeout=cell.acquire_timeout,
            profile=cell.profile,
            options=dict(self.variant.options),
            workload=cell.workload,
            clients=cell.clients,
            name=self.key,
            seed=seed,
            leak=cell.leak,
            keep_leaked=cell.leak_reference == "keep",
            error_pause=cell.error_pause,
            think_time=cell.think_time,
            hold=cell.hold,
            cpus=tuple(cores) if cell.cpus == "one" else (),
        )

    def result(self, secrets: Sequence[str]) -> Result:
        """Return the row as far as it is known, with every secret masked."""
        every = [measured for _, measured in self.taken]
        outcome = Outcome(
            self.status,
            masked(self.reason, secrets),
            tuple(self.flags),
            self.counted,
            rates=tuple(turn.weight / turn.seconds for turn in self.turns),
            finished=sum(turn.finished for turn in every),
            succeeded=sum(turn.succeeded for turn in every),
            written=Written(
                sum(turn.inserted for turn in every),
                sum(turn.deleted for turn in every),
                sum(turn.uncertain for turn in every),
                sum(turn.ids for turn in every),
            ),
            seen=self.seen,
        )
        row = result(self.cell, self.place, self.variant.driver, outcome)
        return replace(row, examples=masked(row.examples, secrets))


def _counts(order: TurnOrder, record: TurnRecord) -> bool:
    """Tell a turn that counts from a warm-up and from one that measured nothing."""
    return bool(order.number and record.seconds)
