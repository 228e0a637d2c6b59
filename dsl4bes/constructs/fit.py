"""`fit`: a model fitted to data, of this program's tuples or of any file.

In: the block as written. Out: its declaration. What it means is found by `resolve/fitting/` and written as a ROOT macro by `macro/`; it emits no step, since a fit is no part of the
selection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import FIT, TOP, Block, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Choice, Flag, Line, Number, Text

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

DATA_KEYS = ("tree", "branch", "histogram", "graph", "column", "x", "y", "error", "error_low", "error_high", "error_x", "cut", "events", "seed", "ntuple")
_SELECTION = "event_selection do\n    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\nend\n\n" 'ntuple("pairs") do\n    column m_gg: m(gam1, gam2)\nend\n\n'
_PEAK = "    signal gaussian do\n        mean  0.135 GeV, range: 0.13 GeV..0.14 GeV\n        sigma 6 MeV, range: 1 MeV..20 MeV\n    end\n    background chebyshev do\n        order 2\n    end\n"


class Fit(Block):
    """A fit in ROOT: data, a range, and a sum of terms (`signal`, `background`, `component`), each with a shape. `dsl4bes fit` runs it; `compile` writes it as a macro.

    Yields are numbers of entries in the whole range, from its lowest to its highest end: what lies in a window that is left out, or between two ranges, is counted as the shape tells. A parameter is `mean 0.135 GeV, range: 0.13 GeV..0.14 GeV`: start and limits; `fixed: true` fixes it,
    `constraint: 1 MeV` adds a Gaussian constraint to the start value, and a formula (`sigma peak.sigma`, `mean peak.mean + 3 MeV`) takes the place of a number. What is not written starts
    as the reference says. A fit that does not converge, whose covariance is not accurate, or that ends at a limit has no result: it says which. A yield that ends at 0
    where `upper_limit` is asked for is no signal: its upper limit is then the result.

    In a fit of bins the model is its integral over each bin, and ranges end where bins do. In chi2 a bin has the error of its content; empty bins have none and are left out, which makes yields smaller where
    entries are few: a likelihood is right there.

    Points with errors (`graph:`, or a table with `x`, `y` and `error`) are fitted as a curve by chi2: the error on the side of the curve counts, an error of x times the slope of the curve is added to it,
    and points without any errors take that of their scatter. A histogram of two observables (`range_y`) is fitted as a surface: by the likelihood of counts, where `method` does not say `:chi2`. The terms of both
    have a `height`; the value of a surface is that at the centre of a bin, in entries a bin.
    """

    keyword = FIT
    parents = (TOP,)
    label = LabelKind.NAME
    label_required = True
    container = True
    mixed = True
    quiet = True

    data = Line(
        keys=DATA_KEYS, words=("generated",),
        doc="where the entries are: a tree and a branch, an `ntuple` of this program, a histogram, a graph, a column of a CSV table, or `:generated` from the model itself",
        usage='data "rhopi.root", tree: "rhopi", branch: "m_gg"',
    )  # fmt: skip
    range = Line(required=True, doc="one or more ranges of the observable", usage="range 0.105 GeV..0.165 GeV")
    range_y = Line(doc="range of the second observable of a histogram of two", usage="range_y -1..1")
    exclude = Line(doc="windows inside the range that are left out", usage="exclude 0.125 GeV..0.145 GeV")
    bins = Number(doc="bins of the range: of the picture, of its chi2, and of a binned fit", low=1, high=10000, whole=True, default="100", usage="bins 60")
    binned = Flag(doc="entries are put into bins before the fit, which is faster for very many", usage="binned")
    method = Choice(options=("extended_likelihood", "likelihood", "chi2"), default="`:extended_likelihood`; `:chi2` for points", doc="what is minimised or maximised", usage="method :chi2")
    errors = Choice(options=("hesse", "minos"), default="`:hesse`", doc="errors from the curvature at the minimum, or asymmetric ones where the likelihood has fallen by 1/2 (chi2 risen by 1)", usage="errors :minos")
    sidebands = Line(keys=("then",), words=("start", "fixed"), doc="ranges in which the backgrounds alone are fitted first; their shapes start from there, or stay (`then: :fixed`)", usage="sidebands 0.105 GeV..0.12 GeV, 0.15 GeV..0.165 GeV")
    intervals = Line(doc="confidence levels of intervals of all floating parameters, from the profile likelihood", usage="intervals 68.3 %, 95 %, 99 %")
    curve = Flag(doc="the bins of a histogram are fitted as a curve at their centres: terms have heights, a polynomial its `c0`, and yields are areas over the width of a bin", usage="curve")
    band = Line(keys=("at",), doc="confidence levels of the band of the model, by propagation of the errors; `at:` names places (one, or a list) where the model and its intervals are told", usage="band 68.3 %, 95 %, at: 0.14 GeV")
    upper_limit = Number(doc="upper limit of the yield of each signal at this level: the likelihood, profiled over all other parameters, integrated from 0", low=0.01, high=0.9999, usage="upper_limit 90 %")
    significance = Flag(doc="significance of each signal, from the likelihood with and without it", usage="significance")
    branching_fraction = Line(
        keys=("events", "efficiency", "error", "intermediate"),
        doc="branching fraction of each signal: its yield over the number of events with the mother, the efficiency (with its `error:`) and the branching fractions of what decays further (`intermediate:`)",
        usage="branching_fraction events: 1e6, efficiency: 21.3 %, error: 0.2 %, intermediate: 39.36 %",
    )  # fmt: skip
    toys = Number(doc="data sets drawn from the result and fitted again, for bias and width of the pulls", low=10, high=100000, whole=True, usage="toys 200")
    seed = Number(doc="seed of what is drawn", low=1, high=2**31 - 1, whole=True, default="1", usage="seed 7")
    report = Choice(options=("yield", "chi2_ndf", "pulls", "correlation"), many=True, default="`:yield, :chi2_ndf`", doc="what is shown besides the parameters", usage="report :yield, :chi2_ndf, :pulls")
    title = Text(doc="title of the axis of the observable", usage='title "M(#gamma#gamma) (GeV)"')

    examples = (
        Example("The pi0 peak of a tuple of the program.", f'{_SELECTION}fit("pi0_peak") do\n    data        "pairs.root", ntuple: pairs, branch: "m_gg"\n    range       0.105 GeV..0.165 GeV\n{_PEAK}    intervals   68.3 %, 95 %\n    report      :yield, :chi2_ndf, :pulls\nend\n'),
        Example(
            "The background alone in two side bands, then the sum in the full range.",
            'fit("sidebands") do\n    data      "hist.root", histogram: "h"\n    range     0..10\n    sidebands 0..3, 7..10\n    method    :chi2\n    signal gaussian do\n        mean 5, range: 4..6\n    end\n    background polynomial do\n        order 1\n    end\nend\n',
        ),
        Example(
            "Confidence intervals of a peak without background, fitted as a curve, and of the curve at a place.",
            'fit("levels") do\n    data      "hist.root", histogram: "h"\n    range     0..8\n    curve\n    method    :chi2\n    signal gaussian do\n        mean  3\n        sigma 0.7\n    end\n    intervals 68.3 %, 99 %\n    band      68.3 %, 99 %, at: 3.5\nend\n',
        ),
        Example(
            "A Gaussian in two dimensions, fitted to a histogram of two observables.",
            'fit("spot") do\n    data    "spot.root", histogram: "xy"\n    range   -20..20\n    range_y -5..5\n    signal gaussian_2d do\n        mean_x  2\n        sigma_x 4\n        mean_y  0.5\n        sigma_y 1\n    end\nend\n',
        ),
        Example("How many events there are at most.", f'fit("search") do\n    data        "search.root", tree: "t", branch: "m"\n    range       0.105 GeV..0.165 GeV\n    upper_limit 90 %\n    significance\n{_PEAK}end\n'),
    )  # fmt: skip

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """No step: a fit is no part of the selection."""
