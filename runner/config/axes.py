"""The axes of the matrix: the values that each may take, and the product that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from runner.config.complaints import nearest
from runner.config.section import Section
from runner.config.value_types import Text, Whole
from runner.roles import RESERVED
from runner.workloads import WORKLOADS

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

MOST_CLIENTS = 10_000

T = TypeVar("T")


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


def _workload(name: str) -> str:
    if name not in WORKLOADS:
        hint = nearest(name, WORKLOADS)
        raise ValueError(f"must be one of {', '.join(WORKLOADS)}{hint}")
    return name


class _ValueOrList:
    """Tells the JSON Schema that an axis takes a value or a list, as `_listed` does."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = {**handler(schema), "minItems": 1, "uniqueItems": True}
        return {"anyOf": [many["items"], many]}


Axis = Annotated[
    tuple[T, ...],
    BeforeValidator(_listed),
    AfterValidator(_distinct),
    _ValueOrList(),
]
AdapterName = Annotated[
    Text,
    Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._:-]*$", max_length=100),
    AfterValidator(_no_reserved),
]
WorkloadName = Annotated[
    Text, AfterValidator(_workload), WithJsonSchema({"type": "string", "enum": list(WORKLOADS)})
]
Profile = Literal["equal", "stock"]
Clients = Annotated[Whole, Field(ge=1, le=MOST_CLIENTS)]
PoolSize = Annotated[Whole, Field(ge=1, le=MOST_CLIENTS)]
Leak = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
Cpus = Literal["all", "one"]


class Axes(Section):
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
