"""The way in, for any Python: one that cannot run PoolBench is refused in a sentence.

Python 3.7 must be able to read this file, so the rest is imported after the check. To import it
takes a second, in which a signal ends the program in a sentence too.
"""

from __future__ import annotations

import sys

from runner.supervision.prompt_end import end_promptly

REFUSED = 2


def program() -> None:
    """Run the command that was typed, and end with its exit status."""
    end_promptly("before anything was measured")
    sys.exit(main())


def main(typed: list[str] | None = None) -> int:
    """Run a command and return the exit status: see `python -m runner --help`."""
    if sys.version_info < (3, 11):
        return _refuse("is older than 3.11")
    try:
        from runner.cli import main as command_line
    except ModuleNotFoundError as error:
        if (error.name or "runner").split(".")[0] in {"adapters", "runner"}:
            raise  # not for want of an installation
        return _refuse(f"lacks {error.name}")
    return command_line.main(typed)


def _refuse(reason: str) -> int:
    version = ".".join(map(str, sys.version_info[:3]))
    print(
        f"poolbench: this Python ({sys.executable}, {version}) {reason}: "
        "run `make install`, then `source .venv/bin/activate`, in the folder of PoolBench",
        file=sys.stderr,
    )
    return REFUSED


if __name__ == "__main__":
    program()
