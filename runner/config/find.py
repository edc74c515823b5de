"""The section `find`: the times that the highest rate that is looked for must keep."""

from __future__ import annotations

from pydantic import model_validator

from runner.config.section import Section
from runner.config.value_types import LongerThanNothing


class Find(Section):
    """Times of an operation, from its arrival on, of which at least one must be there."""

    total_ms_p50: LongerThanNothing | None = None
    """The longest median."""
    total_ms_p99: LongerThanNothing | None = None
    """The longest p99."""
    total_ms_p999: LongerThanNothing | None = None
    """The longest p99.9."""

    def limits(self) -> dict[str, float]:
        """Return the times that are set, in seconds, by column."""
        return {name: seconds for name, seconds in self if seconds is not None}

    @model_validator(mode="after")
    def _any(self) -> Find:
        if not self.limits():
            raise ValueError(f"must have at least one of {', '.join(type(self).model_fields)}")
        return self
