"""The contract of a part of the proof: a module that measures files and tells what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from _typeshed import DataclassInstance

    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.results.run_folder import RunFolder


class Step(NamedTuple):
    """The measurement behind one file."""

    file: str
    """Its name in the folder of the proof."""
    measure: Callable[[Experiments], Sequence[DataclassInstance]]
    """Measure the lines of the file."""


class Part(Protocol):
    """A module of this package."""

    def steps(self, sizes: SampleSizes, cpus: str | None) -> Iterator[Step]:
        """Yield its measurements; `cpus` replaces its own placement."""

    def sentences(self, run_folder: RunFolder) -> Iterator[str]:
        """Yield the figures of its files, none where it has not been measured."""
