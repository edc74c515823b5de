"""The axes: all that a measurement depends on but the contender, each declared once.

Columns, names of cells, titles, the order of groups, `--only`, the keys of the YAML and what is
refused follow from the declarations in `Conditions`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from runner.messages import Message, message
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from adapters.base import Traits

MOST_CLIENTS = 10_000


# --- kinds of values ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds."""

    least: int
    most: int


@dataclass(frozen=True)
class Number:
    """A number within bounds."""

    least: float
    most: float


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """One of many names, where a misspelled one is worth a hint."""

    known: Collection[str]


Kind: TypeAlias = Whole | Number | Choice | Name


class PoolSize(NamedTuple):
    """The connections that a pool keeps open, and the most that it opens."""

    least: int
    most: int

    def __str__(self) -> str:
        return str(self.most) if self.least == self.most else f"{self.least}to{self.most}"


UNKNOWN = PoolSize(0, 0)


# --- what an axis is ----------------------------------------------------------------------------


class Promises(Protocol):
    """What a contender says of itself."""

    @property
    def traits(self) -> Traits:
        """Its traits."""

    @property
    def profiles(self) -> Collection[str]:
        """The profiles that it knows."""


Refusal: TypeAlias = Callable[[Any, Promises], Message | None]


@dataclass(frozen=True)
class Axis:
    """How the values of an axis are kept, named and shown, and which contenders refuse them."""

    columns: tuple[str, ...]
    """Of `cells.csv`."""
    write: Callable[[Any], tuple[object, ...]]
    """A value as those columns hold it."""
    read: Callable[[Sequence[str]], Any]
    """The same back. Raises ValueError."""
    doc: str = ""
    """What it is, for whoever writes a configuration."""
    kind: Kind | None = None
    """What the matrix may list; None for what has one value in a whole run."""
    default: Any = None
    """The matrix's value where it names none."""
    value: Callable[[Any], Any] = lambda listed: listed
    """What a listed value means."""
    short: Callable[[Any], str] = lambda _: ""
    """In names of cells: `c10`; empty where it goes without saying."""
    phrase: Callable[[Any], Message] = lambda value: message("axis.value", value=spelled(value))
    """In titles and captions: `10 clients`."""
    added: Callable[[Message, Message], Message] = lambda title, phrase: message(
        "title.also", title=title, phrase=phrase
    )
    """A title with the phrase after it."""
    usual: Any = None
    """The value that titles leave out."""
    limit_depends: bool = False
    """The server's own limit is another one for each value."""
    refuses: Refusal = lambda _listed, _contender: None
    """Why a contender cannot have a listed value, as `has no ...`; None where it can."""

    def value_in(self, row: Mapping[str, str]) -> Any:
        """Read the value from the columns of a line. Raises ValueError."""
        texts = [row.get(column) or "" for column in self.columns]
        try:
            return self.read(texts)
        except ValueError as error:
            columns = ", ".join(self.columns)
            raise ValueError(f"{', '.join(texts)!r} in column {columns} is no value") from error


def _one(column: str, kind: Callable[[str], Any], empty: Any = None) -> dict[str, Any]:
    """Keep a value in one column; `empty` stands for an empty field."""
    return {
        "columns": (column,),
        "write": lambda value: (value,),
        "read": lambda texts: kind(texts[0]) if texts[0] else empty,
    }


def _milliseconds(column: str) -> Any:
    """Declare a time of the whole run: seconds, kept as milliseconds; None in old reports."""
    return _declared(
        Axis(
            columns=(column,),
            write=lambda seconds: (None if seconds is None else seconds * 1000,),
            read=lambda texts: float(texts[0]) / 1000 if texts[0] else None,
        ),
        default=0.0,
    )


def _declared(axis: Axis, default: Any = None) -> Any:
    return field(default=axis.default if default is None else default, metadata={"axis": axis})


