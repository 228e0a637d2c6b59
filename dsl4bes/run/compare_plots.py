"""Two results as pictures: histograms overlaid with a panel of their ratio, cut flows with their ratio.

In: a `Comparison`. Out: files. Nothing is compared here.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from dsl4bes.run.compare import Comparison, HistogramComparison
from dsl4bes.run.pictures import canvas, entries_label, save, shown
from dsl4bes.run.plots import points, titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Ratios above are arrows at the edge: drawn as they are they would flatten all others.
RATIO = (0.0, 2.0)
_ERROR = "its statistical error"  #: in the legend, below the second


def write_pictures(found: Comparison, folder: str, kinds: tuple[str, ...] = ("png",)) -> list[str]:
    """A picture per histogram of one axis, and one of the cut flow; returns the paths."""
    paths: list[str] = []
    for each in found.histograms:
        if len(each.first.edges) == 1:
            with canvas(2, (8, 8)) as (figure, (upper, lower)):
                overlay(each, found, upper, lower)
                paths += save(figure, folder, each.name, kinds)
    with canvas(size=(9, 1.8 + 0.5 * sum(not line.part for line in found.flow[1:]))) as (figure, (axes,)):
        flow(found, axes)
        paths += save(figure, folder, "cut_flow_ratio", kinds)
    return paths


def overlay(each: HistogramComparison, found: Comparison, upper: Axes, lower: Axes) -> None:
    """The first as points (data), the second as a filled step (simulation), below first over second."""
    import mplhep
    import numpy as np

    a, b = each.scale
    edges = each.first.edges[0]
    second, errors = b * each.second.inside, b * np.sqrt(each.second.variances[1:-1])
    scaled = f" x {b / a:.3g}" if abs(b / a - 1) > 1e-9 else ""
    mplhep.histplot(
        second, edges, histtype="fill", color="#8fb7e0", ax=upper, label=shown(f"{found.second}{scaled}", 40)
    )
    upper.stairs(
        second + errors,
        edges,
        baseline=np.maximum(second - errors, 0),
        fill=True,
        facecolor="none",
        edgecolor="#57606a",
        hatch="//////",
        linewidth=0,
        label=_ERROR,
    )
    points(each.first, upper, a, label=shown(found.first, 40))
    highest = max(float((a * each.first.inside).max(initial=0)), float(second.max(initial=0)), 1.0)
    upper.set_ylim(0, 1.4 * highest)
    title, x, y = titles(each.first)
    what = "Sum of weights" if each.first.weighted or each.second.weighted else "Entries"
    upper.set_ylabel(shown(y or entries_label(float(edges[1] - edges[0]), x, what)))
    upper.set_title(shown(_distances(title, each), 90), fontsize=14)
    handles, labels = upper.get_legend_handles_labels()
    order = [labels.index(_ERROR), *(place for place, label in enumerate(labels) if label != _ERROR)][::-1]
    upper.legend([handles[place] for place in order], [labels[place] for place in order], loc="upper right")
    _ratio(each, a, b, lower)
    lower.set_xlabel(shown(x or title))


def _distances(title: str, each: HistogramComparison) -> str:
    ks = f", KS {each.ks:.3f}" if each.ks == each.ks else ""
    return f"{title}: chi2/ndf = {each.chi2:.1f}/{each.ndf}{ks}"


def _ratio(each: HistogramComparison, a: float, b: float, axes: Axes) -> None:
    import numpy as np

    edges = each.first.edges[0]
    one, two = a * each.first.inside, b * each.second.inside
    both = (one > 0) & (two > 0)
    ratio = one[both] / two[both]
    relative = each.first.variances[1:-1][both] / each.first.inside[both] ** 2
    relative = relative + each.second.variances[1:-1][both] / each.second.inside[both] ** 2
    centres, halves = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    look: dict[str, Any] = {"fmt": "o", "color": "black", "markersize": 5, "elinewidth": 1.2}
    axes.errorbar(centres[both], ratio, ratio * np.sqrt(relative), halves[both], **look)
    axes.axhline(1, color="#57606a", linewidth=1, linestyle="--")
    above = centres[both][ratio > RATIO[1]]  # as arrows at the edge, so that no bin is missing without a sign
    axes.plot(above, np.full(len(above), RATIO[1] - 0.08 * (RATIO[1] - RATIO[0])), "^", color="#b42318", markersize=7)
    axes.set_ylim(*RATIO)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylabel("first / second", fontsize=14)


def flow(found: Comparison, axes: Axes) -> None:
    """first over second after each block, with errors."""
    lines = [line for line in found.flow if not line.part and isfinite(line.ratio)]
    places = list(range(len(lines)))
    axes.errorbar(
        [line.ratio for line in lines],
        places,
        xerr=[line.ratio_error for line in lines],
        fmt="o",
        color="black",
        capsize=4,
    )
    axes.axvline(1, color="#57606a", linewidth=1, linestyle="--")
    axes.set_yticks(
        places,
        [shown(f"{line.region}: {line.name}" if line.region else line.name, 30) for line in lines],
        fontsize=14,
    )
    axes.tick_params(axis="y", which="both", length=0)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    ends = [1.0, *(line.ratio + sign * line.ratio_error for line in lines for sign in (-1, 1) if isfinite(line.ratio_error))]
    margin = 0.06 * (max(ends) - min(ends)) or 0.05
    axes.set_xlim(min(ends) - margin, max(ends) + margin)
    what = "weighted events" if found.scaling.weights is not None else "efficiency"
    axes.set_xlabel(f"{what}: first / second")
    axes.set_title(shown(f"first: {found.first}   second: {found.second}", 90), fontsize=13)
