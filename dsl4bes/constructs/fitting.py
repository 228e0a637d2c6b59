"""What fits share: settings of the fitter, cuts on candidates before and after `choose`, the choice itself.

In: the entries of a fit's block. Out: `FitSettings`, `Choose`, `CandidateCut`s. The chi2 ceiling is put in when the whole program
is known (SEMANTICS rule 14). The roles of a fit are made by its construct.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Entry, Instance, Measure
from dsl4bes.constructs.fields import Choice as ChoiceField
from dsl4bes.constructs.fields import Cut, Flag, Line, Number
from dsl4bes.constructs.words import listed, public_name
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import CandidateCut, Choice, Choose, FitKind, FitSettings, FitSymbol
from dsl4bes.ir.primitives import Cut as CutLine
from dsl4bes.ir.types import ENERGY, LENGTH, NUMBER, Kind, Origin, Type
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

#: Further cut fields of a fit: field name → the conditions an entry makes, with their lines.
Makers = Mapping[str, Callable[[Entry], "list[tuple[str, ir.Expr | None]]"]]

#: Words of blocks that may keep several candidates.
KEEP, PER, CHARGE_STATE = "keep", "per", "charge_state"

#: BOSS's iterations, tolerance and chi2 ceiling after `init()` (BOSS 7.0.4).
DEFAULTS = {
    FitKind.VERTEX: (10, 1e-3, 1000.0),
    FitKind.KINEMATIC: (10, 0.005, 200.0),
    FitKind.SECONDARY_VERTEX: (10, 1e-2, 500.0),
}

CHI2 = Cut(
    natural="<", low=0, doc="chi2 of the fit", usage="chi2 < 200", name="chi2", backwards="the candidates that fit badly"
)
OPTIONAL = Flag(doc="a fit that does not pass does not reject the event", usage="optional", name="optional")
ITERATIONS = Number(
    default="10", source="BOSS",
    whole=True,
    low=1,
    high=1000,
    doc="most iterations of the fitter, BOSS's 10 if not said",
    name="iterations",
)
TOLERANCE = Number(
    default="0.001 in a vertex fit, 0.005 in a kinematic fit, 0.01 in a secondary vertex", source="BOSS",
    low=0,
    high=10,
    doc="change of chi2 at which the fitter has converged, BOSS's if not said",
    name="tolerance",
)
CHOOSE = Line(
    keys=("min", "max"), words=("min_chi2",), name="choose", usage="choose :min_chi2",
    doc="which candidate is kept; cuts written before it filter candidates, those after act on the chosen one",
)  # fmt: skip
KEEP_ALL = ChoiceField(options=("all",), doc="every candidate is kept, each for itself", usage="keep :all", name="keep")
REQUIRE = Line(
    keys=(),
    repeats=True,
    name="require",
    doc="a condition on the candidate, with a name",
    usage='require "mass", m(pi0) > 0.1',
)


def own_name(here: Instance, setting: str) -> str:
    """The public name of a fit's own setting; that of all fits of a kind carries the keyword, as a block without a label does."""
    return f"{here.name}.{setting}" if here.label is not None else f"{here.name}.own_{setting}"


def settings(here: Instance, kind: FitKind, to: Builder) -> FitSettings:
    """The fitter's settings: the block's own, else those all fits of a kind share."""
    own: Measure | None = here.get(ITERATIONS)
    limit: Measure | None = here.get(TOLERANCE)
    shared = shared_settings(kind, to)
    return FitSettings(
        shared.iterations
        if own is None
        else to.parameter(own_name(here, "iterations"), int(own.value), ITERATIONS.doc, span=own.span),
        shared.tolerance
        if limit is None
        else to.parameter(own_name(here, "tolerance"), limit.value, TOLERANCE.doc, span=limit.span),
        shared.ceiling,
    )


def shared_settings(kind: FitKind, to: Builder) -> FitSettings:
    """The settings that all fits of a kind share."""
    iterations, tolerance, ceiling = DEFAULTS[kind]
    group = f"{kind.value.replace(' ', '_')}_fit"
    return FitSettings(
        to.shared(f"{group}.iterations", iterations, ITERATIONS.doc),
        to.shared(f"{group}.tolerance", tolerance, TOLERANCE.doc),
        to.shared(f"{group}.ceiling", ceiling, "chi2 above which the fitter itself refuses"),
    )


@dataclass(frozen=True, slots=True)
class Candidates:
    """How candidates are cut and chosen."""

    before: tuple[CandidateCut, ...]
    choose: Choose
    after: tuple[CandidateCut, ...]


