"""The files for other programs hold what the run came to, and what they promise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from runner.analysis.thresholds import Judged
from runner.analysis.verdict import Verdict
from runner.cli.run_report import of_folder
from runner.messages import message
from runner.redaction import REDACTOR
from runner.report.outputs.junit import junit
from runner.report.outputs.pull_request import pull_request
from runner.report.outputs.summary import VERSION, summary
from runner.roles import Role
from tests.report.measured import rows
from tests.report.outputs.names import HOSTILE
from tests.written_run import written_run

if TYPE_CHECKING:
    from runner.report.run_report import RunReport

DOCS = Path(__file__).resolve().parents[3] / "docs"
SCHEMA = json.loads((DOCS / "summary.schema.json").read_text(encoding="utf-8"))
JUDGED = [
    Judged("psycopg3-insert-c10-p5", "ops_per_s > 1", 5200.0, passed=True),
    Judged("psycopg3-insert-c10-p5", "ops_per_s > 9000", 5200.0, passed=False),
    Judged(HOSTILE, "total_ms_p99 < 5", None, False, message("threshold.no_round")),  # noqa: FBT003
]


def judged_run(folder: Path) -> RunReport:
    run_folder = written_run(folder, rows(clients=(10,), leaks=(0.0,), rounds=1))
    run_folder.write_table("thresholds.csv", [it.columns() for it in JUDGED])
    return of_folder(run_folder)


@pytest.fixture(scope="module")
def told(drawn_run: RunReport) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(summary(drawn_run))
    return read


def test_the_schema_is_one_and_says_the_version() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"] == {"const": VERSION}
    verdicts = SCHEMA["$defs"]["comparison"]["properties"]["verdict"]["enum"]
    assert verdicts == [verdict.value for verdict in Verdict]
    assert SCHEMA["$defs"]["cell"]["properties"]["role"]["enum"] == [it.value for it in Role]


def test_a_summary_is_what_its_schema_promises(told: dict[str, Any]) -> None:
    jsonschema.validate(told, SCHEMA)
    none = dict.fromkeys(("suspect", "hung", "crashed", "failed"), 0)
    assert told["rows"] == {"expected": 90, "measured": 90, "ok": 90, **none}


def test_a_summary_has_every_cell_with_its_figures(
    told: dict[str, Any], drawn_run: RunReport
) -> None:
    assert {it["cell"] for it in told["cells"]} == {row.cell.id for row in drawn_run.rows.every}
    cell = next(it for it in told["cells"] if it["adapter"] == "asyncpg" and not it["bad_rounds"])
    assert cell["conditions"]["clients"] in (10, 50)
    speed = cell["numbers"]["ops_per_s"]
    assert speed["min"] <= speed["median"] <= speed["max"]
    assert "pooler_cpu_us_per_op" not in cell["numbers"], "no round has it"


def test_a_summary_has_the_answer_for_programs_and_people(
    told: dict[str, Any], drawn_run: RunReport
) -> None:
    assert told["answer"][0]["id"] == "answer.head"
    assert not [it for it in told["answer"] if it["text"].startswith(f"{it['id']}(")]
    assert told["noise_floor"] == drawn_run.report.noise_floor
    assert {it["verdict"] for it in told["comparisons"]} >= {"baseline", "faster", "control"}


def test_a_run_without_rows_has_a_summary_too(tmp_path: Path) -> None:
    read = json.loads(summary(of_folder(written_run(tmp_path, [], cells=["a"]))))
    jsonschema.validate(read, SCHEMA)
    assert read["cells"] == read["comparisons"] == []
    assert read["answer"][0]["text"] == "Nothing was measured."


def test_thresholds_are_test_cases(tmp_path: Path) -> None:
    suite = ET.fromstring(junit(judged_run(tmp_path)) or "")[0]  # noqa: S314 - ours
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    passed, failed, missing = suite
    assert (passed.get("classname"), passed.get("name")) == (JUDGED[0].cell, "ops_per_s > 1")
    assert not list(passed)
    assert [it.get("message") for it in failed] == ["5200"]
    assert missing.get("classname") == HOSTILE
    assert [it.get("message") for it in missing] == ["no round was measured"]


def test_without_thresholds_there_are_no_test_cases(drawn_run: RunReport) -> None:
    assert junit(drawn_run) is None


def test_thresholds_are_in_the_summary_and_on_a_pull_request(tmp_path: Path) -> None:
    run = judged_run(tmp_path)
    read = json.loads(summary(run))
    jsonschema.validate(read, SCHEMA)
    assert [it["passed"] for it in read["thresholds"]] == [True, False, False]
    assert "| ops_per_s > 9000 | 5200 | FAILED |" in pull_request(run)


def test_a_pull_request_gets_the_answer_and_no_markup(drawn_run: RunReport) -> None:
    text = pull_request(drawn_run)
    lines = text.splitlines()
    assert lines[0] == "## run-20260102T030400Z"
    assert any(line.startswith("- Fastest of those") for line in lines)
    assert any(line.startswith("Noise floor: ") for line in lines)
    assert "90 of 90 rows, all ok" in lines
    assert "<img" not in text


def test_no_output_has_a_control_character_that_its_format_cannot_hold(tmp_path: Path) -> None:
    run_folder = written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1))
    judged = Judged("a\x1b[31m\x00cell", "ops_per_s > 1", 1.0, passed=True)
    run_folder.write_table("thresholds.csv", [judged.columns()])
    run = of_folder(run_folder)
    ET.fromstring(junit(run) or "")  # noqa: S314 - ours
    json.loads(summary(run))


def test_no_secret_is_in_a_test_case(tmp_path: Path) -> None:
    run = judged_run(tmp_path)
    REDACTOR.learn("psycopg3-insert")
    assert "psycopg3-insert" not in (junit(run) or "")
