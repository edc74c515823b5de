"""The hooks before a commit find what `make lint` would find, with the tools of the environment."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ".pre-commit-config.yaml"
MISTAKES = {
    "ruff-check": ("unused.py", '"""A module."""\n\nimport json\n'),
    "ruff-format": ("crooked.py", '"""A module."""\n\nNUMBER = ( 1 )\n'),
    "codespell": ("page.md", "Teh pedido of the cliente.\n"),  # codespell:ignore teh
    "validate-pyproject": ("pyproject.toml", '[project]\nname = "no version"\n'),
}
"""A file for each hook that it must not let pass."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with the hooks, the environment, and nothing to complain of."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for name in (CONFIG, "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".gitignore").write_text(".venv\nhome\n", encoding="utf-8")
    (tmp_path / "pedido.md").write_text("Un pedido de un cliente: insertar.\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)  # noqa: S607
    return tmp_path


def run(repository: Path) -> tuple[int, str]:
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)  # noqa: S607
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"],
        cwd=repository,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(repository / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_what_is_right_may_be_committed(repository: Path) -> None:
    status, printed = run(repository)
    assert status == 0, printed


@pytest.mark.parametrize("hook", MISTAKES)
def test_a_mistake_is_found_by_its_hook(repository: Path, hook: str) -> None:
    name, text = MISTAKES[hook]
    (repository / name).write_text(text, encoding="utf-8")
    status, printed = run(repository)
    assert status == 1
    assert f"hook id: {hook}" in printed


def test_every_hook_is_a_tool_of_the_environment() -> None:
    """Nothing is downloaded: the versions are those of constraints.txt."""
    repos = yaml.safe_load((ROOT / CONFIG).read_text(encoding="utf-8"))["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    hooks = {hook["id"]: hook for hook in repos[0]["hooks"]}
    assert hooks.keys() == MISTAKES.keys()
    for hook in hooks.values():
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")
