"""The configuration as a whole: every key of a YAML file, its default and its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from runner.axes import ADAPTER, entrant_of
from runner.config.axes import (
    AdapterName,
    Axes,
    Baseline,
    ComparedAxis,
    Included,
    IncludedAxes,
    Matrix,
    SomeAxes,
)
from runner.config.configured_adapter import ConfiguredAdapter
from runner.config.duration import write_duration
from runner.config.find import Find
from runner.config.own_workload import OwnWorkload
from runner.config.pool import Pool
from runner.config.section import PlacedSection, Section
from runner.config.server import Server
from runner.config.value_types import (
    Duration,
    Flag,
    Language,
    LongerThanNothing,
    Name,
    Rounds,
    Share,
    Text,
    TurnLength,
    WholeNumber,
    WholeSeconds,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from runner.config.complaints import Key

MOST_OPERATIONS = 1_000_000_000
LARGEST_SEED = 2**63 - 1
LEAST_RECOVERY = 1.0
"""Seconds: whether a pool serves again is seen in the last one."""


def _some_seconds(seconds: float) -> float:
    if seconds < LEAST_RECOVERY:
        raise ValueError(f"must be at least {write_duration(LEAST_RECOVERY)}")
    return seconds


Recovery = Annotated[Duration, AfterValidator(_some_seconds)]


class Config(PlacedSection):
    """The contenders, the conditions and the length of a run."""

    name: Name = Field(default_factory=lambda: "run")
    """The beginning of the name of the run's folder; the file's own name where it is left out."""
    language: Language | None = None
    """The language of the report and of the terminal: `en` or `es`. Left out, it is that of the
    environment (LANG); `--language` takes precedence."""
    server: Server = Field(default_factory=Server)
    """The PostgreSQL to measure against."""
    rounds: Rounds = 5
    """The number of times that every cell is measured."""
    leak_rounds: Rounds | None = None
    """The number of first rounds in which cells that leak, or that have a fault, are measured; all
    where it is left out."""
    duration: LongerThanNothing = 1.0
    """The counted time of a cell in a round."""
    operations_per_client: Annotated[WholeNumber, Field(ge=1, le=MOST_OPERATIONS)] | None = None
    """Instead of `duration`: the number of operations after which each client ends."""
    recovery: Recovery = 6.0
    """The counted time of a cell with a fault after that should be mended: its one turn lasts `at`,
    `lasts` and this, whatever `duration` says."""
    warmup: Duration = 0.3
    """The time before the counted time; no client leaks in it."""
    turn: TurnLength | None = None
    """The time that a cell has the machine before the next one of its group has it, `lead_in`
    included; `off` where a server has too few slots for a group: then a cell has one turn. Left
    out, it is as short as is free of bias where the cell runs: see docs/turns.md."""
    lead_in: Duration | None = None
    """The part of a turn that is not counted; at least three mean operations. Left out, it is that
    of the turns where the cell runs: see docs/turns.md."""
    uncut: Duration = 0.5
    """The counted time of one more turn in each round, of cells whose turns are shorter than that:
    percentiles, the longest wait and fairness come from it, because every turn starts the clients
    anew. 0 is none."""
    seed: Annotated[WholeNumber, Field(ge=0, le=LARGEST_SEED)] | None = None
    """The seed of every shuffle and every leak; drawn and stored where it is left out."""
    pool: Pool = Pool()
    """The size and the time-out of every pool."""
    adapters: dict[AdapterName, ConfiguredAdapter] = {}
    """Adapters under names of your own, with options."""
    workloads: dict[Name, OwnWorkload] = {}
    """Workloads of your own: see docs/workloads.md."""
    matrix: Matrix
    """The cells: every combination of the axes."""
    include: tuple[Included, ...] = ()
    """Combinations beside the matrix; axes that are left out take the matrix's values."""
    exclude: tuple[SomeAxes, ...] = ()
    """A cell that matches every axis of an entry is left out."""
    compare: ComparedAxis = ADAPTER
    """The axis whose values are alive side by side, take turns and are compared with each other;
    cells that differ in any other axis are not, nor are two adapters then."""
    baseline: Baseline | None = None
    """What the others are compared with: an adapter, or a value of the axis that `compare` names;
    the first that can be compared where it is left out."""
    control: Flag = True
    """Run the baseline twice, to show the differences that noise alone makes."""
    limit: Flag = True
    """Let pgbench show in each round what the server could have done."""
    limit_duration: WholeSeconds = 3.0
    """The time for which pgbench runs in a round, in whole seconds."""
    round_trips: Flag = True
    """Count the cost of an operation on the wire before the first round."""
    margin: Share = 0.03
    """Differences below this are none in practice."""
    precision: Share | None = None
    """Instead of `rounds`: measure until every interval is at most this wide to each side."""
    budget: LongerThanNothing = 600.0
    """The longest time that a run with `precision` may take."""
    thresholds: dict[Text, tuple[Text, ...]] = {}
    """Cells (`adapter=psycopg3 clients=50`) -> conditions that must hold (`ops_per_s > 1000`)."""
    error_pause: Duration = 0.01
    """The pause of a client after a failed operation."""
    think_time: Duration = 0.0
    """The pause of a client after every operation."""
    hold: Duration = 0.02
    """The time that the server sleeps in the workload `hold`."""
    deadline: LongerThanNothing | None = None
    """The longest time that one cell may take in a round."""
    find: Find | None = None
    """Look for the highest rate at which each adapter keeps these times, before the first round;
    a `rate` that is a share is one of the baseline's."""
    longest_p99: LongerThanNothing | None = None
    """With `compare: pool_size`: the longest p99 of the whole with which a size is enough."""
    shed: LongerThanNothing | None = None
    """The longest time that an arrival of a `rate` may wait for a client; then it is dropped, and
    counted. Left out, none is."""
    leak_reference: Literal["drop", "keep"] = "drop"
    """`drop`: a client that leaks loses the name of the connection. `keep`: it keeps the name."""
    keep: Flag = False
    """Leave the schema on a server that is not PoolBench's own."""
    lesson: Flag = False
    """End the run with what the lesson of leaked connections expects beside what was observed."""

    @property
    def baseline_entrant(self) -> str | None:
        """The name of the baseline among what is compared: `psycopg3`, or `pool_size 10`."""
        return None if self.baseline is None else entrant_of(self.compare, self.baseline)

    def written(self, axis: str) -> Iterator[tuple[Key, Any]]:
        """Yield every value of an axis with its key: of the matrix, the includes, the excludes."""
        sections: dict[Key, Axes] = {("matrix",): self.matrix}
        sections |= {("include", index): axes for index, axes in enumerate(self.include)}
        sections |= {("exclude", index): axes for index, axes in enumerate(self.exclude)}
        for key, axes in sections.items():
            for index, value in enumerate(axes.listed().get(axis, ())):
                yield (*key, axis, index), value

    def adapter_names(self) -> dict[str, Key]:
        """Return every adapter that the matrix or an include names, and the key that does."""
        names: dict[str, Key] = {}
        for key, name in self.written("adapter"):
            if key[0] != "exclude":
                names.setdefault(name, key)
        return names

    @field_validator("baseline", mode="before")
    @classmethod
    def _as_text(cls, baseline: object, info: ValidationInfo) -> object:
        """Take a number for its text where the axis that is compared has numbers."""
        is_number = isinstance(baseline, int) and not isinstance(baseline, bool)
        return str(baseline) if is_number and info.data.get("compare") != ADAPTER else baseline

    @field_validator("lead_in")
    @classmethod
    def _shorter(cls, lead_in: float | None, info: ValidationInfo) -> float | None:
        turn = info.data.get("turn")
        if turn and lead_in is not None and lead_in >= turn:
            raise ValueError(f"must be shorter than turn ({write_duration(turn)})")
        return lead_in


SECTIONS: Mapping[str | int, type[Section]] = {
    "server": Server,
    "pool": Pool,
    "find": Find,
    "adapters": ConfiguredAdapter,
    "workloads": OwnWorkload,
    "matrix": Matrix,
    "include": IncludedAxes,
    "exclude": Axes,
}


def allowed_keys(key: Key) -> Collection[str]:
    """Return the names that the last step of a key may have."""
    return (SECTIONS[key[0]] if key[1:] else Config).model_fields
