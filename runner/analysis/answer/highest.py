"""Rule 10: up to which rate the times are kept, and whose rate is beyond whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axes import title
from runner.messages import message
from runner.results.ramp import RAMPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.highest_rates import HighestRate, HighestRates, RampedGroup
    from runner.messages import Message


def highest(found: HighestRates) -> Iterator[Message]:
    """Yield the sentences of each group: its brackets, which are told apart and which are not."""
    for group in found.groups():
        yield message(
            "highest.rates",
            setting=title(group.conditions),
            limits=found.times,
            adapters=[_entry(rate) for rate in group.rates],
        )
        yield from _compared(group)


def _entry(rate: HighestRate) -> Message:
    if rate.middle is None:
        return message("highest.none", adapter=rate.entrant, reason=rate.reason)
    figures = message(
        "highest.entry", adapter=rate.entrant, rate=rate.middle, low=rate.low, high=rate.high
    )
    if rate.is_whole:
        return figures
    if rate.reason:
        return message(
            "highest.ended", figures=figures, found=rate.found, of=RAMPS, reason=rate.reason
        )
    return message("highest.part", figures=figures, found=rate.found, of=RAMPS)


def _compared(group: RampedGroup) -> Iterator[Message]:
    """Yield what the brackets tell of each other: nothing where there is one."""
    if apart := group.apart():
        entries = [
            message("highest.exceeds", count=len(names), adapters=names, others=others)
            for others, names in apart.items()
        ]
        yield message("highest.apart", entries=entries)
    if alike := group.alike():
        yield message(
            "highest.alike", sets=[message("highest.set", adapters=names) for names in alike]
        )
    if len(group.rates) > 1 and len(group.whole) < len(group.rates):
        names = [rate.entrant for rate in group.rates if not rate.is_whole]
        yield message("highest.not_whole", adapters=names, ramps=RAMPS)
