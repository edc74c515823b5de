"""A configuration before it is checked: the data of the file, and the overrides over them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from runner.axes import MATRIX
from runner.config import yaml_file
from runner.config.complaints import Complaint, ConfigError, Key, Places, SourceLine
from runner.redaction import redacted_override, shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

REPLACES = {"operations_per_client": "duration", "precision": "rounds"}
"""The two lengths of a cell, and of a run, of which only one can be set."""

RIVALS = {**REPLACES, **{replaced: name for name, replaced in REPLACES.items()}}
"""Key -> the key that an override of it drops from the file."""

AXES = ("adapter", *MATRIX)
"""The keys of the matrix, which an override may name alone: `clients=20`."""

SEVERAL = re.compile(r"[^][{}'\"]*,[^][{}'\"]*")
"""Several values of an axis, as an override may list them: `10,20`."""

MOST_TOLD = 100
"""The most complaints at once: more are one mistake over and over."""


class RawConfig:
    """Plain data, the place of each key, and the complaints so far."""

    def __init__(self, path: Path, overrides: Iterable[str] = ()) -> None:
        document = yaml_file.read(path)
        self._path = path
        self.data = document.data
        self._written = dict(document.places)
        self._complaints: list[tuple[SourceLine, str]] = []
        self._refused: set[Key] = set()
        if self.data is None:
            raise ConfigError([f"{path}: is empty"])
        if not isinstance(self.data, dict):
            sentence = f"must be a mapping of keys such as matrix:, is {shown(self.data)}"
            raise ConfigError([f"{self._written[()]}: {sentence}"])
        if "name" not in self.data:
            self.data["name"] = path.stem
            self._written["name",] = self._written[()]
        self.complain(document.complaints)
        for override in overrides:
            self._override(override)
        self.complain(self._two_lengths())
        self.complain(self._two_sizes())

    @property
    def places(self) -> Places:
        """The place where each key was written last."""
        return Places(self._written)

    @property
    def refused(self) -> frozenset[Key]:
        """The keys that a complaint was about; `()` where it was about the whole."""
        return frozenset(self._refused)

    def complain(self, complaints: Iterable[Complaint]) -> None:
        """Keep complaints until `refuse`; of each source no more than can be told."""
        places = self.places
        for key, sentence in islice(complaints, MOST_TOLD + 1):
            self._complaints.append((places.at(key), places.complaint(key, sentence)))
            self._refused.add(key)

    def refuse(self, further: Iterable[str]) -> None:
        """Raise ConfigError with all complaints in the order of their places, further ones last.

        These have their places in them; those of a key that has one already are left out.
        """
        in_order = sorted(self._complaints, key=lambda complaint: complaint[0])
        already = tuple(self.places.complaint(key, "") for key in self._refused if key)
        told = [
            *(sentence for _, sentence in in_order),
            *(sentence for sentence in further if not sentence.startswith(already)),
        ]
        if len(told) > MOST_TOLD:
            more = f"{self._path}: there are more mistakes, told when these are mended"
            told = [*told[:MOST_TOLD], more]
        raise ConfigError(told)

    def _two_lengths(self) -> Iterable[Complaint]:
        for name, replaced in REPLACES.items():
            if self.data.get(name) is not None and self.data.get(replaced) is not None:
                place = self._written[replaced,]
                yield (name,), f"cannot be set beside {replaced} ({place}); leave out one"

    def _two_sizes(self) -> Iterable[Complaint]:
        """Blame an override, and not the file, for a pool that is smaller than its least size."""
        pool = self.data.get("pool")
        if not (isinstance(pool, dict) and self._overridden("pool", "max_size")):
            return
        least, most = pool.get("min_size"), pool["max_size"]
        if not (isinstance(least, int) and isinstance(most, int) and most < least):
            return
        if not self._overridden("pool", "min_size"):
            del pool["min_size"]
            place = self._written["pool", "min_size"]
            sentence = f"must be at least min_size ({least}, {place}), is {most}"
            yield ("pool", "max_size"), f"{sentence}; pool_size={most} sets both"

    def _overridden(self, *key: str) -> bool:
        return key in self._written and not self._written[key].line

    def _override(self, text: str) -> None:
        """Put the value of `key=value` in the place of what the file says."""
        place = SourceLine(0, f"--set {redacted_override(text)}")
        try:
            self._set(text, place)
        except ConfigError as error:
            self._complaints += [(place, complaint) for complaint in error.complaints]
            self._refused.add(())  # nobody knows which key was meant

    def _set(self, text: str, place: SourceLine) -> None:
        name, equals, value = text.partition("=")
        key = tuple(name.strip().split("."))
        if not (equals and all(key)):
            raise ConfigError([f"{place}: must be key=value, such as rounds=2"])
        if name.strip() in AXES:
            key = ("matrix", *key)
        if key[0] == "matrix" and SEVERAL.fullmatch(value):
            value = f"[{value}]"
        document = yaml_file.parse(value, place.source, key, lines=False)
        self._mapping_around(key, place)[key[-1]] = document.data
        kept = {known: at for known, at in self._written.items() if known[: len(key)] != key}
        self._written = {**kept, key: place, **document.places}
        self.complain(document.complaints)
        if document.data is not None and name.strip() in RIVALS:
            self._forget(RIVALS[name.strip()])

    def _mapping_around(self, key: tuple[str, ...], place: SourceLine) -> dict[str, Any]:
        """Return the mapping that holds `key`; create it where there is none yet."""
        around: dict[str, Any] = self.data
        for depth, step in enumerate(key[:-1], 1):
            if around.get(step) is None:
                around[step] = {}
                self._written.setdefault(key[:depth], place)
            around = around[step]
            if not isinstance(around, dict):
                sentence = f"{step} is no mapping in which a key could be set; set the whole of it"
                raise ConfigError([f"{place}: {sentence}"])
        return around

    def _forget(self, name: str) -> None:
        """Drop a key of the file; that of an override is kept, to be complained of."""
        if name in self.data and self._written[name,].line:
            del self.data[name]
