"""A section is frozen, knows its keys, and complains with the place of a value."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from runner.config.complaints import Places, SourceLine
from runner.config.section import CheckContext, PlacedSection, Section


class Wall(Section):
    """A section with one key."""

    height: int = 1


class PlacedWall(PlacedSection):
    """The same, which knows where its key was written."""

    height: int = 1


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="colour"):
        Wall.model_validate({"colour": 2})


def test_a_checked_value_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Wall().height = 2


def test_a_later_complaint_names_the_line_of_its_key() -> None:
    places = Places({("height",): SourceLine(7, "x.yaml")})
    context = CheckContext({}, places, check_dsn=lambda _dsn: None)
    wall = PlacedWall.model_validate({"height": 3}, context=context)
    assert wall.complaint(("height",), "is too low") == "x.yaml:7: height: is too low"


def test_a_section_without_a_file_complains_without_a_line() -> None:
    assert PlacedWall().complaint(("height",), "is low") == "configuration: height: is low"


def test_the_place_of_a_value_makes_no_difference_between_sections() -> None:
    context = CheckContext({}, Places({(): SourceLine(7, "x.yaml")}), check_dsn=lambda _dsn: None)
    assert PlacedWall.model_validate({}, context=context) == PlacedWall()
