"""Two results side by side: cut flows with ratio and pull, histograms with chi2 and Kolmogorov distance.

In: two `Saved` results and how the second is scaled to the first. Out: a `Comparison`, plain data. The two are taken as independent samples;
of the same events the differences are exact and the pulls too small.

Cut flow: without weights the efficiencies are compared, ratio of the two and z of the pooled two-proportion test (its square is the chi2 of the
2 x 2 table). With weights (luminosity, cross section) the weighted numbers of events are.
Histograms: with scales a and b per bin, d = a A - b B. Counts: variance a b (A + B), what equal parents with Poisson contents have (for
two plain histograms the chi2 of homogeneity; N. Gagunashvili, physics/0605123). Weighted fills: a^2 var A + b^2 var B.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt
from typing import TYPE_CHECKING, Any

from dsl4bes.run.cutflow import Line
from dsl4bes.run.efficiency import Efficiency, efficiency
from dsl4bes.run.errors import RunError
from dsl4bes.run.results import Histogram
from dsl4bes.run.saved import Saved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Scaling:
    """`weights`: every event of the first and of the second counts so much (None: not weighted). `area`: second histograms are scaled to
    the entries of the first within the axis."""

    area: bool = False
    weights: tuple[float, float] | None = None

    @property
    def factors(self) -> tuple[float, float]:
        return self.weights or (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A line of both cut flows. `ratio` is first over second (NaN without events), `pull` (first - second) / sigma."""

    key: str
    name: str
    region: str
    part: bool
    first: Efficiency
    second: Efficiency
    ratio: float
    ratio_error: float
    pull: float


