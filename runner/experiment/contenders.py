"""The adapters that a configuration names: resolved, checked, and asked for all that is needed."""

from __future__ import annotations

import platform
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import adapters
from adapters.base import AdapterError
from runner.config.cross_checks import not_json
from runner.config.named_adapters import configured, named
from runner.experiment import environment, terms
from runner.measure.other_interpreter import InterpreterError, description
from runner.plan.contender import Contender, Driver
from runner.redaction import REDACTOR, redacted, secrets_in
from runner.roles import CONTROL
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adapters.registry import AdapterClass
    from runner.config.complaints import Complaint, Key
    from runner.config.model import Config
    from runner.plan.plan import Cell, Plan
    from runner.server.pgbouncer_program import Program


def adapter_complaints(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Yield a complaint about each wrong adapter of plain data, compared or not.

    Values of a wrong type are left to other checks.
    """
    entries = configured(data)
    refusal = cache(_refusal)  # a name may be there many times
    for name, entry in entries.items():
        if isinstance(entry, dict) and isinstance(adapter := entry.get("adapter"), str):
            if sentence := refusal(adapter):
                yield ("adapters", name, "adapter"), sentence
            elif isinstance(options := entry.get("options"), dict):
                yield from _options_complaints(("adapters", name, "options"), adapter, options)
            if sentence := _interpreter_refusal(entry.get("python"), adapter):
                yield ("adapters", name, "python"), sentence
    for key, name in named(data, "matrix", "include"):
        if name not in entries and (sentence := refusal(name)):
            yield key, sentence


def _interpreter_refusal(python: object, adapter: str) -> str | None:
    """Say why workers of the adapter cannot run in that interpreter; None where they can."""
    if not isinstance(python, str) or not python:
        return None
    try:
        description(python, adapter)
    except InterpreterError as error:
        return f"{python} {error}"
    return None


def _options_complaints(key: Key, name: str, options: Mapping[str, Any]) -> Iterator[Complaint]:
    for option, value in options.items():
        if any(not_json((), value)):  # no adapter will see it, and its complaint is another's
            continue
        for sentence in _option_complaints(name, {option: value}):
            yield (*key, option), _discreet(sentence, option, value)


def _refusal(adapter: str) -> str | None:
    """Say that an adapter is unknown, or fails at a question of a run; None for a good one."""
    try:
        with _failures_of(adapter):
            _ask(adapters.find(adapter))
    except AdapterError as error:
        return _discreet(" ".join(str(error).split()), adapter)
    return None


def _option_complaints(adapter: str, option: Mapping[str, Any]) -> list[str]:
    """List what is wrong with an option, a sentence each."""
    try:
        with _failures_of(adapter):
            return _asked_about(adapters.find(adapter), option)
    except AdapterError as error:
        return [" ".join(str(error).split())]


def _asked_about(adapter: AdapterClass, option: Mapping[str, Any]) -> list[str]:
    """Ask a class about options: their names, their values, and the settings that they make."""
    profile = next(iter(adapter.profiles), "equal")
    options = adapters.pool_options(option, profile=profile)
    if complaints := adapters.check(adapter, options):
        return complaints
    pool = object.__new__(adapter)  # not made: that is the worker's
    pool.dsn, pool.options = "", options
    with suppress(AttributeError):  # of what it would have, had it been made
        adapter.commits(pool.settings())
    return []


def _discreet(sentence: str, *quoted: object) -> str:
    """Mask the passwords of the texts that a sentence quotes."""
    for text in quoted:
        if isinstance(text, str):
            sentence = sentence.replace(text, redacted(text))
    return sentence


@contextmanager
def _failures_of(adapter: str) -> Iterator[None]:
    """Turn everything that the code of an adapter raises into an AdapterError."""
    try:
        yield
    except (AdapterError, KeyboardInterrupt, Interrupted):
        raise
    except BaseException as error:
        cause = f"{type(error).__name__}: {error}"
        raise AdapterError(
            f"adapter {adapter!r} fails when it is asked for what it is: {cause}"
        ) from error


def _ask(adapter: AdapterClass) -> None:
    """Ask a class everything that a run asks it, and write it down."""
    _asked_about(adapter, {})
    _driver(adapter, {}, _versions("", "", adapter))
    environment.written(environment.drivers({"": adapter}))
    terms.table({"": adapter})


def classes(config: Config) -> dict[str, AdapterClass]:
    """Return the class of every compared adapter, by the user's name.

    Raises AdapterError, but not for a configuration without `adapter_complaints`.
    """
    return {name: adapters.find(_adapter(config, name)) for name in config.adapter_names()}


def _adapter(config: Config, name: str) -> str:
    entry = config.adapters.get(name)
    return entry.adapter if entry else name


def resolve(
    config: Config, classes: Mapping[str, AdapterClass], pooler: Program | None = None
) -> dict[str, Contender]:
    """Return the facts that the runner needs about each adapter, by the user's name.

    `pooler` is the one that is between where cells ask for one.
    """
    keeps = pooler is not None and pooler.keeps_prepared
    return {
        name: _contender(config, name, adapter, keeps_prepared=keeps)
        for name, adapter in classes.items()
    }


def _contender(
    config: Config, name: str, adapter: AdapterClass, *, keeps_prepared: bool
) -> Contender:
    entry = config.adapters.get(name)
    options = entry.options if entry else {}
    python = (entry and entry.python) or ""
    REDACTOR.learn(*secrets_in(options))
    return Contender(
        name,
        _adapter(config, name),
        options,
        adapter.traits,
        _driver(adapter, options, versions=_versions(python, _adapter(config, name), adapter)),
        tuple(adapter.profiles),
        python,
        {} if keeps_prepared else adapter.unprepared,
    )


def _versions(python: str, name: str, adapter: AdapterClass) -> str:
    """List the versions of the adapter's packages and of the interpreter, as workers have them."""
    there = description(python, name) if python else None
    packages = there.versions if there else adapters.driver_version(adapter)
    version = there.python if there else platform.python_version()
    return ", ".join(filter(None, [packages, f"Python {version}"]))


def _driver(adapter: AdapterClass, options: Mapping[str, Any], versions: str) -> Driver:
    return Driver(
        adapter.driver,
        versions,
        pools=adapter.traits.pools,
        bounded=adapter.traits.bounded,
        exclusive=adapter.traits.transactions and adapter.traits.thread_safe,
        overflow={
            profile: beyond
            for profile, settings in adapter.profiles.items()
            if (beyond := adapter.overflow({**settings, **options}))
        },
    )


def add_interpreters(facts: dict[str, Any], contenders: Mapping[str, Contender]) -> None:
    """Add to the facts of adapters, by the user's names, the interpreter of their workers."""
    for name, of in facts.items():
        if python := contenders[name].python:
            there = description(python, contenders[name].adapter)
            of |= {"interpreter": python, **asdict(there)}


def with_control_contender(
    plan: Plan, contenders: Mapping[str, Contender], baseline: str | None
) -> dict[str, Contender]:
    """Add the contender of the control, which is the baseline under another name.

    Where another axis than the adapter is compared, the control has the contender of its group.
    """
    twin = contenders.get(baseline or plan.cells[0].contender)
    return {**contenders, CONTROL: replace(twin, name=CONTROL)} if twin else dict(contenders)


def connections_needed(plan: Plan, contenders: Mapping[str, Contender]) -> int:
    """Count the connections that the fullest group may have open at once."""
    return max((_connections(cells, contenders) for cells in plan.groups().values()), default=0)


def _connections(cells: Sequence[Cell], contenders: Mapping[str, Contender]) -> int:
    """Count those of a group, whose pools are open side by side only where they take turns."""
    demands = [_demand(cell, contenders[cell.contender]) for cell in cells]
    return sum(demands) if cells[0].conditions.takes_turns else max(demands)


def _demand(cell: Cell, contender: Contender) -> int:
    if not contender.traits.server:
        return 0
    if contender.traits.bounded or cell.conditions.pooled:
        return contender.driver.most(cell.conditions)
    return 2 * cell.conditions.all_clients  # a backend outlives its connection for a moment
