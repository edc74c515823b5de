"""What a user may ask for: the values of a configuration, each with its check.

Everything is checked before anything is started, and all complaints come at once; each names the
file, the line, the key, what is wrong and what is allowed. Durations are seconds in the values and
text with a unit in the YAML. Nothing else imports pydantic.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    Strict,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from runner import duration, share
from runner.complaints import ConfigError, Key, Place, Places, nearest
from runner.discreet import discreet, without_passwords
from runner.draft import Draft
from runner.names import RESERVED
from runner.sentences import explained
from runner.variables import expanded, refuse_misspelled
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "Axes",
    "Config",
    "ConfigError",
    "Key",
    "Matrix",
    "Pool",
    "Server",
    "Variant",
    "discreet",
    "dump",
    "fingerprint",
    "load",
    "nearest",
    "schema",
    "server",
]

MOST_CLIENTS = 10_000
MOST_ROUNDS = 10_000
DSN = re.compile(r"postgres(ql)?://|\$\{|[^:/]*=")
"""How one begins: as a URI, as a variable, or as `word=`."""

T = TypeVar("T")


# --- the kinds of values --------------------------------------------------------------------


def _listed(value: object) -> object:
    if value == []:
        raise ValueError("must not be empty")
    return value if isinstance(value, list | tuple) else (value,)


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    seen: set[T] = set()
    for index, value in enumerate(values):
        if value in seen:
            raise PydanticCustomError("repeated", "repeated", {"index": index})
        seen.add(value)
    return values


def _setting(value: object) -> object:
    finite = not isinstance(value, float) or math.isfinite(value)
    if not (isinstance(value, str | int | float) and finite):
        raise ValueError("must be text, a finite number, true or false")
    return value


def _turn(value: object) -> float:
    """Read a duration, or `off`, which YAML 1.1 takes for false."""
    if value is False or value == "off":
        return 0.0
    try:
        read = duration.seconds(value)
    except ValueError as error:
        raise ValueError(f"{error}, or off") from None
    if not read:
        raise ValueError("must be more than 0s, or off")
    return read


def _spelled_turn(value: float) -> str:
    return duration.spelled(value) if value else "off"


def _no_reserved(name: str) -> str:
    if name in RESERVED:
        raise ValueError("is a name of PoolBench's own: choose another one")
    return name


def _workload(name: str) -> str:
    if name not in WORKLOADS:
        hint = nearest(name, WORKLOADS)
        raise ValueError(f"must be one of {', '.join(WORKLOADS)}{hint}")
    return name


class _ValueOrList:
    """Tells the JSON Schema what `_listed` accepts."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = {**handler(schema), "minItems": 1, "uniqueItems": True}
        return {"anyOf": [many["items"], many]}


Text = Annotated[str, Strict()]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Duration = Annotated[
    float,
    BeforeValidator(duration.seconds),
    PlainSerializer(duration.spelled),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": f"^{duration.DURATION.pattern}$"}, {"const": 0}]}
    ),
]
Share = Annotated[
    float,
    BeforeValidator(share.share),
    PlainSerializer(share.spelled),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{share.SHARE.pattern}$"},
                {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            ]
        }
    ),
]
LongerThanNothing = Annotated[Duration, Field(gt=0)]
Axis = Annotated[
    tuple[T, ...],
    BeforeValidator(_listed),
    AfterValidator(_distinct),
    _ValueOrList(),
]

