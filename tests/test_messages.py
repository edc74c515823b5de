"""A message is a value: it can be compared, kept in a file and read again, in no language."""

from __future__ import annotations

import json

import pytest

from runner.messages import Message, columns, from_columns, message, said

NESTED = message(
    "a.whole",
    text='wörter, "quoted"\n',
    count=3,
    share=0.1,
    yes=True,
    nothing=None,
    inner=message("a.part", names=["x", "y"]),
    parts=[message("a.part", names=[]), 4],
)


def test_a_message_comes_back_from_json_as_it_was() -> None:
    assert Message.from_json(json.loads(json.dumps(NESTED.to_json()))) == NESTED
    assert hash(Message.from_json(NESTED.to_json())) == hash(NESTED)


def test_a_message_comes_back_from_the_columns_of_a_file() -> None:
    kept = columns(NESTED)
    assert list(kept) == ["reason", "reason_facts"]
    assert from_columns(*kept.values()) == NESTED
    plain = columns(message("a.plain"))
    assert from_columns(*plain.values()) == message("a.plain")
    assert from_columns(*columns(None).values()) is None


def test_the_english_of_version_0_1_is_a_text_of_somebody_else() -> None:
    assert from_columns("3 of 4 clients never came back", "") == said(
        "3 of 4 clients never came back"
    )


def test_facts_cannot_be_changed_afterwards() -> None:
    names = ["x"]
    made = message("a.part", names=names)
    names.append("y")
    assert made.facts["names"] == ("x",)
    with pytest.raises(TypeError):
        made.facts["names"] = ()  # type: ignore[index]


def test_other_facts_are_another_message() -> None:
    assert message("a", n=1) != message("a", n=2)
    assert message("a", n=1) != message("b", n=1)
    assert len({message("a", n=1), message("a", n=1), message("a", n=2)}) == 2


def test_a_message_inside_is_found() -> None:
    assert NESTED.mentions("a.whole")
    assert NESTED.mentions("a.part")
    assert not NESTED.mentions("a.pa")


def test_every_text_inside_can_be_masked() -> None:
    secret = message("a", text="sekret!", inner=said("my sekret"), parts=["sekret", 1])
    masked = secret.with_texts(lambda text: text.replace("sekret", "***"))
    assert masked == message("a", text="***!", inner=said("my ***"), parts=["***", 1])


def test_without_a_catalogue_a_message_still_tells_its_facts() -> None:
    assert str(message("axis.leaks", leak=0.5)) == "axis.leaks(leak=0.5)"
