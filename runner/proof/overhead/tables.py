"""The overhead in words: tables of text, and the sentence about how adapters differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.proof.overhead.paces import Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.proof.overhead.paces import Difference, LayerCost, Overhead

MARGIN = 0.03
"""The difference that matters, as in a run."""

LAYER_NAMES = {
    "adapter": "adapter",
    "DAO": "DAO",
    "ledger": "ledger",
    "clock": "clock",
    "ours": "loop, notes",
}
"""The headings of the layers, each of which is added to those before it."""


def overhead_table(lines: Sequence[Overhead]) -> Iterator[str]:
    """Write a line for each adapter and number of clients."""
    yield f"  {'adapter':16}{'clients':>7}   {'ours / bare':22}{'bare, us':>8}   more, us"
    for line in lines:
        interval = f"{line.ratio:.3f} [{line.low:.3f}, {line.high:.3f}]"
        yield (
            f"  {line.setting.adapter:16}{line.setting.clients:>7}   {interval:22}"
            f"{line.bare_us:>8.1f}   {line.extra_us:.1f} +-{line.extra_reach:.1f}"
        )


def layer_table(costs: Mapping[str, Mapping[str, LayerCost]]) -> Iterator[str]:
    """Write a line for each adapter: microseconds of each layer."""
    yield f"  {'adapter':15}" + "".join(f"  {name:>11}" for name in LAYER_NAMES.values())
    for adapter, layers in costs.items():
        parts = (f"{layers[name].us:.2f} +-{layers[name].reach:.2f}" for name in LAYER_NAMES)
        yield f"  {adapter:15}" + "".join(f"  {part:>11}" for part in parts)


def difference_sentence(differences: Sequence[Difference], margin: float = MARGIN) -> str:
    """Say whether the overhead differs between two adapters by more than the margin."""
    size, number = f"{margin * 100:g} %", len(differences)
    beyond = [it for it in differences if it.beyond(margin)]
    unsure = [it for it in differences if not it.within(margin)]
    pair = _pair(max(beyond or unsure or differences, key=lambda it: it.size))
    if beyond:
        return (
            f"the overhead differs between adapters by more than {size}: {pair}; "
            f"{len(beyond)} of {number} pairs"
        )
    if unsure:
        return (
            f"not decided whether the overhead differs between adapters by more than {size}: "
            f"{len(unsure)} of {number} pairs may, first of all {pair}"
        )
    return f"the overhead differs between adapters by less than {size}; most for {pair}"


def _pair(difference: Difference) -> str:
    one, other = difference.adapters
    setting = Setting(f"{one} against {other}", difference.clients)
    return f"{setting}: {difference.ratio:.3f} [{difference.low:.3f}, {difference.high:.3f}]"
