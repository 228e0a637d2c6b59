"""Making typed nodes: types follow from the parts, `not` goes inwards, bare numbers take a dimension.

In: typed expressions. Out: typed expressions. No name is looked up, nothing is reported.
"""

from __future__ import annotations

from dataclasses import replace

from dsl4bes.ir import expr as ir
from dsl4bes.ir.functions import FUNCTIONS, Function
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.truth import GeneratedP4
from dsl4bes.ir.types import ENERGY, NUMBER, Dimension, Kind, ListSymbol, Origin, Shape, Type, View
from dsl4bes.physics.units import base_word
from dsl4bes.source import Span

_ORIGINS = (Origin.CONSTANT, Origin.MEASURED, Origin.FITTED, Origin.GENERATED)
_SHAPES = (Shape.EVENT, Shape.CANDIDATE, Shape.LIST)

OPPOSITE = {
    ir.Comparison.LT: ir.Comparison.GE, ir.Comparison.LE: ir.Comparison.GT, ir.Comparison.GT: ir.Comparison.LE,
    ir.Comparison.GE: ir.Comparison.LT, ir.Comparison.EQ: ir.Comparison.NE, ir.Comparison.NE: ir.Comparison.EQ,
}  # fmt: skip


def type_from(
    parts: tuple[ir.Expr, ...], kind: Kind, dimension: Dimension = NUMBER, *, maybe: bool | None = None
) -> Type:
    """The type of a value made of `parts`: the widest shape, the latest origin, absent if one part may be."""
    shape, origin, absent = Shape.EVENT, Origin.CONSTANT, False
    for part in parts:
        typed = part.type
        if typed.shape is not shape:
            shape = max(shape, typed.shape, key=_SHAPES.index)
        if typed.origin is not origin:
            origin = max(origin, typed.origin, key=_ORIGINS.index)
        absent = absent or typed.maybe
    return Type(kind, dimension, shape, origin, absent if maybe is None else maybe)


def constant(value: float | bool, span: Span | None, dimension: Dimension = NUMBER) -> ir.Constant:
    kind = Kind.FLAG if isinstance(value, bool) else Kind.NUMBER
    return ir.Constant(type=Type(kind, dimension), span=span, value=value)


def parameter_ref(parameter: Parameter) -> ir.ParameterRef:
    kind = Kind.FLAG if isinstance(parameter.value, bool) else Kind.TEXT if isinstance(parameter.value, str) else Kind.NUMBER
    return ir.ParameterRef(type=Type(kind, parameter.dimension), span=parameter.span, parameter=parameter)


def call(name: str, arguments: tuple[ir.Expr, ...], span: Span | None, view: View = View.KALMAN) -> ir.Call:
    """A function of the table on resolved arguments."""
    function = FUNCTIONS[name]
    dimension = _dimension(function, arguments)
    origin = Origin.MEASURED
    made = type_from(arguments, function.result, dimension)
    if arguments and made.origin is not Origin.CONSTANT:
        origin = made.origin
    if all(kind is Kind.NUMBER for kind in function.arguments) and function.arguments:
        origin = made.origin
    present = function.result is Kind.FLAG
    typed = Type(made.kind, made.dimension, made.shape, origin, not present and (made.maybe or function.maybe))
    return ir.Call(type=typed, span=span, function=function, arguments=arguments, view=view)


def _dimension(function: Function, arguments: tuple[ir.Expr, ...]) -> Dimension:
    if function.name == "sqrt":
        return arguments[0].type.dimension ** 0.5
    if function.dimension is None:
        return arguments[0].type.dimension
    return function.dimension


def p4_of(
    particle: ir.Expr, span: Span | None, view: View = View.KALMAN, assigned: tuple[ListSymbol, ...] = ()
) -> ir.Expr:
    """The four-momentum of a particle; a four-momentum is itself."""
    if particle.type.kind is Kind.P4:
        return particle
    typed = Type(Kind.P4, ENERGY, particle.type.shape, particle.type.origin, particle.type.maybe)
    if particle.type.kind is Kind.GENERATED:
        return GeneratedP4(type=typed, span=span, particle=particle)
    return ir.P4Of(type=typed, span=span, particle=particle, view=view, assigned=assigned)


