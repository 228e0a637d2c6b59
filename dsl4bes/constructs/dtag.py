"""`dtag`: D mesons of BOSS's D-tag list, by decay modes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.constructs import fitting
from dsl4bes.constructs.base import Block, Chosen, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Choice, Cut, Flag, Line
from dsl4bes.constructs.tag_modes import Written, common_roles, read_modes
from dsl4bes.constructs.tag_windows import window, windows_of_lines
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitKind, FitSymbol, FromTag, Role
from dsl4bes.ir.fits import NOMINAL, Tags
from dsl4bes.ir.types import ENERGY
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

#: What `per:` may group tags by: the quantities that those of one group have in common.
GROUPS = {
    "mode": (ir.FitQuantity.MODE,),
    "charm": (ir.FitQuantity.CHARM,),
    "charge": (ir.FitQuantity.CHARGE,),
    "mode_and_charm": (ir.FitQuantity.MODE, ir.FitQuantity.CHARM),
    "mode_and_charge": (ir.FitQuantity.MODE, ir.FitQuantity.CHARGE),
}
_HEAD = 'analysis "Tags" do\n    ecms 3.773 GeV\nend\n\nevent_selection do\n'
_TAG = (
    '    dtag(:tag) do\n        modes     "D0 -> K- pi+", "D0 -> K- pi+ pi0"\n        delta_e   -50 MeV..40 MeV\n'
    "        mbc       1.859 GeV..1.871 GeV\n        choose    :min_abs_delta_e, per: :mode_and_charm\n    end\n"
)


class DTag(Block):
    """D mesons that BOSS's tag producers reconstructed, of the modes named; every other track and shower is the other side.

    Modes are decays (products in any order, the conjugate included) or the numbers of `EvtRecDTag::DecayMode`; a `modes` line may carry windows of its own,
    which hold for its modes instead of the block's. `tag.mbc`, `tag.delta_e` are calculated with the `ecms` of the program; `tag.mode`, `tag.charm`, `tag.charge` are
    BOSS's (charm is +1 of a D0, -1 of an anti-D0, 0 of modes that both have; of a D+ or D_s+ it is the charge). Products have the names of the decay as
    written, in the conjugate as well: `tag.km`, `tag.pi0`, `tag.ks`; their photons and pions are `tag.pi0_gam1`, `tag.ks_pip`; a product that one of the modes lacks cannot be named.
    All are as measured, `tag.pi0` the sum of its photons. `tag` alone
    is its four-momentum, `tag.nominal` the same with energy ecms/2 and the momentum of a D of nominal mass: that is what `missing_e(tag, ...)` and `missing_p`
    take. `choose :min_abs_delta_e` keeps one, `per: :mode_and_charm` one for each mode and charm, `keep :all` every one; go through them with `for tag do ... end`. In there
    `tag.other_tracks` and `tag.other_showers` are lists. `conjugate false` takes the modes as written alone, by the charm that BOSS gives to a tag. `type :loose` takes tags whose tracks are not identified, too.
    """

    keyword = "dtag"
    label = LabelKind.NAME
    label_required = True
    counts = True

    modes = Line(
        required=True, repeats=True, keys=("delta_e", "mbc"), usage='modes "D0 -> K- pi+", "D0 -> K- pi+ pi0"',
        doc="decays or mode numbers; `delta_e:` and `mbc:` are windows of these modes alone",
    )  # fmt: skip
    type_ = Choice(default="`:tight`", options=("tight", "loose"), doc="`tight` (if not said): identified tracks, narrow pi0 and K_S; `loose`: every tag", usage="type :loose")
    conjugate = Flag(doc="`false`: only tags of the charm of the modes as written; a mode number means D0, D+ or D_s+", usage="conjugate false")
    delta_e = Cut(dimension=ENERGY, bare="GeV", natural="<", doc="energy of the tag minus that of a beam, in the centre of mass", usage="delta_e -30 MeV..30 MeV")
    mbc = Cut(dimension=ENERGY, bare="GeV", natural=">", low=0, doc="beam-constrained mass", usage="mbc 1.859 GeV..1.871 GeV")
    choose = Line(
        keys=("min", "max", "per"), words=("min_abs_delta_e",), usage="choose :min_abs_delta_e, per: :mode_and_charm",
        doc="which tag is kept: that of the smallest |delta E|, or by a formula; `per:` one for each `:mode`, `:charm`, `:charge`, `:mode_and_charm` or `:mode_and_charge`",
    )  # fmt: skip
    keep = Choice(options=("all",), doc="every tag is kept, each for itself", usage="keep :all")
    require = fitting.REQUIRE
    optional = Flag(doc="an event without tag is not rejected", usage="optional")

    examples = (
        Example(
            "Two modes, of each the best tag of each charm, and what is left in the event.",
            f"{_HEAD}{_TAG}    for tag do\n        charged_tracks(:signal_side) do\n            from      tag.other_tracks\n            nsignal_side == 2\n            net_charge 0\n"
            "        end\n    end\nend\n"
            'ntuple("tags", per: tag) do\n    column mode: tag.mode, charm: tag.charm, mbc: tag.mbc, delta_e: tag.delta_e, charge_k: charge(tag.km)\nend\n',
            "`tag.pip` and `tag.km` are products of both modes, `tag.pi0` is not.",
        ),
        Example(
            "A window of delta E for each kind of mode, missing energy of the signal side.",
            f'{_HEAD}    dtag(:tag) do\n        modes    "D+ -> K- pi+ pi+", "D+ -> K_S0 pi+", delta_e: -25 MeV..25 MeV\n        modes    "D+ -> K- pi+ pi+ pi0", delta_e: -55 MeV..40 MeV\n'
            "        mbc      1.863 GeV..1.877 GeV\n        choose   :min_abs_delta_e\n    end\n    photons(:rest_of_event) do\n        from     tag.other_showers\n        energy > 25 MeV\n"
            '    end\nend\nntuple("tags") do\n    column m_miss2: missing_m2(tag), n: count(rest_of_event)\nend\n',
        ),
        Example(
            "The K_S of a tag, by the number of the mode.",
            f'{_HEAD}    dtag(:tag) do\n        modes    100\n        mbc      > 1.84 GeV\n        choose   :min_abs_delta_e\n    end\nend\nhistogram("m_ks") do\n'
            "    fill m(tag.ks)\n    bins 100, 0.45 GeV..0.55 GeV\nend\n",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        modes = read_modes(here, list(here.all(cls.modes)), to, either=here.get(cls.conjugate) is not False)
        if not modes:
            return
        roles, composites, lacking = common_roles(modes)
        if here.name in {NOMINAL, *(role.name for role in roles), *(each.name for each in composites)}:
            message = f"`{here.name}` names this block and one of its products"
            to.bag.add(names.LIST_DEFINED_TWICE, message, here.label.span if here.label else here.head)
            return
        to.beam(here.head)
        groups = _groups(here, to)
        symbol = FitSymbol(
            to.full_name(here.name), FitKind.DTAG, (*roles, Role(NOMINAL, None, 0, FromTag())), composites, bool(here.get(cls.optional)),
            particle=here.name, several=bool(groups) or here.entry(cls.keep) is not None, lacking=lacking,
        )  # fmt: skip
        step = _step(here, symbol, modes, groups, to)
        to.make_fit(here.name, symbol, here.label.span if here.label else here.head, step)
        to.count_candidates(here, symbol)


def _step(here: Instance, symbol: FitSymbol, modes: list[Written], groups: tuple[ir.FitQuantity, ...], to: Builder) -> Tags:
    chosen: Chosen | None = here.get(DTag.type_)
    identified = to.parameter(
        f"{here.name}.identified", chosen is None or chosen.name == "tight", "only tags that BOSS calls tight", span=chosen.span if chosen else None
    )  # fmt: skip
    line = to.fit_line(here, symbol, "found")
    own = windows_of_lines(here, symbol, modes, to)

    def maker(field: Cut, quantity: ir.FitQuantity) -> Callable[[Entry], list[tuple[str, ir.Expr | None]]]:
        return lambda entry: [(field.name, window(here, symbol, entry, quantity, own, modes, to))]

    makers = {"delta_e": maker(DTag.delta_e, ir.FitQuantity.DELTA_E), "mbc": maker(DTag.mbc, ir.FitQuantity.MBC)}

    def smallest(span: Span) -> ir.Expr:
        return nodes.call("abs", (fitting.value_of(symbol, ir.FitQuantity.DELTA_E, span),), span)

    cuts = fitting.candidates(here, symbol, to, False, makers, {"min_abs_delta_e": smallest}, per=tuple(GROUPS))
    written = {entry.field.name for entry in here.entries}
    alone = [part for name, part in own.items() if name not in written]
    before = tuple(fitting.cut_of(here, symbol, to, part.name, part.condition(symbol, modes), part.span) for part in alone)
    cuts = replace(cuts, before=(*before, *cuts.before))
    return Tags(
        span=here.span, symbol=symbol, cut=line, before=cuts.before, choose=cuts.choose, after=cuts.after,
        modes=tuple(mode.tag for mode in modes), identified=identified, groups=groups,
    )  # fmt: skip


def _groups(here: Instance, to: Builder) -> tuple[ir.FitQuantity, ...]:
    """What the tags that are kept differ in; a wrong word is reported where the choice is made."""
    choose, keep = here.entry(DTag.choose), here.entry(DTag.keep)
    if choose is not None and keep is not None:
        help = "with `keep :all` every tag is kept; remove one of the two lines"
        to.bag.add(physics.CHOICE_MISSING, "`choose` and `keep` cannot both decide", keep.key.span, help=help)
    for argument in () if choose is None else choose.value:
        if argument.key is not None and argument.key.name == fitting.PER and isinstance(argument.value, (ast.Symbol, ast.Name)):
            return GROUPS.get(argument.value.name, GROUPS["mode_and_charm"])
    return ()
