"""The section `workloads`: what is wrong is told with its line, and what is right is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from runner.config.dump import dump
from runner.config.fingerprint import fingerprint
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

OWN = """\
workloads:
  mine:
    setup:
      - CREATE TABLE poolbench.a AS SELECT 1 AS id
    sql: SELECT id FROM poolbench.a WHERE id = $1::int AND $2::date > '2024-01-01';
    args: [{int: [1, 5]}, {date: [2024-01-01, 2024-12-31]}]
    rows: all
matrix: {adapter: psycopg3, workload: [mine, read]}
"""


def test_a_workload_of_ones_own_can_be_listed_and_is_written_back_as_it_was(
    config_file: ConfigFile,
) -> None:
    config = config_file.load(OWN)
    statement = config.workloads["mine"].statement
    assert config.matrix.listed()["workload"] == ("mine", "read")
    assert statement.sql.endswith("'2024-01-01'")
    assert (len(statement.args), statement.rows, statement.writes) == (2, "all", False)
    again = config_file.load(dump(config))
    assert again == config
    assert yaml.safe_load(dump(config))["workloads"]["mine"]["args"][0] == {"int": [1, 5]}


def test_a_configuration_without_workloads_has_the_fingerprint_that_it_had(
    config_file: ConfigFile,
) -> None:
    config = config_file.load(SMALLEST)
    assert fingerprint(config) == fingerprint(config_file.load(SMALLEST + "workloads: {}\n"))
    first = fingerprint(config_file.load(OWN))
    assert first != fingerprint(config_file.load(OWN.replace("1, 5", "1, 6")))


def test_every_mistake_is_told_at_once_with_its_line(config_file: ConfigFile) -> None:
    text = """\
workloads:
  mine:
    setup:
      - CREATE ROLE a
    sql: SELECT $1; COMMIT
    args: [{int: [1, 5]}, {ints: [1]}]
    row: one
  insert: {sql: SELECT 1}
  "a b": {sql: COPY a FROM stdin}
  bare: {}
matrix: {adapter: psycopg3, workload: [mien, 'os:', bare]}
"""
    told = config_file.complaints(text)
    expected = [
        "x.yaml:4: workloads.mine.setup[0]: CREATE ROLE reaches beyond",
        "x.yaml:5: workloads.mine.sql: must be one statement",
        "x.yaml:5: workloads.mine.sql: must use each of the 2 args, lacks $2",
        "x.yaml:5: workloads.mine.sql: $1 must carry a cast",
        "x.yaml:6: workloads.mine.args[1]: ints is no type of an argument",
        "x.yaml:7: workloads.mine.row: unknown key (did you mean rows?)",
        "x.yaml:8: workloads.insert: is a workload of PoolBench's own",
        "x.yaml:9: workloads.a b: must be of letters, digits",
        "x.yaml:9: workloads.a b.sql: COPY speaks a protocol",
        "x.yaml:10: workloads.bare: sql is missing",
        "x.yaml:11: matrix.workload[0]: must be one of checkout,",
        "x.yaml:11: matrix.workload[1]: must be one of checkout,",
    ]
    for sentence in expected:
        assert any(each.startswith(sentence) for each in told), (sentence, told)
    assert "(did you mean mine?)" in "".join(told)
    assert len(told) == len(expected)
