"""The workflow in docs/examples is one that GitHub takes, with commands that PoolBench has."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW = ROOT / "docs" / "examples" / "compare.yml"


def scripts() -> list[str]:
    """Return what its steps run, with something for each expression of GitHub's."""
    jobs: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    return [re.sub(r"\$\{\{.*?\}\}", "x", step["run"]) for step in steps if "run" in step]


def commands() -> list[list[str]]:
    """Return the words of each call of PoolBench; a pattern of folders is two of them."""
    text = "\n".join(scripts()).replace("\\\n", " ")
    called = re.findall(r"venv-\S+/bin/poolbench\"? (.*?)(?:\)|\||$)", text, re.MULTILINE)
    return [[folder for word in shlex.split(line) for folder in _folders(word)] for line in called]


def _folders(word: str) -> list[str]:
    return [word.replace("*", number) for number in "12"] if word.endswith("*") else [word]


def check(workflow: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema"]
    schema = ["--builtin-schema", "vendor.github-workflows"]
    return subprocess.run(
        [*command, *schema, str(workflow)], capture_output=True, text=True, check=False
    )


def test_the_workflow_keeps_to_the_schema_of_workflows(tmp_path: Path) -> None:
    done = check(WORKFLOW)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "wrong.yml"
    text = WORKFLOW.read_text(encoding="utf-8")
    wrong.write_text(text.replace("runs-on:", "run-on:"), encoding="utf-8")
    assert check(wrong).returncode == 1


@pytest.mark.parametrize("script", scripts())
def test_a_shell_can_read_each_step(script: str) -> None:
    bash = shutil.which("bash") or "bash"
    done = subprocess.run([bash, "-n"], input=script, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_each_command_is_one_of_poolbench() -> None:
    called = commands()
    assert [words[0] for words in called] == ["pools.yaml", "compare", "report"]
    for words in called:
        name = words[0] if words[0] in COMMANDS else "run"
        parser = import_module(f"runner.cli.{name}").parser()
        parser.parse_args(words[name != "run" :])
    _, compare, _ = called
    options = import_module("runner.cli.compare").parser().parse_args(compare[1:])
    assert len(options.fail_if) == 2
    assert [path.name for path in options.b] == ["after-1", "after-2"]
    for condition in options.fail_if:
        import_module("runner.analysis.fail_if").parse(condition)