def spelled(value: object) -> str:
    """Write a value of an axis: a whole number is written as one."""
    return str(value).removesuffix(".0")


def _known_profile(profile: str, contender: Promises) -> Message | None:
    if profile in contender.profiles:
        return None
    return message("refuses.profile", profile=profile, known=list(contender.profiles))


def _transactions(workload: str, contender: Promises) -> Message | None:
    if workload != "transaction" or contender.traits.transactions:
        return None
    return message("refuses.transaction")


def _something_to_leak(leak: float, contender: Promises) -> Message | None:
    if not leak or contender.traits.pools:
        return None
    return message("refuses.leak", leak=spelled(leak))


def _something_to_size(size: int | None, contender: Promises) -> Message | None:
    if size is None or contender.traits.pools:
        return None
    return message("refuses.pool_size", size=size)


def _read_size(texts: Sequence[str]) -> PoolSize:
    return PoolSize(int(texts[0]), int(texts[1])) if texts[1] else UNKNOWN


def _cores(cpus: str) -> Message:
    return message("axis.one_core") if cpus == "one" else message("axis.all_cores")


def _leaks(leak: float) -> Message:
    return message("axis.leak", share=leak) if leak else message("axis.no_leak")


def _connections(size: PoolSize) -> Message:
    if size.least < size.most:
        return message("axis.pool_range", least=size.least, count=size.most)
    return message("axis.pool_size", count=size.most)


