"""What the grammar accepts but nobody means: compound units, powers of units, `=` without `let`, formulas without end.

In: the children of a rule, as the builder got them. Out: a diagnostic, or nothing. The tree is built all the same.
"""

from __future__ import annotations

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Bag, Fix
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast

MAX_DEPTH = 100  # of a formula; the passes behind the parser are recursive
SURELY_FLAT = MAX_DEPTH  # a text this short cannot be deeper

_UNITS = frozenset(
    (
        "c",
        "c2",
        "s",
        "ms",
        "us",
        "ns",
        "ps",
        "m",
        "km",
        "cm",
        "mm",
        "um",
        "nm",
        "eV",
        "keV",
        "MeV",
        "GeV",
        "TeV",
    )
    + ("rad", "mrad", "deg", "T", "kG", "tesla", "barn", "pb", "nb", "fb")
)
_OF_LIGHT = ("c", "c2")


def compound_unit(children: list, source: SourceFile, bag: Bag) -> None:
    """`1.9 GeV/c`, `10 cm/s`: a number with a unit, and another unit glued to it."""
    left, operator, right = children
    unit = right.left if isinstance(right, ast.Binary) else right
    if not isinstance(unit, ast.Name) or unit.name not in _UNITS or _in_brackets(left, operator, source):
        return
    light = unit.name in _OF_LIGHT
    glued = left.span.end == operator[2] and operator[3] == right.span.start
    if not glued and not light:
        return
    span = Span(left.unit.span.start, right.span.end, source)
    if light and operator[1] == "/":
        fix = Fix(Span(left.span.end, right.span.end, source), "", f"write `{left.unit.name}`")
        help = f"energies, momenta and masses are all in `{left.unit.name}`: leave out `/{right.span.text}`"
        bag.add(codes.COMPOUND_UNIT, f"`{span.text}` is made of two units", span, help=help, fixes=(fix,))
        return
    help = "a number has one unit; write the formula with two numbers if it is meant: `10 cm / 1 ns`"
    bag.add(codes.COMPOUND_UNIT, f"`{span.text}` is made of two units", span, help=help)


def unit_power(children: list, source: SourceFile, bag: Bag) -> None:
    """`10 cm^2`: by precedence that is (10 cm)^2 = 100 cm^2."""
    base, operator, exponent = children
    if _in_brackets(base, operator, source):
        return
    span = Span(base.span.start, exponent.span.end, source)
    fix = Fix(base.span, f"({base.span.text})", "put the number in brackets")
    message = f"`{span.text}` would be the power of the whole number, not of the unit"
    help = f"write `({base.span.text}){operator[1]}{exponent.span.text}` if that is meant"
    bag.add(codes.UNIT_POWER, message, span, help=help, fixes=(fix,))


def definition(children: list, source: SourceFile, bag: Bag) -> None:
    """`require a = b`: only `let` takes a single `=`."""
    head, key, equal = children[:3]
    help = f"write `==` to compare, `{key[1]}: ...` for a named value, `let {key[1]} = ...` to name a formula"
    span = Span(equal[2], equal[3], source)
    bag.add(codes.SINGLE_EQUALS, f"a single `=` stands in `{head.name}`, which is no `let`", span, help=help)


def depth(head: ast.Head, arguments: tuple[ast.Argument, ...], bag: Bag) -> None:
    """A formula nested deeper than `MAX_DEPTH`, such as a sum of hundreds of terms."""
    for argument in (*(head.arguments or ()), *arguments):
        if _deeper_than(argument.value, MAX_DEPTH):
            message = f"this formula is nested more than {MAX_DEPTH} deep"
            help = "give parts of it a name with `let`; for many values in a row use a range, `in 2..20`"
            bag.add(codes.NESTING_TOO_DEEP, message, argument.span, help=help)
            return


def _deeper_than(value: ast.Expr, limit: int) -> bool:
    level: list[ast.Expr] = [value]
    for _ in range(limit):
        level = [child for node in level for child in ast.children(node)]
        if not level:
            return False
    return True


def _in_brackets(left: ast.Expr, operator: tuple, source: SourceFile) -> bool:
    return ")" in source.text[left.span.end : operator[2]]
