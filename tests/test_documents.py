"""The documents are true: what they show was measured, and what they tell works."""

from __future__ import annotations

import importlib
import re
import sys
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

import adapters
from runner.__main__ import main
from runner.analysis.findings import findings
from runner.analysis.report import Compared
from runner.analysis.summary import summaries
from runner.axes import COMPARABLE, MATRIX, Conditions
from runner.cli.conclusion import answered, figures, remarks
from runner.cli.language_option import with_language
from runner.cli.main import COMMANDS
from runner.cli.turns import table
from runner.config.fingerprint import fingerprint
from runner.config.loading import load
from runner.drills.drills import DRILLS
from runner.drills.several import every_case
from runner.experiment import contenders
from runner.experiment.conclusion import Conclusion, compared
from runner.experiment.drilled import registered
from runner.experiment.planned import planned
from runner.plan.matrix import expand
from runner.proof.part_files import read
from runner.proof.parts import summary
from runner.proof.turn_lengths import TurnLength
from runner.report.charts.drawing import OVER_TIME
from runner.report.charts.drill_picture import NAME as DRILL_PICTURE
from runner.report.charts.forest_pages import NAME as RATIOS
from runner.report.charts.questions import CHARTS
from runner.report.charts.size_pages import NAME as SIZES
from runner.report.markdown import page
from runner.report.model import Section
from runner.report.outputs.drill_outputs import drill_markdown
from runner.report.outputs.outputs import OUTPUTS
from runner.report.terminal import show_section
from runner.results.row import HEADER
from runner.results.run_folder import RunFolder
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = ROOT / "docs"
EXAMPLE = ROOT / "reports" / "example"
LONGEST_README = 180
"""Lines: a stranger reads it in three minutes; what is longer goes to docs/."""
DRILLED = ROOT / "reports" / "drills"


def page_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def example_ending() -> str:
    """Render the end of the run as it was printed, 80 columns wide."""
    console = Console(width=80, record=True, file=Path("/dev/null").open("w", encoding="utf-8"))  # noqa: SIM115
    run_folder = RunFolder(EXAMPLE)
    found = Conclusion(run_folder, run_folder.rows(), compared(run_folder))
    chosen = planned(ROOT / "configs" / "matrix.yaml", [], [])
    answer = answered(found, chosen.config.rounds, chosen.round_seconds)
    warned = Section(sentences=[*findings(found.report), *remarks(found, chosen)])
    with console.file:
        for section in (answer, *figures(found), warned):
            show_section(console, section)
        text = console.export_text()
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_the_tables_of_the_documents_are_those_of_the_example_report() -> None:
    whole = example_ending()
    for text in (README, page_of("reading-a-report.md")):
        (shown,) = re.findall(
            r"<!-- example: begin -->\n```text\n(.*?)```\n<!-- example: end", text, re.DOTALL
        )
        parts = [part for part in shown.split("\n\n") if part.strip()]
        assert parts
        for part in parts:
            assert part.rstrip("\n") in whole


def test_a_stranger_reads_the_readme_in_three_minutes() -> None:
    assert len(README.splitlines()) <= LONGEST_README


def test_the_readme_shows_what_the_run_says_against_itself() -> None:
    for words in ("Noise floor: ", "cannot\nbe told from noise", "foreign load: "):
        assert words in README


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))], ids=str
)
def test_every_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        there = path.parent / target if target else path
        assert there.exists(), f"{path.name}: {link}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", it.lower()).replace(" ", "-") for it in headings]
            assert anchor in anchors, f"{path.name}: {link}"


def test_the_index_leads_to_every_document() -> None:
    linked = re.findall(r"\]\(([\w/-]+\.md)\)", page_of("README.md"))
    there = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")} - {"README.md"}
    assert set(linked) == there


def test_every_chart_is_explained() -> None:
    part = _part(page_of("reading-a-report.md"), "The charts")
    explained = re.findall(r"^\| `([a-z0-9]+)` \| .+ \| .+ \|$", part, re.MULTILINE)
    assert {RATIOS, SIZES, *(it.name for it in OVER_TIME), DRILL_PICTURE, *CHARTS} == set(explained)


