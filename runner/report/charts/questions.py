"""The questions of the charts, and what each shows of a cell. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner import metrics
from runner.analysis.refusals import MOST_FAILED
from runner.messages import message
from runner.report.charts import palette
from runner.report.charts.along import CLIENTS, RATE
from runner.report.charts.attempts import PERCENT, percent_of
from runner.report.charts.chart import Chart, Mark, Measure
from runner.report.charts.failures import FAILURES
from runner.report.charts.warning import warning
from runner.report.formats import number, share, short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.messages import Message
    from runner.metrics import Metric
    from runner.report.charts.palette import Fill, Shape
    from runner.report.charts.rounds import Rounds
    from runner.results.row import Row


def _with_warning(figure: float, cell: Rounds) -> Message | str:
    said = warning(cell)
    if said is None:
        return number(figure)
    return message("mark.with_warning", figure=figure, warning=said)


def _quantity(metric: Metric) -> Message:
    return message("latency.quantity", metric=metric.label, unit=metric.unit)


ALONG_CLIENTS: Mapping[str, Any] = {
    "x": CLIENTS,
    "apart": ("profile", "workload"),
    "of": lambda conditions: conditions.fault is None and not conditions.paced,
}
"""A picture of clients who begin as soon as they can, the more of them the farther right."""

# --- how many operations ----------------------------------------------------------------------


def _rate(cell: Rounds) -> Mark | None:
    rate = cell.spread(metrics.SPEED)
    if not rate:
        return None
    shape = palette.MIDDLE._replace(hollow=warning(cell) is not None)
    words = _with_warning(rate.median, cell)
    return Mark(words, (rate,), dots=((rate.median, shape),))


THROUGHPUT = Chart(
    message("throughput.question"),
    (Measure(message("throughput.axis", metric=metrics.SPEED.label), _rate),),
    message("throughput.remark"),
    question_along=lambda along: message("throughput.question_along", growing=along.growing),
    shows_limit=True,
    **ALONG_CLIENTS,
)

# --- how long the slowest of a hundred take ----------------------------------------------------


def _slowest(cell: Rounds) -> Mark | None:
    """Show the p99; where some got nothing that of all attempts, hollow, if it is known."""
    flawed = warning(cell) is not None
    tail = cell.spread(metrics.RESPONSE_P99 if flawed else metrics.TOTAL_P99)
    shape = palette.MIDDLE._replace(hollow=flawed)
    return Mark(number(tail.median), (tail,), dots=((tail.median, shape),)) if tail else None


P99 = Chart(
    message("p99.question"),
    (
        Measure(
            message("p99.axis", unit=metrics.TOTAL_P99.unit),
            _slowest,
            "log",
            quantity=_quantity(metrics.TOTAL_P99),
        ),
    ),
    message("p99.remark"),
    answers=lambda facet: len(facet.values) > 1,
    question_along=lambda along: message("p99.question_along", growing=along.growing),
    **ALONG_CLIENTS,
)

# --- where the time goes ----------------------------------------------------------------------

PARTS: Mapping[Metric, Fill] = {
    metrics.WAIT_MEAN: palette.WAIT,
    metrics.USE_MEAN: palette.USE,
    metrics.RELEASE_MEAN: palette.RELEASE,
}


def _parts(cell: Rounds) -> Mark | None:
    whole = cell.spread(metrics.TOTAL_MEAN)
    if not whole:
        return None
    bars = tuple((cell.median(part), fill) for part, fill in PARTS.items())
    return Mark(_with_warning(whole.median, cell), (whole,), bars)


TIME = Chart(
    message("time.question"),
    (Measure(message("time.axis", unit=metrics.TOTAL_MEAN.unit), _parts, shared=False),),
    message("time.remark"),
    {part.label: fill for part, fill in PARTS.items()},
)

# --- how long ---------------------------------------------------------------------------------

PERCENTILES: Mapping[Metric, Shape] = {
    metrics.TOTAL_P50: palette.MIDDLE,
    metrics.TOTAL_P99: palette.MOST,
    metrics.TOTAL_MAX: palette.LONGEST,
}
OF_ALL_ATTEMPTS: Mapping[Metric, Shape] = {
    metrics.RESPONSE_P50: palette.MIDDLE,
    metrics.RESPONSE_P99: palette.MOST,
    metrics.RESPONSE_MAX: palette.LONGEST,
}
"""Instead of those, where some got nothing: the times of the successful alone would flatter."""


def _times(
    cell: Rounds, shapes: Mapping[Metric, Shape], words: Message | None = None
) -> Mark | None:
    dots = [(spread, shape) for metric, shape in shapes.items() if (spread := cell.spread(metric))]
    if not dots:
        return None
    return Mark(
        words or "",
        tuple(spread for spread, _ in dots),
        dots=tuple((spread.median, shape) for spread, shape in dots),
    )


def _latency(cell: Rounds) -> Mark | None:
    said = warning(cell)
    of_all = _times(cell, OF_ALL_ATTEMPTS, said) if said else None
    return of_all or _times(cell, PERCENTILES, said)


LATENCY = Chart(
    message("latency.question"),
    (
        Measure(
            message("latency.axis", unit=metrics.TOTAL_P50.unit),
            _latency,
            "log",
            quantity=_quantity(metrics.TOTAL_P50),
        ),
    ),
    message("latency.remark"),
    {metric.label: shape for metric, shape in PERCENTILES.items()},
)

# --- how long, at higher and higher rates -----------------------------------------------------


def _undone(row: Row) -> float | None:
    return 1 - (row.ok or 0) / row.demanded if row.demanded else None


def _tail(cell: Rounds) -> Mark | None:
    """Show the p99 of those that keep up: of what is not done no time is known."""
    tail, undone = cell.spread(metrics.TOTAL_P99), cell.spread(_undone)
    if not tail or not undone or undone.median > MOST_FAILED:
        return None
    return Mark(number(tail.median), (tail,), dots=((tail.median, palette.MIDDLE),))


TAIL = Chart(
    message("tail.question"),
    (
        Measure(
            message("tail.axis", unit=metrics.TOTAL_P99.unit),
            _tail,
            "log",
            quantity=message("tail.quantity", unit=metrics.TOTAL_P99.unit),
        ),
    ),
    message("tail.remark"),
    answers=lambda facet: len(facet.values) > 1,
    x=RATE,
    question_along=lambda along: message("tail.question_along", growing=along.growing),
    of=lambda conditions: conditions.paced,
)

# --- with and without release -----------------------------------------------------------------

RESPONSES: Mapping[Metric, Shape] = {
    metrics.TOTAL_P50: palette.MIDDLE,
    metrics.FAILED_P50: palette.FAILURE,
    metrics.RESPONSE_MAX: palette.LONGEST,
}


def _success(cell: Rounds) -> Mark | None:
    succeeded = cell.spread(percent_of(lambda row: row.ok))
    if not succeeded:
        return None
    ok, of = cell.median(metrics.SUCCEEDED), cell.median(lambda row: row.attempts)
    waiting = cell.median(lambda row: row.waiting_in_vain)
    part = short(ok) if short(ok) != short(of) else share(ok / of)
    words = message("mark.all", ok=ok) if ok == of else message("mark.part", ok=part, of=of)
    if waiting:
        words = message("mark.waiting", words=words, clients=waiting)
    fill = palette.LEAKED if cell.leaks else palette.RELEASED
    return Mark(words, (succeeded,), ((succeeded.median, fill),))


def _responses(cell: Rounds) -> Mark | None:
    return _times(cell, RESPONSES)


LEAK = Chart(
    message("leak.question"),
    (
        Measure(message("leak.success_axis", unit=PERCENT), _success, "percent"),
        Measure(message("leak.time_axis", unit=metrics.TOTAL_P50.unit), _responses, "log"),
    ),
    message("leak.remark"),
    {metric.label: shape for metric, shape in RESPONSES.items()},
    answers=lambda facet: facet.leaks[0] == 0 and len(facet.leaks) > 1,
    every_leak=True,
    most_values=4,
)

CHARTS = {
    "throughput": THROUGHPUT,
    "p99": P99,
    "time": TIME,
    "latency": LATENCY,
    "tail": TAIL,
    "leak": LEAK,
    "failures": FAILURES,
}
"""Name of the file -> chart."""
