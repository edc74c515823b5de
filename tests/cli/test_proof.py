"""`proof` measures the parts that are named, in any folder, and refuses others in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.proof import pair_precision
from runner.proof.base_config import ADAPTERS
from runner.proof.simulated_turns import SCENARIOS
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.proof.parts import MeasuredFile


@pytest.mark.parametrize("command", ["proof", "overhead"])
def test_an_unknown_part_is_refused(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "nonsense"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (sentence,) = printed.err.splitlines()
    assert sentence.startswith("poolbench: there is no part 'nonsense'; the parts are c")


def test_a_part_that_is_nearly_right_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["proof", "coverage", "pair"]) == 2
    assert "did you mean pairs?" in capsys.readouterr().err


def test_a_quick_proof_measures_its_parts_in_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runner.proof.simulation.SCENARIOS", SCENARIOS[:1])
    monkeypatch.setattr(pair_precision, "ADAPTERS", ADAPTERS[:2])
    monkeypatch.setattr(pair_precision, "CLIENTS", (10,))
    assert main(["proof", "coverage", "pairs", "--quick"]) == 0
    folder = tmp_path / "reports" / "proof-quick"
    assert {path.name for path in folder.iterdir()} == {
        *("coverage.csv", "pairs-one-10.csv", "environment.json", "summary.txt"),
    }
    printed = capsys.readouterr().out
    assert "1/2 coverage.csv: " in printed
    assert (folder / "summary.txt").read_text(encoding="utf-8").strip() in printed
    assert f"{ADAPTERS[1]} / {ADAPTERS[0]}: " in printed
    assert "liars\n  not measured yet" in printed
    before = (folder / "pairs-one-10.csv").read_bytes()
    assert main(["proof", "pairs", "--quick"]) == 0
    assert (folder / "pairs-one-10.csv").read_bytes() == before
    assert "1/1" not in capsys.readouterr().out, "nothing is measured again"


def test_an_interrupted_proof_tells_what_it_has_and_how_it_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> Iterator[MeasuredFile]:
        raise Interrupted(2)

    monkeypatch.setattr("runner.cli.proof.measure", interrupted)
    assert main(["proof", "coverage", "--quick", "--out", str(tmp_path)]) == 130
    printed = capsys.readouterr()
    assert "coverage\n  not measured yet" in printed.out
    assert printed.err == "poolbench: interrupted by SIGINT; the same command measures the rest\n"


def test_a_folder_that_cannot_be_made_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["proof", "--out", str(tmp_path / "file" / "proof")]) == 2
    assert capsys.readouterr().err.startswith(f"poolbench: cannot make {tmp_path}/file/proof: ")
