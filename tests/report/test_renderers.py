"""One table, whatever shows it: nothing is lost, cut or taken for markup."""

from __future__ import annotations

import io

from rich.console import Console

from runner.messages import said
from runner.redaction import REDACTOR
from runner.report.markdown import markdown, page
from runner.report.model import Column, Emphasis, Row, Section, Table
from runner.report.terminal import Terminal, rendered, show_section, show_sentences, show_table

TABLE = Table(
    title=said("a [red]title[/red]"),
    columns=(
        Column("pool", folds=False),
        Column(said("what\nit did")),
        Column("rate", numeric=True),
    ),
    rows=(
        Row(("psycopg3", said("worked"), "1,000"), Emphasis.STRONG),
        Row(("[b]x[/b]", said("a|b <c>"), "7")),
        Row(("pgbench", "", "9"), Emphasis.REFERENCE),
    ),
    notes=(said("a note [of] it"),),
)


def printed(table: Table, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    show_table(console, table)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_terminal_shows_title_headings_rows_and_notes() -> None:
    lines = [line.rstrip() for line in printed(TABLE).splitlines()]
    assert lines[0] == "a [red]title[/red]"
    assert lines[2].split() == ["what"]
    assert lines[3].split() == ["pool", "it", "did", "rate"]
    assert [line.split() for line in lines[5:8]] == [
        ["psycopg3", "worked", "1,000"],
        ["[b]x[/b]", "a|b", "<c>", "7"],
        ["pgbench", "9"],
    ]
    assert lines[-1] == "a note [of] it"


def test_a_terminal_tells_rows_apart() -> None:
    assert [row.style for row in rendered(TABLE).rows] == ["bold", "", "italic"]


def test_a_narrow_terminal_folds_texts_and_cuts_nothing() -> None:
    long = Table(None, (Column("name"), Column("n", numeric=True)), (Row(("x" * 60, "12345")),))
    shown = printed(long, 30)
    assert shown.count("x") == 60
    assert "12345" in shown
    assert "…" not in shown


def test_a_table_without_headings_has_no_line_under_them() -> None:
    plain = Table(said("t"), (Column(""), Column("")), (Row(("expected", "much")),))
    assert [line.strip() for line in printed(plain).splitlines()] == ["t", "expected much"]


def test_sentences_are_printed_as_they_are() -> None:
    console = Console(file=io.StringIO(), width=20, color_system=None)
    show_sentences(console, [said("[b]bold[/b] words that are long")])
    show_sentences(console, [said("words that are longer than it")], fold=True)
    assert console.file.getvalue().splitlines() == [  # type: ignore[attr-defined]
        "[b]bold[/b] words that are long",
        "words that are ",
        "longer than it",
    ]


def test_markdown_has_the_same_table() -> None:
    assert markdown(TABLE) == (
        "**a [red]title[/red]**\n"
        "\n"
        "| pool | what it did | rate |\n"
        "| --- | --- | ---: |\n"
        "| psycopg3 | worked | 1,000 |\n"
        "| [b]x[/b] | a\\|b &lt;c> | 7 |\n"
        "| pgbench | – | 9 |\n"  # noqa: RUF001
        "\n"
        "a note [of] it\n"
    )


SECTION = Section(
    title=said("the answer [x]"),
    points=(said("a first point that is longer than the line of it"), said("a_second *point*")),
    sentences=(said("a sentence"),),
    tables=(TABLE,),
)


def test_a_terminal_lists_the_points_of_a_section_and_indents_what_it_breaks() -> None:
    console = Console(file=io.StringIO(), width=30, color_system=None)
    show_section(console, SECTION)
    shown = [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert shown[:7] == [
        "the answer [x]",
        "- a first point that is longer",
        "  than the line of it",
        "- a_second *point*",
        "",
        "a sentence",
        "",
    ]
    assert any("psycopg3" in line for line in shown)
    assert shown[-1] == ""


def test_a_section_without_anything_leaves_no_trace() -> None:
    console = Console(file=io.StringIO(), width=30, color_system=None)
    show_section(console, Section())
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]
    assert page([Section(), Section()]) == ""


def test_a_page_has_every_section_and_takes_nothing_for_markup() -> None:
    assert page([SECTION]) == (
        "## the answer [x]\n"
        "\n"
        "- a first point that is longer than the line of it\n"
        "- a\\_second \\*point\\*\n"
        "\n"
        "a sentence\n"
        "\n" + markdown(TABLE)
    )


def test_the_lines_of_a_cell_stay_lines_in_markdown() -> None:
    lines = Table(None, (Column(said("two\nlines")),), (Row((said("1\n2 < 3"),)),))
    assert markdown(lines) == "| two lines |\n| --- |\n| 1<br>2 &lt; 3 |\n"


HOSTILE = "red \x1b[31m bell\a back\b\r turned \u202egnp.exe \u2066 c1 \x9b31m lone \ud800"
VISIBLE = r"red \x1b[31m bell\x07 back\x08\r turned \u202egnp.exe \u2066 c1 \x9b31m lone \ud800"


def shown_by_a_terminal(table: Table) -> str:
    console = Terminal(file=io.StringIO(), width=200, color_system=None, emoji=False)
    show_table(console, table)
    show_sentences(console, [said(HOSTILE)])
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_what_would_control_a_terminal_is_shown_instead() -> None:
    table = Table(said(HOSTILE), (Column(HOSTILE),), (Row((HOSTILE,)),), (said(HOSTILE),))
    assert shown_by_a_terminal(table).count(VISIBLE) == 5
    assert markdown(table).count(VISIBLE) == 4
    assert VISIBLE.replace("_", r"\_") in page([Section(sentences=[said(HOSTILE)])])


def test_a_secret_is_masked_before_a_table_breaks_it() -> None:
    secret = "a [b] secret that is longer than a column, :smile: and all"
    REDACTOR.learn(secret)
    console = Terminal(file=io.StringIO(), width=20, color_system=None, emoji=False)
    show_table(console, Table(said(secret), (Column(secret),), (Row((f"x{secret}y",)),)))
    assert console.file.getvalue().split() == ["***", "***", "─" * 5, "x***y"]  # type: ignore[attr-defined]
