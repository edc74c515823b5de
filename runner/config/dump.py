"""The YAML of a configuration, as it is kept beside the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from runner.config.model import Config


def dump(config: Config) -> str:
    """Write a config as YAML: DSN unexpanded, passwords masked; `load` reads it again."""
    unused = set() if config.operations_per_client is None else {"duration"}
    unused |= set() if config.precision is None else {"rounds"}
    values = config.model_dump(exclude=unused, exclude_none=True)
    return yaml.safe_dump(values, sort_keys=False, default_flow_style=None, allow_unicode=True)
