"""Values come back from CSV as they were written, or the line that does not is named."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from runner.results import csv_file
from runner.results.csv_file import CsvError
from runner.results.row import Status


@dataclass(frozen=True)
class Line:
    """A column of each kind."""

    name: str
    status: Status
    passed: bool
    count: int
    share: float | None = None
    sure: bool | None = None


LINES = [
    Line("a,b", Status.OK, passed=False, count=3, share=0.125, sure=False),
    Line("", Status.HUNG, passed=True, count=-1, share=None, sure=None),
]
TEXT = csv_file.header(csv_file.columns(Line)) + csv_file.lines(LINES)


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    assert csv_file.parse(TEXT, csv_file.reader(Line)) == LINES


def test_text_of_several_lines_becomes_one_so_that_a_cut_line_is_seen() -> None:
    text = csv_file.lines([Line("first\nsecond\r\nthird", Status.OK, passed=True, count=1)])
    assert text == "first second third,ok,True,1,,\n"


def test_a_float_keeps_six_digits_and_a_large_one_its_tenth() -> None:
    rows = [{"small": 0.000123456789, "large": 12345678.96}]
    assert csv_file.table(rows) == "small,large\n0.000123457,12345679.0\n"


def test_a_line_that_was_cut_off_does_not_count() -> None:
    assert csv_file.parse(TEXT[:-4], csv_file.reader(Line)) == LINES[:1]


def test_columns_of_an_older_or_a_newer_version_are_no_obstacle() -> None:
    text = "name,status,passed,count,unheard_of\nold,ok,True,1,2\n"
    assert csv_file.parse(text, csv_file.reader(Line)) == [
        Line("old", Status.OK, passed=True, count=1)
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("a,ok,true,1,,", "line 4: 'true' in column passed is no bool"),
        ("a,ok,,1,,", "line 4: '' in column passed is no bool"),
        ("a,fine,True,1,,", "line 4: 'fine' in column status is no Status"),
        ("a,ok,True,1.5,,", "line 4: '1.5' in column count is no int"),
        ("a,ok,True", "line 4: nothing in column count"),
        ("a,ok,True,1,,,", "line 4: more fields than columns"),
        ("a,ok,True,1,inf,", "line 4: 'inf' in column share is no number that a run can have"),
        ("a,ok,True,1,nan,", "line 4: 'nan' in column share is no number that a run can have"),
        (
            "a,ok,True,1,1e-200,",
            "line 4: '1e-200' in column share is no number that a run can have",
        ),
        (
            f"a,ok,True,{'9' * 20},,",
            f"line 4: '{'9' * 20}' in column count is no number that a run can have",
        ),
        (f"a,ok,True,{'9' * 5000},,", f"line 4: '{'9' * 80}...' in column count is no int"),
        (f"{'a' * 131073},ok,True,1,,", "line 4: field larger than field limit (131072)"),
    ],
)
def test_a_line_that_is_none_is_named_with_its_column(line: str, complaint: str) -> None:
    with pytest.raises(CsvError) as raised:
        csv_file.parse(f"{TEXT}{line}\n", csv_file.reader(Line))
    assert str(raised.value) == complaint


def test_a_file_without_a_column_that_it_needs_says_which() -> None:
    with pytest.raises(CsvError, match=r"^line 2: .*'count'$"):
        csv_file.parse("name,status,passed\na,ok,True\n", csv_file.reader(Line))


def test_a_number_below_the_least_that_there_can_be_is_named() -> None:
    with pytest.raises(CsvError, match=r"^line 3: '-1' in column count is no number"):
        csv_file.parse(TEXT, csv_file.reader(Line, least=0))


def test_lines_that_hold_the_same_are_named() -> None:
    with pytest.raises(CsvError, match=r"^lines 2 and 4 hold the same measurement$"):
        csv_file.parse(
            f"{TEXT}a,ok,True,7,,\n".replace('"a,b"', "a"),
            csv_file.reader(Line),
            lambda it: it.name,
        )


def test_an_empty_line_is_passed_over() -> None:
    assert csv_file.parse(f"{TEXT}\n\n", csv_file.reader(Line)) == LINES
