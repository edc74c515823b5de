"""`drills --dry-run`: the cases that would be done, for which adapters, and how long it takes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from runner.drills.several import expected_seconds
from runner.messages import message
from runner.report.drill_names import case_name, drill_name
from runner.report.terminal import show_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from runner.drills.several import AdapterCase


def show_cases(cases: Sequence[AdapterCase], at_a_time: int, console: Console) -> None:
    """Print a line for each case, with its adapters, and the whole."""
    adapters: dict[tuple[str, str], list[str]] = defaultdict(list)
    for it in cases:
        adapters[it.drill.name, it.case].append(it.adapter)
    lines = [
        message("drills.case", drill=drill_name(drill), case=case_name(case), adapters=names)
        for (drill, case), names in adapters.items()
    ]
    if not cases:
        show_sentences(console, [message("drills.nothing")])
        return
    alone = list(dict.fromkeys(it.drill.name for it in cases if it.drill.alone))
    whole = message(
        "drills.whole", count=len(cases), seconds=expected_seconds(cases, at_a_time), most=at_a_time
    )
    apart = [message("drills.alone", drills=list(map(drill_name, alone)))] * bool(alone)
    show_sentences(console, [*lines, *apart, whole])
