"""`signal`, `background`, `component`: the terms of a fit; `convolve`: the resolution of one; `sample`: a data set of its own.

In: blocks as written. Out: their declarations: a term has the fields of its shape besides its own. What they mean together is known when the fit is resolved (`resolve/fitting/`);
nothing is emitted here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from dsl4bes.constructs.base import FIT, SAMPLE, TERM, Block, Example, Instance, LabelKind, LineKind
from dsl4bes.constructs.fields import Floating, Line, Of
from dsl4bes.constructs.shapes.base import Shape
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.diagnostics.model import Bag

_PEAK = 'fit("peak") do\n    data  "peak.root", tree: "t", branch: "m"\n    range 0.1 GeV..0.2 GeV\n'


class Shaped(Block):
    """Base of blocks whose line names a shape; the shape's fields are theirs."""

    main = "shape"
    line = LineKind.SHAPE
    quiet = True
    container = True
    mixed = True
    holds = TERM
    shape: ClassVar[type[Shape] | None] = None
    takes: ClassVar[bool] = True  #: any shape; else only one that can be a resolution

    @classmethod
    def as_written(cls, statement: ast.Statement, bag: Bag) -> type[Block] | None:
        from dsl4bes.constructs.shapes.registry import load

        word = next((argument.value for argument in statement.arguments if isinstance(argument.value, ast.Name)), None)
        known = {name: shape for name, shape in load().items() if cls.takes or shape.resolves}
        if word is None:
            help = f"write for example `{cls.keyword} gaussian do`; there are {listed(known)}"
            bag.add(codes.MISSING_FIELD, f"`{cls.keyword}` needs a shape", statement.head.span, help=help)
            return None
        if word.name not in known:
            help = did_you_mean(word.name, known, f"there are {listed(known)}")
            bag.add(codes.UNKNOWN_OPTION, f"no shape of `{cls.keyword}` is called `{word.name}`", word.span, help=help, fixes=respelled(word.name, word.span, known))
            return None
        return _with_shape(cls.keyword, word.name)

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """No step: a fit is no part of the selection."""


@lru_cache(maxsize=128)
def _with_shape(keyword: str, word: str) -> type[Shaped]:
    """The construct of a keyword with the fields of a shape."""
    from dsl4bes.constructs.shapes.registry import load

    block, shape = _BLOCKS[keyword], load()[word]
    fields = {**shape.fields, **block.fields}
    return type(f"{block.__name__}{shape.__name__}", (block,), {"__doc__": shape.__doc__, "__module__": block.__module__, "shape": shape, "fields": fields, "free": shape.free})


class Term(Shaped):
    """Base of the terms of a sum."""

    parents = (FIT, SAMPLE)
    label = LabelKind.NAME

    yield_ = Floating(
        doc="number of entries of the term in the whole range, what is left out included (extended fits, chi2 of histograms)", of=Of.ENTRIES, start=0.5, low=0.0, high=1.5,
        default="an equal share of the entries, from 0 to 1.5 times all", usage="yield 1000, range: 0..5000",
    )  # fmt: skip
    fraction = Floating(
        doc="share of the term, of fits that are not extended; the last term has what is left", start=0.5, low=0.0, high=1.0, default="an equal share, from 0 to 1", usage="fraction 0.3"
    )
    height = Floating(
        doc="factor of the term in a curve or a fit of two observables: its value where the shape says, in units of the points or entries a bin", of=Of.HEIGHT, start=1.0,
        default="an equal share of the largest value of the data, without limits", usage="height 100, range: 0..1000",
    )  # fmt: skip


class Signal(Term):
    """What is looked for, as a term of the model: its yield is reported, its significance and upper limit can be asked for. The word behind it is its shape."""

    keyword = "signal"

    examples = (
        Example("A Gaussian peak on a straight line.", f"{_PEAK}    signal gaussian do\n        mean 0.135 GeV, range: 0.13 GeV..0.14 GeV\n        sigma 6 MeV\n    end\n    background chebyshev do\n        order 1\n    end\nend\n"),
        Example(
            "A resonance of known mass and width, smeared by the resolution of the detector.",
            'fit("phi") do\n    data  "kk.root", tree: "t", branch: "m_kk"\n    range 1 GeV..1.05 GeV\n    signal breit_wigner do\n        mean  1.01946 GeV, fixed: true\n        width 4.249 MeV, fixed: true\n'
            "        convolve gaussian do\n            mean  0 MeV, fixed: true\n            sigma 1 MeV, range: 0.1 MeV..5 MeV\n        end\n    end\n    background chebyshev do\n        order 2\n    end\nend\n",
        ),
    )  # fmt: skip


