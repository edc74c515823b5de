"""The results that `make` keeps: git takes them, and `make clean` leaves them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = (
    *("drills/drills.csv", "example/cells.csv", "proof/summary.txt"),
    *("kill.txt", "test-all.txt", ".gitkeep"),
)
OTHERS = (
    "matrix-20260101/cells.csv",
    "drills-20260101/drills.csv",
    "proof-quick/summary.txt",
    "overhead.txt",
)


def test_git_takes_the_results_that_make_clean_leaves(tmp_path: Path) -> None:
    def printed(*command: str) -> list[str]:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    for name in ("Makefile", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path)
    reports = tmp_path / "reports"
    for name in (*KEPT, *OTHERS):
        (reports / name).parent.mkdir(parents=True, exist_ok=True)
        (reports / name).touch()
    printed("git", "init", "--quiet")
    taken = printed("git", "ls-files", "--others", "--exclude-standard", "reports")
    assert set(taken) == {f"reports/{name}" for name in KEPT}
    printed("make", "clean")
    left = {str(path.relative_to(tmp_path)) for path in reports.rglob("*") if path.is_file()}
    assert left == set(taken)
