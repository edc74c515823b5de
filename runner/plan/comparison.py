"""The check of what is compared: an axis with values to compare, and a baseline among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axes import ADAPTER
from runner.config.complaints import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.config.model import Config
    from runner.plan.plan import Plan


def complaints(config: Config, plan: Plan) -> Iterator[str]:
    """Yield what is wrong with `compare` and `baseline` where another axis than the adapter is it.

    Adapters may be one, and their baseline is checked where names are.
    """
    axis = config.compare
    if axis == ADAPTER or not plan.cells:
        return
    values = [entrant.removeprefix(f"{axis} ") for entrant in plan.entrants]
    if len(values) == 1:
        sentence = f"needs at least two values of {axis} in matrix or include, there is only"
        yield config.complaint(("compare",), f"{sentence} {values[0]}")
    if config.baseline is not None and config.baseline not in values:
        hint = nearest(config.baseline, values)
        sentence = f"must be one of the values of {axis} that are compared: {', '.join(values)}"
        yield config.complaint(("baseline",), f"{sentence}{hint}, is {config.baseline}")
