"""The rows of `cells.csv` as values, those of older versions too."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, get_type_hints

from runner.axes import ADAPTER, COMPARABLE, Conditions
from runner.messages import Message, from_columns
from runner.plan.plan import Cell
from runner.results import csv_file
from runner.results import row as module
from runner.results.row import MEASURED, Row
from runner.roles import Role, role_of

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE = re.compile(r"-p([0-9]+)(?:to([0-9]+))?(?:-|$)")
"""The size of the pools in the name of a group."""

NEVER_EMPTY = ("workload", "clients", "leak")
"""The axes of which every version has kept a value."""

NAMES = {**vars(module), "Cell": Cell, "Conditions": Conditions, "Message": Message, "Role": Role}
TYPES = get_type_hints(Row, NAMES)


def row_of(line: Mapping[str, str]) -> Row:
    """Read a line of `cells.csv`; columns that an older version did not write are empty.

    Raises TypeError, ValueError.
    """
    _check_examples(line.get("examples", ""))
    pooled = line["pooled"] == "True" if "pooled" in line else bool(line["pool_max"])
    return Row(
        cell=_cell(line),
        session=csv_file.value(line, "session", int, 1),
        round=csv_file.value(line, "round", int, 1),
        position=csv_file.value(line, "position", int, 1),
        driver=line["driver"],
        driver_version=line["driver_version"],
        pooled=pooled,
        reason=from_columns(line.get("reason") or "", line.get("reason_facts") or ""),
        **{
            name: csv_file.value(line, name, TYPES[name], 0)
            for name in MEASURED
            if name in line and name != "reason"
        },
    )


def _cell(line: Mapping[str, str]) -> Cell:
    """Read contender and conditions. Raises ValueError for those that no run can have."""
    conditions = Conditions.from_columns(_sized(line))
    for name in NEVER_EMPTY:
        if getattr(conditions, name) in (None, ""):
            raise ValueError(f"nothing in column {name}")
    for name, held in vars(conditions).items():
        for number in held if isinstance(held, tuple) else (held,):
            if not csv_file.believable(number):
                raise ValueError(f"{number!r} is no {name} that a run can have")
    compared = line.get("compare") or ADAPTER
    if compared not in COMPARABLE:
        raise ValueError(f"{compared!r} is no axis that can be compared")
    role = role_of(line["adapter"])
    if compared != ADAPTER and role is Role.ADAPTER:
        role = Role(line["role"])
    cell = Cell(line["adapter"], conditions, role, compared)
    if not cell.group.isprintable() or "/" in cell.group:
        raise ValueError(f"{cell.group!r} is no name of a group")
    return cell


def _check_examples(text: str) -> None:
    """Refuse what is no JSON object of texts. Raises ValueError."""
    try:
        examples = json.loads(text or "{}")
    except (ValueError, RecursionError):
        examples = None
    if not isinstance(examples, dict) or not all(isinstance(it, str) for it in examples.values()):
        raise ValueError("column examples holds no JSON object of texts")


def _sized(line: Mapping[str, str]) -> Mapping[str, str]:
    """Fill in the size of the group's pools, which 0.1 left empty where there was no pool."""
    match = None if line["pool_max"] else SIZE.search(line["group"])
    if match is None:
        return line
    return {**line, "pool_min": match[1], "pool_max": match[2] or match[1]}
