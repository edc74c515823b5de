"""Rule 1: who does not serve every client, and what happens instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.words import where
from runner.analysis.failures import failures
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope, Standing
    from runner.messages import Message
    from runner.results.row import Row

NAMED = 2
"""The adapters that have a sentence of their own; the others are named together."""
BAD = "refused.bad"


def serving(scope: Scope) -> Iterator[Message]:
    """Yield a sentence for each of the first adapters that do not, and one for the rest."""
    flawed = {
        adapter: [it for it in scope.standings if it.flaw(adapter)] for adapter in scope.adapters
    }
    names = [adapter for adapter, standings in flawed.items() if standings]
    for adapter in names[:NAMED]:
        yield _sentence(scope, adapter, flawed[adapter])
    if names[NAMED:]:
        yield message("answer.neither", adapters=names[NAMED:], count=len(names[NAMED:]))


def _sentence(scope: Scope, adapter: str, flawed: Sequence[Standing]) -> Message:
    ended = [it for it in flawed if _id(it, adapter) == BAD]
    if ended:
        return _ended(scope, adapter, ended)
    instead = list(_instead(adapter, flawed))
    contended = [it for it in scope.standings if it.contends(adapter)]
    if contended and _same(contended, flawed):
        return message("answer.contended", adapter=adapter, instead=instead)
    place = _place(scope, flawed)
    return message("answer.not_served", adapter=adapter, where=place, instead=instead)


def _ended(scope: Scope, adapter: str, ended: Sequence[Standing]) -> Message:
    rows = [row for it in ended for row in it.rows(adapter)]
    bad = [row for row in rows if row.bad]
    kinds = dict.fromkeys(row.status.value for row in bad)
    return message(
        "answer.ended",
        adapter=adapter,
        where=_place(scope, ended),
        statuses=[message("answer.status", status=kind) for kind in kinds],
        bad=len(bad),
        of=len(rows),
    )


def _id(standing: Standing, adapter: str) -> str:
    flaw = standing.flaw(adapter)
    return flaw.id if flaw else ""


def _same(some: Sequence[Standing], others: Sequence[Standing]) -> bool:
    return {it.conditions for it in some} == {it.conditions for it in others}


def _place(scope: Scope, flawed: Sequence[Standing]) -> Message:
    """Name the numbers of clients at home; groups of several settings are counted."""
    home = {it.conditions for it in scope.home}
    if all(it.conditions in home for it in flawed):
        return where(flawed, scope.home)
    return message("answer.groups", count=len(flawed), of=len(scope.standings))


def _instead(adapter: str, flawed: Sequence[Standing]) -> Iterator[Message]:
    """Yield the share of failed operations with what the driver said, and the starved clients."""
    rows = [row for it in flawed for row in it.rows(adapter)]
    shares = sorted(share for it in flawed if (share := _failed(it.rows(adapter))))
    if shares:
        ends, text = (shares[0], shares[-1]), _text(rows)
        if text:
            yield message("answer.failed_saying", shares=ends, text=text)
        else:
            yield message("answer.failed", shares=ends)
    starved = sorted(
        (it.rows(adapter)[0].conditions.all_clients, most)
        for it in flawed
        if (most := max((row.starved_clients or 0 for row in it.rows(adapter)), default=0))
    )
    if starved:
        of = [message("answer.of_clients", starved=most, of=of) for of, most in starved]
        yield message("answer.starved", clients=(of[0], of[-1]))
    if not shares and not starved:
        yield message("answer.no_success")


def _failed(rows: Sequence[Row]) -> float:
    operations, ok = (sum(getattr(row, name) or 0 for row in rows) for name in ("operations", "ok"))
    return 1 - ok / operations if operations else 0.0


def _text(rows: Sequence[Row]) -> str:
    """Return what the driver said of the most frequent kind of failure; empty where unknown."""
    return max(failures(rows), key=lambda kind: kind.times).text if any(failures(rows)) else ""
