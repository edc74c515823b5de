"""The terms on which pools are compared, as a table: `python -m runner.experiment.terms`.

The settings of an adapter are data of its class; a reader of a result must be able to look them up
without reading code, and the two must not drift.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import adapters

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

    `classes` are by the user's names. Size and time-outs are not in it: they are the same for all.
    """
    return [
        {
            "adapter": name,
            "profile": profile,
            "settings": ", ".join(
                f"{option} = {_word(value)}" for option, value in settings.items()
            ),
            "commit": _commit(adapter, profile),
            "prepared": adapter.prepared,
        }
        for name, adapter in classes.items()
        for profile, settings in adapter.profiles.items()
    ]


def markdown(rows: Sequence[Mapping[str, str]]) -> str:
    """Return the rows as a table in Markdown; what is empty is a dash."""
    lines = [list(HEADINGS.values()), ["---"] * len(HEADINGS)]
    lines += [[row[key].replace("|", r"\|") or "-" for key in HEADINGS] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _commit(adapter: AdapterClass, profile: str) -> str:
    """Name the moment of a commit; empty without a server."""
    if not adapter.traits.server:
        return ""
    return "in release" if adapter.commits(adapter.profiles[profile]) else "autocommit"


def _word(value: object) -> str:
    """Write a class or a function by its name."""
    return str(getattr(value, "__qualname__", value))


def main() -> None:
    """Print the table of every adapter that is installed."""
    rows = table({name: adapters.find(name) for name in adapters.names()})
    sys.stdout.write(markdown(rows))


if __name__ == "__main__":
    main()
