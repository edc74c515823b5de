"""The files of a picture are small, and their words can be read by programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from matplotlib.figure import Figure
from PIL import Image

from runner.report.charts.files import KINDS, save
from runner.report.charts.questions import CHARTS
from runner.report.charts.style import HALO
from tests.report.charts.pictures import picture
from tests.report.measured import rows

EXAMPLE = Path(__file__).resolve().parents[3] / "reports" / "example"


def test_words_of_an_svg_are_text_with_a_font_to_fall_back_on(tmp_path: Path) -> None:
    figure = Figure()
    figure.text(0.5, 0.5, "under a line", path_effects=HALO)
    _, svg = save(figure, tmp_path, "words")
    root = ET.parse(svg).getroot()  # noqa: S314 - ours
    (words,) = root.iter("{http://www.w3.org/2000/svg}text")
    assert words.text == "under a line"
    assert root.attrib["style"].count("'DejaVu Sans'") == 1
    assert "sans-serif" in root.attrib["style"]
    assert "font-family" not in words.attrib["style"], "said once, for all words"


def test_places_of_an_svg_are_rounded_and_words_are_not(tmp_path: Path) -> None:
    figure = Figure()
    figure.text(0.1234567, 0.5, 'd="0.123456"')
    _, svg = save(figure, tmp_path, "places")
    (words,) = ET.parse(svg).getroot().iter("{http://www.w3.org/2000/svg}text")  # noqa: S314 - ours
    assert words.text == 'd="0.123456"'
    assert words.attrib["x"] == "56.89"


def test_a_png_has_a_palette_and_keeps_its_colours(tmp_path: Path) -> None:
    figure = Figure(figsize=(2, 1), facecolor="#D55E00")
    png, _ = save(figure, tmp_path, "colour")
    with Image.open(png) as image:
        assert image.mode == "P"
        assert image.size == (300, 150)
        assert image.convert("RGB").getpixel((10, 10)) == (0xD5, 0x5E, 0x00)


def test_what_a_driver_says_leaves_an_svg_readable(tmp_path: Path) -> None:
    said = json.dumps({"pool_exhausted": "\x1b[31mred\x00"})
    measured = [replace(row, examples=said) for row in rows(["psycopg2"], (10,), (0.0,), 1)]
    _, svg = save(picture("failures", measured, title="a run"), tmp_path, "failures")
    assert r"\x1b[31mred\x00" in "".join(ET.parse(svg).getroot().itertext())  # noqa: S314 - ours


def test_the_example_is_small_and_has_each_chart_in_both_kinds() -> None:
    files = [file for file in EXAMPLE.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 1_500_000
    names = {kind: {f.stem for f in files if f.suffix == kind} for kind in KINDS}
    assert names[".png"] == names[".svg"]
    shown = {name.partition("-")[0] for name in names[".png"]}
    assert shown == {"ratios", *CHARTS} - {"tail"}, "operations arrive at no rate there"


def test_an_svg_says_its_question_and_its_small_print(
    drawn: dict[str, Figure], tmp_path: Path
) -> None:
    _, svg = save(drawn["throughput"], tmp_path, "throughput")
    work = next(ET.parse(svg).iter("{http://creativecommons.org/ns#}Work"))  # noqa: S314 - ours
    said = {it.tag.rpartition("}")[2]: it.text or "" for it in work}
    assert said["title"] == "How many operations a second, as clients are added?"
    shown, source, *_ = said["description"].splitlines()
    assert shown.startswith("From ")
    assert source.startswith("a run · insert · ")
    assert "Hollow: more than 1 %" in said["description"]
