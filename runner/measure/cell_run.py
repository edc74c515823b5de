"""Where one cell of a group stands: its process, what it answered, and the row that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from runner.measure.worker_process import CellError, CellProcess, Crashed, Hung
from runner.messages import said
from runner.plan.schedule import windows
from runner.redaction import masked
from runner.results.outcome import Driver, Outcome, Seen, Written
from runner.results.row import Row, Status
from runner.results.row_builder import row_of
from runner.worker.protocol import OpenOrder, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.base import Traits
    from runner.messages import Message
    from runner.plan.plan import Cell
    from runner.plan.tasks import Place
    from runner.worker.protocol import Measured, TurnOrder

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
    reason: Message | None = None
    flags: list[str] = field(default_factory=list)
    taken: list[tuple[TurnOrder, Measured]] = field(default_factory=list)
    """Every turn, the warm-up included."""
    seen: Seen = field(default_factory=Seen)

    def look(self, **seen: Any) -> None:
        """Note what was seen of it from outside."""
        self.seen = replace(self.seen, **seen)

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
        self.status, self.reason = kinds.get(type(error), Status.FAILED), said(str(error))
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
    def turns(self) -> list[Measured]:
        """The turns that count; a warm-up does not."""
        return [measured for order, measured in self.taken if order.number and measured.seconds]

    def cut_short(self) -> None:
        """Note that the run ended before it had taken all its turns, if so."""
        if self.cell.conditions.takes_turns and 0 < len(self.turns) < windows(self.cell)[0]:
            self.flags.append(CUT_SHORT)

    @property
    def counted(self) -> Measured | None:
        """All turns that count, together."""
        turns = self.turns
        return together(turns) if turns else None

    def order(self, dsn: str, seed: str, cores: Sequence[int]) -> OpenOrder:
        """Return what the process needs to open its pool. `cores` is where `cpus: one` keeps it."""
        cell = self.cell
        return OpenOrder(
            adapter=self.variant.adapter,
            dsn=dsn,
            min_size=cell.conditions.pool_size.least,
            max_size=cell.conditions.pool_size.most,
            timeout=cell.conditions.acquire_timeout,
            profile=cell.conditions.profile,
            options=dict(self.variant.options),
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
        )

    def result(self, secrets: Sequence[str]) -> Row:
        """Return the row as far as it is known, with every secret masked."""
        every = [measured for _, measured in self.taken]
        outcome = Outcome(
            self.status,
            self.reason and self.reason.with_texts(partial(masked, secrets=secrets)),
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
        row = row_of(self.cell, self.place, self.variant.driver, outcome)
        return replace(row, examples=masked(row.examples, secrets))
