"""The colours and marks of every chart of every run: adapters, parts, failures. Pure."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from adapters.registry import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator


class Look(NamedTuple):
    """The marks of an adapter, told apart in colour, in grey and by the colour-blind."""

    colour: str
    marker: str
    line: str = "-"
    """Solid for the adapters that come with us, broken for names of the user's."""


class Fill(NamedTuple):
    """The filling of a bar; None is the adapter's own colour."""

    colour: str | None = None
    hatch: str = ""
    edge: str | None = None


class Shape(NamedTuple):
    """The look of a dot, in the adapter's colour; without a marker it has the adapter's."""

    size: float = 6.5
    marker: str | None = None
    hollow: bool = False


COLOURS = (
    *("#0072B2", "#56B4E9", "#332288", "#88CCEE"),  # psycopg2: blues
    *("#D55E00", "#E69F00", "#CC79A7", "#882255", "#AA4499"),  # psycopg 3: orange to purple
    *("#009E73", "#999933"),  # asyncpg: greens
    *("#661100", "#DDCC77"),  # SQLAlchemy: brown and sand
    "#777777",
)
"""Of Okabe and Ito, and of Paul Tol's "muted": made for every kind of colour vision."""

MARKERS = "os<pD^>hPvXd8*"
KNOWN = {name: Look(*look) for name, *look in zip(BUILT_IN, COLOURS, MARKERS, strict=False)}

NOISE = Look("#707070", "|", "--")
"""The baseline against itself; no adapter looks like that."""

WAIT = Fill("#E3E3E3", "////", "#A0A0A0")
USE = Fill("#77AADD", "", "#557799")
RELEASE = Fill("#EE8866", "\\\\\\\\", "#8C3F22")
EXHAUSTED = Fill("#77AADD", "", "#555555")
TIMEOUT = Fill("#EE8866", "////", "#555555")
LOST = Fill("#EEDD88", "\\\\\\\\", "#555555")
REFUSED = Fill("#FFAABB", "xxxx", "#555555")
QUERY = Fill("#44BB99", "----", "#555555")
WAITING = Fill("#E3E3E3", "||||", "#555555")
SHED = Fill("#F2E2C4", "....", "#7A5A1E")
UNFINISHED = Fill("#DDE6F0", "----", "#3A5570")
"""Paul Tol's "light", made for areas and taken by no adapter."""

RELEASED = Fill()
LEAKED = Fill("white", "/////")

MIDDLE = Shape()
MOST = Shape(5.5, hollow=True)
LONGEST = Shape(8, "|")
FAILURE = Shape(5.5, "x")


DIGITS = re.compile(r"(\d+)")
LONGEST_NUMBER = 12


def in_order(adapters: Iterable[str]) -> list[str]:
    """Return each name once, in the order of lists and legends: ours first, then by name."""
    rank = {name: number for number, name in enumerate(BUILT_IN)}
    return sorted(set(adapters), key=lambda name: (rank.get(name, len(rank)), *_natural(name)))


def _natural(name: str) -> list[str]:
    """Split a name so that `pool_size 5` comes before `pool_size 10`."""
    return [part.rjust(LONGEST_NUMBER) if part.isdigit() else part for part in DIGITS.split(name)]


def looks(adapters: Iterable[str]) -> dict[str, Look]:
    """Return the look of each adapter; no two names get the same.

    A name that does not come with us begins at a place that follows from its letters, and takes
    the first from there that is most unlike those of the others.
    """
    chosen: dict[str, Look] = {}
    for name in in_order(adapters):
        chosen[name] = KNOWN.get(name) or min(_places(name), key=_likeness(chosen.values()))
    return chosen


def _likeness(others: Collection[Look]) -> Callable[[Look], tuple[bool, bool, bool]]:
    colours, markers = {look.colour for look in others}, {look.marker for look in others}
    return lambda look: (look in others, look.colour in colours, look.marker in markers)


def _places(name: str) -> Iterator[Look]:
    """Yield looks, first those that differ from each other in the colour and in the marker."""
    count = len(COLOURS)
    home = crc32(name.encode()) % count
    for line, turn, step in product(("--", ":", "-."), range(1, count), range(count)):
        place = (home + step) % count
        yield Look(COLOURS[place], MARKERS[(place + turn) % count], line)
