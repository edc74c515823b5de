"""Whatever a worker writes instead of a record or a line is refused, or can be used as one."""

from __future__ import annotations

import json
from operator import add
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.worker.protocol import TurnRecord, parse_line
from runner.worker.shape import MalformedLineError
from tests.builders import turn_record
from tests.fuzzing import tries

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PLAIN = json.loads(json.dumps(turn_record((1, 2), [10, 20]).to_json()))


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """Put something else in one place of a record, however deep, or leave it out."""
    whole = json.loads(json.dumps(PLAIN))
    inside, key = whole, draw(st.sampled_from(sorted(whole)))
    while isinstance(inside[key], dict) and inside[key] and draw(st.booleans()):
        inside = inside[key]
        key = draw(st.sampled_from(sorted(inside)))
    if draw(st.booleans()):
        inside[key] = draw(JSON)
    else:
        del inside[key]
    return whole


@tries(200)
@given(damaged() | JSON)
def test_what_is_no_record_is_refused_and_all_that_is_one_can_be_merged(data: Any) -> None:
    try:
        record = TurnRecord.from_json(data)
    except MalformedLineError:
        return
    if len(record.ok) == 2:
        merged = record.then(turn_record((1, 2)))
        assert merged.ok == tuple(map(add, record.ok, (1, 2)))


@tries(200)
@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_line_of_any_kind_is_read_or_refused(line: bytes) -> None:
    try:
        word, _ = parse_line(line)
    except MalformedLineError:
        return
    assert isinstance(word, str)
