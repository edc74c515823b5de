"""The JSON Schema of a configuration: `configs/schema.json`, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.config.defaults import defaults
from runner.config.model import SECTIONS, Config

if TYPE_CHECKING:
    from runner.config.section import Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the YAML file."""
    described = {"$schema": DIALECT, **Config.model_json_schema()}
    for section in {*SECTIONS.values()}:
        _put_defaults(described["$defs"][section.__name__], section)
    _put_defaults(described, Config)
    return described


def _put_defaults(described: dict[str, Any], section: type[Section]) -> None:
    """Write defaults as a configuration does: an editor inserts them."""
    for name, value in defaults(section).items():
        key = described.get("properties", {}).get(name, {})
        if key.get("default") is not None and "$ref" not in key:
            key["default"] = value
