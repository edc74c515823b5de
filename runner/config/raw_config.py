"""A configuration before it is checked: what the file says, and the overrides over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.config import yaml_file
from runner.config.complaints import ConfigError, Key, Place, Places
from runner.redaction import discreet, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

INSTEAD = {
    "duration": "operations_per_client",
    "operations_per_client": "duration",
    "rounds": "precision",
    "precision": "rounds",
}
"""The two lengths of a cell, and of a run, of which only one can be had."""

PAIRS = (("operations_per_client", "duration"), ("precision", "rounds"))
"""The one to complain of, beside the other."""


class RawConfig:
    """Plain data, where they were written, and all that is wrong with them so far."""

    def __init__(self, path: Path, overrides: Iterable[str] = ()) -> None:
        document = yaml_file.read(path)
        self.data = document.data
        self._written = dict(document.places)
        self._complaints: list[tuple[Place, str]] = []
        if self.data is None:
            raise ConfigError([f"{path}: is empty"])
        if not isinstance(self.data, dict):
            sentence = f"must be a mapping of keys such as matrix:, is {shown(self.data)}"
            raise ConfigError([f"{self._written[()]}: {sentence}"])
        if "name" not in self.data:
            self.data["name"] = path.stem
            self._written["name",] = self._written[()]
        self._complain_of_all(document.complaints)
        for override in overrides:
            self._override(override)
        self._complain_of_two_lengths()

    @property
    def places(self) -> Places:
        """Where each key was written last."""
        return Places(self._written)

    def complain(self, key: Key, sentence: str) -> None:
        """Note what is wrong with the value of a key."""
        self._complaints.append((self.places.at(key), self.places.complaint(key, sentence)))

    def refuse(self) -> None:
        """Raise ConfigError where anything is wrong, with all of it, in the order of its places."""
        if self._complaints:
            in_order = sorted(self._complaints, key=lambda complaint: complaint[0])
            raise ConfigError([sentence for _, sentence in in_order])

    def _complain_of_all(self, complaints: Sequence[tuple[Key, str]]) -> None:
        for key, sentence in complaints:
            self.complain(key, sentence)

    def _complain_of_two_lengths(self) -> None:
        for one, other in PAIRS:
            if self.data.get(one) is not None and self.data.get(other) is not None:
                place = self._written[other,]
                sentence = f"cannot stand beside {other} ({place}); leave out one"
                self.complain((one,), sentence)

    def _override(self, text: str) -> None:
        """Put the value of `key=value` in the place of what the file says."""
        place = Place(0, f"--set {discreet(text)}")
        try:
            self._set(text, place)
        except ConfigError as error:
            self._complaints += [(place, complaint) for complaint in error.complaints]

    def _set(self, text: str, place: Place) -> None:
        name, equals, value = text.partition("=")
        key = tuple(name.strip().split("."))
        if not (equals and all(key)):
            raise ConfigError([f"{place}: must be key=value, such as rounds=2"])
        document = yaml_file.parse(value, place.source, key, lines=False)
        self._mapping_around(key, place)[key[-1]] = document.data
        kept = {known: at for known, at in self._written.items() if known[: len(key)] != key}
        self._written = {**kept, key: place, **document.places}
        self._complain_of_all(document.complaints)
        if document.data is not None and name in INSTEAD:
            self._forget(INSTEAD[name])

    def _mapping_around(self, key: tuple[str, ...], place: Place) -> dict[str, Any]:
        """Return the mapping that holds `key`; make it where there is none yet."""
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
        """Drop what the file says; an override that says it is kept, to be complained of."""
        if name in self.data and self._written[name,].line:
            del self.data[name]
