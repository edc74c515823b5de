"""The pools that drills are done to: those of a configuration, or all that are installed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import adapters
from adapters.base import AdapterError
from adapters.registry import BUILT_IN
from runner.config.complaints import ConfigError, nearest
from runner.config.loading import Checks, load
from runner.config.model import Config
from runner.experiment import contenders, session
from runner.redaction import without_passwords

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from adapters.registry import AdapterClass
    from runner.plan.contender import Contender

COUNT = ("adapters", "matrix", "language", "name")
"""The keys of a configuration of which anything counts, and its name, which always is there."""


@dataclass(frozen=True)
class Drilled:
    """The pools, resolved and checked, and what was left out on the way to them."""

    classes: Mapping[str, AdapterClass]
    contenders: Mapping[str, Contender]
    ignored: tuple[str, ...] = ()
    """The keys of the configuration that say nothing to a drill."""
    absent: tuple[str, ...] = ()
    """The registered adapters whose packages are not installed."""
    language: str | None = None
    """That of the configuration."""

    def facts(self) -> dict[str, Any]:
        """Return the facts that must not change while the drills of one folder are done."""
        marks = {name: _mark(it) for name, it in self.contenders.items()}
        facts = session.facts(_hashed(marks), list(marks), self.classes)
        contenders.add_interpreters(facts["adapters"], self.contenders)
        return {**facts, "drilled": {name: self._written(name, marks[name]) for name in marks}}

    def _written(self, name: str, mark: str) -> dict[str, Any]:
        it = self.contenders[name]
        return {
            "adapter": it.adapter,
            "options": without_passwords(dict(it.options)),
            "fingerprint": mark,
        }


def configured(path: Path, chosen: Sequence[str]) -> Drilled:
    """Read the adapters of a configuration, and of them the chosen, or all where none is.

    Raises ConfigError.
    """
    config = load(path, checks=Checks(contenders.adapter_complaints))
    names = config.matrix.adapter
    for name in chosen:
        if name not in names:
            known = f"its matrix.adapter has {', '.join(names)}"
            near = nearest(name, names)
            raise ConfigError([f"{path}: there is no adapter {name!r}{near}; {known}"])
    pools = _resolved(config, chosen or names)
    return replace(pools, ignored=_ignored(config, path), language=config.language)


def registered(chosen: Sequence[str]) -> Drilled:
    """Find the chosen adapters, or every registered one that has a pool and is installed.

    Raises ConfigError.
    """
    absent = () if chosen else _absent()
    names = list(dict.fromkeys(chosen)) or [name for name in _known() if _has_pool(name, absent)]
    data = {"matrix": {"adapter": names}}
    if complaints := [sentence for _, sentence in contenders.adapter_complaints(data)]:
        raise ConfigError(complaints)
    return replace(_resolved(Config.model_validate(data), names), absent=absent)


def _resolved(config: Config, names: Sequence[str]) -> Drilled:
    classes = contenders.classes(config)
    known = contenders.resolve(config, classes)
    of = dict.fromkeys(names)
    return Drilled({name: classes[name] for name in of}, {name: known[name] for name in of})


def _ignored(config: Config, path: Path) -> tuple[str, ...]:
    """List the keys that were written and say nothing to a drill, in the order of the model."""
    written = [name for name in Config.model_fields if name in config.model_fields_set]
    axes = [name for name in type(config.matrix).model_fields if name != "adapter"]
    return (
        *(["name"] * (config.name != path.stem)),
        *(name for name in written if name not in COUNT),
        *(f"matrix.{name}" for name in axes if name in config.matrix.model_fields_set),
    )


def _known() -> list[str]:
    """List every adapter that is registered, installed or not."""
    return list(dict.fromkeys([*BUILT_IN, *adapters.names()]))


def _absent() -> tuple[str, ...]:
    """Name the adapters that cannot be had here."""
    listed = adapters.names()
    return tuple(name for name in _known() if name not in listed or not _is_there(name))


def _is_there(name: str) -> bool:
    try:
        adapters.find(name)
    except AdapterError:
        return False
    return True


def _has_pool(name: str, absent: Sequence[str]) -> bool:
    return name not in absent and adapters.find(name).traits.pools


def _mark(contender: Contender) -> str:
    """Tell an adapter from one with other options or another interpreter."""
    return _hashed([contender.adapter, dict(contender.options), contender.python])


def _hashed(values: object) -> str:
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
