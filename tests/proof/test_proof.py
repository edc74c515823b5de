"""The proof's own tools: a difference that is what it says, and files that can be gone on with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.psycopg3_pool import Psycopg3Pool
from runner.proof import known_difference, known_rate, liars, parts, same_pool
from runner.proof.laboratory import Laboratory, laboratory
from runner.proof.lies import INSERTING, READING
from runner.proof.ratio import Ratio
from runner.proof.size import QUICK, TERMS, WHOLE
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def here() -> Iterator[Laboratory]:
    with laboratory() as found:
        yield found


def test_the_server_counts_the_statements_that_the_clients_report(here: Laboratory) -> None:
    lines = known_rate.count(QUICK, "all", here)
    assert {(line.adapter, line.workload) for line in lines} == {
        (adapter, workload) for adapter in known_rate.ADAPTERS for workload in ("read", "insert")
    }
    for line in lines:
        assert line.operations == QUICK.counted * 10
        # The check of the pool, and what each connection prepares once.
        assert 0 < line.more <= 1 + 2 * line.sessions


@pytest.mark.parametrize(("extra", "twice"), [(0.1, 10), (0.05, 5), (0.01, 1)])
def test_slower_does_exactly_so_much_more(here: Laboratory, extra: float, twice: int) -> None:
    slower = {"adapter": "runner.proof.slower:Slower", "options": {"extra": extra}}
    found = here.measure(
        {
            **TERMS,
            "adapters": {"slower": slower},
            "matrix": {"adapter": ["psycopg3", "slower"], "clients": 1, "workload": "read"},
            "rounds": 1,
            "pool": {"max_size": 1},
            "operations_per_client": 99,  # the pool is asked once before, by its check
            "warmup": 0,
        }
    )
    commits = {row.contender: row.commits or 0 for row in found.rows}
    assert {row.operations for row in found.rows} == {99}
    assert commits["slower"] - commits["psycopg3"] == twice


def test_the_whole_proof_is_what_was_promised() -> None:
    assert WHOLE.same_runs * WHOLE.same_pairs == 100
    assert WHOLE.repetitions == 3
    assert [known.extra for known in WHOLE.differences] == [0.1, 0.05, 0.01]
    names = [name for part in parts.PARTS.values() for name, _ in part.steps(WHOLE, None)]
    assert len(names) == len(set(names)), "each has a file of its own"


def test_no_comparison_of_an_adapter_with_itself_shares_its_baseline(here: Laboratory) -> None:
    lines = same_pool.measure(replace(QUICK, same_rounds=2), "all", here)
    names = [name for line in lines for name in (line.adapter, line.baseline)]
    assert len(names) == len(set(names)) == 2 * QUICK.same_pairs


def test_what_has_its_file_is_not_measured_again(tmp_path: Path) -> None:
    run_folder = RunFolder(tmp_path)
    run_folder.write("done.csv", "kept\n")

    def never(_: Laboratory) -> list[Ratio]:
        raise AssertionError("measured again")

    parts.prove(run_folder, [("done.csv", never)])
    assert run_folder.read("done.csv") == "kept\n"


def test_the_summary_is_made_of_the_files(tmp_path: Path) -> None:
    run_folder = RunFolder(tmp_path)
    assert "not measured yet" in parts.summary(run_folder)
    line = Ratio(
        adapter="slower",
        baseline="psycopg3",
        workload="read",
        cpus="one",
        rounds=15,
        measuring_s=60.0,
        ratio=0.91,
        low=0.9,
        high=0.92,
        half_width=0.011,
        verdict="slower",
        reason="",
        known=1 / 1.1,
    )
    missed = replace(line, verdict="no difference shown")
    run_folder.write_lines("difference-one-10-1.csv", [line])
    run_folder.write_lines("difference-one-10-2.csv", [missed])
    told = list(known_difference.tell(run_folder))
    assert told[0].startswith(
        "10% more work, cpus one: called slower in 1 of 2 repetitions of 60 s"
    )
    assert told[0] in parts.summary(run_folder)


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parts.main(["nonsense"])
    assert "no such part: nonsense" in capsys.readouterr().err


def test_every_liar_is_in_the_matrix() -> None:
    made = {
        name
        for name, found in vars(liars).items()
        if isinstance(found, type) and issubclass(found, Psycopg3Pool)
    }
    assert made - {"Psycopg3Pool", "LyingPool"} == {*INSERTING, *READING}