def value_of(symbol: FitSymbol, quantity: ir.FitQuantity, span: Span, *, maybe: bool = False) -> ir.FitValue:
    """A number of the candidate; `maybe`: it is absent where the fit failed."""
    lengths = (ir.FitQuantity.LENGTH, ir.FitQuantity.LENGTH_SIGMA, ir.FitQuantity.CTAU)
    energies = (ir.FitQuantity.MASS, ir.FitQuantity.MBC, ir.FitQuantity.DELTA_E, ir.FitQuantity.NOMINAL_MASS)
    dimension = LENGTH if quantity in lengths else ENERGY if quantity in energies else NUMBER
    origin = Origin.MEASURED if symbol.kind in (FitKind.DTAG, FitKind.DOUBLE_TAG, FitKind.LISTED) else Origin.FITTED
    typed = Type(Kind.NUMBER, dimension, origin=origin, maybe=maybe)
    return ir.FitValue(type=typed, span=span, fit=symbol, quantity=quantity)


def significance_of(symbol: FitSymbol, span: Span, *, maybe: bool = False, within: ir.Product | None = None) -> ir.Expr:
    """The decay length of a candidate in units of its error; `within` as in `ir.Product`."""
    numbers = (ir.FitQuantity.LENGTH, ir.FitQuantity.LENGTH_SIGMA)
    length, error = (replace(value_of(symbol, quantity, span, maybe=maybe), within=within) for quantity in numbers)
    return nodes.arithmetic(ir.Arithmetic.DIV, length, error, span)


def chi2_of(symbol: FitSymbol, span: Span) -> ir.FitValue:
    """The chi2 of the candidate."""
    return value_of(symbol, ir.FitQuantity.CHI2, span)


def candidates(
    here: Instance, symbol: FitSymbol, to: Builder, only_one: bool, makers: Makers | None = None,
    choices: Mapping[str, Callable[[Span], ir.Expr | None]] | None = None, per: tuple[str, ...] = (CHARGE_STATE,),
) -> Candidates:  # fmt: skip
    """Cuts and choice, in the order written. `only_one`: there is at most one candidate. `makers`: further cut fields; `choices`: further
    words of `choose`, with what is smallest in the chosen candidate; `per`: what candidates may be grouped by."""
    chosen = next((entry for entry in here.entries if entry.field.name == CHOOSE.name), None)
    everything = any(entry.field.name == KEEP for entry in here.entries)
    before: list[CandidateCut] = []
    after: list[CandidateCut] = []
    target = after if chosen is None and not everything else before
    for entry in here.entries:
        if entry is chosen:
            target = after
        elif entry.field is CHI2:
            made = to.field_cut(here, entry, chi2_of(symbol, entry.key.span))
            target += _cut(here, symbol, to, "chi2", made, entry.statement.span)
        elif entry.field is REQUIRE:
            target += _formula(here, symbol, to, entry)
        elif makers and entry.field.name in makers:
            for part, made in makers[entry.field.name](entry):
                target += _cut(here, symbol, to, part, made, entry.statement.span)
    if everything:
        return Candidates((*before, *after), Choose(Choice.ALL), ())
    choose = Choose(Choice.ONLY) if chosen is None else _choice(chosen, symbol, to, choices, per)
    if chosen is None and not only_one:
        word = "min_chi2" if choices is None else next(iter(choices), "min_chi2")
        help = f"write `choose :{word}`, or ask for the exact number of particles before"
        to.bag.add(
            physics.CHOICE_MISSING,
            f"`{here.name}` can have several candidates, and does not say which to keep",
            here.head,
            help=help,
        )
    return Candidates(tuple(before), choose, tuple(after))


def several(here: Instance) -> bool:
    """Whether a block may keep several candidates: `keep :all`, `per: :charge_state`."""
    per = any(
        argument.key is not None and argument.key.name == PER and _word(argument) == CHARGE_STATE
        for entry in here.entries
        if entry.field.name == CHOOSE.name
        for argument in entry.value
    )
    return per or any(entry.field.name == KEEP for entry in here.entries)


def check_kept(here: Instance, symbol: FitSymbol, per_chain: bool, to: Builder) -> None:
    """`per: :charge_state` needs a conjugate chain; `keep` and `choose` exclude each other."""
    entries = {entry.field.name: entry for entry in here.entries}
    choose, keep = entries.get(CHOOSE.name), entries.get(KEEP)
    if choose is not None and keep is not None:
        help = "with `keep :all` every candidate is kept; remove one of the two lines"
        to.bag.add(physics.CHOICE_MISSING, "`choose` and `keep` cannot both decide", keep.key.span, help=help)
    if per_chain and choose is not None and not symbol.both_chains:
        help = "the decay is its own conjugate, or `conjugate false` was written: leave `per:` out"
        to.bag.add(physics.CHOICE_MISSING, "there is one charge state only", choose.key.span, help=help)


