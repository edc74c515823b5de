"""The choice of parts in a command that has several: all of them unless some are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from runner.config.complaints import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

P = TypeVar("P")


class UnknownPartError(Exception):
    """A name that is none of a part; the message has those that are."""


def chosen(names: Sequence[str], parts: Mapping[str, P]) -> list[P]:
    """List the named parts, each once, or all where none is named. Raises UnknownPartError."""
    for name in names:
        if name not in parts:
            raise UnknownPartError(
                f"there is no part {name!r}{nearest(name, parts)}; the parts are {', '.join(parts)}"
            )
    return [parts[name] for name in dict.fromkeys(names or parts)]
