"""N-1 distributions as pictures: the quantity, the cut value as a line, the rejected side shaded.

In: `Distribution`s. Out: files, or SVG for a report. Nothing is filled here.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from dsl4bes.run.n_minus_1 import Distribution, NMinus1, condition
from dsl4bes.run.pictures import Picture, canvas, encoded, entries_label, save, shown
from dsl4bes.run.plots import titled, titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: A highest bin so many times the median of the filled ones is drawn on a logarithmic axis.
STEEP = 50


def write_pictures(outcome: NMinus1, folder: str, kinds: tuple[str, ...] = ("png",)) -> list[str]:
    """A picture per cut and format; returns the paths. Raises `RunError` where the folder cannot be written."""
    paths: list[str] = []
    for each in outcome.distributions:
        with canvas() as (figure, (axes,)):
            draw(each, axes)
            paths += save(figure, folder, f"n-1_{each.key}", kinds)
    return paths


def svg_pictures(outcome: NMinus1) -> list[Picture]:
    """The same pictures for the report."""
    found = []
    for each in outcome.distributions:
        with canvas() as (figure, (axes,)):
            draw(each, axes)
            found.append(Picture(f"N-1: {each.name} ({condition(each)})", encoded(figure, "svg")))
    return found


def draw(each: Distribution, axes: Axes) -> None:
    """One distribution."""
    import mplhep
    import numpy as np
    from matplotlib.ticker import MaxNLocator, NullLocator

    histogram = each.histogram
    edges = histogram.edges[0]
    mplhep.histplot(histogram.inside, edges, histtype="fill", color="#8fb7e0", ax=axes)
    mplhep.histplot(
        histogram.inside, edges, histtype="step", color="black", linewidth=1.2, yerr=False, ax=axes
    )
    highest, usual = float(histogram.inside.max(initial=0.0)), histogram.inside[histogram.inside > 0]
    if len(usual) and highest > STEEP * float(np.median(usual)):
        axes.set_yscale("log")
        axes.set_ylim(0.5, 5 * highest)
    else:
        axes.set_ylim(0, 1.25 * max(1.0, highest))
    axes.set_xlim(edges[0], edges[-1])
    for low, high in _rejected(each):
        axes.axvspan(max(low, edges[0]), min(high, edges[-1]), color="#b42318", alpha=0.12, linewidth=0)
    for place in sorted({end for pair in _rejected(each) for end in pair} - {-inf, inf}):
        axes.axvline(place, color="#b42318", linewidth=1.8, linestyle="--")
    _, x, _ = titles(histogram)
    axes.set_xlabel(shown(x))
    axes.set_ylabel(shown(entries_label(float(edges[1] - edges[0]), x, "Candidates" if each.per else "Events")))
    axes.set_title(titled(each.name, f": {each.accepted} of {each.events} {each.counted} pass{_outside(each)}"), fontsize=15)
    if each.whole:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_minor_locator(NullLocator())


def _rejected(each: Distribution) -> list[tuple[float, float]]:
    """Ranges of the axis that the cut rejects."""
    allowed = [(-inf, inf)]
    for limit in each.limits:
        allowed = [
            (max(low, a), min(high, b))
            for a, b in allowed
            for low, high in _ranges(limit.operator, limit.value, each.whole)
        ]
    kept = sorted((low, high) for low, high in allowed if low < high)
    if each.veto:
        return kept
    ends = [-inf, *(end for pair in kept for end in pair), inf]
    return [(ends[i], ends[i + 1]) for i in range(0, len(ends), 2) if ends[i] < ends[i + 1]]


def _ranges(operator: str, value: float, whole: bool) -> list[tuple[float, float]]:
    """What a comparison allows, as ranges of the axis: a whole number stands for its bin, half a unit to either side."""
    half = 0.5 if whole else 0.0
    if operator in ("<", "<="):
        return [(-inf, value - half if operator == "<" else value + half)]
    if operator in (">", ">="):
        return [(value + half if operator == ">" else value - half, inf)]
    inside = (value - half, value + half)
    return [inside] if operator == "==" else [(-inf, inside[0]), (inside[1], inf)]


def _outside(each: Distribution) -> str:
    missing = int(each.histogram.outside) + each.absent + each.infinite
    return f", {missing} not shown" if missing else ""
