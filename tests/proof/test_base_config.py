"""The proof measures the shipped matrix, though it cannot read it where a wheel is installed."""

from __future__ import annotations

from pathlib import Path

from runner.config.loading import load
from runner.proof.base_config import ADAPTERS

MATRIX = Path(__file__).resolve().parents[2] / "configs" / "matrix.yaml"


def test_the_adapters_of_the_proof_are_those_of_the_shipped_matrix() -> None:
    assert tuple(load(MATRIX).matrix.adapter) == ADAPTERS
