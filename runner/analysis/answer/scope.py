"""The groups that an answer speaks of: one setting with all its numbers of clients, and the others.

An answer is about one setting, because a reader has one. The others are held against it. Where
another axis than the adapter is compared, a setting has all its adapters instead.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.analysis.refusals import Entry
from runner.analysis.settings import along_of, setting
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.analysis.report import Compared, Report
    from runner.axes import Conditions
    from runner.messages import Message
    from runner.results.row import Row
    from runner.results.rows import RowGroup, Rows


@dataclass(frozen=True)
class Standing:
    """One group whose speeds, or times at a rate, mean something, and what was concluded of it."""

    group: RowGroup
    lines: Mapping[tuple[str, str], Compared]
    """Metric, adapter -> conclusion; the control is in none."""

    @property
    def conditions(self) -> Conditions:
        """The conditions of the group."""
        return self.group.conditions

    @property
    def along(self) -> int | str:
        """The number of clients; the adapter where another axis is compared."""
        along: int | str = getattr(self.conditions, along_of(self.conditions))
        return along

    @cached_property
    def adapters(self) -> Sequence[str]:
        """The adapters in the order of the plan."""
        return list(dict.fromkeys(adapter for _, adapter in self.lines))

    def rows(self, adapter: str) -> Sequence[Row]:
        """Return the rows of an adapter, bad ones too; none where it was not measured."""
        return list(self.group.entrants.get(adapter, {}).values())

    @property
    def rounds(self) -> int:
        """The number of rounds that an adapter has at most."""
        return max(len(self.rows(adapter)) for adapter in self.adapters)

    def flaw(self, adapter: str) -> Message | None:
        """Say what an adapter does instead of serving every client; None where it serves all."""
        rows = self.group.entrants.get(adapter)
        return Entry(rows).flaw if rows else None

    def contends(self, adapter: str) -> bool:
        """Tell whether there are more clients than its pool has connections."""
        rows = self.rows(adapter)
        return bool(rows) and rows[0].queues


@dataclass(frozen=True)
class Scope:
    """Every group that is compared: those whose speeds mean something, and those of a rate."""

    rows: Rows
    report: Report

    @property
    def standings(self) -> Sequence[Standing]:
        """The groups whose speeds mean something, in the order of their conditions."""
        return [it for it in self._compared if not it.conditions.paced]

    @property
    def paced(self) -> Sequence[Standing]:
        """The groups in which operations arrive at a rate, likewise."""
        return [it for it in self._compared if it.conditions.paced]

    @cached_property
    def _compared(self) -> Sequence[Standing]:
        lines: dict[Conditions, dict[tuple[str, str], Compared]] = defaultdict(dict)
        for line in self.report.lines:
            if line.role is Role.ADAPTER:
                lines[line.conditions][line.metric, line.entrant] = line
        return [
            Standing(group, lines[group.conditions])
            for group in self.rows.groups
            if group.conditions.steady and group.conditions in lines
        ]

    @cached_property
    def _settings(self) -> Mapping[Conditions, Sequence[Standing]]:
        settings: dict[Conditions, list[Standing]] = defaultdict(list)
        for standing in self.standings:
            settings[setting(standing.conditions)].append(standing)
        return settings

    @cached_property
    def home(self) -> Sequence[Standing]:
        """The setting with the most rounds over all its groups.

        Of several that on one core, where neighbours share their noise, else the first one.
        """
        most = max(self._settings.values(), key=_effort, default=())
        return sorted(most, key=lambda standing: standing.along)

    @property
    def elsewhere(self) -> Mapping[Conditions, Sequence[Standing]]:
        """The other settings, by all that their groups have in common."""
        here = {setting(standing.conditions) for standing in self.home}
        return {key: standings for key, standings in self._settings.items() if key not in here}

    @property
    def adapters(self) -> Sequence[str]:
        """The adapters of all groups in the order of the plan."""
        return list(dict.fromkeys(name for it in self.standings for name in it.adapters))


def _effort(standings: Sequence[Standing]) -> tuple[int, bool]:
    rounds = sum(standing.rounds for standing in standings)
    return rounds, standings[0].conditions.cpus == "one"