def _part(text: str, heading: str) -> str:
    """Return what stands under a heading of the second level."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_column_is_explained() -> None:
    named = set(re.findall(r"`(\w+)`", _part(page_of("reading-a-report.md"), "The columns")))
    compared_columns = Compared.columns(
        Compared(Conditions(), "ops_per_s", "a", Role.ADAPTER, pooled=True, baseline="a", rounds=1)
    )
    endings = ("_median", "_min", "_max")
    summed = {"rounds", "bad_rounds", "ops_per_s_geometric_mean", *endings}
    assert not {*HEADER, *compared_columns, *summed} - named
    (line,) = summaries(RunFolder(EXAMPLE).rows())[:1]
    others = {name for name in line.columns() if not name.endswith(endings)}
    assert not others - named


def test_every_file_of_a_run_is_explained() -> None:
    files = set(re.findall(r"`([\w.]+[\w/])`", _part(page_of("reading-a-report.md"), "The files")))
    kept = {path.name for path in EXAMPLE.iterdir() if path.is_file()}
    assert (
        not {*kept, *OUTPUTS} - files - {"README.md", "arrivals.txt", "lesson.txt", "overhead.txt"}
    )


def test_the_page_of_the_example_is_what_its_rows_say_now() -> None:
    run_folder = RunFolder(EXAMPLE)
    found = Conclusion(run_folder, run_folder.rows(), compared(run_folder))
    kept = run_folder.read("answer.md")
    chosen = planned(ROOT / "configs" / "matrix.yaml", [], [])
    assert kept.startswith(page([answered(found, chosen.config.rounds, chosen.round_seconds)]))
    assert page(list(figures(found))) in kept


def test_what_the_lesson_in_spanish_quotes_is_what_the_run_said() -> None:
    kept = (EXAMPLE / "lesson.txt").read_text(encoding="utf-8")
    quoted = blocks("text", page_of("es/leccion.md"))
    assert quoted
    for block in quoted:
        assert block in kept


def test_the_pictures_of_the_lesson_are_small() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", page_of("es/leccion.md"))
    assert pictures
    assert all((DOCS / "es" / it).stat().st_size < 100_000 for it in pictures)


def test_the_costs_of_the_harness_are_those_that_were_measured() -> None:
    assert (EXAMPLE / "overhead.txt").read_text(encoding="utf-8") in page_of("overhead.md")


def test_the_lateness_of_an_open_loop_is_what_was_measured() -> None:
    page = (ROOT / "docs" / "arrivals.md").read_text(encoding="utf-8")
    assert (EXAMPLE / "arrivals.txt").read_text(encoding="utf-8") in page


def test_the_axes_that_can_be_compared_are_named_and_those_that_cannot() -> None:
    text = page_of("configuring.md")
    (listed,) = re.findall(r"^compare: adapter +# or: (.+)$", text, re.MULTILINE)
    assert {"adapter", *listed.split(", ")} == set(COMPARABLE)
    (others,) = re.findall(r"are not compared then\. (.+?)\s+cannot be compared", text, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", others)) == MATRIX.keys() - set(COMPARABLE)


def test_every_picture_of_the_readme_is_one_of_a_kept_report() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).is_relative_to(EXAMPLE) or (ROOT / picture).is_relative_to(DRILLED)
        assert (ROOT / picture).is_file(), picture


def test_the_kept_drills_are_those_of_every_pool_and_their_table_is_what_they_say() -> None:
    folder = RunFolder(DRILLED)
    seen = folder.observations()
    adapters_seen = list(dict.fromkeys(it.adapter for it in seen))
    assert [it.key for it in seen] == [
        it.key for it in every_case(adapters_seen, list(DRILLS.values()))
    ]
    assert set(adapters_seen) == set(registered(()).contenders)
    assert folder.read("drills.md") == drill_markdown(folder, seen)
    page = (ROOT / "docs" / "drills.md").read_text(encoding="utf-8")
    for name in ("drills.md", "charts/drills.png"):
        path = DRILLED / name
        assert path.stat().st_size < 200_000, name
        assert f"(../{path.relative_to(ROOT)})" in page


def test_the_example_report_is_a_whole_run_of_the_shipped_matrix() -> None:
    chosen = planned(ROOT / "configs" / "matrix.yaml", [], [])
    run_folder = RunFolder(EXAMPLE)
    rows = [row for row in run_folder.results() if row.role is not Role.LIMIT]
    limits = [row for row in run_folder.results() if row.role is Role.LIMIT]
    assert run_folder.environment()["fingerprint"] == fingerprint(chosen.config)
    assert {row.cell.id for row in rows} == {cell.id for cell in chosen.plan.cells}
    rounds = chosen.config.rounds
    assert len(rows) == chosen.plan.rows(rounds)
    assert len(limits) == sum(len(chosen.limits(round_)) for round_ in range(1, rounds + 1))
    assert not [row for row in rows + limits if row.bad]
    lines = (EXAMPLE / "comparison.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(compared(run_folder).lines), "the file is what the rows say now"


def test_the_example_spent_its_time_measuring() -> None:
    (session,) = RunFolder(EXAMPLE).environment()["sessions"]
    assert session["measuring_share"] == round(session["measuring_seconds"] / session["seconds"], 3)


def test_the_figures_of_the_proof_are_those_of_its_files() -> None:
    proof = RunFolder(ROOT / "reports" / "proof")
    page = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    assert summary(proof) == proof.read("summary.txt")
    assert summary(proof).strip() in page


def test_the_lengths_of_turns_are_those_of_the_proof_or_said_to_be_missing() -> None:
    lines = read(RunFolder(ROOT / "reports" / "proof"), "turns-*.csv", TurnLength)
    page = (ROOT / "docs" / "turns.md").read_text(encoding="utf-8")
    assert (table(lines) if lines else "not measured yet") in page


def test_what_the_page_says_of_the_lengths_is_so() -> None:
    """The page: one of eight is equivalent, no bias is shown, and 60 ms are no worse than 250."""
    lines = read(RunFolder(ROOT / "reports" / "proof"), "turns-*.csv", TurnLength)
    assert all(line.bias_low <= 1 <= line.bias_high for line in lines)
    short, long = ([it for it in lines if it.turn_ms == turn] for turn in (60, 250))
    assert (len(short), sum(line.equivalent for line in short)) == (8, 1)
    near, far = (sum(abs(log(line.bias)) for line in of_length) for of_length in (short, long))
    assert near < far


def test_each_configuration_of_the_documents_is_a_good_one(tmp_path: Path) -> None:
    texts = [block for block in blocks("yaml", page_of("configuring.md")) if "matrix:" in block]
    assert texts
    for text in texts:
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        assert main([str(path), "--dry-run"]) == 0


def test_every_shipped_configuration_plans_without_a_complaint() -> None:
    paths = sorted((ROOT / "configs").glob("*.yaml"))
    listed = re.findall(r"^\| `configs/([a-z-]+\.yaml)`", page_of("configuring.md"), re.MULTILINE)
    assert {path.name for path in paths} == set(listed)
    for path in paths:
        loaded = load(path)
        found = contenders.resolve(loaded, contenders.classes(loaded))
        plan = expand(loaded, found, affinity=True)
        assert plan.cells
        assert not plan.left_out


def test_every_adapter_is_listed() -> None:
    table = page_of("adapters.md").partition("\n## ")[0]
    assert set(adapters.names()) <= set(re.findall(r"`([a-z0-9-]+)`", table))


@pytest.fixture
def _importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("mypool", None)
    importlib.invalidate_caches()


@pytest.mark.usefixtures("_importable")
def test_the_pool_of_the_documents_can_be_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
    code = blocks("python", page_of("writing-an-adapter.md"))[0]
    lines = [line for line in code.splitlines() if line.strip()]
    assert len(lines) <= 35, "about thirty lines"
    (tmp_path / "mypool.py").write_text(code, encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(
        "rounds: 1\nduration: 200ms\nwarmup: 0\nuncut: 100ms\nlimit: false\n"
        "pool: {timeout: 100ms}\n"
        "matrix: {adapter: [psycopg3, 'mypool:QueuePool'], clients: 8, leak: [0, 1]}\n",
        encoding="utf-8",
    )
    assert main([str(path), "--out", str(tmp_path / "reports"), "--strict"]) == 0
    rows = {
        (row.contender, row.conditions.leak): row
        for row in RunFolder(tmp_path / "reports/latest").results()
    }
    assert rows["mypool:QueuePool", 0.0].ok
    assert rows["mypool:QueuePool", 1.0].pool_timeout


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=str)
def test_every_printed_option_is_there(path: Path) -> None:
    known = _help("run")
    lines = "\n".join(blocks("console", path.read_text(encoding="utf-8"))).splitlines()
    for line in lines:
        line = line.split("  #")[0]  # noqa: PLW2901
        ours = re.search(r"(?:runner|poolbench) ", line)
        for option in re.findall(r"(--[a-z-]+)", line) if ours else ():
            command = re.search(rf"(?:runner|poolbench) ({'|'.join(COMMANDS)})(?!\S)", line)
            assert option in (_help(command.group(1)) if command else known), line


def _help(command: str) -> str:
    parser = importlib.import_module(f"runner.cli.{command}").parser()
    return with_language(parser).format_help()


def test_every_place_that_contributing_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    places = re.findall(r"`((?:adapters|runner|tests|docs)/[\w./]*)`", text)
    assert len(places) > 15
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_the_make_targets_of_the_readme_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
