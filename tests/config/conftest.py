"""The file that the tests of a configuration write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.config.config_file import ConfigFile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def config_file(tmp_path: Path) -> ConfigFile:
    return ConfigFile(tmp_path / "x.yaml")
