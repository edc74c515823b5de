"""A metric is declared once, and its words, its direction and its column agree."""

from __future__ import annotations

from runner.analysis.change import COMPARABLE
from runner.analysis.verdict import COMPARED, WORDS, difference
from runner.metrics import CPU_SPEED, FAILED, METRICS, ROUND_TRIPS, SHARE_OF_LIMIT, Better
from runner.results.row import NUMBERS


def test_each_metric_is_a_column_of_the_rows_or_computed_from_several() -> None:
    computed = {SHARE_OF_LIMIT, ROUND_TRIPS, CPU_SPEED, FAILED}
    assert set(METRICS) - set(NUMBERS) == {metric.column for metric in computed}


def test_the_words_of_a_metric_have_the_name_of_its_column() -> None:
    for column, metric in METRICS.items():
        assert metric.label.id == f"metric.{column}"
        assert metric.heading.id in {f"heading.{column}", f"metric.{column}"}


def test_a_difference_is_called_better_in_the_direction_of_its_metric() -> None:
    for metric in {**COMPARED, **COMPARABLE}.values():
        assert metric.sense in WORDS
        assert difference(metric, 1.5).better == (metric.better is Better.HIGHER), metric.column
        assert difference(metric, 0.5).better == (metric.better is Better.LOWER), metric.column


def test_a_metric_that_is_compared_says_what_an_empty_field_means() -> None:
    assert all(metric.empty for metric in {**COMPARED, **COMPARABLE}.values())
