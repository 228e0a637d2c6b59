"""Windows of m_BC and delta E of a `dtag` block: for all modes, or for the modes of one line.

In: the block's fields and the keyed values of its `modes` lines. Out: one condition for each quantity: the window of the tag's own mode holds, the
block's where its line has none. Which tag is chosen is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl4bes.constructs import fitting
from dsl4bes.constructs.base import Comparison, Entry, Instance
from dsl4bes.constructs.fields import Cut
from dsl4bes.constructs.measures import comparison
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.constructs.tag_modes import Written

#: What BOSS's producers keep if their job options are not changed (DTagAlg of BOSS 7.0.4): |delta E| (GeV) and m_BC (GeV) of D0 and D+.
PRODUCED = {"delta_e": (-0.1, 0.1), "mbc": (1.83, float("inf"))}
_QUANTITIES = {"delta_e": ir.FitQuantity.DELTA_E, "mbc": ir.FitQuantity.MBC}


@dataclass
class Own:
    """The windows of one quantity that lines of modes have of their own: mode numbers and the condition."""

    name: str
    span: Span
    parts: list[tuple[list[int], ir.Expr]] = field(default_factory=list)

    def condition(self, symbol: FitSymbol, modes: list[Written], otherwise: ir.Expr | None = None) -> ir.Expr:
        """Holds for a tag whose mode's window holds; modes without one need `otherwise`, or nothing."""
        branches = [nodes.conjunction((_is_one_of(symbol, numbers, self.span), cut), self.span) for numbers, cut in self.parts]
        taken = {number for numbers, _ in self.parts for number in numbers}
        rest = [mode.tag.code for mode in modes if mode.tag.code not in taken]
        if rest:
            own = _is_one_of(symbol, rest, self.span)
            branches.append(own if otherwise is None else nodes.conjunction((own, otherwise), self.span))
        return nodes.disjunction(tuple(branches), self.span)


def windows_of_lines(here: Instance, symbol: FitSymbol, modes: list[Written], to: Builder) -> dict[str, Own]:
    """The windows that stand on `modes` lines, by quantity."""
    found: dict[str, Own] = {}
    lines = {id(entry): entry for mode in modes for entry in (mode.entry,)}
    for entry in lines.values():
        numbers = [mode.tag.code for mode in modes if mode.entry is entry]
        for argument in entry.value:
            if argument.key is None:
                continue
            word = argument.key.name
            known: Cut = here.construct.fields[word]  # type: ignore[assignment]
            cut = comparison(known, argument.key.span, argument.value, to.bag)
            if cut is None or not _two_sided(known, argument.value, to):
                continue
            _produced(known, cut, modes, to)
            left = fitting.value_of(symbol, _QUANTITIES[word], argument.key.span)
            made = to.field_cut(here, Entry(known, argument.key, cut, entry.statement), left, name=f"{word}_mode_{numbers[0]}")
            if made is not None:
                found.setdefault(word, Own(word, argument.span)).parts.append((numbers, made))
    return found


def window(
    here: Instance, symbol: FitSymbol, entry: Entry, quantity: ir.FitQuantity, own: dict[str, Own], modes: list[Written], to: Builder
) -> ir.Expr | None:
    """The block's window; modes of lines with one of their own take that."""
    arguments = (*(entry.statement.head.arguments or ()), *entry.statement.arguments)
    known: Cut = entry.field  # type: ignore[assignment]
    if arguments and not _two_sided(known, arguments[0].value, to):
        return None
    _produced(known, entry.value, modes, to)
    cut = to.field_cut(here, entry, fitting.value_of(symbol, quantity, entry.key.span))
    if cut is None or entry.field.name not in own:
        return cut
    return own[entry.field.name].condition(symbol, modes, cut)


def _is_one_of(symbol: FitSymbol, numbers: list[int], span: Span) -> ir.Expr:
    mode = fitting.value_of(symbol, ir.FitQuantity.MODE, span)
    return nodes.disjunction(
        tuple(nodes.compare(ir.Comparison.EQ, mode, nodes.constant(float(number), span), span) for number in numbers), span
    )


def _two_sided(known: Cut, value: ast.Expr, to: Builder) -> bool:
    """Delta E has a sign: a lone number would be a one-sided cut that nobody means."""
    alone = value.operand if isinstance(value, ast.Negative) else value
    if known.name != "delta_e" or not isinstance(alone, ast.Number):
        return True
    help = f"write `delta_e -{alone.span.text}..{alone.span.text}`"
    to.bag.add(codes.BAD_VALUE, "`delta_e` has a sign, and takes a range or a comparison", value.span, help=help)
    return False


def _produced(known: Cut, cut: Comparison, modes: list[Written], to: Builder) -> None:
    """A window that goes beyond what BOSS's producers keep cannot be filled."""
    low, high = PRODUCED[known.name]
    if cut.operator is not ast.Operator.IN or not isinstance(cut.right, ast.Range) or any(mode.meson == "D_s+" for mode in modes):
        return
    ends = [_number(side) for side in (cut.right.low, cut.right.high)]
    outside = [end for end in ends if end is not None and (end < low - 1e-12 or (end > high + 1e-12))]
    if outside:
        limits = "-100 MeV..100 MeV" if known.name == "delta_e" else "1.83 GeV and above"
        help = f"by default the list has tags with `{known.name}` {limits}; job options of the producers change that"
        to.bag.add(physics.BEYOND_TAG_LIST, "the window is wider than the D-tag list", cut.span, help=help)


def _number(value: ast.Expr) -> float | None:
    from dsl4bes.physics.units import find_unit

    sign, number = (-1.0, value.operand) if isinstance(value, ast.Negative) else (1.0, value)
    if not isinstance(number, ast.Number):
        return None
    unit = None if number.unit is None else find_unit(number.unit.name)
    return sign * number.value * (unit.factor if unit is not None else 1.0)
