"""Two versions of a driver in one run, as docs/two-versions.md says."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from runner.__main__ import main
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).parents[2] / "docs" / "two-versions.md"
BLOCK = re.compile(
    r"<!-- earlier version: begin -->\n```python\n(.*?)```\n<!-- earlier version: end -->",
    re.DOTALL,
)
NOTE = """
import os
with open(os.environ["NOTES"], "a", encoding="utf-8") as file:
    print(os.getpid(), file=file)
"""
CONFIG = """
server: "${TEST_DSN}"
rounds: 2
duration: 100ms
warmup: 50ms
limit: false
round_trips: false
control: false
pool: {max_size: 2, timeout: 500ms}
matrix: {adapter: [asyncpg, "earlier:Earlier"], clients: 2}
"""


def test_the_processes_of_one_cell_have_the_earlier_driver_and_no_others(
    tmp_path: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier driver is a copy that notes in which process it is imported."""
    (code,) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    (tmp_path / "earlier.py").write_text(code, encoding="utf-8")
    driver = tmp_path / "earlier-driver" / "asyncpg"
    shutil.copytree(Path(asyncpg.__file__).parent, driver)
    with (driver / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(NOTE)
    (tmp_path / "two.yaml").write_text(CONFIG, encoding="utf-8")
    notes = tmp_path / "notes.txt"
    monkeypatch.setenv("NOTES", str(notes))
    monkeypatch.setenv("TEST_DSN", elsewhere)
    monkeypatch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert main(["two.yaml", "--strict"]) == 0
    rows = RunFolder(tmp_path / "reports" / "latest").results()
    assert [row.driver for row in rows if row.contender == "earlier:Earlier"] == [
        "asyncpg 0.30.0"
    ] * 2
    assert len([row for row in rows if row.contender == "asyncpg"]) == 2
    pids = {int(line) for line in notes.read_text(encoding="utf-8").split()} - {os.getpid()}
    assert len(pids) == 2, "a fresh process in each of two rounds, and none of asyncpg's own"
