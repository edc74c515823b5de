"""The files of a part: every figure of the summary is read from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from runner.results.run_folder import RunFolder

L = TypeVar("L")


def read(run_folder: RunFolder, pattern: str, kind: type[L]) -> list[L]:
    """Read the lines of all files whose name matches, in the order of their names.

    Raises RunFolderError.
    """
    names = sorted(path.name for path in run_folder.path.glob(pattern))
    return [line for name in names for line in run_folder.read_lines(name, kind)]
