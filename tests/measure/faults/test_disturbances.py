"""Every kind of fault that a matrix lists is made into what it says."""

from __future__ import annotations

import pytest

from runner.fault import KINDS, Fault
from runner.measure.disturbance import Need
from runner.measure.faults.disturbances import MAKERS, disturbance_of

NUMBERS = (("most", 1.0), ("idle", 1.0), ("delay", 1.0), ("bytes_per_s", 1000.0))


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_touches_what_it_declares(name: str) -> None:
    kind = KINDS[name]
    parameters = tuple(pair for pair in NUMBERS if pair[0] in kind.parameters)
    needs = disturbance_of(Fault(name, 1.0, 1.0, parameters)).needs
    assert (Need.NETWORK in needs) == kind.network
    assert (Need.NAMED_CONNECTIONS in needs) == kind.finds_sessions
    assert Need.OWN_SERVER in needs or not kind.stops


def test_no_other_kind_is_made() -> None:
    assert MAKERS.keys() == KINDS.keys()
