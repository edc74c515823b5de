"""The roles of rows: adapters, and what is measured beside them."""

from __future__ import annotations

from enum import StrEnum

CONTROL = "control"
"""The name of the baseline when it is measured a second time (METHOD 8): what differs is noise."""

LIMIT = "pgbench"
"""The name of the C program on the same server: what the server could have done (METHOD 13)."""

RESERVED = frozenset({CONTROL, LIMIT})
"""The names that no adapter may have."""


class Role(StrEnum):
    """What a row is."""

    ADAPTER = "adapter"
    CONTROL = "control"
    LIMIT = "limit"


def role_of(name: str) -> Role:
    """Tell the role by a name: no adapter has a reserved one."""
    return {CONTROL: Role.CONTROL, LIMIT: Role.LIMIT}.get(name, Role.ADAPTER)
