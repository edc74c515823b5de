"""The two sizes of a pool fit each other, and clients wait for some time."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from runner.config.pool import Pool


@pytest.mark.parametrize("size", [0, 1, 5])
def test_a_pool_may_keep_as_many_connections_open_as_it_may_open(size: int) -> None:
    assert Pool.model_validate({"max_size": 5, "min_size": size}).min_size == size


def test_a_pool_that_keeps_more_open_than_it_may_open_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"must be at most max_size \(5\)"):
        Pool.model_validate({"min_size": 6})
    with pytest.raises(ValidationError, match=r"must be at most max_size \(2\)"):
        Pool.model_validate({"max_size": 2, "min_size": 3})


def test_a_wrong_maximum_is_the_only_complaint() -> None:
    with pytest.raises(ValidationError) as refused:
        Pool.model_validate({"max_size": 0, "min_size": 3})
    assert [error["loc"] for error in refused.value.errors()] == [("max_size",)]


@pytest.mark.parametrize("timeout", [0, "0s", "-1s"])
def test_clients_that_cannot_wait_are_refused(timeout: object) -> None:
    with pytest.raises(ValidationError):
        Pool.model_validate({"timeout": timeout})
