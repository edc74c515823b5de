"""A caption says what all panels have in common, and nothing of what is compared in them."""

from __future__ import annotations

import pytest

from runner.report.captions import shared
from runner.report.catalogue import text
from tests.builders import CONDITIONS


@pytest.mark.parametrize("axis", ["pooler", "processes", "transport"])
def test_an_axis_that_is_compared_is_in_no_caption(axis: str) -> None:
    words = [text(part) for part in shared([CONDITIONS.without(axis)], "clients")]
    assert words == [text(part) for part in shared([CONDITIONS], "clients")]
