"""An appended text is there as a whole, or not at all."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from runner.results import line_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_write_that_fails_halfway_leaves_no_half_line(tmp_path: Path) -> None:
    """With a real limit on the size of files, in a process of its own."""
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from runner.results import line_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))\n"
        "path = Path(sys.argv[1])\n"
        "line_file.append(path, 'a' * 199 + chr(10))\n"
        "try:\n"
        "    line_file.append(path, 'b' * 199 + chr(10))\n"
        "except OSError as error:\n"
        "    print(error.strerror)\n"
    )
    path = tmp_path / "lines"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "File too large\n", done.stderr
    assert path.read_text(encoding="utf-8") == "a" * 199 + "\n"


def test_the_half_line_of_a_killed_write_is_cut_off_and_whole_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    for content, rest in (("one\ntwo\n", "one\ntwo\n"), ("one\ntw", "one\n"), ("on", "")):
        path.write_text(content, encoding="utf-8")
        line_file.cut_half_line(path)
        assert path.read_text(encoding="utf-8") == rest


def test_a_file_that_is_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    line_file.replace(path, "first")
    line_file.replace(path, "second")
    assert [path.read_text(encoding="utf-8") for path in path.parent.iterdir()] == ["second"]


def test_a_file_that_cannot_be_replaced_stays_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """With a real limit on the size of files, in a process of its own."""
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from runner.results import line_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))\n"
        "try:\n"
        "    line_file.replace(Path(sys.argv[1]), 'b' * 301)\n"
        "except OSError as error:\n"
        "    print(error.strerror)\n"
    )
    path = tmp_path / "file"
    path.write_text("as it was", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "File too large\n", done.stderr
    assert [it.read_text(encoding="utf-8") for it in tmp_path.iterdir()] == ["as it was"]
