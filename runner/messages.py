"""Messages: an id and facts; the words that PoolBench says for them are in a catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

Fact: TypeAlias = "str | int | float | Message | Sequence[Fact] | None"
"""A plain value (bool is an int), another message, or several of them."""


@dataclass(frozen=True)
class Message:
    """Something that is said, in no language yet. Lists among the facts are kept as tuples."""

    id: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        facts = {name: _frozen(fact) for name, fact in self.facts.items()}
        object.__setattr__(self, "facts", MappingProxyType(facts))

    def __hash__(self) -> int:
        return hash((self.id, self.facts_json()))

    def __str__(self) -> str:
        """Write it without a catalogue: `id(fact=value)`."""
        return f"{self.id}({', '.join(f'{name}={fact}' for name, fact in self.facts.items())})"

    def mentions(self, id_: str) -> bool:
        """Tell whether this is a message of that id, or holds one."""
        return self.id == id_ or any(
            fact.mentions(id_) for fact in self.facts.values() if isinstance(fact, Message)
        )

    def with_texts(self, change: Callable[[str], str]) -> Message:
        """Return the message with every text among its facts changed."""
        return Message(self.id, {name: _changed(fact, change) for name, fact in self.facts.items()})

    def to_json(self) -> dict[str, Any]:
        """Return plain values: `{"id": ..., "facts": {...}}`."""
        return {"id": self.id, "facts": {name: _plain(fact) for name, fact in self.facts.items()}}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Message:
        """Read what `to_json` returned. Raises ValueError."""
        match value:
            case {"id": str(id_), "facts": dict(facts)}:
                return cls(id_, {name: _read(fact) for name, fact in facts.items()})
        raise ValueError("a message needs an id and facts")

    def facts_json(self) -> str:
        """Return the facts as text, for a column of their own."""
        return json.dumps(self.to_json()["facts"], ensure_ascii=False)


def message(id_: str, /, **facts: Fact) -> Message:
    """Make a message. Its id is a literal, so that a test can hold it against the catalogue."""
    return Message(id_, facts)


def said(text: str) -> Message:
    """Make a message of a text that is not PoolBench's: of a driver, a process, an old report."""
    return message("said", text=text)


def columns(said_of: Message | None, name: str = "reason") -> dict[str, str]:
    """Return the two columns in which a file keeps a message, empty where there is none."""
    if said_of is None:
        return {name: "", f"{name}_facts": ""}
    return {name: said_of.id, f"{name}_facts": said_of.facts_json()}


def from_columns(id_: str, facts: str) -> Message | None:
    """Read what `columns` wrote. A text without facts is of version 0.1, which wrote English.

    Raises ValueError.
    """
    if not id_:
        return None
    if not facts:
        return said(id_)
    try:
        return Message.from_json({"id": id_, "facts": json.loads(facts)})
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the facts of {id_!r} cannot be read: {error}") from error


def _frozen(fact: Fact) -> Fact:
    return fact if isinstance(fact, str) or not isinstance(fact, Sequence) else tuple(fact)


def _plain(fact: Fact) -> Any:
    if isinstance(fact, Message):
        return fact.to_json()
    return [_plain(item) for item in fact] if isinstance(fact, tuple) else fact


def _read(fact: Any) -> Fact:
    if isinstance(fact, dict):
        return Message.from_json(fact)
    return tuple(map(_read, fact)) if isinstance(fact, list) else fact


def _changed(fact: Fact, change: Callable[[str], str]) -> Fact:
    match fact:
        case str():
            return change(fact)
        case Message():
            return fact.with_texts(change)
        case tuple():
            return tuple(_changed(item, change) for item in fact)
    return fact
