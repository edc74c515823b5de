"""Facts of any depth are a table of names and values, and what is empty is left out."""

from __future__ import annotations

from runner.report.fact_table import fact_table


def test_names_are_dotted_and_lists_numbered() -> None:
    known = {
        "seed": 3,
        "machine": {"cores": 2, "gil": True, "preloaded": "", "commit": None},
        "server": {"settings": {"fsync": "on"}},
        "sessions": [{"session": 1, "load_average": [0.5, 1.5]}],
    }
    assert [row.cells for row in fact_table(known).rows] == [
        ["machine.cores", "2"],
        ["machine.gil", "True"],
        ["server.settings.fsync", "on"],
        ["sessions.1.session", "1"],
        ["sessions.1.load_average", "0.5, 1.5"],
    ]


def test_nothing_known_is_no_row() -> None:
    assert not fact_table({}).rows