# --- the axes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conditions:
    """One value for every axis. Times are seconds.

    The axes that a matrix can list come first, in the order of groups.
    """

    workload: str = _declared(
        Axis(
            doc="What a client does with a connection.",
            **_one("workload", str),
            kind=Name(WORKLOADS),
            default="insert",
            short=str,
            limit_depends=True,
            refuses=_transactions,
        )
    )
    profile: str = _declared(
        Axis(
            doc="`equal`: the same terms for every pool. `stock`: each library as it comes.",
            **_one("profile", str),
            kind=Choice(("equal", "stock")),
            default="equal",
            short=lambda profile: "" if profile == "equal" else profile,
            phrase=lambda profile: message("axis.profile", profile=profile),
            usual="equal",
            refuses=_known_profile,
        )
    )
    cpus: str = _declared(
        Axis(
            doc="`all`: the cell may use every core. `one`: it is kept on one of its own.",
            **_one("cpus", str),
            kind=Choice(("all", "one")),
            default="all",
            short=lambda cpus: "" if cpus == "all" else cpus,
            phrase=_cores,
            added=lambda title, phrase: message("title.placed", title=title, phrase=phrase),
            usual="all",
            limit_depends=True,
        )
    )
    clients: int = _declared(
        Axis(
            doc="How many use the pool at once.",
            **_one("clients", int),
            kind=Whole(1, MOST_CLIENTS),
            default=10,
            short=lambda clients: f"c{clients}",
            phrase=lambda clients: message("axis.clients", count=clients),
        )
    )
    pool_size: PoolSize = _declared(  # noqa: RUF009 - it makes a field
        Axis(
            doc="Sets both sizes of the pool.",
            columns=("pool_min", "pool_max"),
            write=tuple,
            read=_read_size,
            kind=Whole(1, MOST_CLIENTS),
            value=lambda size: PoolSize(size, size),
            short=lambda size: f"p{size}",
            phrase=_connections,
            added=lambda title, phrase: message("title.over", title=title, phrase=phrase),
            limit_depends=True,
            refuses=_something_to_size,
        ),
        default=UNKNOWN,
    )
    leak: float = _declared(
        Axis(
            doc="The probability that a client forgets to release.",
            **_one("leak", float),
            kind=Number(0.0, 1.0),
            default=0.0,
            short=lambda leak: f"leak{spelled(leak)}" if leak else "",
            phrase=_leaks,
            usual=0.0,
            refuses=_something_to_leak,
        )
    )
    acquire_timeout: float = _milliseconds("acquire_timeout_ms")
    error_pause: float = _milliseconds("error_pause_ms")
    think_time: float = _milliseconds("think_time_ms")
    hold: float = _milliseconds("hold_ms")
    """How long the server sleeps in the workload `hold`."""
    leak_reference: str = _declared(Axis(**_one("leak_reference", str, "drop"), default="drop"))
    """Whether a client that leaks drops the connection or keeps it."""
    warmup: float = _milliseconds("warmup_ms")
    duration: float = _milliseconds("duration_ms")
    """The counted time; means nothing where `operations_per_client` is set."""
    operations_per_client: int | None = _declared(Axis(**_one("operations_per_client", int)))
    turn: float = _milliseconds("turn_ms")
    """How long a cell has the machine at a time, the lead-in included; 0 is as long as it takes."""
    lead_in: float = _milliseconds("lead_in_ms")

    @property
    def steady(self) -> bool:
        """Whether a speed may be compared here: not where a cell changes as it runs."""
        return not self.leak

    @property
    def takes_turns(self) -> bool:
        """Whether the counted time is cut into turns (METHOD 3)."""
        return bool(self.turn) and self.operations_per_client is None and self.steady

    def without(self, *names: str) -> Conditions:
        """Return what is left when some axes do not count: the key of whatever shares the rest."""
        missing: dict[str, Any] = dict.fromkeys(names)
        return replace(self, **missing)

    def of_limit(self) -> Conditions:
        """Return the conditions of the server's own limit: the key of a limit (METHOD 13)."""
        kept = {name: getattr(self, name) for name, axis in AXES.items() if axis.limit_depends}
        connections = self.pool_size.most
        return type(self)(
            **{**kept, "pool_size": PoolSize(connections, connections)},
            clients=connections,
            hold=self.hold if self.workload == "hold" else 0.0,
        )

    @property
    def rank(self) -> tuple[Any, ...]:
        """The order of groups."""
        values = (getattr(self, name) for name in AXES)
        return tuple((value is not None, value) for value in values)

    def name(self, axes: Collection[str] | None = None) -> str:
        """Return a name that a file can have: `insert-c10-p5-leak1`."""
        words = (
            AXES[name].short(getattr(self, name)) for name in NAMING if axes is None or name in axes
        )
        return "-".join(filter(None, words))

    def columns(self) -> dict[str, object]:
        """Return the values as the columns of a file hold them."""
        return {
            column: cell
            for name, axis in AXES.items()
            for column, cell in zip(axis.columns, axis.write(getattr(self, name)), strict=True)
        }

    @classmethod
    def from_columns(cls, row: Mapping[str, str]) -> Conditions:
        """Read the values of a line; a column that it lacks is empty. Raises ValueError."""
        return cls(**{name: axis.value_in(row) for name, axis in AXES.items()})


def axes_of(conditions: type[Conditions]) -> dict[str, Axis]:
    """Return the axes that a class of conditions declares, by name."""
    return {declared.name: declared.metadata["axis"] for declared in fields(conditions)}


AXES = axes_of(Conditions)
MATRIX = {name: axis for name, axis in AXES.items() if axis.kind is not None}
"""Those that the matrix can list."""

LISTED_FIRST = ("workload", "clients", "pool_size", "leak", "cpus", "profile")
NAMING = (*LISTED_FIRST, *(name for name in MATRIX if name not in LISTED_FIRST))
"""The order of axes in names and titles."""

COLUMNS = tuple(column for axis in AXES.values() for column in axis.columns)


def title(conditions: Conditions) -> Message | None:
    """Name a group as a person does: `insert, 10 clients on 5 connections, on one core`."""
    whole: Message | None = None
    for name in NAMING:
        axis, value = AXES[name], getattr(conditions, name)
        if value is not None and value != axis.usual:
            phrase = axis.phrase(value)
            whole = phrase if whole is None else axis.added(whole, phrase)
    return whole
