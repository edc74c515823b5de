"""`drills --explain`: what a case does, why it matters, and a program that shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.cli.chosen_parts import UnknownPartError
from runner.config.complaints import nearest
from runner.messages import message
from runner.report.catalogue import text
from runner.report.drill_names import case_name, drill_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.drills.drill import Drill
    from runner.drills.explanation import Explanation
    from runner.experiment.drilled import Drilled


def cases_of(typed: str, drills: Mapping[str, Drill]) -> tuple[Drill, list[str]]:
    """Find a drill and its cases by what was typed: `hygiene`, or `hygiene/advisory-lock`.

    Words may be joined by spaces or dashes, and a case may lack what follows a comma in its name.
    Raises UnknownPartError.
    """
    name, slash, case = (part.strip() for part in typed.partition("/"))
    known = {_dashed(it.name): it for it in drills.values()}
    if _dashed(name) not in known:
        near = nearest(_dashed(name), known)
        known_names = ", ".join(known)
        raise UnknownPartError(f"there is no drill {name!r}{near}; the drills are {known_names}")
    drill = known[_dashed(name)]
    cases = [it for it in drill.cases if not slash or _dashed(case) in _names(it)]
    if not cases:
        names = {shortest: None for it in drill.cases for shortest in _names(it)[:1]}
        near = nearest(_dashed(case), names)
        of = f"{drill.name} has no case {case!r}{near}"
        raise UnknownPartError(f"{of}; its cases are {', '.join(names)}")
    return drill, cases


def explained(drill: Drill, case: str, pools: Drilled) -> Iterator[str]:
    """Yield the lines that explain a case, with a program for each adapter."""
    module = drill.see.__module__.replace(".", "/") + ".py"
    if drill.explains is None:
        yield text(message("explain.nothing", drill=drill_name(drill.name), module=module))
        return
    it = drill.explains(case)
    yield text(message("explain.title", drill=drill_name(drill.name), case=case_name(case)))
    yield ""
    for number, step in enumerate(it.steps, 1):
        yield text(message("explain.step", number=number, step=step))
    yield ""
    yield text(message("explain.why", why=it.why))
    yield text(message("explain.observed"))
    yield ""
    if it.code:
        yield text(message("explain.run"))
        for name in pools.contenders:
            yield from _program(it, name, pools)
    elif it.no_code:
        yield text(message("explain.no_code", reason=it.no_code, module=module))
    yield ""


def _program(it: Explanation, name: str, pools: Drilled) -> Iterator[str]:
    """Yield the program for an adapter, or why there is none."""
    adapter = pools.classes[name]
    yield ""
    if not adapter.plain:
        yield text(message("explain.no_lines", adapter=name))
    elif it.profile not in adapter.plain:
        yield text(message("explain.no_profile", adapter=name, profile=it.profile))
    elif it.lacks(adapter):
        yield text(message("explain.no_option", adapter=name))
    else:
        if pools.contenders[name].options:
            yield text(message("explain.without_options", adapter=name))
        else:
            yield text(message("explain.of_adapter", adapter=name))
        yield ""
        yield it.program(adapter)


def _names(case: str) -> list[str]:
    """List the names of a case, the shortest first: `advisory-lock`, `advisory-lock-equal`."""
    parts = [_dashed(part) for part in case.split(", ")]
    return ["-".join(parts[: count + 1]) for count in range(len(parts))]


def _dashed(words: str) -> str:
    return re.sub(r"[\W_]+", "-", words.casefold()).strip("-")