def p4_sum(terms: tuple[ir.Expr, ...], span: Span | None) -> ir.Expr:
    """The sum of four-momenta; of one, itself."""
    if len(terms) == 1:
        return terms[0]
    return ir.P4Sum(type=type_from(terms, Kind.P4, ENERGY), span=span, terms=terms)


def group(binder: ir.Binder, p4: ir.Expr, condition: ir.Expr | None, span: Span | None) -> ir.Group:
    """The four-momenta of a list's entries."""
    typed = replace(p4.type, kind=Kind.P4S, shape=Shape.EVENT, maybe=False)
    return ir.Group(type=typed, span=span, binder=binder, p4=p4, condition=condition)


def momenta(terms: tuple[ir.Expr, ...], span: Span | None) -> ir.Momenta:
    """Several four-momenta, single ones and those of lists."""
    return ir.Momenta(type=type_from(terms, Kind.P4S, ENERGY), span=span, terms=terms)


def beam(span: Span | None) -> ir.Beam:
    return ir.Beam(type=Type(Kind.P4, ENERGY, origin=Origin.CONSTANT), span=span)


def boost(p4: ir.Expr, frame: ir.Expr, span: Span | None) -> ir.Boost:
    return ir.Boost(type=type_from((p4, frame), Kind.P4, ENERGY), span=span, p4=p4, frame=frame)


def minus_p4(left: ir.Expr, right: ir.Expr, span: Span | None) -> ir.Binary:
    typed = type_from((left, right), Kind.P4, ENERGY)
    return ir.Binary(type=typed, span=span, operator=ir.Arithmetic.SUB, left=left, right=right)


def arithmetic(operator: ir.Arithmetic, left: ir.Expr, right: ir.Expr, span: Span | None) -> ir.Binary:
    """Arithmetic on numbers whose dimensions fit."""
    dimension = left.type.dimension
    if operator is ir.Arithmetic.MUL:
        dimension = dimension * right.type.dimension
    elif operator is ir.Arithmetic.DIV:
        dimension = dimension / right.type.dimension
    elif operator is ir.Arithmetic.POW and isinstance(right, ir.Constant):
        dimension = dimension ** float(right.value)
    typed = type_from((left, right), left.type.kind, dimension)
    return ir.Binary(type=typed, span=span, operator=operator, left=left, right=right)


def compare(operator: ir.Comparison, left: ir.Expr, right: ir.Expr, span: Span | None) -> ir.Compare:
    """A comparison: a flag that is always there, since it is false where a side is absent."""
    typed = type_from((left, right), Kind.FLAG, maybe=False)
    return ir.Compare(type=typed, span=span, operator=operator, left=left, right=right)


def within(value: ir.Expr, low: ir.Expr, high: ir.Expr, span: Span | None) -> ir.Expr:
    """`low <= value <= high`."""
    return conjunction(
        (compare(ir.Comparison.GE, value, low, span), compare(ir.Comparison.LE, value, high, span)), span
    )


def conjunction(operands: tuple[ir.Expr, ...], span: Span | None) -> ir.Expr:
    """All of these; of one, itself; of none, true."""
    return _joined(ir.And, True, operands, span)


def disjunction(operands: tuple[ir.Expr, ...], span: Span | None) -> ir.Expr:
    """One of these; of none, false."""
    return _joined(ir.Or, False, operands, span)


def _joined(
    node: type[ir.And | ir.Or], empty: bool, operands: tuple[ir.Expr, ...], span: Span | None
) -> ir.Expr:
    flat: list[ir.Expr] = []
    for operand in operands:
        flat.extend(operand.operands if isinstance(operand, node) else (operand,))
    if not flat:
        return constant(empty, span)
    if len(flat) == 1:
        return flat[0]
    return node(type=type_from(tuple(flat), Kind.FLAG, maybe=False), span=span, operands=tuple(flat))


