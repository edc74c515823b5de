"""The terms on which pools are compared, adapter by adapter.

The settings of an adapter are data of its class; a reader of a result must be able to look them up
without reading code, and the two must not drift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.registry import AdapterClass


def table(classes: Mapping[str, AdapterClass]) -> list[dict[str, str]]:
    """Return a row for each adapter and profile, all in words.

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


def _commit(adapter: AdapterClass, profile: str) -> str:
    """Name the moment of a commit; empty without a server."""
    if not adapter.traits.server:
        return ""
    return "in release" if adapter.commits(adapter.profiles[profile]) else "autocommit"


def _word(value: object) -> str:
    """Write a class or a function by its name."""
    return str(getattr(value, "__qualname__", value))
