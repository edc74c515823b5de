"""The defaults of a section, as a configuration writes them: `5s`, and not 5.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.config.configured_adapter import ConfiguredAdapter
from runner.config.find import Find
from runner.config.model import SECTIONS, Config
from runner.config.own_workload import OwnWorkload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.config.section import Section

SMALLEST: Mapping[type[Section], Mapping[str, Any]] = {
    Config: {"matrix": {"adapter": "psycopg3"}},
    ConfiguredAdapter: {"adapter": "psycopg3"},
    Find: {"total_ms_p99": "20ms"},
    OwnWorkload: {"sql": "SELECT 1"},
    SECTIONS["matrix"]: {"adapter": "psycopg3"},
    SECTIONS["include"]: {"clients": 1},
}
"""Section -> the least that must be in it, where it cannot be empty."""


def defaults(section: type[Section]) -> dict[str, Any]:
    """Return the value of each key that has one where nothing but the least is written."""
    return section.model_validate(SMALLEST.get(section, {})).model_dump(mode="json")