@dataclass(frozen=True, slots=True)
class HistogramComparison:
    """Two histograms of one binning. `scale` is (first, second); `probability` of a chi2 as large by chance. `ks` is the largest distance of the
    cumulative distributions (NaN for two axes), `ks_probability` what Kolmogorov's law gives for it: binned, so rather too large."""

    name: str
    first: Histogram
    second: Histogram
    scale: tuple[float, float]
    chi2: float
    ndf: int
    probability: float
    ks: float = nan
    ks_probability: float = nan

    @property
    def same(self) -> bool:
        """Whether the contents are the same, bin by bin, before any scaling."""
        return bool((self.first.contents == self.second.contents).all())


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that both have, and what only one has (`only`: in words)."""

    first: str
    second: str
    scaling: Scaling
    flow: tuple[FlowLine, ...]
    histograms: tuple[HistogramComparison, ...]
    only: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether cut flows and histograms are exactly the same."""
        flows = all(line.first == line.second for line in self.flow)
        return not self.only and flows and all(each.same for each in self.histograms)

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON; what is not defined is None."""
        return {
            "first": self.first, "second": self.second, "same": self.same,
            "normalise": "area" if self.scaling.area else "none", "weights": self.scaling.weights,
            "cutflow": [_flow_json(line) for line in self.flow],
            "histograms": [_histogram_json(each) for each in self.histograms],
            "only": list(self.only),
        }  # fmt: skip


def compare(first: Saved, second: Saved, scaling: Scaling | None = None) -> Comparison:
    """Compare two results. Raises `RunError` for weights that are no positive numbers."""
    scaling = scaling or Scaling()
    if not all(0 < weight < inf for weight in scaling.factors):
        raise RunError("weights of events are positive numbers", "for example `--weights 1 0.034`")
    flow, only = _flows(first, second, scaling)
    histograms, more = _histograms(first, second, scaling)
    return Comparison(first.name, second.name, scaling, flow, histograms, (*only, *more))


# --- cut flows ------------------------------------------------------------------------------------------------------


def _flows(first: Saved, second: Saved, scaling: Scaling) -> tuple[tuple[FlowLine, ...], tuple[str, ...]]:
    one, two = first.cutflow, second.cutflow
    others = {(line.region, line.key, line.part): line for line in two.lines}
    total = Line("events", "events", one.events)
    made = [_flow_line(total, one.events, two.events, one.events, two.events, scaling)]
    only = []
    for line in one.lines:
        other = others.pop((line.region, line.key, line.part), None)
        if other is None:
            only.append(f"cut `{_full(line)}` is in {first.name} only")
        else:
            made.append(_flow_line(line, line.events, other.events, one.events, two.events, scaling))
    only += [f"cut `{_full(line)}` is in {second.name} only" for line in others.values()]
    return tuple(made), tuple(only)


def _full(line: Line) -> str:
    return f"{line.region}: {line.name}" if line.region else line.name


def _flow_line(line: Line, a: int, b: int, total_a: int, total_b: int, scaling: Scaling) -> FlowLine:
    one, two = efficiency(a, total_a), efficiency(b, total_b)
    if scaling.weights is not None:
        wa, wb = scaling.weights
        ratio, error = _ratio(wa * a, wa * sqrt(a), wb * b, wb * sqrt(b))
        pull = _over(wa * a - wb * b, sqrt(wa * wb * (a + b)))
    elif line.key == "events" and line.name == "events":
        ratio = error = pull = nan  # how many events were given to a run says nothing about the selection
    else:
        ratio, error = _ratio(one.value, _binomial(one), two.value, _binomial(two))
        pull = two_proportions(b, total_b, a, total_a)
    return FlowLine(line.key, line.name, line.region, line.part, one, two, ratio, error, pull)


def two_proportions(a: int, total_a: int, b: int, total_b: int) -> float:
    """z of the pooled test that a of total_a and b of total_b come from one efficiency, positive if b's is larger; 0 if nothing
    differs, NaN without events."""
    if not total_a or not total_b:
        return nan
    pooled = (a + b) / (total_a + total_b)
    return _over(b / total_b - a / total_a, sqrt(pooled * (1 - pooled) * (1 / total_a + 1 / total_b)))


def _binomial(found: Efficiency) -> float:
    return sqrt(found.value * (1 - found.value) / found.total) if found.total else nan


def _over(difference: float, sigma: float) -> float:
    return difference / sigma if sigma > 0 else 0.0 if difference == 0 else nan


def _ratio(top: float, top_error: float, bottom: float, bottom_error: float) -> tuple[float, float]:
    """A ratio and its error by linear propagation; NaN over nothing."""
    if not bottom > 0:
        return nan, nan
    return top / bottom, sqrt(top_error**2 + (top / bottom * bottom_error) ** 2) / bottom


# --- histograms -----------------------------------------------------------------------------------------------------


def _histograms(
    first: Saved, second: Saved, scaling: Scaling
) -> tuple[tuple[HistogramComparison, ...], tuple[str, ...]]:
    made, only = [], []
    for name, one in first.histograms.items():
        two = second.histograms.get(name)
        if two is None:
            only.append(f"histogram `{name}` is in {first.name} only")
        elif not _same_bins(one, two):
            only.append(f"histogram `{name}` has other bins in {second.name}: not compared")
        else:
            made.append(compare_histograms(one, two, scaling))
    only += [
        f"histogram `{name}` is in {second.name} only"
        for name in second.histograms
        if name not in first.histograms
    ]
    return tuple(made), tuple(only)


def _same_bins(one: Histogram, two: Histogram) -> bool:
    import numpy as np

    return len(one.edges) == len(two.edges) and all(
        a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-12, atol=0))
        for a, b in zip(one.edges, two.edges, strict=True)
    )


def compare_histograms(one: Histogram, two: Histogram, scaling: Scaling | None = None) -> HistogramComparison:
    """chi2 over the bins within the axes that either has filled, and the Kolmogorov distance; under- and overflow take no part."""
    from scipy.special import chdtrc

    scaling = scaling or Scaling()
    a, b = scaling.factors
    total_one, total_two = float(one.inside.sum()), float(two.inside.sum())
    scaled = scaling.area and total_one > 0 and total_two > 0
    if scaled:
        b = a * total_one / total_two
    difference, variance = differences(one, two, (a, b))
    used = variance > 0
    chi2 = float((difference[used] ** 2 / variance[used]).sum())
    ndf = int(used.sum()) - (1 if scaled else 0)
    probability = float(chdtrc(ndf, chi2)) if ndf > 0 else nan
    ks, ks_probability = _kolmogorov(one, two) if len(one.edges) == 1 else (nan, nan)
    return HistogramComparison(one.name, one, two, (a, b), chi2, max(ndf, 0), probability, ks, ks_probability)


def differences(one: Histogram, two: Histogram, scale: tuple[float, float]) -> tuple[Array, Array]:
    """first - second and its variance, bin by bin within the axes (see the text of the module)."""
    a, b = scale
    inside = tuple(slice(1, -1) for _ in one.edges)
    difference = a * one.inside - b * two.inside
    if _counts(one) and _counts(two):
        return difference, a * b * (one.inside + two.inside)
    return difference, a * a * one.variances[inside] + b * b * two.variances[inside]


def _counts(histogram: Histogram) -> bool:
    return bool((histogram.contents == histogram.variances).all() and (histogram.contents >= 0).all())


def _kolmogorov(one: Histogram, two: Histogram) -> tuple[float, float]:
    import numpy as np
    from scipy.special import kolmogorov

    sizes, shapes = [], []
    for histogram in (one, two):
        contents, variances = histogram.inside, histogram.variances[1:-1]
        total = float(contents.sum())
        if total <= 0 or (contents < 0).any():
            return nan, nan
        sizes.append(total**2 / float(variances.sum()))  # equivalent number of unweighted entries
        shapes.append(np.cumsum(contents) / total)
    distance = float(np.abs(shapes[0] - shapes[1]).max())
    return distance, float(kolmogorov(distance * sqrt(sizes[0] * sizes[1] / (sizes[0] + sizes[1]))))


# --- as data and text -----------------------------------------------------------------------------------------------


def _defined(value: float) -> float | None:
    return value if abs(value) < inf else None


def _flow_json(line: FlowLine) -> dict[str, Any]:
    return {
        "key": line.key, "name": line.name, "region": line.region, "part": line.part,
        "first": line.first.as_json(), "second": line.second.as_json(),
        "ratio": _defined(line.ratio), "ratio_error": _defined(line.ratio_error), "pull": _defined(line.pull),
    }  # fmt: skip


def _histogram_json(each: HistogramComparison) -> dict[str, Any]:
    return {
        "name": each.name, "scale": list(each.scale), "chi2": each.chi2, "ndf": each.ndf, "probability": _defined(each.probability),
        "ks": _defined(each.ks), "ks_probability": _defined(each.ks_probability), "same": each.same,
    }  # fmt: skip


def number(value: float, form: str) -> str:
    """A number, or `-` where it is not defined."""
    return format(value, form) if abs(value) < inf else "-"


def as_text(found: Comparison) -> str:
    """Tables for a terminal."""
    what = "weighted events" if found.scaling.weights is not None else "efficiencies"
    rows: list[tuple[str, ...]] = [("cut", "first", "of all", "second", "of all", "first/second", "pull")]
    region = ""
    for line in found.flow:
        if line.region != region:
            region = line.region
            rows.append((f"region {region}", *[""] * 6))
        ratio = f"{line.ratio:.4f} +- {line.ratio_error:.4f}" if isfinite(line.ratio) else "-"
        shares = [f"{number(100 * each.value, '.2f')} %" for each in (line.first, line.second)]
        name = f"  {line.name}" if line.part else line.name
        rows.append(
            (
                name,
                f"{line.first.passed}",
                shares[0],
                f"{line.second.passed}",
                shares[1],
                ratio,
                number(line.pull, "+.2f"),
            )
        )
    lines = [
        f"first: {found.first}",
        f"second: {found.second}",
        "",
        *aligned(rows),
        f"ratio and pull: of the {what}",
        "",
    ]
    if found.histograms:
        header = (
            "histogram",
            "entries",
            "entries",
            "scale",
            "chi2/ndf",
            "probability",
            "KS distance",
            "KS prob.",
        )
        rows_of = [header, *(_histogram_row(each) for each in found.histograms)]
        lines += [*aligned(rows_of), ""]
    lines += [*found.only] + ["" for _ in found.only[:1]]
    lines.append("the two are the same" if found.same else "the two differ")
    return "\n".join(lines) + "\n"


def _histogram_row(each: HistogramComparison) -> tuple[str, ...]:
    return (
        each.name, f"{each.first.inside.sum():g}", f"{each.second.inside.sum():g}", f"{each.scale[1] / each.scale[0]:.4g}",
        f"{each.chi2:.1f}/{each.ndf}", number(each.probability, ".3g"), number(each.ks, ".4f"), number(each.ks_probability, ".3g"),
    )  # fmt: skip


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Lines of a table: the first column to the left, the others to the right, a rule below the header."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            (
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            )
        ).rstrip()
        for row in rows
    ]
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]
