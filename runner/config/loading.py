"""Loading: a YAML file, overrides and the environment -> a checked configuration.

Everything is checked before anything is started, and all complaints come at once; each names the
file, the line, the key, what is wrong and what is allowed.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from runner.config import shipped
from runner.config.complaints import Complaint, ConfigError, Places, SourceLine
from runner.config.cross_checks import cross_checks
from runner.config.explanations import explain
from runner.config.interpreters import make_absolute
from runner.config.model import Config, allowed_keys
from runner.config.own_workload import own_workload_complaints
from runner.config.partial import partial
from runner.config.raw_config import MOST_TOLD, RawConfig
from runner.config.round_limits import round_limits, shorten
from runner.config.section import CheckContext
from runner.config.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path


def no_complaint(data: Mapping[str, Any]) -> Iterable[Complaint]:
    """Check nothing of the data."""
    del data
    return ()


def any_dsn(dsn: str) -> None:
    """Accept every DSN."""


def any_plan(config: Config | None) -> Iterable[str]:
    """Accept every plan."""
    del config
    return ()


@dataclass(frozen=True)
class Checks:
    """Checks that take more than a configuration."""

    data: Callable[[Mapping[str, Any]], Iterable[Complaint]] = no_complaint
    """Yields complaints of plain data, which may be wrong in all else."""
    dsn: Callable[[str], object] = any_dsn
    """Raises ValueError for a DSN, its variables replaced, that cannot be used, without it."""
    plan: Callable[[Config | None], Iterable[str]] = any_plan
    """Asked where something was refused: yields what else the plan cannot have, each with its
    place; of the configuration without what was refused, or of None where cells depend on it."""


NO_CHECKS = Checks()


def load(
    path: Path,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] = os.environ,
    checks: Checks = NO_CHECKS,
) -> Config:
    """Read a YAML file, put `key=value` overrides over it, and check everything.

    `path` may be the name of a configuration that comes along, too.
    Raises ConfigError with all complaints at once, in the order of their lines.
    """
    path = shipped.file_of(path)
    raw = RawConfig(path, overrides)
    shorten(raw.data, raw.places)
    make_absolute(raw.data, path.parent)
    context = CheckContext(environ, raw.places, checks.dsn, {"workloads": _own(raw.data)})
    try:
        config = Config.model_validate(raw.data, context=context)
    except ValidationError as error:
        raw.complain(_explained(error, raw))
    refused = raw.refused
    further = (cross_checks, own_workload_complaints, round_limits, checks.data)
    for found in (each(raw.data) for each in further):
        raw.complain(complaint for complaint in found if complaint[0] not in refused)
    if raw.refused:
        raw.refuse(checks.plan(_partial(raw, context)))
    return config


def _partial(raw: RawConfig, context: CheckContext) -> Config | None:
    """Return the configuration without what was refused; None where there is none."""
    data = partial(raw.data, raw.refused)
    with suppress(ValidationError):
        return None if data is None else Config.model_validate(data, context=context)
    return None


def _own(data: Mapping[str, Any]) -> Collection[str]:
    """List the names of the section `workloads`."""
    entries = data.get("workloads")
    return entries.keys() if isinstance(entries, dict) else ()


def _explained(error: ValidationError, raw: RawConfig) -> list[Complaint]:
    """Explain the first errors, but those of characters, of which the reader has complained."""
    details = error.errors(include_url=False)[: MOST_TOLD + 1]
    explained = [(it["type"], explain(it, raw.data, allowed_keys)) for it in details]
    return [it for kind, it in explained if kind != "string_unicode" or not raw.refused]


def typed_server(typed: str, source: str, environ: Mapping[str, str] = os.environ) -> Server:
    """Check a server that was typed, `embedded` or a DSN, where `source` says.

    Raises ConfigError, in which no password is shown.
    """
    places = Places({(): SourceLine(0, source)})
    try:
        return Server.model_validate(typed, context=CheckContext(environ, places, any_dsn))
    except ValidationError as error:
        details = error.errors(include_url=False)
        sentences = [explain(detail, {"dsn": typed}, allowed_keys) for detail in details]
    raise ConfigError([places.complaint(key, sentence) for key, sentence in sentences])
