"""The section `pool`: the size and the patience of every pool."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from runner.axes import MOST_CLIENTS
from runner.config.axes import ListedPoolSize
from runner.config.section import Section
from runner.config.value_types import LongerThanNothing, WholeNumber


class Pool(Section):
    """The same size and time-out for every pool; of several processes each has one."""

    max_size: ListedPoolSize = 5
    """The most connections."""
    min_size: Annotated[WholeNumber, Field(ge=0, le=MOST_CLIENTS)] | None = None
    """The connections that are kept open; as many as max_size where it is left out."""
    timeout: LongerThanNothing = 5.0
    """The time that a client waits for a connection."""

    @field_validator("min_size")
    @classmethod
    def _fits(cls, min_size: int | None, info: ValidationInfo) -> int | None:
        max_size: Any = info.data.get("max_size", min_size)
        if min_size is not None and min_size > max_size:
            raise ValueError(f"must be at most max_size ({max_size})")
        return min_size
