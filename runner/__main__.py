"""The way in, for any Python: one that cannot run PoolBench is refused in a sentence.

Python 3.7 must be able to read this file, so the rest is imported after the check.
"""

from __future__ import annotations

import sys

REFUSED = 2


def main(typed: list[str] | None = None) -> int:
    """Run a command and return the exit status: see `python -m runner --help`."""
    if sys.version_info < (3, 11):
        return _refuse("is older than 3.11")
    try:
        from runner import command_line
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
    sys.exit(main())
