"""A report that was damaged anywhere is read, or refused in one sentence: never a traceback."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from runner.__main__ import main
from runner.experiment.planned import Planned, planned
from runner.experiment.start import start
from runner.plan.plan import Cell
from runner.results.cycle import CycleRow
from runner.results.round_trips import RoundTrips
from runner.results.run_folder import RunFolder
from runner.results.yardstick import Yardstick
from runner.roles import LIMIT, Role
from tests.builders import ROW, turn_row
from tests.fuzzing import tries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from matplotlib.figure import Figure

    from runner.results.row import Row

    Damage = Callable[[bytes], bytes | None]
    """Change the bytes of a file; None removes it."""

CONFIG = """\
{name: small, rounds: 3, seed: 7, baseline: psycopg3, round_trips: false,
 matrix: {adapter: [psycopg3, asyncpg], clients: 10, leak: [0, 1], cpus: one}}
"""
NUMBERS = [
    *("", "0", "1", "-1", "2.5", "inf", "-inf", "nan", "1e308", "1e18", "1e-18", "1e-320"),
    *("9" * 19, "9" * 400, "9" * 5000, "1e400", "-0.0", "1_0", " 7 "),
]
TEXTS = [
    *("x" * 200_000, "True", "False", "None", "ok", "hung", "x", "é", "💥", "\x00", "\x1b[31m"),
    *("\u202e", "\r", '"', "'", ",", "{}", "[]", "null", "../x", '{"a": 1}', "[" * 2000),
    *('{"id": 1, "facts": []}', '{"laws": [[[]]]}', "law.several", "row.bad", "screen.rate"),
    *("pgbench", "control", "psycopg3", "insert", "list", "one", "all"),
]
READ = [
    *("ops_per_s", "client_cpu_us_per_op", "total_ms_mean", "seconds", "round", "session", "turn"),
    *("status", "flags", "adapter", "clients", "leak", "pool_max", "workload", "cpus", "reason"),
    *("reason_facts", "examples", "pool_timeout", "exhausted_ms", "starved_clients", "position"),
]
"""Columns that more than a reader of a table takes notice of."""
VALUES: list[Any] = [
    *([], {}, None, True, False, 0, -1, 1.5, 1e308, float("inf"), float("nan"), 10**30, "", "x"),
    *([[]], [{}], [1], ["x"], {"a": []}, {"": {}}, "\x00", "💥", "\udcff", "2026-01-02"),
]


def text() -> st.SearchStrategy[str]:
    listed = st.sampled_from(NUMBERS) | st.sampled_from(NUMBERS) | st.sampled_from(TEXTS)
    return listed | st.text(max_size=8) | st.floats().map(repr)


def bytes_changed() -> st.SearchStrategy[Damage]:
    """Cut bytes out, put others in, anywhere."""
    places = st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)

    def change(place: float, length: int, instead: bytes) -> Damage:
        def damage(data: bytes) -> bytes:
            at = int(place * len(data))
            return data[:at] + instead + data[at + length :]

        return damage

    return st.builds(change, *places)


def field_changed() -> st.SearchStrategy[Damage]:
    """Change a field of a table in some lines: of the first line, too."""

    def change(lines: list[int], column: int | str, instead: str) -> Damage:
        def damage(data: bytes) -> bytes:
            table = [line.split(b",") for line in data.split(b"\n")]
            names = [name.decode("latin-1") for name in table[0]]
            at = (
                names.index(column) if column in names else column if isinstance(column, int) else 0
            )
            for line in lines:
                fields = table[line % len(table)]
                fields[at % len(fields)] = instead.encode("utf-8", "surrogatepass")
            return b"\n".join(b",".join(fields) for fields in table)

        return damage

    columns = st.sampled_from(READ) | st.integers(0, 100)
    return st.builds(change, st.lists(st.integers(0, 200), min_size=1, max_size=9), columns, text())


def lines_moved() -> st.SearchStrategy[Damage]:
    """Take lines out, and put some in twice."""

    def change(first: int, last: int, times: int) -> Damage:
        def damage(data: bytes) -> bytes:
            lines = data.splitlines(keepends=True)
            part = lines[first : first + last]
            return b"".join([*lines[:first], *part * times, *lines[first + last :]])

        return damage

    return st.builds(change, st.integers(0, 30), st.integers(1, 30), st.integers(0, 2))


def value_changed() -> st.SearchStrategy[Damage]:
    """Change a value of a JSON file, at any depth, or take it out."""

    def change(steps: list[int], instead: Any, *, without: bool) -> Damage:
        def damage(data: bytes) -> bytes:
            try:
                whole = json.loads(data)
            except ValueError:
                return data
            root = {"": whole}
            place: Any = root
            key: Any = ""
            for step in steps:
                inner = place[key]
                if not isinstance(inner, dict | list) or not inner:
                    break
                place = inner
                key = [*inner][step % len(inner)] if isinstance(inner, dict) else step % len(inner)
            if without and key != "":
                del place[key]
            else:
                place[key] = instead
            return json.dumps(root[""]).encode()

        return damage

    steps = st.lists(st.integers(0, 30), max_size=5)
    return st.builds(change, steps, st.sampled_from(VALUES), without=st.booleans())


def whole_changed() -> st.SearchStrategy[Damage]:
    wholes = [
        None,
        b"",
        b"\n",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x00" * 4096,
        b"a,b\n1,2\n",
    ]
    every = st.sampled_from(wholes) | st.binary(max_size=50)
    return st.builds(lambda whole: lambda _: whole, every) | st.sampled_from(
        [
            lambda data: data.replace(b"\n", b"\r\n"),
            lambda data: data.decode("latin-1").encode("utf-16"),
        ]
    )


DAMAGE = bytes_changed() | field_changed() | lines_moved() | whole_changed()
FILES = {
    "cells.csv": field_changed() | field_changed() | field_changed() | DAMAGE,
    "turns.csv": field_changed() | field_changed() | DAMAGE,
    "cycles.csv": DAMAGE,
    "yardstick.csv": DAMAGE,
    "roundtrips.csv": DAMAGE,
    "environment.json": value_changed() | value_changed() | bytes_changed() | whole_changed(),
}
DAMAGES = st.lists(
    st.sampled_from(["cells.csv", *FILES]).flatmap(
        lambda name: st.tuples(st.just(name), FILES[name])
    ),
    min_size=1,
    max_size=3,
)


class Reports:
    """Two reports of a configuration, and what damages the second one."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "small.yaml"
        self.config.write_text(CONFIG, encoding="utf-8")
        self.whole, self.damaged = (_report(self.config, folder, it) for it in (1.0, 1.07))
        self._files = {name: (self.damaged / name).read_bytes() for name in FILES}

    def damage(self, damages: list[tuple[str, Damage]]) -> None:
        files: dict[str, bytes | None] = dict(self._files)
        for name, change in damages:
            data = files[name]
            files[name] = None if data is None else change(data)
        for name, data in files.items():
            if data is None:
                (self.damaged / name).unlink(missing_ok=True)
            else:
                (self.damaged / name).write_bytes(data)