def each(binders: tuple[ir.Binder, ...], body: ir.Expr, span: Span | None) -> ir.Each:
    return ir.Each(type=replace(body.type, shape=Shape.LIST), span=span, binders=binders, body=body)


def reduce(
    reduction: ir.Reduction, over: ir.Each, span: Span | None, shape: Shape = Shape.EVENT
) -> ir.Reduce:
    """One value of a list."""
    flags = reduction in (ir.Reduction.ANY, ir.Reduction.ALL)
    dimension = NUMBER if flags or reduction is ir.Reduction.COUNT else over.type.dimension
    maybe = reduction in (ir.Reduction.MIN, ir.Reduction.MAX)
    origin = over.type.origin if over.type.origin is not Origin.CONSTANT else Origin.MEASURED
    typed = Type(Kind.FLAG if flags else Kind.NUMBER, dimension, shape, origin, maybe)
    return ir.Reduce(type=typed, span=span, reduction=reduction, over=over)


def negate(flag: ir.Expr, span: Span | None) -> ir.Expr:
    """`not flag`, pushed inwards to the comparisons, so that what is absent stays false (SEMANTICS rule 3)."""
    if isinstance(flag, ir.Compare):
        return replace(flag, operator=OPPOSITE[flag.operator], span=span or flag.span)
    if isinstance(flag, ir.And):
        return disjunction(tuple(negate(operand, None) for operand in flag.operands), span)
    if isinstance(flag, ir.Or):
        return conjunction(tuple(negate(operand, None) for operand in flag.operands), span)
    if isinstance(flag, ir.Not):
        return flag.operand
    if isinstance(flag, ir.Constant):
        return replace(flag, value=not flag.value)
    if isinstance(flag, ir.Reduce) and flag.reduction in (ir.Reduction.ANY, ir.Reduction.ALL):
        other = ir.Reduction.ALL if flag.reduction is ir.Reduction.ANY else ir.Reduction.ANY
        over = replace(flag.over, body=negate(flag.over.body, None))
        return replace(flag, reduction=other, over=over, span=span or flag.span)
    if isinstance(flag, ir.IfElse):
        return replace(flag, then=negate(flag.then, None), otherwise=negate(flag.otherwise, None))
    if isinstance(flag, ir.ValueRef):
        return negate(flag.define.value, span)
    return ir.Not(type=flag.type, span=span, operand=flag)


def with_dimension(bare: ir.Expr, dimension: Dimension) -> ir.Expr:
    """A bare number (or sum, multiple of bare numbers) read in the base unit of `dimension`."""
    typed = Type(bare.type.kind, dimension, bare.type.shape, bare.type.origin, bare.type.maybe)
    if isinstance(bare, ir.ParameterRef):
        parameter = replace(bare.parameter, dimension=dimension, unit=base_word(dimension))
        return replace(bare, type=typed, parameter=parameter)
    if isinstance(bare, ir.Minus):
        return replace(bare, type=typed, operand=with_dimension(bare.operand, dimension))
    if isinstance(bare, ir.Binary):
        left = with_dimension(bare.left, dimension)
        sums = bare.operator in (ir.Arithmetic.ADD, ir.Arithmetic.SUB)
        right = with_dimension(bare.right, dimension) if sums else bare.right
        return replace(bare, type=typed, left=left, right=right)
    return replace(bare, type=typed)


def known_value(typed: ir.Expr) -> float | None:
    """The number a constant or parameter holds, or None for anything that an event decides."""
    if isinstance(typed, ir.Constant) and isinstance(typed.value, (int, float)):
        return float(typed.value)
    if isinstance(typed, ir.ParameterRef) and isinstance(typed.parameter.value, (int, float)):
        return float(typed.parameter.value)
    if isinstance(typed, ir.Minus):
        inner = known_value(typed.operand)
        return None if inner is None else -inner
    return None
