"""The axes of the matrix in the YAML: models made from the declaration of each axis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    Strict,
    ValidationInfo,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from runner.axes import COMPARABLE, MATRIX, MOST_CLIENTS
from runner.axis import Choice, Name, OneFault, PerSecond, Probability, RoundTripTime, Whole
from runner.config.complaints import nearest
from runner.config.listed_fault import ListedFault
from runner.config.section import CheckContext, Section
from runner.config.value_types import ListedProbability, ListedRate, ListedRoundTrip, Rounds, Text
from runner.roles import RESERVED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

    from runner.axis import Axis, Kind

T = TypeVar("T")

DOTTED = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
"""The dotted path of something that Python can import."""


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


def _no_reserved(name: str) -> str:
    if name in RESERVED:
        raise ValueError("is a name of PoolBench's own: choose another one")
    return name


class _ValueOrList:
    """The values that `_listed` accepts, for the JSON Schema."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = {**handler(schema), "minItems": 1, "uniqueItems": True}
        return {"anyOf": [many["items"], many]}


ListedPoolSize = Annotated[int, Strict(), Field(ge=1, le=MOST_CLIENTS)]
AdapterName = Annotated[
    Text,
    Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._:-]*$", max_length=100),
    AfterValidator(_no_reserved),
]
Baseline = Annotated[AdapterName, WithJsonSchema({"type": ["string", "integer"]})]
"""An adapter, or a value of another axis as text."""
NAMED = "Names of adapters, or of variants under `adapters`, or dotted paths."
Listed = Annotated[
    tuple[T, ...],
    BeforeValidator(_listed),
    AfterValidator(_distinct),
    _ValueOrList(),
]
"""A value, or a list of different ones."""


def _known(kind: Name) -> Callable[[str, ValidationInfo], str]:
    def check(name: str, info: ValidationInfo) -> str:
        context: CheckContext | None = info.context
        given = context.names.get(kind.section, ()) if context else ()
        names = [*kind.known, *given]
        if name not in names and not (kind.section and DOTTED.fullmatch(name)):
            own = (f"a name under {kind.section}", "or package.module:function")
            choice = ", ".join([*names, *(own if kind.section else ())])
            raise ValueError(f"must be one of {choice}{nearest(name, names)}")
        return name

    return check


def _comparable(name: str) -> str:
    if name in MATRIX and name not in COMPARABLE:
        raise ValueError(f"{name} cannot be compared: {MATRIX[name].not_compared}")
    if name not in COMPARABLE:
        raise ValueError(f"must be one of {', '.join(COMPARABLE)}{nearest(name, COMPARABLE)}")
    return name


ComparedAxis = Annotated[
    Text,
    AfterValidator(_comparable),
    WithJsonSchema({"type": "string", "enum": list(COMPARABLE)}),
]


LISTED: dict[type[Kind], Any] = {
    Probability: ListedProbability,
    PerSecond: ListedRate,
    OneFault: ListedFault,
    RoundTripTime: ListedRoundTrip,
}
"""The types of the kinds of values that are always written in the same way."""


def type_of(kind: Kind | None) -> Any:
    """Return the type of a listed value."""
    match kind:
        case Whole(least, most):
            return Annotated[int, Strict(), Field(ge=least, le=most)]
        case Probability() | PerSecond() | OneFault() | RoundTripTime():
            return LISTED[type(kind)]
        case Choice(words):
            return Literal[words]
        case Name():
            return Annotated[Text, AfterValidator(_known(kind)), WithJsonSchema(_names(kind))]
    raise TypeError(f"a matrix cannot list {kind}")


def _names(kind: Name) -> dict[str, Any]:
    """Describe the names for the JSON Schema."""
    known = {"type": "string", "enum": list(kind.known)}
    return {"anyOf": [known, {"type": "string"}]} if kind.section else known


class AxisValues(Section):
    """Some axes of the matrix, each a value or a list."""

    adapter: Listed[AdapterName] | None = None
    """Names of adapters, or of variants under `adapters`, or dotted paths."""

    def listed(self) -> dict[str, tuple[Any, ...]]:
        """Return the axes that were not left out, with their values."""
        values = {name: getattr(self, name) for name in ("adapter", *MATRIX)}
        return {name: chosen for name, chosen in values.items() if chosen is not None}


def _optional(axis: Axis) -> Any:
    return (_listed_of(axis) | None, None)


def _listed_of(axis: Axis) -> Any:
    listed: Any = Listed
    return listed[type_of(axis.listable)]


def _with_default(axis: Axis) -> Any:
    listed = _listed_of(axis)
    if axis.default is None:
        return (listed | None, Field(default=None, description=axis.doc))
    return (listed, Field(default=(axis.default,), description=axis.doc))


if TYPE_CHECKING:
    Axes = AxisValues

    class Matrix(AxisValues):
        """The cells: every combination of the axes, each a value or a list."""

        adapter: Listed[AdapterName]
else:
    Axes = create_model(
        "Axes",
        __base__=AxisValues,
        __doc__=AxisValues.__doc__,
        adapter=(Listed[AdapterName] | None, None),
        **{name: _optional(axis) for name, axis in MATRIX.items()},
    )
    Matrix = create_model(
        "Matrix",
        __base__=AxisValues,
        __doc__="The cells: every combination of the axes, each a value or a list.",
        adapter=(
            Listed[AdapterName],
            Field(
                description="Names of adapters, or of variants under `adapters`, or dotted paths."
            ),
        ),
        **{name: _with_default(axis) for name, axis in MATRIX.items()},
    )


class IncludedAxes(Axes):
    """Some axes of the matrix, each a value or a list, and how often they are measured."""

    rounds: Rounds | None = None
    """The number of first rounds in which these cells are measured; all where it is left out."""


def _some(axes: T) -> T:
    if isinstance(axes, AxisValues) and not axes.listed():
        raise ValueError("must name at least one axis")
    return axes


SomeAxes = Annotated[Axes, AfterValidator(_some)]
Included = Annotated[IncludedAxes, AfterValidator(_some)]