def _report(config: Path, folder: Path, faster: float) -> Path:
    """Write a whole report of rows that nobody measured."""
    plan = planned(config, (), ())
    with start(plan, None) as begun:
        run_folder = begun.folder(folder, plan, {"version": "18.4", "settings": {"fsync": "on"}})
    for number, task in enumerate(plan.tasks(3), 1):
        rows = [
            _row(cell, place.round, place.position, faster * (1000 + 7 * number + 50 * index))
            for index, (cell, place, _) in enumerate(task)
        ]
        run_folder.append(rows)
        for row in rows:
            turns = [
                turn_row(
                    row, turn=it, ops_per_s=row.ops_per_s, client_cpu_ms=9.5 + it % 3, uncut=it == 5
                )
                for it in range(6)
            ]
            run_folder.append_turns(turns)
        run_folder.append_cycle(CycleRow(rows[0].cell.group, 1, rows[0].round, 1, 0.5, 0.3, 0.0))
    for round_ in (1, 2, 3):
        limits = [Cell(LIMIT, conditions, Role.LIMIT) for conditions in plan.limits(round_)]
        run_folder.append([_row(it, round_, 90, faster * 3000.0) for it in limits])
        for moment in ("before", "after"):
            run_folder.append_yardstick(Yardstick(1, round_, moment, 50.0, 40.0, 3.0))
    trips = [
        RoundTrips(name, "equal", "insert", 10, 1.0, 1.0, 99.5, 9.0, 4, 1, 200, 300)
        for name in plan.adapters
    ]
    run_folder.write_table("roundtrips.csv", [line.columns() for line in trips])
    return run_folder.path


def _row(cell: Cell, round_: int, position: int, rate: float) -> Row:
    said = '{"pool_timeout": "PoolTimeout: no connection after 0.20 sec"}'
    measured = replace(
        ROW,
        cell=cell,
        round=round_,
        position=position,
        seconds=1.0,
        jain=0.99,
        ops_per_s=rate,
        total_ms_mean=1e3 / rate,
        client_cpu_us_per_op=1e5 / rate,
    )
    if not cell.conditions.leak:
        return measured
    return replace(measured, pool_timeout=7, examples=said, exhausted_ms=9.5)


def laid_out(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Lay a picture out, which fails where saving would, in a fraction of the time."""
    figure.draw_without_rendering()
    return [folder / name]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reports]:
    """Make the reports; plan and facts of now, which nothing damages, are made once."""
    reports = Reports(tmp_path_factory.mktemp("reports"))
    plan = planned(reports.config, (), ())
    facts = plan.facts()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("runner.cli.run.planned", lambda *_: plan)
        patched.setattr(Planned, "facts", lambda _: facts)
        patched.setattr("runner.report.charts.drawing.save", laid_out)
        yield reports


def answers(capsys: pytest.CaptureFixture[str], *typed: object) -> int:
    """Run a command; what it refuses has to be one sentence."""
    capsys.readouterr()
    status = main([str(word) for word in typed])
    said = capsys.readouterr().err
    assert status in (0, 2)
    assert said.count("\n") == len(said.splitlines()) == (status == 2), said
    assert said == "" or said.startswith("poolbench: ")
    return status


def test_the_reports_are_whole_before_they_are_damaged(
    reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.damage([])
    assert answers(capsys, "compare", reports.whole, reports.damaged, "--absolute") == 0
    assert answers(capsys, reports.config, "--resume", reports.damaged, "--dry-run") == 0
    assert answers(capsys, "charts", reports.damaged) == 0
    assert answers(capsys, "report", reports.damaged) == 0
    assert RunFolder(reports.damaged).rows().groups


@tries(25)
@given(damages=DAMAGES)
def test_a_damaged_report_is_compared_and_resumed_or_refused(
    damages: list[tuple[str, Damage]], reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.damage(damages)
    event(f"compare: {answers(capsys, 'compare', reports.whole, reports.damaged, '--absolute')}")
    answers(capsys, reports.config, "--resume", reports.damaged, "--dry-run")


@tries(1, most=500)
@given(damages=DAMAGES)
def test_a_damaged_report_is_drawn_or_refused(
    damages: list[tuple[str, Damage]], reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.damage(damages)
    event(f"charts: {answers(capsys, 'charts', reports.damaged)}")
    event(f"report: {answers(capsys, 'report', reports.damaged)}")
