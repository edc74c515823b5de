"""The differences between the environments of two runs, which could explain a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.messages import Message


def differences(
    environment_a: Mapping[str, Any], environment_b: Mapping[str, Any]
) -> list[Message]:
    """Return in what two `environment.json` differ that could explain a number, a message each.

    An adapter that only one of them has is no difference: its cells are only in one run.
    """
    shared = environment_a.get("adapters", {}).keys() & environment_b.get("adapters", {}).keys()
    facts_a, facts_b = (_facts(one, shared) for one in (environment_a, environment_b))
    different = [
        message("runs.differ", name=name, a=_value(facts_a, name), b=_value(facts_b, name))
        for name in dict.fromkeys([*facts_a, *facts_b])
        if facts_a.get(name) != facts_b.get(name)
    ]
    if environment_a.get("fingerprint") != environment_b.get("fingerprint"):
        different.append(message("runs.other_configuration"))
    return different


def _value(facts: Mapping[str, Any], name: str) -> Message | str:
    return str(facts[name]) if name in facts else message("runs.not_recorded")


def _facts(environment: Mapping[str, Any], adapters: Iterable[str]) -> dict[str, Any]:
    """Return everything that is told of machine, adapters and server, under a name in words."""
    server = environment.get("server", {})
    return {
        **environment.get("machine", {}),
        **{
            f"{name} {key}": value
            for name in sorted(adapters)
            for key, value in _flat(environment["adapters"][name])
        },
        **{f"server {key}": server[key] for key in ("kind", "version") if key in server},
        **{f"server setting {key}": value for key, value in server.get("settings", {}).items()},
    }


def _flat(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from ((f"{key} {deeper}", leaf) for deeper, leaf in _flat(inner))
        else:
            yield key, inner
