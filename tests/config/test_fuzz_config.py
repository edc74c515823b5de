"""Whatever a configuration holds, it is planned, or refused in sentences with exit status 2."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from runner.__main__ import main
from runner.config.dump import dump
from runner.config.fingerprint import fingerprint
from runner.config.model import SECTIONS, Config
from runner.experiment.planned import planned
from runner.plan.filters import FILTER_AXES
from tests.config.config_file import EVERYTHING
from tests.fuzzing import tries

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RIGHT = {
    "name": ["mine", "a.b-c_1"],
    "server": [
        "embedded",
        "{version: 16, settings: {fsync: off, work_mem: 4MB}}",
        "postgresql://u:p@127.0.0.1/d",
        "{dsn: 'host=h dbname=d'}",
        "${DSN:-host=h}",
    ],
    "rounds": ["1", "3", "10000"],
    "leak_rounds": ["1", "3"],
    "duration": ["450ms", "1s", "0.001ms", "24h"],
    "operations_per_client": ["7", "1000000000"],
    "warmup": ["0", "1.25s"],
    "turn": ["off", "100ms", "50ms", "24h"],
    "lead_in": ["0s", "15ms", "100ms"],
    "uncut": ["0", "500ms"],
    "seed": ["42"],
    "pool": ["{min_size: 0, max_size: 8, timeout: 1ms}", "{max_size: 1}"],
    "adapters": ["{v: {adapter: asyncpg, options: {statement_cache_size: 0}}}"],
    "matrix": [
        "{adapter: noop}",
        "{adapter: [noop, psycopg3], clients: [1, 2], leak: [0, 25%, 1], cpus: [one, all]}",
        "{adapter: [psycopg2, asyncpg], pool_size: [3], workload: hold, profile: stock}",
    ],
    "include": ["[{clients: 9, workload: [read, hold], rounds: 2}]"],
    "exclude": ["[{adapter: noop, leak: 1}]", "[{clients: 2}]"],
    "baseline": ["noop", "psycopg3"],
    "precision": ["5%", "0.999999999999", "0.000001"],
    "margin": ["3%", "0.1"],
    "thresholds": ["{adapter=noop clients=1: [ops_per_s > 1, failed_share == 0], all: [ok > 0]}"],
    "think_time": ["0", "0.333ms", "90m"],
    "hold": ["1ms", "24h"],
    "deadline": ["1h", "1ms"],
    "keep": ["true"],
    "limit": ["false"],
    "limit_duration": ["1s"],
}
"""Key -> values that can be right, as they are written."""

WORDS = sorted(
    {*Config.model_fields, *FILTER_AXES}.union(*(it.model_fields for it in SECTIONS.values()))
)
ODD = [
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    ".nan",
    ".inf",
    "-.inf",
    "1e400",
    "1.0e+400",
    "99999999999999999999999",
    "''",
    "x",
    '"\\0"',
    '"\\ud800"',
    "5s",
    "2024-01-01",
    "!!binary",
    "aGk=",
    "1:30",
    "50%",
    "0%",
    "101%",
    "5.%",
    "99999999999999s",
    "0.0000001ms",
    "1e3s",
    ".5h",
    "&a",
    "*a",
    "!x",
    "<<",
    "postgresql://u:p@h/d",
    "host=h",
    "${NONE}",
    "${NONE:-}",
    "${",
    "-",
    '"\\u202e"',
    '"\\e[0m"',
    '"a\\nb"',
    "no-such:Class",
    "os:path",
    "noop",
    "control",
    "psycopg9",
]

scalars = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from(sorted({value for values in RIGHT.values() for value in values})),
    st.integers().map(str),
    st.integers(0, 5000).map(lambda length: "9" * length),
    st.integers(0, 5000).map(lambda length: f"0x{'f' * length}"),
    st.floats().map(repr),
    st.floats(0, 100).map(lambda number: f"{number!r}s"),
    st.text(max_size=12).map(json.dumps),
    st.text("abz09.:-_/%$ \x85é", max_size=12),
)
keys = st.sampled_from(WORDS) | scalars
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(st.tuples(keys, inner), max_size=3).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items) + "}"
        )
    ),
    max_leaves=6,
)
right_lines = st.sampled_from(sorted(RIGHT)).flatmap(
    lambda key: st.sampled_from(RIGHT[key]).map(lambda value: (key, value))
)
lines = st.one_of(*[right_lines] * 5, st.tuples(keys, values))


@st.composite
def files(draw: st.DrawFn) -> str:
    """Write a file: keys with their values, or a good text that was damaged somewhere."""
    if draw(st.integers(0, 4)):
        matrix = ("matrix", draw(st.sampled_from(RIGHT["matrix"])))
        chosen = [matrix, *draw(st.lists(lines, max_size=6))]
        return "".join(f"{key}: {value}\n" for key, value in dict(chosen).items())
    start = draw(st.integers(0, len(EVERYTHING)))
    end = draw(st.integers(start, min(len(EVERYTHING), start + 20)))
    return EVERYTHING[:start] + draw(values) + EVERYTHING[end:]


assignments = st.one_of(
    lines.map("=".join),
    st.tuples(st.sampled_from(sorted(SECTIONS)), keys, values).map(
        lambda parts: f"{parts[0]}.{parts[1]}={parts[2]}"
    ),
    st.sampled_from(
        ["clients=20", "adapter=noop", "profile=stock", "pool_size=10", "pool.max_size=3"]
    ),
    st.text(max_size=12),
)
filters = st.tuples(st.sampled_from(FILTER_AXES) | keys, scalars).map("=".join)


def test_any_configuration_is_planned_or_refused_in_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    @tries(60)
    @given(files(), st.lists(assignments, max_size=2), st.lists(filters, max_size=1))
    def test(text: str, overrides: list[str], only: list[str]) -> None:
        (tmp_path / "x.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
        typed = [f"--set={it}" for it in overrides] + [f"--only={it}" for it in only]
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            status = main(["x.yaml", "--dry-run", *typed])
        if status == 2:
            assert errors.getvalue().startswith("poolbench: ")
            assert output.getvalue() == ""
            return
        assert (status, errors.getvalue()) == (0, "")
        config = planned(tmp_path / "x.yaml", overrides, only).config
        (tmp_path / "stored.yaml").write_text(dump(config), encoding="utf-8")
        stored = planned(tmp_path / "stored.yaml", [], only).config
        assert fingerprint(stored) == fingerprint(config)

    test()
