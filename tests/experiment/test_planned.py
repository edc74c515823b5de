"""All complaints about a file come at once, also those of adapters and of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import AdapterError
from runner.config.complaints import ConfigError
from runner.experiment.planned import Planned, planned
from runner.messages import Message, message
from runner.report.catalogue import text

if TYPE_CHECKING:
    from pathlib import Path

WRONG = """\
rounds: 0
adapters:
  mine: {adapter: asyncpq}
  odd: 5
  fast:
    adapter: asyncpg
    options:
      nosuch: 1
      statement_cache_size: 2024-01-01
matrix:
  adapter:
  - mine
  - psycopg9
  - 7
  workload: inserts
include:
- adapter: psycopg8
- 3
exclude:
- adapter: [mine, nine]
- client: 3
baseline: psycopg2
server: host=h password=sekret nonsense=1
thresholds:
  adapter=mine client=3:
  - ops_per_s > 1
  - ops > 1
  - ok >> 1
"""


def refusal(folder: Path, yaml: str, *overrides: str) -> list[str]:
    path = folder / "x.yaml"
    path.write_text(yaml, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        planned(path, overrides, [])
    return [sentence.removeprefix(f"{path}:") for sentence in caught.value.complaints]


def test_everything_that_is_wrong_comes_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    complaints = refusal(tmp_path, WRONG, "warmup=1")
    assert [sentence.split(": ")[:2] for sentence in complaints] == [
        ["--set warmup=1", "warmup"],
        ["1", "rounds"],
        ["3", "adapters.mine.adapter"],
        ["4", "adapters.odd"],
        ["8", "adapters.fast.options.nosuch"],
        ["9", "adapters.fast.options.statement_cache_size"],
        ["13", "matrix.adapter[1]"],
        ["14", "matrix.adapter[2]"],
        ["15", "matrix.workload"],
        ["17", "include[0].adapter"],
        ["18", "include[1]"],
        ["20", "exclude[0].adapter[1]"],
        ["21", "exclude[1].client"],
        ["22", "baseline"],
        ["23", "server"],
        ["25", "thresholds.adapter=mine client=3"],
        ["27", "thresholds.adapter=mine client=3[1]"],
        ["28", "thresholds.adapter=mine client=3[2]"],
    ]
    assert "unknown adapter 'psycopg9'; did you mean psycopg3" in "\n".join(complaints)
    assert "sekret" not in "\n".join(complaints)


def test_what_a_plan_cannot_have_comes_at_once_too(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "turn: 50ms\n"
        "matrix: {adapter: [noop, psycopg3-direct], cpus: all, leak: 0}\n"
        "exclude: [{adapter: noop}]\n"
        "thresholds:\n  clients=11: [ok > 0]\n  adapter=noop: []\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        planned(path, [], ["clients=12,10", "client=1"])
    places = [text.removeprefix(f"{path}:").split(": ")[:2] for text in caught.value.complaints]
    assert places == [
        ["1", "turn"],
        ["2", "matrix.adapter[0]"],
        ["5", "thresholds.clients=11"],
        ["6", "thresholds.adapter=noop"],
        ["6", "thresholds.adapter=noop"],
        ["--only clients=12", "no cell has it; there are 10"],
        ["--only client=1", caught.value.complaints[-1].split(": ")[1]],
    ]


SEVERAL_STAGES = """\
rounds: 0
deadline: 1ms
adapters: {mine: {adapter: psycopg3, options: {max_lifetme: 10}}}
matrix: {adapter: [noop, mine], clients: 3, cpus: all, leak: 0}
thresholds:
  clients=4: [ops_per_s > 1]
  clients=3: [opps > 1]
