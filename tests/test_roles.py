"""The role of a cell follows from its name, and no adapter can have one that is reserved."""

from __future__ import annotations

import pytest

from runner.roles import CONTROL, LIMIT, RESERVED, Role, role_of
from tests.builders import config_of


def test_the_control_and_the_limit_are_known_by_their_names() -> None:
    assert role_of(CONTROL) is Role.CONTROL
    assert role_of(LIMIT) is Role.LIMIT
    assert role_of("psycopg3") is role_of("Control") is Role.ADAPTER


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_an_adapter_with_a_reserved_name_is_refused(name: str) -> None:
    assert role_of(name) is not Role.ADAPTER
    with pytest.raises(ValueError, match="is a name of PoolBench's own"):
        config_of(f"matrix: {{adapter: {name}}}")
