"""Variables are replaced as a shell does it, or refused by name."""

from __future__ import annotations

import pytest

from runner.config.variables import refuse_misspelled_variables, replace_variables


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("plain", "plain"),
        ("${A}-${A}", "a-a"),
        ("${EMPTY}", ""),
        ("${NONE:-default}", "default"),
        ("${EMPTY:-default}", "default"),
        ("${A:-default}", "a"),
        ("${NONE:-}", ""),
        ("$A", "$A"),
    ],
)
def test_a_variable_is_replaced_by_its_value_or_its_default(text: str, replaced: str) -> None:
    assert replace_variables(text, {"A": "a", "EMPTY": ""}) == replaced


def test_every_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(ValueError, match=r"that are not set: ONE, TWO$"):
        replace_variables("${ONE}${A}${TWO}", {"A": "a"})


def test_a_variable_that_is_no_text_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match=r"^needs the environment variable A, which is no UTF-8"):
        replace_variables("host=${A}", {"A": "\udcff"})


@pytest.mark.parametrize("text", ["${", "${A", "${1}", "${A-b}", "${A}${}"])
def test_a_misspelled_variable_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must write variables as"):
        refuse_misspelled_variables(text)


@pytest.mark.parametrize("text", ["", "$", "${A}", "${A:-${}", "pa$$word"])
def test_what_is_no_misspelled_variable_passes(text: str) -> None:
    refuse_misspelled_variables(text)
