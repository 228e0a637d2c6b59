"""`double_tag`: pairs of D tags, both mesons of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs import fitting
from dsl4bes.constructs.base import Block, Entry, Example, Instance, LabelKind, SourceItem
from dsl4bes.constructs.fields import Choice, Cut, Flag, Line, Sources
from dsl4bes.constructs.words import did_you_mean, listed
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitKind, FitSymbol
from dsl4bes.ir.fits import Pairs
from dsl4bes.ir.types import ENERGY
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

MODES = "modes"
_HEAD = 'analysis "Tags" do\n    ecms 3.773 GeV\nend\n\nevent_selection do\n'
_TAGS = (
    '    dtag(:tag) do\n        modes "D0 -> K- pi+", "D0 -> K- pi+ pi0"\n        keep  :all\n    end\n'
    '    dtag(:other) do\n        modes "D0 -> K- pi+ pi+ pi-", "D0 -> K_S0 pi+ pi-"\n        keep  :all\n    end\n'
)


class DoubleTag(Block):
    """Pairs of D tags: a candidate of each of two `dtag` blocks that use no track or shower twice, of one meson, of opposite charge and not of the same charm.

    The blocks it is made `from` keep several tags (`keep :all` or `per:`). Two of the same modes make every pair once. `choose :nearest_mass` keeps the pair whose mean m_BC is nearest to the nominal mass,
    `per: :modes` one for each pair of modes, `keep :all` every one; `pair.mbc` is the mean. Pairs are gone through with `for pair do ... end`: in there the two blocks' names
    are the two tags (`tag.mbc`, `other.km`), `pair` is the sum of their four-momenta, `pair.other_tracks` and `pair.other_showers` are what neither uses.
    """

    keyword = "double_tag"
    label = LabelKind.NAME
    label_required = True
    counts = True

    from_ = Sources(required=True, doc="two `dtag` blocks", usage="from tag, other")
    mbc = Cut(dimension=ENERGY, bare="GeV", natural=">", low=0, doc="mean of the beam-constrained masses", usage="mbc 1.86 GeV..1.87 GeV")
    choose = Line(
        keys=("min", "max", "per"), words=("nearest_mass",), usage="choose :nearest_mass",
        doc="which pair is kept: the one whose mean m_BC is nearest to the nominal mass, or by a formula; `per: :modes` one for each pair of modes",
    )  # fmt: skip
    keep = Choice(options=("all",), doc="every pair is kept, each for itself", usage="keep :all")
    require = fitting.REQUIRE
    optional = Flag(doc="an event without pair is not rejected", usage="optional")

    examples = (
        Example(
            "Double tags, both beam-constrained masses.",
            f"{_HEAD}{_TAGS}    double_tag(:pair) do\n        from    tag, other\n        choose  :nearest_mass\n    end\nend\n"
            'ntuple("pairs", per: pair) do\n    column mbc: pair.mbc, mbc_1: tag.mbc, mbc_2: other.mbc, mode_1: tag.mode, mode_2: other.mode\nend\n',
            "The names of the two `dtag` blocks are the two tags of the pair.",
        ),
        Example(
            "Nothing else in the event.",
            f"{_HEAD}{_TAGS}    double_tag(:pair) do\n        from    tag, other\n        choose  :nearest_mass, per: :modes\n        mbc     1.86 GeV..1.87 GeV\n    end\n"
            '    for pair do\n        require "no other track", count(pair.other_tracks) == 0\n    end\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        items: tuple[SourceItem, ...] | None = here.get(cls.from_)
        sides = () if items is None else _sides(here, items, to)
        if len(sides) != 2:
            return
        symbol = FitSymbol(
            to.full_name(here.name), FitKind.DOUBLE_TAG, (), (), bool(here.get(cls.optional)), particle=here.name, several=True, sides=sides
        )  # fmt: skip
        line = to.fit_line(here, symbol, "found")

        def window(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
            return [("mbc", to.field_cut(here, entry, fitting.value_of(symbol, ir.FitQuantity.MBC, entry.key.span)))]

        def distance(span: Span) -> ir.Expr:
            mean, nominal = (fitting.value_of(symbol, quantity, span) for quantity in (ir.FitQuantity.MBC, ir.FitQuantity.NOMINAL_MASS))
            return nodes.call("abs", (nodes.arithmetic(ir.Arithmetic.SUB, mean, nominal, span),), span)

        choose, keep = here.entry(cls.choose), here.entry(cls.keep)
        if choose is not None and keep is not None:
            help = "with `keep :all` every pair is kept; remove one of the two lines"
            to.bag.add(physics.CHOICE_MISSING, "`choose` and `keep` cannot both decide", keep.key.span, help=help)
        cuts = fitting.candidates(here, symbol, to, False, {"mbc": window}, {"nearest_mass": distance}, per=(MODES,))
        grouped = choose is not None and any(each.key is not None and each.key.name == fitting.PER for each in choose.value)
        step = Pairs(
            span=here.span, symbol=symbol, cut=line, before=cuts.before, choose=cuts.choose, after=cuts.after,
            groups=(ir.FitQuantity.MODE,) if grouped else (),
        )  # fmt: skip
        to.make_fit(here.name, symbol, here.label.span if here.label else here.head, step)
        to.count_candidates(here, symbol)


def _sides(here: Instance, items: tuple[SourceItem, ...], to: Builder) -> tuple[FitSymbol, ...]:
    """The two blocks of tags; empty after a diagnostic."""
    known = [name for name, fit in to.scope.fits.items() if fit.symbol.kind is FitKind.DTAG and fit.symbol.several]
    found: list[FitSymbol] = []
    for item in items:
        name = item.value.name if isinstance(item.value, ast.Name) else ""
        if name not in known:
            otherwise = f"`dtag` blocks that keep several: {listed(known)}" if known else "`dtag` blocks with `keep :all` stand before"
            message = f"`{item.value.span.text}` is no `dtag` block that keeps several tags"
            to.bag.add(physics.SOURCE_NOT_USABLE, message, item.value.span, help=did_you_mean(name, known, otherwise))
            return ()
        found.append(to.scope.fits[name].symbol)
    if len(found) != 2 or found[0] is found[1]:
        entry = here.entry(DoubleTag.from_)
        assert entry is not None
        help = "write `from tag, other`; for pairs within the same modes make two blocks of them"
        to.bag.add(physics.SOURCE_NOT_USABLE, "a pair is made from two different `dtag` blocks", entry.statement.span, help=help)
        return ()
    return tuple(found)
