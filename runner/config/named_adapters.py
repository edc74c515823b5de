"""The adapters that plain data name, each with its key; the data may be wrong in all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.config.complaints import Key


def configured(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the entries of the section `adapters`, by the user's names."""
    entries = data.get("adapters")
    return entries if isinstance(entries, dict) else {}


def named(data: Mapping[str, Any], *sections: str) -> Iterator[tuple[Key, str]]:
    """Yield the names on the axis `adapter` of the sections `matrix`, `include`, `exclude`."""
    return listed(data, "adapter", *sections)


def listed(data: Mapping[str, Any], axis: str, *sections: str) -> Iterator[tuple[Key, str]]:
    """Yield the names on an axis of the sections `matrix`, `include`, `exclude`."""
    for section in sections:
        for key, axes in _entries(section, data.get(section)):
            names = axes.get(axis) if isinstance(axes, dict) else None
            for index, name in enumerate(names if isinstance(names, list) else [names]):
                if isinstance(name, str):
                    yield (*key, axis, index), name


def _entries(section: str, value: object) -> Iterator[tuple[Key, object]]:
    if section == "matrix":
        yield (section,), value
    elif isinstance(value, list):
        for index, axes in enumerate(value):
            yield (section, index), axes
