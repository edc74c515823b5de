"""The proof measures what is missing, and every figure of its summary comes from the files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from runner.analysis.family import comparisons
from runner.experiment.planned import planned
from runner.proof import known_difference, parts, same_pool
from runner.proof.base_config import AS_SHIPPED, SHIPPED_CELLS
from runner.proof.part import Step
from runner.proof.ratio import Ratio
from runner.proof.sample_sizes import QUICK, WHOLE
from runner.results.run_folder import RunFolder
from runner.supervision.interrupts import Interrupted
from tests.proof.seen import SEEN

if TYPE_CHECKING:
    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes


CONFIGS = Path(__file__).parents[2] / "configs"


def measured(_: Experiments) -> list[Ratio]:
    return [SEEN]


def test_a_step_that_has_its_file_is_not_measured_again(
    tmp_path: Path, server_experiments: Experiments
) -> None:
    run_folder = RunFolder(tmp_path)
    run_folder.write("done.csv", "kept\n")
    steps = [Step("done.csv", measured), Step("missing.csv", measured)]
    left = parts.missing(run_folder, steps)
    assert [file.name for file in parts.measure(run_folder, left, server_experiments)] == [
        "missing.csv"
    ]
    assert run_folder.read("done.csv") == "kept\n"
    assert run_folder.read_lines("missing.csv", Ratio)[0].verdict == "slower"
    assert run_folder.environment()["server"]["kind"] == "embedded"
    assert not parts.missing(run_folder, steps)


def test_what_was_measured_before_an_interrupt_is_kept(
    tmp_path: Path, server_experiments: Experiments
) -> None:
    def interrupted(_: Experiments) -> list[Ratio]:
        raise Interrupted(2)

    run_folder = RunFolder(tmp_path)
    steps = [Step("first.csv", measured), Step("second.csv", interrupted)]
    with pytest.raises(Interrupted):
        list(parts.measure(run_folder, steps, server_experiments))
    assert [step.file for step in parts.missing(run_folder, steps)] == ["second.csv"]


@pytest.mark.parametrize("sizes", [WHOLE, QUICK])
@pytest.mark.parametrize("cpus", [None, "all", "one"])
def test_each_step_of_a_proof_has_a_file_of_its_own(sizes: SampleSizes, cpus: str | None) -> None:
    files = [step.file for part in parts.PARTS.values() for step in part.steps(sizes, cpus)]
    assert len(files) == len(set(files))


def test_the_whole_proof_is_as_large_as_was_promised() -> None:
    assert WHOLE.simulated_runs == 2000
    assert WHOLE.same_pool_runs * len(same_pool.ADAPTERS) == 100
    assert WHOLE.differences == (0.05, 0.01)
    assert WHOLE.repetitions == 5


def test_its_runs_have_the_shape_of_the_shipped_default() -> None:
    shipped = yaml.safe_load((CONFIGS / "matrix.yaml").read_text(encoding="utf-8"))
    for key in ("rounds", "duration", "warmup"):
        assert AS_SHIPPED[key] == shipped[key]
    plan = planned(CONFIGS / "matrix.yaml", (), ()).plan
    steady = [cells for cells in plan.groups().values() if cells[0].conditions.steady]
    assert {len(cells) for cells in steady} == {SHIPPED_CELLS}
    assert comparisons(plan.cells) == known_difference.FAMILY


def test_the_summary_says_which_part_is_not_measured_yet(tmp_path: Path) -> None:
    run_folder = RunFolder(tmp_path)
    run_folder.write_lines("difference-one-10-1.csv", [SEEN])
    text = parts.summary(run_folder)
    assert text.count("not measured yet") == len(parts.PARTS) - 1
    assert "difference\n  10% more work, cpus one: called slower in 1 of 1" in text
