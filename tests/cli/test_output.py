"""Standard output that fails, or knows few letters, costs what is printed and nothing else."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from runner.cli.output import Output, lost

SHOWS = "from runner.__main__ import main; import sys; sys.exit(main(['schema']))"


def test_letters_that_an_encoding_lacks_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with path.open("w", encoding="ascii") as file, Output(file) as output:
        console = Console(file=output)  # type: ignore[arg-type] # as `main` does
        console.print("±3 % \udcff")
        assert not lost(console)
    assert path.read_text(encoding="ascii") == "\\xb13 % \\udcff\n"


def test_an_output_that_is_full_is_noted_and_goes_on_in_silence() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as file:
        with Output(file) as output:
            console = Console(file=output)  # type: ignore[arg-type] # as `main` does
            for _ in range(3):
                console.print("words")
            assert lost(console)
        assert output.error is not None
        assert output.error.strerror == "No space left on device"
    assert not lost(Console(file=io.StringIO()))


def test_an_output_of_a_closed_stream_ends_in_silence() -> None:
    stream = io.StringIO()
    output = Output(stream)
    stream.close()
    output.flush()
    assert output.error is None


def test_a_full_output_is_a_sentence_and_a_status_for_every_command() -> None:
    """In a process of its own: what is kept back is written when the interpreter ends."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", SHOWS], stdout=full, stderr=subprocess.PIPE, check=False
        )
    said = b"poolbench: the output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, said)
