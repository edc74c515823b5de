"""One server for the experiments of the proof's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.proof.experiments import Experiments, experiments

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def server_experiments() -> Iterator[Experiments]:
    with experiments() as value:
        yield value
