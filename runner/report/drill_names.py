"""The names of drills and of their cases for readers, and what is done in a drill.

Files and the command line have the ids, which are the same in every language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.messages import Message

ABOUT: Mapping[str, Message] = {
    "exhaustion": message("about_drill.exhaustion"),
    "leak": message("about_drill.leak"),
    "broken connections": message("about_drill.broken_connections"),
    "outage": message("about_drill.outage"),
    "silence": message("about_drill.silence"),
    "cold start": message("about_drill.cold_start"),
    "hygiene": message("about_drill.hygiene"),
    "cancellation": message("about_drill.cancellation"),
    "interrupt": message("about_drill.interrupt"),
    "fairness": message("about_drill.fairness"),
    "fork": message("about_drill.fork"),
    "round trips": message("about_drill.round_trips"),
    "burst": message("about_drill.burst"),
    "ageing": message("about_drill.ageing"),
    "schema change": message("about_drill.schema_change"),
}
"""Drill -> what is done in it, and what its cases are."""


def about(drill: str) -> list[Message]:
    """Say what is done in a drill; nothing of one of another version."""
    if drill not in ABOUT:
        return []
    return [message("drill.about", about=ABOUT[drill], typed=drill.replace(" ", "-"))]


def drill_name(drill: str) -> Message:
    """Name a drill; one of another version has its id."""
    return message("drill.title", drill=drill)


def case_name(case: str) -> Message:
    """Name a case; one of another version has its id."""
    return message("drill.case_name", case=case)


def names(key: tuple[str, str, str]) -> list[str | Message]:
    """Name what was observed, from the names in a line of `drills.csv`."""
    adapter, drill, case = key
    return [adapter, drill_name(drill), case_name(case)]
