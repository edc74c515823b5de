"""The first paragraph of a report: what was compared, under which conditions, and on what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from runner.axes import ADAPTER, AXES, NAMING
from runner.messages import message
from runner.report.captions import thinking
from runner.report.charts.palette import in_order
from runner.report.several_values import several_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.messages import Message
    from runner.results.rows import Rows


def about(rows: Rows, known: Mapping[str, Any]) -> list[Message]:
    """Return the sentences, from the rows and from `environment.json`."""
    return [*_compared(rows, known), *_conditions(rows), _machine(known), *_begun(known)]


def _compared(rows: Rows, known: Mapping[str, Any]) -> Iterator[Message]:
    """Name what was compared, in the order of the plan, and the baseline."""
    there = {row.entrant for row in rows.adapters}
    names = [name for name in known.get("order", ()) if name in there]
    names += in_order(there - set(names))
    if not names:
        return
    yield message("about.compared", count=len(names), names=names)
    if rows.compared != ADAPTER:
        adapters = in_order(row.contender for row in rows.adapters)
        yield message("about.within", axis=rows.compared, adapters=adapters)
    if len(names) > 1 and known.get("baseline"):
        yield message("about.baseline", baseline=str(known["baseline"]))


def _conditions(rows: Rows) -> Iterator[Message]:
    """Say the values of each axis but those that go without saying."""
    every = [row.cell.common for row in rows.adapters]
    axes = []
    for name in NAMING:
        values = {value for it in every if (value := getattr(it, name)) is not None}
        if name == ADAPTER or values <= {AXES[name].usual, AXES[name].not_kept}:
            continue
        axes.append(several_values(name, sorted(values)))
    if axes:
        yield message("about.conditions", axes=[*axes, *thinking(every)])


def _machine(known: Mapping[str, Any]) -> Message:
    """Say where it was measured; a dash for what an old report has not kept."""
    machine, server = known.get("machine", {}), known.get("server", {})
    return message(
        "about.machine",
        cpu=_text(machine, "cpu"),
        cores=_text(machine, "cores_usable"),
        memory=_text(machine, "memory_gib"),
        system=_text(machine, "system"),
        kernel=_text(machine, "kernel"),
        python=_text(machine, "python"),
        postgresql=_text(server, "version"),
        kind=_text(server, "kind"),
    )


def _text(facts: Mapping[str, Any], name: str) -> str | None:
    value = facts.get(name)
    return None if value is None else str(value)


def _begun(known: Mapping[str, Any]) -> Iterator[Message]:
    moments = [it["started_at"] for it in known.get("sessions", ()) if it.get("started_at")]
    if moments:
        yield message("about.begun", count=len(moments), moment=minute(moments[0]))


def minute(moment: str) -> str:
    """Write a moment as a person does; what is none stays as it is."""
    try:
        return f"{dt.datetime.fromisoformat(moment).astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return moment
