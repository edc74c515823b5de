"""Draws pictures and reads what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.text import Text

from runner.report.charts import drawing
from runner.results.rows import Rows
from runner.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from runner.analysis.report import Report
    from runner.results.row import Row


def figures(
    results: Sequence[Row], *, title: str, report: Report | None = None
) -> dict[str, Figure]:
    return dict(drawing.figures(Rows(results), title=title, report=report))


def picture(
    name: str, results: Sequence[Row], *, title: str, report: Report | None = None
) -> Figure:
    """Draw up to the picture of that name, and not those that come after it."""
    drawn = drawing.figures(Rows(results), title=title, report=report)
    return next(figure for its_name, figure in drawn if its_name == name)


def rendered(figure: Figure) -> RendererAgg:
    """Draw a picture, so that its words find their places, and return what drew it."""
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw_without_rendering()
    return cast("RendererAgg", renderer)


def keeps_to_the_page(figure: Figure, renderer: RendererAgg) -> bool:
    """Tell a picture whose words and marks all lie on its page."""
    inches = figure.get_tightbbox(renderer)
    across = 0 <= inches.x0 < inches.x1 <= figure.get_figwidth()
    return bool(across and 0 <= inches.y0 < inches.y1 <= figure.get_figheight())


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in words(figure)]


def words(figure: Figure) -> list[Text]:
    return cast("list[Text]", figure.findobj(Text))


def written(figure: Figure) -> str:
    return " ".join("\n".join(texts(figure)).split())


def lines(figure: Figure, adapter: str) -> Iterator[Line2D]:
    for axes in figure.axes:
        yield from (line for line in axes.lines if line.get_label() == adapter)


def bars(figure: Figure, adapter: str, panel: int) -> list[float]:
    containers = figure.axes[panel].containers
    return [
        patch.get_width()
        for container in containers
        if isinstance(container, BarContainer) and container.get_label() == adapter
        for patch in container.patches
    ]


def dots(figure: Figure, adapter: str, panel: int) -> list[float]:
    """Return where an adapter's dots are, those beside its name left out."""
    axes = figure.axes[panel]
    return [
        float(np.asarray(line.get_xdata())[0]) for line in axes.lines if line.get_label() == adapter
    ]


def intervals(figure: Figure, panel: int) -> list[list[float]]:
    return [
        np.asarray(path.vertices)[:, 0].tolist()
        for drawn in figure.axes[panel].collections
        for path in drawn.get_paths()
    ]


def colours(found: dict[str, Figure], adapter: str) -> set[str]:
    return {
        to_hex(str(line.get_color()))
        for figure in found.values()
        for line in lines(figure, adapter)
    }


def limit_lines(figure: Figure) -> list[Line2D]:
    return [line for line in lines(figure, LIMIT) if line.get_linestyle() == "--"]
