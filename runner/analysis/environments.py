"""The differences between the environments of runs, which could explain a number."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from runner.analysis.change import LEAST_RUNS
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from runner.messages import Message

    Environment = Mapping[str, Any]
    """The content of an `environment.json`."""


def differences(a: Sequence[Environment], b: Sequence[Environment]) -> list[Message]:
    """Return in what the environments of A and B differ that could explain a number.

    A message each; also where the runs of one side differ. An adapter that only some of them have
    is no difference: its cells are only in those runs.
    """
    adapters = set.intersection(*({*run.get("adapters", {})} for run in (*a, *b)))
    facts_a, facts_b = ([_facts(run, adapters) for run in side] for side in (a, b))
    different = [
        message("runs.differ", name=name, a=_values(facts_a, name), b=_values(facts_b, name))
        for name in dict.fromkeys(chain(*facts_a, *facts_b))
        if len({repr(facts.get(name)) for facts in (*facts_a, *facts_b)}) > 1
    ]
    if len({run.get("fingerprint") for run in (*a, *b)}) > 1:
        different.append(message("runs.other_configuration"))
    return different


def in_blocks(a: Sequence[Environment], b: Sequence[Environment]) -> Iterator[Message]:
    """Yield that of several runs a side all of one began before those of the other.

    A run that does not say when it began is passed over.
    """
    began = {name: [*filter(None, map(started, side))] for name, side in (("A", a), ("B", b))}
    for first, last in (("A", "B"), ("B", "A")):
        starts = began[first], began[last]
        if min(map(len, starts)) >= LEAST_RUNS and max(starts[0]) < min(starts[1]):
            yield message("runs.in_blocks", first=first, last=last)


def started(known: Environment) -> str:
    """Return when a run began, in UTC as ISO 8601 writes it, which sorts as a text.

    Empty where that was not kept.
    """
    sessions = known.get("sessions")
    listed = sessions if isinstance(sessions, list) else []
    moments = (it.get("started_at") for it in listed if isinstance(it, dict))
    return next((str(it) for it in moments if it), "")


def _values(runs: Iterable[Mapping[str, Any]], name: str) -> list[Message | str]:
    """List the values that runs have of a fact, each once."""
    return list(
        dict.fromkeys(
            str(facts[name]) if name in facts else message("runs.not_recorded") for facts in runs
        )
    )


def _facts(environment: Environment, adapters: Collection[str]) -> dict[str, Any]:
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
        **{f"workload {name}": sql for name, sql in environment.get("workloads", {}).items()},
        **{f"server setting {key}": value for key, value in server.get("settings", {}).items()},
    }


def _flat(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from ((f"{key} {deeper}", leaf) for deeper, leaf in _flat(inner))
        else:
            yield key, inner