Name = Annotated[Text, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$", max_length=100)]
AdapterName = Annotated[
    Text,
    Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._:-]*$", max_length=100),
    AfterValidator(_no_reserved),
]
TurnLength = Annotated[
    float,
    BeforeValidator(_turn),
    PlainSerializer(_spelled_turn),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^(off|{duration.DURATION.pattern})$"},
                {"const": False},
            ]
        }
    ),
]
WorkloadName = Annotated[
    Text, AfterValidator(_workload), WithJsonSchema({"type": "string", "enum": list(WORKLOADS)})
]
Profile = Literal["equal", "stock"]
Clients = Annotated[Whole, Field(ge=1, le=MOST_CLIENTS)]
PoolSize = Annotated[Whole, Field(ge=1, le=MOST_CLIENTS)]
Leak = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
Cpus = Literal["all", "one"]
SettingName = Annotated[Text, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$")]
Setting = Annotated[
    Any, AfterValidator(_setting), WithJsonSchema({"type": ["string", "number", "boolean"]})
]


# --- what can be asked for ------------------------------------------------------------------


@dataclass(frozen=True)
class _Context:
    """What the checks need to know besides the values."""

    environ: Mapping[str, str]
    places: Places


class _Values(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class _Placed(_Values):
    _places: Places = PrivateAttr(default_factory=Places)

    def model_post_init(self, context: _Context | None) -> None:
        """Keep the places, for complaints that come later."""
        self._places = context.places if context else Places()

    def complaint(self, key: Key, sentence: str) -> str:
        """Return a sentence about a key as one for the user, with place and key before it."""
        return self._places.complaint(key, sentence)


class Server(_Placed):
    """Where PostgreSQL comes from: `embedded`, a DSN, or a mapping."""

    kind: Literal["embedded", "dsn"] = "embedded"
    """`embedded`: started by the run and stopped with it. `dsn`: a server that is already there."""
    dsn: Text | None = Field(default=None, repr=False, validate_default=True)
    """As written: `${VAR}` and `${VAR:-default}` stand for environment variables."""
    version: Literal[18, 16] = 18
    """Of the embedded PostgreSQL."""
    settings: dict[SettingName, Setting] = {}
    """Of the embedded PostgreSQL, by their names in postgresql.conf."""

    def expanded(self, environ: Mapping[str, str]) -> str:
        """Return the DSN with its variables replaced; it holds the secret, so keep it close.

        Raises ConfigError with file and line for a variable that is not set, and for an empty DSN.
        """
        try:
            dsn = expanded(self.dsn or "", environ)
        except ValueError as error:
            raise ConfigError([self.complaint(("server", "dsn"), str(error))]) from None
        if not dsn.strip():
            sentence = "must not be empty when its variables are replaced"
            raise ConfigError([self.complaint(("server", "dsn"), sentence)])
        return dsn

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        match value:
            case "embedded":
                return {}
            case str():
                return {"kind": "dsn", "dsn": value}
            case dict():
                return {"kind": "dsn", **value} if "dsn" in value else value
        raise ValueError("must be embedded, a DSN or a mapping")

    @field_validator("dsn")
    @classmethod
    def _fits(cls, dsn: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        if dsn is None:
            if kind == "dsn":
                raise ValueError("must have a dsn beside kind: dsn")
            return None
        if kind == "embedded":
            raise ValueError("cannot stand beside kind: embedded")
        if not DSN.match(dsn):
            hint = nearest(dsn, ["embedded"])
            raise ValueError(f"must be embedded, postgresql://... or host=... dbname=...{hint}")
        refuse_misspelled(dsn)
        if info.context is not None:
            expanded(dsn, info.context.environ)
        return dsn

    @field_validator("version", "settings")
    @classmethod
    def _of_the_embedded(cls, value: T, info: ValidationInfo) -> T:
        if info.data.get("kind") == "dsn":
            raise ValueError("is for the embedded server only, not for a DSN")
        return value

    @model_serializer
    def _plain(self) -> str | dict[str, Any]:
        if self.dsn is not None:
            return discreet(self.dsn)
        return {"kind": self.kind, "version": self.version, "settings": self.settings}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class Pool(_Values):
    """What every pool is given."""

    max_size: PoolSize = 5
    """The most connections."""
    min_size: Annotated[Whole, Field(ge=0, le=MOST_CLIENTS)] | None = None
    """The connections that are kept open; as many as max_size where it is left out."""
    timeout: LongerThanNothing = 5.0
    """How long a client waits for a connection."""

    @field_validator("min_size")
    @classmethod
    def _fits(cls, min_size: int | None, info: ValidationInfo) -> int | None:
        max_size: Any = info.data.get("max_size", min_size)
        if min_size is not None and min_size > max_size:
            raise ValueError(f"must be at most max_size ({max_size})")
        return min_size


class Variant(_Values):
    """An adapter under a name of the user's, with options."""

    adapter: AdapterName
    """A registered name, or the dotted path of a class: `package.module:Class`."""
    options: Annotated[dict[Text, Any], PlainSerializer(without_passwords)] = {}
    """Go to the library untouched, by its own names."""


class Axes(_Values):
    """Some axes of the matrix, each a value or a list."""

    adapter: Axis[AdapterName] | None = None
    clients: Axis[Clients] | None = None
    pool_size: Axis[PoolSize] | None = None
    leak: Axis[Leak] | None = None
    workload: Axis[WorkloadName] | None = None
    cpus: Axis[Cpus] | None = None
    profile: Axis[Profile] | None = None

    def given(self) -> dict[str, tuple[Any, ...]]:
        """Return the axes that were not left out, with their values."""
        values = {axis: getattr(self, axis) for axis in Axes.model_fields}
        return {axis: chosen for axis, chosen in values.items() if chosen is not None}


class Matrix(Axes):
    """What is compared: every combination of the axes, each a value or a list."""

    adapter: Axis[AdapterName]
    """Names of adapters, or of variants under `adapters`, or dotted paths."""
    clients: Axis[Clients] = (10,)
    """How many use the pool at once."""
    pool_size: Axis[PoolSize] | None = None
    """Sets both sizes of the pool."""
    leak: Axis[Leak] = (0.0,)
    """The probability that a client forgets to release."""
    workload: Axis[WorkloadName] = ("insert",)
    """What a client does with a connection."""
    cpus: Axis[Cpus] = ("all",)
    """`all`: the cell may use every core. `one`: it is kept on one of its own."""
    profile: Axis[Profile] = ("equal",)
    """`equal`: the same terms for every pool. `stock`: each library as it comes."""


def _some(axes: Axes) -> Axes:
    if not axes.given():
        raise ValueError("must name at least one axis")
    return axes


SomeAxes = Annotated[Axes, AfterValidator(_some)]


class Config(_Placed):
    """What PoolBench compares, and how."""

    name: Name = Field(default_factory=lambda: "run")
    """Begins the name of the run's folder; the file's own name where it is left out."""
    server: Server = Field(default_factory=Server)
    """Where PostgreSQL comes from."""
    rounds: Annotated[Whole, Field(ge=1, le=MOST_ROUNDS)] = 5
    """How often every cell is measured."""
    duration: LongerThanNothing = 1.0
    """The counted time of a cell in a round."""
    operations_per_client: Annotated[Whole, Field(ge=1)] | None = None
    """Instead of `duration`: each client does so many operations and is done."""
    warmup: Duration = 0.3
    """Before the counted time; nobody leaks in it."""
    turn: TurnLength | None = None
    """How long a cell has the machine before the next one of its group has it, `lead_in` included;
    `off` where a server has too few slots for a group: then a cell has one turn. Left out, it is
    as short as is free of bias where the cell runs: see docs/turns.md."""
    lead_in: Duration = 0.1
    """The part of a turn that is not counted; three mean operations at the least."""
    seed: Annotated[Whole, Field(ge=0)] | None = None
    """Of every shuffle and every leak; drawn and stored where it is left out."""
    pool: Pool = Pool()
    """What every pool is given."""
    adapters: dict[AdapterName, Variant] = {}
    """Adapters under names of your own, with options."""
    matrix: Matrix
    """What is compared: every combination of the axes."""
    include: tuple[SomeAxes, ...] = ()
    """Combinations beside the matrix; axes that are left out take the matrix's values."""
    exclude: tuple[SomeAxes, ...] = ()
    """A cell that matches every axis of an entry is left out."""
    baseline: AdapterName | None = None
    """The adapter that the others are compared with."""
    control: Flag = True
    """Whether the baseline runs twice, to show what the noise alone makes of it."""
    limit: Flag = True
    """Whether pgbench shows in each round what the server could have done."""
    round_trips: Flag = True
    """Whether it is counted, before the first round, what an operation costs on the wire."""
    margin: Share = 0.03
    """Differences below this are none in practice."""
    precision: Share | None = None
    """Instead of `rounds`: measure until every interval is at most this wide to each side."""
    budget: LongerThanNothing = 600.0
    """The longest time that a run with `precision` may take."""
    thresholds: dict[Text, tuple[Text, ...]] = {}
    """Cells (`adapter=psycopg3 clients=50`) -> what must hold (`ops_per_s > 1000`)."""
    error_pause: Duration = 0.01
    """How long a client pauses after a failed operation."""
    think_time: Duration = 0.0
    """How long a client pauses after every operation."""
    hold: Duration = 0.02
    """How long the server sleeps in the workload `hold`."""
    deadline: LongerThanNothing | None = None
    """The longest time that one cell may take in a round."""
    leak_reference: Literal["drop", "keep"] = "drop"
    """Whether a client that leaks drops the connection, as a lost name does, or keeps it."""
    keep: Flag = False
    """Whether the schema stays on a server that is not ours."""
    lesson: Flag = False
    """Whether the run ends with what the lesson of leaked connections expects beside what was
    observed."""

    def written(self, axis: str) -> Iterator[tuple[Key, Any]]:
        """Yield every value of an axis with its key: of the matrix, the includes, the excludes."""
        return _written(axis, self.matrix, self.include, self.exclude)

    def adapter_names(self) -> dict[str, Key]:
        """Return every adapter that the matrix or an include names, and the key that does."""
        return _adapter_names(self.matrix, self.include)

    @field_validator("lead_in")
    @classmethod
    def _shorter(cls, lead_in: float, info: ValidationInfo) -> float:
        turn = info.data.get("turn")
        if turn and lead_in >= turn:
            raise ValueError(f"must be shorter than turn ({duration.spelled(turn)})")
        return lead_in

    @field_validator("baseline")
    @classmethod
    def _compared(cls, baseline: str | None, info: ValidationInfo) -> str | None:
        if baseline is not None and {"matrix", "include"} <= info.data.keys():
            names = _adapter_names(info.data["matrix"], info.data["include"])
            if baseline not in names:
                raise ValueError(f"must be one of the matrix's adapters: {', '.join(names)}")
        return baseline


def _written(
    axis: str, matrix: Matrix, include: Sequence[Axes], exclude: Sequence[Axes] = ()
) -> Iterator[tuple[Key, Any]]:
    parts: dict[Key, Axes] = {("matrix",): matrix}
    parts |= {("include", index): axes for index, axes in enumerate(include)}
    parts |= {("exclude", index): axes for index, axes in enumerate(exclude)}
    for key, axes in parts.items():
        for index, value in enumerate(axes.given().get(axis, ())):
            yield (*key, axis, index), value


def _adapter_names(matrix: Matrix, include: Sequence[Axes]) -> dict[str, Key]:
    names: dict[str, Key] = {}
    for key, name in _written("adapter", matrix, include):
        names.setdefault(name, key)
    return names


SECTIONS: dict[str | int, type[_Values]] = {
    "server": Server,
    "pool": Pool,
    "adapters": Variant,
    "matrix": Matrix,
    "include": Axes,
    "exclude": Axes,
}


def _allowed(key: Key) -> Collection[str]:
    """Return the keys that may stand where a key stands."""
    return (SECTIONS[key[0]] if key[1:] else Config).model_fields


# --- what others use -------------------------------------------------------------------------


def load(
    path: Path,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] = os.environ,
    also: Callable[[Mapping[str, Any]], Iterable[tuple[Key, str]]] = lambda _: (),
) -> Config:
    """Read a YAML file, put `key=value` overrides over it, and check everything.

    Raises ConfigError with all complaints at once, those of `also` among them: it is asked what
    else is wrong with plain data that was refused.
    """
    draft = Draft(path, overrides)
    try:
        config = Config.model_validate(draft.data, context=_Context(environ, draft.places))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            draft.complain(*explained(detail, draft.data, _allowed))
        for key, sentence in also(draft.data):
            draft.complain(key, sentence)
    draft.refuse()
    return config


def server(typed: str, source: str, environ: Mapping[str, str] = os.environ) -> Server:
    """Check a server that was typed, `embedded` or a DSN, where `source` says.

    Raises ConfigError, in which no password is shown.
    """
    places = Places({(): Place(0, source)})
    try:
        return Server.model_validate(typed, context=_Context(environ, places))
    except ValidationError as error:
        details = error.errors(include_url=False)
        sentences = [explained(detail, {"dsn": typed}, _allowed) for detail in details]
    raise ConfigError([places.complaint(key, sentence) for key, sentence in sentences])


def dump(config: Config) -> str:
    """Return the YAML of a config: DSN unexpanded, passwords masked; `load` reads it again."""
    unused = set() if config.operations_per_client is None else {"duration"}
    unused |= set() if config.precision is None else {"rounds"}
    values = config.model_dump(exclude=unused, exclude_none=True)
    return yaml.safe_dump(values, sort_keys=False, default_flow_style=None, allow_unicode=True)


UNMEASURED = {"name", "keep", "lesson", "seed", "margin", "thresholds", "budget"}
"""What changes nothing of what is measured, and the seed."""


def fingerprint(config: Config) -> str:
    """Return the SHA-256, in hex, of all that changes what is measured, but the seed."""
    values = config.model_dump(exclude=UNMEASURED)
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the YAML file, for editors."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, **Config.model_json_schema()}
