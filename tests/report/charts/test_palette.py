"""An adapter looks the same in every chart of every run, and like no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.colors import to_hex

from adapters.registry import BUILT_IN
from runner.report.charts.palette import looks
from tests.builders import changed
from tests.report.charts.pictures import colours, figures
from tests.report.measured import SPEED, rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def test_adapter_has_one_colour_in_all_charts_of_all_runs(drawn: dict[str, Figure]) -> None:
    other = figures(rows(["noop", "asyncpg", "my-own"], rounds=1), title="another run")
    found = [colours(drawn, adapter) for adapter in SPEED]
    assert [len(own) for own in found] == [1] * len(SPEED)
    assert len(set.union(*found)) == len(SPEED)
    assert colours(other, "asyncpg") == colours(drawn, "asyncpg")
    assert {to_hex(looks(["asyncpg"])["asyncpg"].colour)} == colours(drawn, "asyncpg")


def test_adapters_that_come_with_us_look_the_same_in_any_company() -> None:
    together = looks(BUILT_IN)
    for name in BUILT_IN:
        assert looks([name, "mine"])[name] == together[name]
        assert together[name].line == "-"


def test_no_two_adapters_look_alike() -> None:
    names = [*BUILT_IN, *(f"variant-{number}" for number in range(100))]
    found = looks(names)
    assert len(set(found.values())) == len(names)
    assert len({(found[name].colour, found[name].marker) for name in BUILT_IN}) == len(BUILT_IN)


def test_unknown_names_keep_clear_of_the_colours_in_the_run() -> None:
    names = ["psycopg3", "asyncpg", *(f"mine-{number}" for number in range(8))]
    found = looks(names)
    assert found == looks(names[::-1])
    assert len({look.colour for look in found.values()}) == len(names)
    assert len({look.marker for look in found.values()}) == len(names)


def test_look_of_a_lone_unknown_name_follows_from_its_letters() -> None:
    alone = looks(["my-pool"])["my-pool"]
    assert alone.line == "--"
    assert looks(["my-pool"])["my-pool"] == alone != looks(["your-pool"])["your-pool"]


def test_adapter_looks_the_same_among_ratios(forest: Figure, drawn: dict[str, Figure]) -> None:
    for adapter in set(SPEED) - {"psycopg2"}:
        assert colours({"ratios": forest}, adapter) == colours(drawn, adapter)


def test_unknown_adapter_looks_the_same_in_every_picture() -> None:
    """It would not, if each picture knew only those who stand in it."""
    names = ["psycopg3", "asyncpg", *(f"mine-{number}" for number in range(6))]
    some = rows(names, clients=(10,), leaks=(0.0,), rounds=2)
    few = [changed(row, workload="read") for row in some if row.contender == "mine-5"]
    found = figures([*some, *few], title="a run")
    assert len(colours(found, "mine-5")) == 1
