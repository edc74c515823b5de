"""YAML -> plain data, and the line of each key and item."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from runner.config import shipped
from runner.config.complaints import Complaint, ConfigError, Key, SourceLine, nearest
from runner.redaction import redacted, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_VALUES = 100_000
"""The most values of one file: YAML's aliases can make millions out of ten lines."""
LONGEST_NUMBER = 100
"""The most characters of a number: longer ones cannot be computed with, or not be printed."""
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
PLAIN = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass(frozen=True)
class Document:
    """The data of a text, and complaints that do not keep it from being read."""

    data: Any
    places: Mapping[Key, SourceLine]
    complaints: Sequence[Complaint]


def read(path: Path) -> Document:
    """Read a file. Raises ConfigError where it cannot be read or is not YAML."""
    return parse(_text(path), str(path))


def parse(text: str, source: str, key: Key = (), *, lines: bool = True) -> Document:
    """Read a text as the value of `key`. Raises ConfigError where it is not YAML.

    `source` names the text in complaints; without `lines` the place of everything is the whole.
    """
    try:
        return _Reader(text, source, lines=lines).document(key)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = SourceLine(mark.line + 1 if mark and lines else 0, source)
        problem = redacted(", ".join(filter(None, (error.context, error.problem))))
        complaint = f"{place}: is not YAML that can be used: {problem}"
    except yaml.YAMLError:
        complaint = f"{source}: holds characters that YAML does not allow"
    except RecursionError:
        complaint = f"{source}: is nested too deeply"
    # Outside of the handlers: what they caught quotes the text, and so perhaps a password.
    raise ConfigError([complaint])


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        complaint = _absent(path)
    except IsADirectoryError:
        complaint = f"{path}: is a directory, not a YAML file"
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        complaint = f"{path}:{line}: is not UTF-8 text"
    except OSError as error:
        complaint = f"{path}: cannot be read: {error.strerror}"
    raise ConfigError([complaint])


def _absent(path: Path) -> str:
    """Say that there is no such file, and what there is."""
    names = shipped.names()
    hint = nearest(str(path), _yaml_files()) or nearest(path.stem, names)
    return f"{path}: no such file{hint}, and none of those that come along: {', '.join(names)}"


def _yaml_files() -> list[str]:
    """List the files of this folder and of those in it that could be meant."""
    here = Path()
    return sorted(map(str, [*here.glob("*.y*ml"), *here.glob("[!.]*/*.y*ml")]))


def _unreadable(text: str) -> str | None:
    """Say which character of a text nothing else can take; None where each is one."""
    if "\0" in text:
        return "must not hold a NUL character"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "must be text of valid characters"
    return None


class _Reader(yaml.SafeLoader):
    """Walks the nodes, because the data that PyYAML builds from them have lost their lines."""

    def __init__(self, text: str, source: str, *, lines: bool) -> None:
        super().__init__(text)
        self.source = source
        self.lines = lines
        self.places: dict[Key, SourceLine] = {}
        self.complaints: list[Complaint] = []

    def document(self, key: Key) -> Document:
        node = self.get_single_node()
        data = None if node is None else self._value(node, key)
        return Document(data, self.places, self.complaints)

    def _value(self, node: yaml.Node, key: Key) -> Any:
        self.places.setdefault(key, self._place(node))
        if len(self.places) > MOST_VALUES:
            raise _refusal(node, f"more than {MOST_VALUES} values")
        if not isinstance(node, yaml.ScalarNode) and node.tag not in PLAIN:
            raise _refusal(node, f"the tag {node.tag} is not known")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*key, index)) for index, item in enumerate(node.value)]
        value = self._scalar(node)
        self._read(value, key)
        return value

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name_node, value_node in node.value:
            name = self._name(name_node)
            scalar = isinstance(name_node, yaml.ScalarNode)
            inner = (*key, name_node.value if scalar else "(a list or mapping)")
            if not isinstance(name, str):
                self.complaints.append((inner, "the key must be text; put it in quotes"))
            elif name in data:
                sentence = f"is given twice, first at {self.places[inner]}"
                self.complaints.append((inner, sentence))
            self.places[inner] = self._place(name_node)
            self._read(name, inner)
            value = self._value(value_node, inner)
            if isinstance(name, str):
                data[name] = value
        return data

    def _name(self, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return None
        return node.value if node.value in ("<<", "=") else self._scalar(node)

    def _read(self, value: object, key: Key) -> None:
        """Complain of a text that holds what is no character."""
        if isinstance(value, str) and (sentence := _unreadable(value)):
            self.complaints.append((key, sentence))

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag in NUMBERS and len(node.value) > LONGEST_NUMBER:
            raise _refusal(node, f"a number has more than {LONGEST_NUMBER} characters")
        try:
            return self.construct_object(node)
        except (ArithmeticError, AttributeError, LookupError, ValueError) as error:
            kind = node.tag.rpartition(":")[2]
            raise _refusal(node, f"{shown(node.value)} is no {kind}") from error

    def _place(self, node: yaml.Node) -> SourceLine:
        return SourceLine(node.start_mark.line + 1 if self.lines else 0, self.source)


def _refusal(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
