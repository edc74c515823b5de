"""The terms on which pools are compared, as a table: `python -m runner terms`.

What an adapter sets is data of its class; whoever reads a result must be able to look it up
without reading code, and the two must not drift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.registry import AdapterClass

HEADINGS = {
    "adapter": "adapter",
    "profile": "profile",
    "settings": "sets, by the library's own names",
    "commit": "commit",
    "prepared": "prepared statements",
}
"""Key of a row -> title of its column."""


def table(classes: Mapping[str, AdapterClass]) -> list[dict[str, str]]:
    """Return a row for each adapter and profile, all in words; the keys are those of HEADINGS.

    `classes` are by the user's name of them. Size and time-outs are not in it: everybody gets the
    same ones.
    """
    return [
        {
            "adapter": name,
            "profile": profile,
            "settings": ", ".join(f"{it} = {_word(value)}" for it, value in settings.items()),
            "commit": _commit(found, profile),
            "prepared": found.prepared,
        }
        for name, found in classes.items()
        for profile, settings in found.profiles.items()
    ]


def markdown(rows: Sequence[Mapping[str, str]]) -> str:
    """Return the rows as a table in Markdown; what is empty is a dash."""
    lines = [list(HEADINGS.values()), ["---"] * len(HEADINGS)]
    lines += [[row[key].replace("|", r"\|") or "-" for key in HEADINGS] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _commit(found: AdapterClass, profile: str) -> str:
    """Say who commits; without a server there is nobody to."""
    if not found.traits.server:
        return ""
    return "in release" if found.commits(found.profiles[profile]) else "autocommit"


def _word(value: object) -> str:
    """Write a class or a function by its name."""
    return str(getattr(value, "__qualname__", value))
