"""Facts by name, as a table of two columns: a machine, a server, the versions of drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.messages import message
from runner.report.model import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PARTS = ("machine", "server", "adapters", "sessions")
"""Of `environment.json`: what could explain a number, and is not said elsewhere."""


def fact_table(known: Mapping[str, Any]) -> Table:
    """Return a row for each fact of the parts; the name of a fact within another is dotted."""
    facts = [fact for part in PARTS for fact in _facts(part, known.get(part))]
    return Table(
        message("facts.caption"),
        [Column(message("facts.name"), folds=False), Column(message("facts.value"))],
        [Row([name, value]) for name, value in facts],
    )


def _facts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what there is; what is empty says nothing."""
    match value:
        case dict():
            for inner, held in value.items():
                yield from _facts(f"{name}.{inner}", held)
        case list() if any(isinstance(it, dict) for it in value):
            for number, held in enumerate(value, 1):
                yield from _facts(f"{name}.{number}", held)
        case list():
            yield name, ", ".join(map(str, value))
        case None | "":
            return
        case _:
            yield name, str(value)