def _cut(
    here: Instance, symbol: FitSymbol, to: Builder, part: str, made: ir.Expr | None, span: Span
) -> list[CandidateCut]:
    return [] if made is None else [cut_of(here, symbol, to, part, made, span)]


def cut_of(here: Instance, symbol: FitSymbol, to: Builder, part: str, made: ir.Expr, span: Span) -> CandidateCut:
    """A condition on candidates with its line of the cut flow; an optional block has none."""
    name = to.full_name(here.name)
    line = CutLine(name, part) if symbol.optional else to.cut(here.name, part, span)
    return CandidateCut(line, made)


def _formula(here: Instance, symbol: FitSymbol, to: Builder, entry: Entry) -> list[CandidateCut]:
    """`require "name", formula` within a fit."""
    values = [argument.value for argument in entry.value if argument.key is None]
    if len(values) != 2 or not isinstance(values[0], ast.String):
        to.bag.add(
            codes.BAD_VALUE,
            "`require` takes a name and one formula",
            entry.statement.span,
            help=f"write `{REQUIRE.usage}`",
        )
        return []
    title = values[0].value
    numbers = to.numbered(f"{here.name}.{public_name(title)}", f"number of the cut {title}")
    made = to.condition(values[1], numbers, own_fit=symbol)
    return _cut(here, symbol, to, title, made, entry.statement.span)


def _choice(
    entry: Entry, symbol: FitSymbol, to: Builder, choices: Mapping[str, Callable[[Span], ir.Expr | None]] | None, per: tuple[str, ...]
) -> Choose:
    """`choose :min_chi2`, `choose min: formula`, either with `per:` where several may be kept."""
    groups = [argument for argument in entry.value if argument.key is not None and argument.key.name == PER]
    arguments = tuple(argument for argument in entry.value if argument not in groups)
    for group in groups:
        if _word(group) not in per:
            help = f"write `per: :{per[0]}`" if len(per) == 1 else f"it knows {listed(f':{word}' for word in per)}"
            to.bag.add(codes.UNKNOWN_OPTION, f"`per:` does not know `{group.value.span.text}`", group.value.span, help=help)
    if not arguments:
        to.bag.add(codes.BAD_VALUE, "`choose` does not say how", entry.key.span, help=f"write `{entry.field.usage}`")
        return Choose(Choice.MINIMUM, chi2_of(symbol, entry.key.span))
    return replace(_key_of(entry, arguments, symbol, to, choices), per_chain=any(_word(group) == CHARGE_STATE for group in groups) and CHARGE_STATE in per)


def _word(argument: ast.Argument) -> str:
    return argument.value.name if isinstance(argument.value, (ast.Symbol, ast.Name)) else ""


def _key_of(
    entry: Entry, arguments: tuple[ast.Argument, ...], symbol: FitSymbol, to: Builder,
    choices: Mapping[str, Callable[[Span], ir.Expr | None]] | None,
) -> Choose:  # fmt: skip
    """The number that decides; `choices` None: `min_chi2` is the only word."""
    known: Mapping[str, Callable[[Span], ir.Expr | None]] = choices if choices is not None else {"min_chi2": lambda span: chi2_of(symbol, span)}
    first = arguments[0]
    if len(arguments) == 1 and first.key is not None:
        key = to.branch(first.value, {}, frozenset(), own_fit=symbol)
        if key is not None and key.type.kind is not Kind.NUMBER:
            to.bag.add(codes.BAD_VALUE, "candidates are ordered by a number", first.value.span)
        choice = Choice.MINIMUM if first.key.name == "min" else Choice.MAXIMUM
        return Choose(choice, key or chi2_of(symbol, entry.key.span))
    word = first.value.name if isinstance(first.value, (ast.Symbol, ast.Name)) else ""
    if len(arguments) == 1 and word in known:
        return Choose(Choice.MINIMUM, known[word](entry.key.span) or chi2_of(symbol, entry.key.span))
    words = (f"choose :{each}" for each in known)
    help = f"write {listed((*words, 'choose min: formula', 'choose max: formula'))}"
    to.bag.add(codes.UNKNOWN_OPTION, f"`choose` does not know `{first.value.span.text}`", first.value.span, help=help)
    return Choose(Choice.MINIMUM, chi2_of(symbol, entry.key.span))
