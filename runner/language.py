"""The languages that PoolBench speaks, and the one that it speaks now.

A language is a catalogue, `report/languages/es.po`; there is no other list of them.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENGLISH = "en"
CATALOGUES = files("runner").joinpath("report", "languages")
"""The folder of the catalogues."""
KIND = ".po"
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The variables that name a locale; the first that has a value counts."""
NO_LOCALE = ("C", "POSIX")

_spoken: list[str] = [ENGLISH]


@cache
def languages() -> tuple[str, ...]:
    """List the languages that there are."""
    names = (it.name for it in CATALOGUES.iterdir())
    return tuple(sorted(it.removesuffix(KIND) for it in names if it.endswith(KIND)))


def of_environment(variables: Mapping[str, str]) -> str:
    """Choose the language of the environment as gettext does; English where there is none of it.

    LANGUAGE lists several, the best first, and counts only beside a locale.
    """
    locale = _language(next((value for it in LOCALES if (value := variables.get(it))), "C"))
    if locale in NO_LOCALE:
        return ENGLISH
    preferred = [*map(_language, variables.get("LANGUAGE", "").split(":")), locale]
    return next((it for it in preferred if it in languages()), ENGLISH)


def _language(locale: str) -> str:
    """Leave the country and the encoding out: C.UTF-8 is C."""
    return re.split("[_.@]", locale)[0]


def spoken() -> str:
    """Return the language of what is written now."""
    return _spoken[-1]


@contextmanager
def speaking(*wishes: str | None) -> Iterator[None]:
    """Speak the first language that is wished for in the block; without a wish, the same."""
    _spoken.append(next((it for it in wishes if it), spoken()))
    try:
        yield
    finally:
        _spoken.pop()
