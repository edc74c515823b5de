"""The opening belongs to the window and the end does not; a stretch is clipped to it."""

from __future__ import annotations

import numpy as np
import pytest

from runner.worker.window import FOREVER, Window


@pytest.mark.parametrize(
    ("moment", "inside"), [(99, False), (100, True), (199, True), (200, False)]
)
def test_the_opening_belongs_to_the_window_and_the_end_does_not(
    moment: int,
    inside: bool,  # noqa: FBT001
) -> None:
    assert Window(100, 200).has(np.array([moment])).tolist() == [inside]


@pytest.mark.parametrize(
    ("began", "ended", "part"),
    [
        (110, 150, 40),
        (50, 150, 50),
        (150, 250, 50),
        (50, 250, 100),
        (10, 90, 0),
        (210, 290, 0),
    ],
)
def test_a_stretch_is_clipped_to_the_window(began: int, ended: int, part: int) -> None:
    assert Window(100, 200).part(np.array([began]), np.array([ended])).tolist() == [part]


def test_a_window_without_an_opening_counts_nothing() -> None:
    moments = np.array([0, 10**18])
    assert not Window().has(moments).any()
    assert not Window().part(moments, moments + 1).any()
    assert Window().operations == FOREVER
