"""The base of every section of a configuration: frozen values, and no unknown keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, PrivateAttr

from runner.config.complaints import Key, Places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class CheckContext:
    """The facts that a check needs besides the values."""

    environ: Mapping[str, str]
    places: Places
    check_dsn: Callable[[str], object]
    """Check a DSN. Raises ValueError for one that cannot be used, and repeats no word of it."""


class Section(BaseModel):
    """Values that belong together under one key."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class PlacedSection(Section):
    """A section that knows where its keys were written."""

    _places: Places = PrivateAttr(default_factory=Places)

    def model_post_init(self, context: CheckContext | None) -> None:
        """Keep the places, for complaints of later checks."""
        self._places = context.places if context else Places()

    def place(self, key: Key) -> str:
        """Name the place where a key was written."""
        return str(self._places.at(key))

    def complaint(self, key: Key, sentence: str) -> str:
        """Put the place and the key before a sentence for the user."""
        return self._places.complaint(key, sentence)
