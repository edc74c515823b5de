"""The versions of an interpreter and of an adapter's packages: `-m runner.worker.description NAME`.

It imports what a worker imports, so that one that could not work is known before a run begins.
"""

from __future__ import annotations

import importlib
import json
import platform
import sys

import adapters
from adapters.base import AdapterError


def described(name: str) -> dict[str, object]:
    """Return the versions as JSON takes them. Raises AdapterError, ImportError."""
    importlib.import_module("runner.worker.worker")
    adapter = adapters.find(name)
    return {
        "python": platform.python_version(),
        "versions": adapters.driver_version(adapter),
        "libraries": adapter.libraries(),
    }


def main() -> None:
    """Print them in one line, or end with a sentence on standard error."""
    try:
        line = json.dumps(described(sys.argv[1]))
    except AdapterError as error:
        sys.exit(" ".join(str(error).split()))
    except ImportError as error:
        sys.exit(f"it lacks {error.name}: pip install '{error.name}'")
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