class Background(Term):
    """What is not looked for, as a term of the model. `sidebands` of the fit fits the backgrounds alone first."""

    keyword = "background"

    examples = (
        Example("An exponential background.", f"{_PEAK}    signal gaussian do\n        mean 0.135 GeV\n    end\n    background exponential do\n        slope -10 / GeV\n    end\nend\n".replace("        slope -10 / GeV\n", "")),
        Example("Two backgrounds, which need names.", f"{_PEAK}    signal gaussian do\n        mean 0.135 GeV\n    end\n    background(:flat) polynomial do\n        order 0\n    end\n    background(:rising) chebyshev do\n        order 1\n    end\nend\n"),
    )


class Component(Term):
    """A term that is neither signal nor background."""

    keyword = "component"

    examples = (
        Example("Two resonances.", f"{_PEAK}    component(:first) voigtian do\n        mean 0.12 GeV\n    end\n    component(:second) voigtian do\n        mean 0.17 GeV\n    end\nend\n"),
        Example(
            "A decay over a constant, by its formula, fitted to points with asymmetric errors.",
            'fit("lifetime") do\n    data  "decay.csv", x: "t", y: "n", error_low: "low", error_high: "high"\n    range 0..20\n    component(:curve) formula do\n        density n0 * exp(-x / tau) + floor\n        n0      500\n        tau     3\n        floor   20\n    end\nend\n',
        ),
        Example("A curve through points.", 'fit("line") do\n    data  "points.csv", x: "x", y: "y", error: "e"\n    range 0..10\n    component polynomial do\n        order 1\n    end\nend\n'),
    )


class Convolve(Shaped):
    """The resolution by which the shape around it is smeared. Where both forms are known in closed form (`voigtian`), that is faster; else the convolution is done by numbers (fast Fourier transform): what lies outside of the range smears in, up to a quarter of the range beyond either end."""

    keyword = "convolve"
    parents = (TERM,)
    takes = False

    examples = (
        Example("A Breit-Wigner smeared by a Gaussian.", f"{_PEAK}    signal breit_wigner do\n        mean 0.135 GeV\n        convolve gaussian do\n            mean  0 MeV, fixed: true\n            sigma 3 MeV\n        end\n    end\nend\n"),
        Example("A line of simulation smeared by what it lacks.", f'{_PEAK}    signal histogram_pdf do\n        data "mc.root", histogram: "h"\n        convolve gaussian do\n            mean  0 MeV, range: -5 MeV..5 MeV\n            sigma 1 MeV\n        end\n    end\nend\n'),
    )


class Sample(Block):
    """A data set of a simultaneous fit: its own data and its own terms; terms that stand in the fit itself are in every sample, with a yield for each.

    Parameters are shared by naming them: `sigma signal.sigma` takes the sigma of the term `signal`.
    """

    keyword = "sample"
    parents = (FIT,)
    label = LabelKind.NAME
    label_required = True
    container = True
    mixed = True
    holds = SAMPLE
    quiet = True

    data = Line(
        required=True, keys=("tree", "branch", "histogram", "column", "cut", "events", "seed", "ntuple"), words=("generated",), doc="where the entries are", usage='data "control.root", tree: "t", branch: "m"'
    )

    examples = (
        Example(
            "A sample of background alone fixes the shape of the background under the peak.",
            'fit("both") do\n    range 0.1 GeV..0.2 GeV\n    background chebyshev do\n        order 2\n    end\n    sample(:control) do\n        data "control.root", tree: "t", branch: "m"\n    end\n'
            '    sample(:peak) do\n        data "peak.root", tree: "t", branch: "m"\n        signal gaussian do\n            mean 0.135 GeV\n        end\n    end\nend\n',
        ),
        Example(
            "Two channels with one resolution.",
            'fit("channels") do\n    range 0.1 GeV..0.2 GeV\n    sample(:first) do\n        data "first.root", tree: "t", branch: "m"\n        signal(:s1) gaussian do\n            mean 0.135 GeV\n        end\n    end\n'
            '    sample(:second) do\n        data "second.root", tree: "t", branch: "m"\n        signal(:s2) gaussian do\n            mean  0.14 GeV\n            sigma s1.sigma\n        end\n    end\nend\n',
        ),
    )  # fmt: skip

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """No step: a fit is no part of the selection."""


_BLOCKS: dict[str, type[Shaped]] = {block.keyword: block for block in (Signal, Background, Component, Convolve)}
