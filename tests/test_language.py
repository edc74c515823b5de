"""The language of the environment is chosen as gettext does; another is spoken for a while."""

from __future__ import annotations

import pytest

from runner.language import CATALOGUES, languages, of_environment, speaking, spoken


def test_every_catalogue_is_a_language_and_nothing_else_is() -> None:
    assert languages() == tuple(sorted(it.name.split(".")[0] for it in CATALOGUES.iterdir()))
    assert {"en", "es"} <= set(languages())


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "es@euro"}, "es"),
        ({"LANG": "es.UTF-8"}, "es"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "xx_YY.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "es_ES.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "es_AR.UTF-8", "LANG": "en_GB.UTF-8"}, "es"),
        ({"LC_ALL": "en_GB.UTF-8", "LC_MESSAGES": "es_AR.UTF-8"}, "en"),
        ({"LANGUAGE": "xx:es:en", "LANG": "xx_YY.UTF-8"}, "es"),
        ({"LANGUAGE": "en:es", "LANG": "es_ES.UTF-8"}, "en"),
        ({"LANGUAGE": "es", "LANG": "C"}, "en"),
        ({"LANGUAGE": "es", "LC_ALL": "C.UTF-8", "LANG": "es_ES.UTF-8"}, "en"),
        ({"LANGUAGE": "es"}, "en"),
    ],
)
def test_the_environment_names_a_language(variables: dict[str, str], language: str) -> None:
    assert of_environment(variables) == language


def test_a_language_is_spoken_for_a_while() -> None:
    before = spoken()
    with speaking(None, "es", "en"):
        assert spoken() == "es"
        with speaking(None, None):
            assert spoken() == "es"
        with speaking("en"):
            assert spoken() == "en"
        assert spoken() == "es"
    assert spoken() == before


def test_an_error_ends_it_too() -> None:
    with pytest.raises(OSError, match="gone"), speaking("es"):
        raise OSError("gone")
    assert spoken() == "en"
