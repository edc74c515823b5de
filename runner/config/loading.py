"""Loading: a YAML file, overrides and the environment -> a checked configuration.

Everything is checked before anything is started, and all complaints come at once; each names the
file, the line, the key, what is wrong and what is allowed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from runner.config.complaints import ConfigError, Key, Place, Places
from runner.config.explanations import explain
from runner.config.model import Config, allowed_keys
from runner.config.raw_config import RawConfig
from runner.config.section import CheckContext
from runner.config.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path


def load(
    path: Path,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] = os.environ,
    also: Callable[[Mapping[str, Any]], Iterable[tuple[Key, str]]] = lambda _: (),
) -> Config:
    """Read a YAML file, put `key=value` overrides over it, and check everything.

    Raises ConfigError with all complaints at once, those of `also` among them: it is asked what
    else is wrong with plain data that was refused.
    """
    raw = RawConfig(path, overrides)
    try:
        config = Config.model_validate(raw.data, context=CheckContext(environ, raw.places))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            raw.complain([explain(detail, raw.data, allowed_keys)])
        for key, sentence in also(raw.data):
            raw.complain([(key, sentence)])
    raw.refuse()
    return config


def typed_server(typed: str, source: str, environ: Mapping[str, str] = os.environ) -> Server:
    """Check a server that was typed, `embedded` or a DSN, where `source` says.

    Raises ConfigError, in which no password is shown.
    """
    places = Places({(): Place(0, source)})
    try:
        return Server.model_validate(typed, context=CheckContext(environ, places))
    except ValidationError as error:
        details = error.errors(include_url=False)
        sentences = [explain(detail, {"dsn": typed}, allowed_keys) for detail in details]
    raise ConfigError([places.complaint(key, sentence) for key, sentence in sentences])
