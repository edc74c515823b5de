"""The noise floor while a run goes on: the baseline against itself, without an interval yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.messages import message
from runner.roles import Role

if TYPE_CHECKING:
    from runner.messages import Message
    from runner.results.row import Row


class NoiseSoFar:
    """Holds the baseline of each group and round against the control."""

    def __init__(self, baseline: str | None) -> None:
        """Take the name of the baseline."""
        self._baseline = baseline
        self._rates: dict[tuple[str, int, int], dict[bool, float]] = {}
        self.ratios: list[float] = []
        """Control by baseline, in the order of measuring."""

    def take(self, row: Row) -> None:
        """Note a row; one that is not of the baseline or of the control says nothing.

        Nor does one of a rate: whoever keeps up with it is as fast as any other.
        """
        control = row.role is Role.CONTROL
        concerned = control or row.entrant == self._baseline
        if not concerned or row.conditions.paced or row.bad or not row.ops_per_s:
            return
        pair = self._rates.setdefault((row.cell.group, row.session, row.round), {})
        pair[control] = row.ops_per_s
        if len(pair) == 2:  # noqa: PLR2004 - a pair
            self.ratios.append(pair[True] / pair[False])

    @property
    def said(self) -> Message | None:
        """The least and the greatest ratio; None where there is none yet."""
        if not self.ratios:
            return None
        least, most, pairs = min(self.ratios), max(self.ratios), len(self.ratios)
        return message("noise.so_far", baseline=self._baseline, least=least, most=most, count=pairs)
