"""The place for the folders of servers, for tests that start one of their own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put the folders of servers into a directory of the test's own, with a space in its name."""
    directory = Path(tempfile.mkdtemp(prefix="with space "))
    directory.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    yield directory.resolve()
    shutil.rmtree(directory)
