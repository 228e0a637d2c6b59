"""What may stand behind a field, by the kind of the field: numbers with units that fit, known words, formulas, decays.

In: a `Field` of the registry. Out: a node for the line (`vr < 1 cm`) and one for a single value (`from: good`). Names of the program's own (lists, constants) are
free names, since a grammar does not know what stands above. Nothing of a program is looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl4bes.constructs.fields import (
    Choice,
    Count,
    Cut,
    Decay,
    Field,
    Flag,
    Floating,
    Formula,
    Formulas,
    Group,
    Line,
    Number,
    Sources,
    Text,
)
from dsl4bes.ir.types import NUMBER, Dimension
from dsl4bes.physics.units import UNITS, dimension_name, words_of
from dsl4bes.unknown.asking.ebnf import Node, Ref, Rep, Seq, alt, glued, listed, optional, seq

FORMULA = Ref("expression_0")
VALUE = Ref("value_0")
NAME = Ref("NAME")
STRING = Ref("STRING")
SOURCE = alt(Ref("reference_0"), Ref("SYMBOL"))


def line(field: Field) -> Node:
    """The field on a line of its own, without its group form."""
    if isinstance(field, Group):
        return seq(field.name, listed(alt(*(_on_line(inner) for inner in field.fields))))
    if isinstance(field, Flag):
        return seq(field.name, optional(_BOOLEAN))
    return seq(field.name, values(field))


def values(field: Field) -> Node:
    """All that may stand behind the field's name."""
    one = single(field)
    if isinstance(field, Floating):
        return seq(one, Rep(Seq((",", alt(*(seq(option, ":", VALUE) for option in ("range", "fixed", "constraint"))))), 0, 3))
    if isinstance(field, Line):
        return listed(alt(VALUE, _keyed(field)))
    if isinstance(field, Sources):
        return listed(alt(SOURCE, seq(NAME, ":", SOURCE)) if field.roles else SOURCE, field.many)
    if isinstance(field, Formulas):
        return listed(one)
    return listed(one) if isinstance(field, Choice | Text) and field.many else one


def single(field: Field) -> Node:
    """One value, as it stands behind `key:`."""
    return _SINGLE[type(field)](field)


def _keyed(field: Line) -> Node:
    key = alt(*field.keys) if field.keys else NAME
    return seq(key, ":", VALUE)


def _on_line(field: Field) -> Node:
    """`cos < 0.80` of `barrel cos < 0.80, energy > 25 MeV`."""
    assert isinstance(field, Cut)
    return seq(field.name, _compared(field))


_BOOLEAN = alt(Ref("TRUE"), Ref("FALSE"))


def quantity(field: Number) -> Node:
    """A number with the units of the field. The unit may be left out only where the field has another one than the table (ticks), or none."""
    number: Node = Ref("integer") if field.whole else Ref("number_text")
    unit: Node = Ref(unit_rule(field.dimension))
    if field.other is not None:
        unit = alt(unit, Ref(unit_rule(field.other[0])))
    if field.dimension == NUMBER:
        with_unit = number if field.whole else seq(number, optional(Ref("PERCENT")))
    elif field.bare in UNITS or not field.bare:
        with_unit = alt(seq(number, unit), "0")
    else:
        with_unit = seq(number, optional(unit))
    return alt(with_unit, seq("-", with_unit))


def unit_rule(dimension: Dimension) -> str:
    return "unit_" + "".join(c if c.isalnum() else "_" for c in dimension_name(dimension))


def unit_rules(dimensions: set[Dimension]) -> dict[str, Node]:
    """One rule per dimension that a field has: its unit words."""
    return {unit_rule(each): alt(*words_of(each)) for each in sorted(dimensions, key=unit_rule) if words_of(each)}


def _number(field: Number) -> Node:
    return alt(quantity(field), *(f":{word}" for word in field.words), NAME)


def _compared(field: Cut) -> Node:
    return alt(seq(Ref("COMPARATOR"), _limit(field)), seq(Ref("FIRST_IN"), _range(field)))


def _limit(field: Cut) -> Node:
    """A number; or what the program names or calculates, which only counts do not take."""
    return alt(quantity(field), NAME) if isinstance(field, Count) else alt(quantity(field), Ref("reference_0"))


def _range(field: Cut) -> Node:
    return seq(_limit(field), Ref("DOTS"), _limit(field))


def _cut(field: Cut) -> Node:
    return alt(_compared(field), _range(field), _limit(field), Ref("QUOTED_CUT"))


def _choice(field: Choice) -> Node:
    """`:min_chi2`, or `"7.0.x"` for what no symbol can say."""
    return alt(*(f":{word}" for word in field.options if word.isidentifier()), *(f'"{word}"' for word in field.options))


_SINGLE: dict[type[Field], Callable[..., Node]] = {
    Number: _number,
    Cut: _cut,
    Count: _cut,
    Choice: _choice,
    Text: lambda field: STRING,
    Flag: lambda field: _BOOLEAN,
    Sources: lambda field: SOURCE,
    Decay: lambda field: Ref("decay"),
    Formula: lambda field: FORMULA,
    Formulas: lambda field: seq(Ref("WORD"), ":", FORMULA),
    Line: lambda field: VALUE,
    Floating: lambda field: FORMULA,
}

_PRODUCTS, _NESTED = 12, 3


def decay_rules() -> dict[str, Node]:
    """A decay between quotes: particles of the table, counts, decays within; only what decays may have a name of the program's own."""
    blank, arrow = Ref("BLANK"), "->"
    found: dict[str, Node] = {
        "decay": glued('"', alt(Ref("PARTICLE"), NAME), blank, arrow, blank, Ref("products_0"), '"'),
    }
    for depth in range(_NESTED + 1):
        items: list[Node] = [Ref("PARTICLE"), glued(Ref("SEVERAL"), blank, Ref("PARTICLE"))]
        if depth < _NESTED:
            items.append(glued("(", Ref("PARTICLE"), blank, arrow, blank, Ref(f"products_{depth + 1}"), ")"))
        found[f"product_{depth}"] = alt(*items)
        found[f"products_{depth}"] = glued(Ref(f"product_{depth}"), Rep(Seq((blank, Ref(f"product_{depth}")), glued=True), 0, _PRODUCTS - 1))
    return found
