"""The reference of the configuration: each key with its values, default, meaning and an example.

It is made from the models that read a configuration, so that it says what they do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from runner.config.defaults import defaults
from runner.config.duration import DURATION
from runner.config.examples import EXAMPLES
from runner.config.model import SECTIONS, Config
from runner.config.percentage import SHARE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from runner.config.section import Section

HEAD = """\
# Configuration reference

Every key of a configuration, which is a YAML file. Only `matrix.adapter` must be there.

This page is what `python -m runner schema --markdown` prints; `python -m runner schema` prints the
JSON Schema, with which an editor completes and checks the keys. An example without a `matrix`
goes beside `matrix: {adapter: psycopg3}`. [configuring.md](configuring.md) goes through a whole
file, and says what the command line can override.
"""

TIME = "a time with its unit (`500ms`, `2s`, `1m`, `1h`)"
PATTERNS = {
    f"^{DURATION.pattern}$": TIME,
    f"^(off|{DURATION.pattern})$": f"{TIME}, `off`",
    f"^(none|{DURATION.pattern})$": f"{TIME}, `none`",
    f"^{SHARE.pattern}$": "a percentage (`5%`)",
    r"^[0-9.]+\s*%$": "a percentage (`50%`)",
    r"^([0-9.]+\s*%|none)$": "a percentage (`70%`), `none`",
}
"""The pattern of a text -> its words; other patterns say nothing to a reader."""
TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a mapping",
}


class Entry(NamedTuple):
    """A key, as the reference shows it."""

    name: str
    """With its section before it: `pool.timeout`."""
    values: str
    default: str
    """As YAML; empty where there is none."""
    meaning: str

    def markdown(self) -> str:
        """Write it with its example."""
        level = "###" if "." in self.name else "##"
        facts = f"Value: {self.values}."
        if self.default:
            facts += f" Default: `{self.default}`."
        lines = [f"{level} `{self.name}`", "", self.meaning, "", facts, ""]
        if self.name in EXAMPLES:
            lines += ["```yaml", EXAMPLES[self.name], "```", ""]
        return "\n".join(lines)


def reference() -> str:
    """Write the reference as Markdown."""
    return "\n".join([HEAD, *(entry.markdown() for entry in entries())])


def entries() -> Iterator[Entry]:
    """Yield every key, those of a section after the section itself."""
    axes = SECTIONS["exclude"].model_fields  # those of the matrix, which are explained there
    for entry in _entries_of(Config):
        yield entry
        section = SECTIONS.get(entry.name)
        if section is not None:
            known = axes if entry.name in ("include", "exclude") else ()
            yield from _entries_of(section, f"{entry.name}.", known)


def _entries_of(
    section: type[Section], before: str = "", known: Collection[str] = ()
) -> Iterator[Entry]:
    values = defaults(section)
    for name, schema in _properties(section).items():
        if name not in known:
            field = section.model_fields[name]
            own = not (field.is_required() or field.default_factory or name in SECTIONS)
            default = _default(values.get(name)) if own else ""
            yield Entry(f"{before}{name}", _values(schema), default, _linked(field.description))


def _properties(section: type[Section]) -> Mapping[str, Any]:
    """Return the JSON Schema of each key."""
    schema = section.model_json_schema()
    parts = [schema, *schema.get("anyOf", ()), *schema.get("$defs", {}).values()]
    keys = section.model_fields.keys()
    return next(it["properties"] for it in parts if it.get("properties", {}).keys() == keys)


def _linked(text: str | None) -> str:
    """Make links of the documents that a text names."""
    return re.sub(r"docs/([\w-]+\.md)", r"[\1](\1)", " ".join((text or "").split()))


def _default(value: object) -> str:
    """Write a default as YAML; a list of one as its item; nothing for what is left out."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if value in (None, [], {}):
        return ""
    return yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip()


def _values(schema: Mapping[str, Any]) -> str:
    """Describe the values that a key may have."""
    words = list(dict.fromkeys(_alternatives(schema)))
    if "a list" in words[1:]:
        words[words.index("a list")] = "a list of these"
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _alternatives(schema: Mapping[str, Any]) -> Iterator[str]:
    match schema:
        case {"anyOf": parts}:
            for part in parts:
                yield from _alternatives(part)
        case {"$ref": _}:
            yield TYPES["object"]
        case {"enum": values}:
            yield from (f"`{value}`" for value in values)
        case {"const": value}:
            yield from [f"`{value}`"] if isinstance(value, str) else ()  # 0 and false say the same
        case {"pattern": pattern} if pattern in PATTERNS:
            yield PATTERNS[pattern]
        case {"type": list(types)}:
            yield from (TYPES[name] for name in types)
        case {"type": "null"}:
            return
        case {"type": name}:
            yield TYPES[name] + _bounds(schema)


def _bounds(schema: Mapping[str, Any]) -> str:
    """Write the bounds of a number, which has two or none."""
    below = {"minimum": "from {:,}", "exclusiveMinimum": "above {:,}"}
    above = {"maximum": "to {:,}", "exclusiveMaximum": "below {:,}"}
    words = [
        words.format(schema[name]) for name, words in {**below, **above}.items() if name in schema
    ]
    return f" {' '.join(words)}" if words else ""
