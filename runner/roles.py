"""The roles of rows: adapters, the control and the limit."""

from __future__ import annotations

from enum import StrEnum

CONTROL = "control"
"""The name of the baseline measured a second time: the difference is noise (METHOD 8)."""

LIMIT = "pgbench"
"""The name of the C program that shows what the same server could have done (METHOD 13)."""

RESERVED = frozenset({CONTROL, LIMIT})
"""The names that no adapter may have."""


class Role(StrEnum):
    """The role of a row: an adapter's, the control's or the limit's."""

    ADAPTER = "adapter"
    CONTROL = "control"
    LIMIT = "limit"

    @property
    def entrant(self) -> str:
        """The name of what has it, whatever is compared; empty for what has a name of its own."""
        return {Role.CONTROL: CONTROL, Role.LIMIT: LIMIT}.get(self, "")


def role_of(name: str) -> Role:
    """Return the role that belongs to a name: no adapter has a reserved one."""
    return {CONTROL: Role.CONTROL, LIMIT: Role.LIMIT}.get(name, Role.ADAPTER)
