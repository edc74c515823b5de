"""The YAML file of a test, as a user writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.config.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from runner.config.model import Config

SMALLEST = "matrix: {adapter: psycopg3}\n"

EVERYTHING = """\
name: all.of-it_1
server: {version: 16, settings: {fsync: off, work_mem: 4MB, x.y: 1.5}}
rounds: 3
operations_per_client: 7
warmup: 1.25s
seed: 42
pool: {min_size: 0, max_size: 8, timeout: 1ms}
adapters: {v: {adapter: a.b:C, options: {reset: null, since: '2024-01-01', list: [1, {x: y}]}}}
matrix: {adapter: [v, asyncpg], clients: [1, 2], pool_size: [3], leak: [0, 0.25], cpus: [one, all]}
include: [{clients: 9, workload: [read, hold]}]
exclude: [{adapter: v, leak: 0.25}]
baseline: asyncpg
control: false
error_pause: 0
think_time: 0.333ms
hold: 90m
deadline: 1h
leak_reference: keep
keep: true
lesson: true
"""
"""Every kind of value that can be written."""


@dataclass(frozen=True)
class ConfigFile:
    """A file that is written and loaded."""

    path: Path

    def load(self, text: str, *overrides: str, environ: Mapping[str, str] | None = None) -> Config:
        """Write the file and load it."""
        self.path.write_text(text, encoding="utf-8")
        return load(self.path, overrides, environ or {})

    def complaints(
        self, text: str, *overrides: str, environ: Mapping[str, str] | None = None
    ) -> list[str]:
        """Load a text that is refused; return its complaints, with `x.yaml` for the whole path."""
        with pytest.raises(ConfigError) as caught:
            self.load(text, *overrides, environ=environ)
        assert str(caught.value) == "\n".join(caught.value.complaints)
        return [text.replace(str(self.path), "x.yaml") for text in caught.value.complaints]
