"""The JSON Schema of a configuration: `configs/schema.json`, for editors."""

from __future__ import annotations

from typing import Any

from runner.config.model import Config

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the YAML file."""
    return {"$schema": DIALECT, **Config.model_json_schema()}