"""


def test_what_a_plan_cannot_have_comes_with_wrong_values_that_no_cell_depends_on(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(SEVERAL_STAGES, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        planned(path, [], ["client=1", "clients=9"])
    places = [it.removeprefix(f"{path}:").split(": ")[:2] for it in caught.value.complaints]
    assert [place for place, _ in places] == [
        *("1", "3", "7", "2", "6", "--only client=1", "--only clients=9")
    ]
    assert ["2", "deadline"] in places


def test_where_cells_depend_on_a_wrong_value_only_what_holds_for_any_plan_comes_with_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("duration: 1\ndeadline: 1ms\nmatrix: {adapter: noop}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        planned(path, [], ["client=1", "clients=9"])
    places = [it.removeprefix(f"{path}:").split(": ")[0] for it in caught.value.complaints]
    assert places == ["1", "--only client=1"]


def test_thirty_thousand_wrong_names_are_told_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = []

    def find(name: str) -> Any:
        looked_up.append(name)
        raise AdapterError(f"unknown adapter {name!r}")

    monkeypatch.setattr("adapters.find", find)
    names = ", ".join(f"p{number}" for number in range(2000))
    text = f"matrix: {{adapter: [{names}]}}\nexclude: [{{adapter: [x, {names}]}}]\nbaseline: x\n"
    complaints = refusal(tmp_path, text)
    assert complaints[-1].endswith("there are more mistakes, told when these are mended")
    assert len(complaints) == len(looked_up) == 101


def test_a_fresh_allocator_is_refused_where_the_c_library_is_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "matrix: {adapter: noop, allocator: fresh}\n"
    (tmp_path / "y.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("runner.experiment.planned.glibc", lambda: "glibc 2.36")
    assert planned(tmp_path / "y.yaml", (), []).plan.cells, "there is a choice"
    monkeypatch.setattr("runner.experiment.planned.glibc", lambda: None)
    (complaint,) = refusal(tmp_path, text)
    assert complaint.startswith("1: matrix.allocator: this platform's C library is not glibc")


def test_a_value_that_an_adapter_refuses_is_told_with_its_line(tmp_path: Path) -> None:
    entry = "adapters:\n  mine:\n    adapter: asyncpg\n    options:\n      acquire_timeout: 3s\n"
    (complaint,) = refusal(tmp_path, f"{entry}matrix: {{adapter: mine}}\n")
    assert complaint == (
        "5: adapters.mine.options.acquire_timeout: acquire_timeout must be null, for none, is '3s';"
        " else it is the pool's"
    )


def test_a_setting_that_is_not_the_users_is_told_with_its_line(tmp_path: Path) -> None:
    server = "server:\n  settings:\n    fsync: off\n    track_counts: off\n    Port: 5\n"
    complaints = refusal(tmp_path, f"{server}rounds: 0\nmatrix: {{adapter: noop}}\n")
    assert [sentence.split(": ")[:2] for sentence in complaints] == [
        ["4", "server.settings.track_counts"],
        ["5", "server.settings.Port"],
        ["6", "rounds"],
    ]
    assert "keeps track_counts on, which the laws of conservation rest on" in complaints[0]
    assert "chooses port itself; leave it out of settings" in complaints[1]


def test_an_exclude_that_matches_no_cell_is_told_with_its_line(tmp_path: Path) -> None:
    """It may be right all the same: with an override, or where cpus: auto is another."""
    path = tmp_path / "x.yaml"
    path.write_text(
        "matrix: {adapter: [noop, psycopg3-direct], clients: [5, 10], cpus: all, leak: 0}\n"
        "exclude:\n  - {clients: [10, 70]}\n  - {adapter: noop, clients: 55}\n",
        encoding="utf-8",
    )
    told = f"{path}:4: exclude[1] matches no cell of matrix and include."
    assert text(planned(path, [], []).opening[0]) == told
    only = planned(path, [], ["adapter=psycopg3-direct"])
    assert text(only.opening[0]) == told
    assert len(planned(path, ["clients=5"], []).plan.idle_excludes) == 2
    assert planned(path, ["clients=5,10,55"], []).plan.idle_excludes == ()


@pytest.mark.parametrize(
    ("rest", "least"),
    [
        ("duration: 1s\nwarmup: 500ms\nturn: off", "1.5 s"),
        ("duration: 1s\nwarmup: 500ms\nturn: 600ms\nlead_in: 100ms", "2.4 s"),
        ("operations_per_client: 5\nwarmup: 3s", "3 s"),
    ],
)
def test_a_deadline_within_the_planned_time_of_a_cell_is_refused(
    tmp_path: Path, rest: str, least: str
) -> None:
    given = f"deadline: 1s\n{rest}\nmatrix: {{adapter: noop, cpus: all}}\nuncut: 600ms\n"
    (complaint,) = refusal(tmp_path, given)
    assert complaint.startswith("1: deadline: must be longer than the turns of a cell in a round")
    assert complaint.endswith(f"with warmup and lead-ins: {least}, is 1s")
    path = tmp_path / "long.yaml"
    path.write_text(given.replace("deadline: 1s", "deadline: 4s"), encoding="utf-8")
    assert planned(path, [], []).plan.cells


def test_where_only_an_adapter_is_unknown_there_is_one_complaint(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, "matrix: {adapter: psycopg9}\n")) == 1


@pytest.mark.parametrize(
    ("dsn", "complaint"),
    [
        ("host=h password=sekret nonsense=1", "the DSN cannot be read"),
        ("password='sekret", "the DSN cannot be read"),
        ("postgresql://u:sekret%zz@h", "the DSN cannot be read"),
        ("postgresql://u:sek@ret@h", "the DSN cannot be read: it has an @ that"),
        ("host=h channel_binding=require password=sekret", "the DSN sets channel_binding"),
        ("host=a,b port=1,2,3 password=sekret", "the DSN has 2 hosts, but 3 ports"),
        ("${DSN}", "the DSN cannot be read"),
    ],
)
def test_a_dsn_that_cannot_be_used_is_refused_with_its_line(
    dsn: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSN", "mysql://u:sekret@h/d")
    yaml = f'rounds: 0\nserver:\n  dsn: "{dsn}"\nmatrix: {{adapter: noop}}\n'
    rounds, server = refusal(tmp_path, yaml)
    assert rounds == "1: rounds: must be at least 1, is 0"
    assert server.startswith(f"3: server.dsn: {complaint}")
    assert "sek" not in server
    assert ", is '" not in server, "a DSN that cannot be read is not quoted"


ROUNDS = """\
rounds: 8
leak_rounds: 1
limit_duration: 4s
matrix: {adapter: [psycopg3, asyncpg], leak: [0, 1], cpus: all}
include: [{clients: 20, workload: read, leak: 0, rounds: 3}]
"""


@pytest.fixture
def first_rounds(tmp_path: Path) -> Planned:
    path = tmp_path / "x.yaml"
    path.write_text(ROUNDS, encoding="utf-8")
    return planned(path, [], [])


def test_a_limit_is_measured_as_long_as_a_cell_needs_it(first_rounds: Planned) -> None:
    workloads = [[each.workload for each in first_rounds.limits(round_)] for round_ in (1, 3, 4, 8)]
    assert workloads == [["insert", "read"], ["insert", "read"], ["insert"], ["insert"]]


def test_the_expected_time_is_that_of_the_rounds_in_which_each_cell_is_measured(
    first_rounds: Planned,
) -> None:
    plan, expected = first_rounds.plan, first_rounds.expected
    assert first_rounds.expected_limit == pytest.approx(4.0, abs=1.0)
    nothing = first_rounds.expected_seconds(0)
    for rounds in (1, 2, 3, 8, 10_000):
        cells = sum(expected[cell.id] * plan.rounds_of(cell, rounds) for cell in plan.cells)
        limits = rounds + min(rounds, 3)
        assert first_rounds.expected_seconds(rounds) == pytest.approx(
            nothing + cells + limits * first_rounds.expected_limit
        )
    assert plan.rows(8) == 3 * 8 + 2 * 1 + 3 * 3, "the controls among them"
    assert first_rounds.expected_rows == {
        **expected,
        **dict.fromkeys(["pgbench-insert-p5", "pgbench-read-p5"], first_rounds.expected_limit),
    }


def test_a_round_of_some_groups_takes_their_cells_and_limits(first_rounds: Planned) -> None:
    expected = first_rounds.expected
    group = next(cell.group for cell in first_rounds.plan.cells if cell.conditions.steady)
    cells = [cell for cell in first_rounds.plan.cells if cell.group == group]
    assert first_rounds.round_seconds([group]) == pytest.approx(
        sum(expected[cell.id] for cell in cells) + first_rounds.expected_limit
    )
    assert first_rounds.round_seconds([]) == 0


def test_the_rounds_of_cells_are_kept_beside_the_results(first_rounds: Planned) -> None:
    summary = first_rounds.summary()
    assert (summary["rounds"], summary["cpus_auto"]) == (8, None)
    assert summary["limited"] == {
        "psycopg3-insert-c10-p5-leak1": 1,
        "asyncpg-insert-c10-p5-leak1": 1,
        **dict.fromkeys([f"{name}-read-c20-p5" for name in ("psycopg3", "asyncpg", "control")], 3),
    }


NO_AFFINITY = "cannot keep a process on a core: cpus auto became all."


@pytest.mark.parametrize("affinity", [True, False])
def test_the_first_command_on_any_machine_is_planned_and_says_where_cells_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, affinity: bool
) -> None:
    reason = None if affinity else message("placed.no_affinity")
    monkeypatch.setattr("runner.experiment.environment.not_placed", lambda: reason)
    path = tmp_path / "x.yaml"
    path.write_text("matrix: {adapter: [psycopg3, asyncpg]}\n", encoding="utf-8")
    plan = planned(path, [], ["cpus=auto"])
    cpus = "one" if affinity else "all"
    assert {cell.conditions.cpus for cell in plan.plan.cells} == {cpus}
    sentence, *noise = map(text, plan.opening)
    assert sentence.endswith("cpus auto became one." if affinity else NO_AFFINITY)
    assert len(noise) == (0 if affinity else 1)
    kept = plan.summary()["cpus_auto"]
    assert (kept["became"], Message.from_json(kept["said"])) == (cpus, plan.of_auto)
    with pytest.raises(ConfigError, match="no cell has it; there are"):
        planned(path, [], ["cpus=all" if affinity else "cpus=one"])


def test_a_good_dsn_in_a_variable_is_planned_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSN", "host=h user=u password=sekret")
    path = tmp_path / "x.yaml"
    path.write_text("server: ${DSN}\nmatrix: {adapter: noop}\n", encoding="utf-8")
    assert planned(path, [], []).config.server.dsn == "${DSN}"
