"""Expressions of the IR as C++98 text.

In: an expression and a `Scope` (names of the program, variables of the enclosing loops). Out: text that stands wherever an
expression can; what needs loops (`any`, `sum`, ...) is written as statements into `scope.statements` before it.
Absence is NaN: comparisons are written so that NaN makes them false, `!=` included. No layout is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dsl4bes.cpp import truth_values
from dsl4bes.cpp.functions import (
    ABSENT,
    CHOICE,
    CONJUNCTION,
    CPP_FUNCTIONS,
    DISJUNCTION,
    PRIMARY,
    PRODUCT,
    RELATION,
    SUM,
    UNARY,
)
from dsl4bes.cpp.model import If, Line, Loop
from dsl4bes.cpp.names import cpp_value, number, string
from dsl4bes.cpp.particles import is_composite, is_shower, momentum, particle
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.symbols import TAG_NUMBERS, hypothesis
from dsl4bes.ir import expr as ir
from dsl4bes.ir.dump import expression as dumped
from dsl4bes.ir.truth import GeneratedP4, GeneratedRole, InProcess, MotherOf, OneDecay, TruthOf
from dsl4bes.ir.types import Kind, View

Code = tuple[str, int]  #: text and precedence

#: Quantities of ParticleID: field of the cached result.
PID_FIELDS = {
    ir.PidQuantity.PROBABILITY: "prob",
    ir.PidQuantity.FRACTION: "fraction",
    ir.PidQuantity.CHI_DEDX: "chi_dedx",
    ir.PidQuantity.CHI_TOF1: "chi_tof1",
    ir.PidQuantity.CHI_TOF2: "chi_tof2",
    ir.PidQuantity.CHI_TOFE: "chi_tofe",
    ir.PidQuantity.CHI_TOF: "chi_tof",
}


def text(expression: ir.Expr, scope: Scope) -> str:
    """An expression as C++ text."""
    return _code(expression, scope)[0]


def tight(expression: ir.Expr, scope: Scope, above: int = UNARY) -> str:
    """An expression as C++ text, in brackets unless it binds at least as tightly as `above`."""
    return _bracket(_code(expression, scope), above)


def negated(expression: ir.Expr, scope: Scope) -> str:
    """`!(...)`: true where the condition does not hold, absent included."""
    code = _code(expression, scope)
    return f"!{_bracket(code, PRIMARY)}" if code[1] >= PRIMARY else f"!({code[0]})"


def _bracket(code: Code, above: int) -> str:
    return code[0] if code[1] >= above else f"({code[0]})"


def _code(expression: ir.Expr, scope: Scope) -> Code:
    return _WRITERS[type(expression)](expression, scope)


# --- leaves ---------------------------------------------------------------------------------------------------------


def _constant(node: ir.Constant, scope: Scope) -> Code:
    value = node.value
    if isinstance(value, bool):
        return cpp_value(value), PRIMARY
    if isinstance(value, str):
        return string(value), PRIMARY
    if math.isnan(value):
        scope.symbols.use("absent")
        return "absent()", PRIMARY
    if math.isinf(value):
        scope.symbols.use("infinite")
        return ("infinite()", PRIMARY) if value > 0 else ("-infinite()", UNARY)
    written = number(value)
    return written, UNARY if written.startswith("-") else PRIMARY


def _parameter(node: ir.ParameterRef, scope: Scope) -> Code:
    member = scope.symbols.parameter(node.parameter)
    return (
        f"double({member})" if scope.symbols.parameters[node.parameter.name][2] is int else member
    ), PRIMARY


def _value_ref(node: ir.ValueRef, scope: Scope) -> Code:
    return scope.symbols.value(node.define), PRIMARY


def _fit_value(node: ir.FitValue, scope: Scope) -> Code:
    if node.quantity is ir.FitQuantity.NDF:
        return number(scope.ndf[node.fit]), PRIMARY
    if node.fit.several and node.quantity in (ir.FitQuantity.CANDIDATES, ir.FitQuantity.PASSED):
        kept = f"ctx.{scope.symbols.fit(node.fit).kept}"
        return (f"double({kept}.size())" if node.quantity is ir.FitQuantity.CANDIDATES else f"!{kept}.empty()"), PRIMARY
    if node.quantity is ir.FitQuantity.CANDIDATES:
        return f"{scope.home(node)}.passed ? 1. : 0.", CHOICE
    value = f"{scope.home(node)}.{node.quantity.value}"
    if not _whole(node):
        return value, PRIMARY
    if not _may_lack(node, scope):
        return f"double({value})", PRIMARY
    scope.symbols.use("absent")
    return f"{scope.home(node)}.passed ? double({value}) : absent()", CHOICE


def _whole(node: ir.FitValue) -> bool:
    """Whether C++ keeps a number of a D tag as an int."""
    return TAG_NUMBERS.get(node.quantity.value, ("double", ""))[0] == "int"


def _may_lack(node: ir.FitValue, scope: Scope) -> bool:
    """Whether an optional tag may not be there."""
    return node.fit.optional and not (scope.candidate is not None and scope.candidate[0] is node.fit)


def _beam(node: ir.Beam, scope: Scope) -> Code:
    scope.symbols.uses_beam = True
    return "ctx.beam", PRIMARY


def _list_size(node: ir.ListSize, scope: Scope) -> Code:
    scope.symbols.use("count")
    return f"count({scope.symbols.list(node.list)})", PRIMARY


# --- arithmetic and logic -------------------------------------------------------------------------------------------

_ARITHMETIC = {
    ir.Arithmetic.ADD: SUM,
    ir.Arithmetic.SUB: SUM,
    ir.Arithmetic.MUL: PRODUCT,
    ir.Arithmetic.DIV: PRODUCT,
}


def _minus(node: ir.Minus, scope: Scope) -> Code:
    return f"-{tight(node.operand, scope, PRIMARY)}", UNARY


def _binary(node: ir.Binary, scope: Scope) -> Code:
    if node.operator is ir.Arithmetic.POW:
        scope.symbols.includes.add("<cmath>")
        return f"std::pow({text(node.left, scope)}, {text(node.right, scope)})", PRIMARY
    level = _ARITHMETIC[node.operator]
    left, right = tight(node.left, scope, level), tight(node.right, scope, level + 1)
    return f"{left} {node.operator.value} {right}", level


def _compare(node: ir.Compare, scope: Scope) -> Code:
    if node.operator is ir.Comparison.NE:
        scope.symbols.use("differs")
        return f"differs({text(node.left, scope)}, {text(node.right, scope)})", PRIMARY
    return f"{_side(node.left, scope)} {node.operator.value} {_side(node.right, scope)}", RELATION


def _side(node: ir.Expr, scope: Scope) -> str:
    """One side of a comparison: here C++ turns a whole number into a double by itself."""
    if isinstance(node, ir.ParameterRef):
        return scope.symbols.parameter(node.parameter)
    if isinstance(node, ir.FitValue) and _whole(node) and not _may_lack(node, scope):
        return f"{scope.home(node)}.{node.quantity.value}"
    return tight(node, scope, RELATION + 1)


def _junction(sign: str, level: int) -> Callable[[Any, Scope], Code]:
    def write(node: ir.And | ir.Or, scope: Scope) -> Code:
        if len(node.operands) == 1:
            return _code(node.operands[0], scope)
        if not node.operands:
            return ("true" if sign == "&&" else "false"), PRIMARY
        # && inside || and the reverse are bracketed: gcc warns about the former, people about both.
        return f" {sign} ".join(tight(operand, scope, RELATION) for operand in node.operands), level

    return write


def _not(node: ir.Not, scope: Scope) -> Code:
    return negated(node.operand, scope), UNARY


def _if_else(node: ir.IfElse, scope: Scope) -> Code:
    condition, then, otherwise = (
        tight(part, scope, RELATION) for part in (node.condition, node.then, node.otherwise)
    )
    return f"{condition} ? {then} : {otherwise}", CHOICE


# --- particles ------------------------------------------------------------------------------------------------------


def _p4_of(node: ir.P4Of, scope: Scope) -> Code:
    if isinstance(node.particle, ir.Product):
        if is_composite(node.particle):
            names = scope.symbols.fit(node.particle.fit).roles[node.particle.role]
            return f"{scope.home(node.particle)}.{names.p4 if node.particle.fitted else names.raw}", PRIMARY
        composite = next((c for c in node.particle.fit.composites if c.name == node.particle.role), None)
        if composite is not None:
            return _composite(node.particle, composite.roles, scope)
    return momentum(particle(node.particle, scope), scope, node.view, node.assigned), PRIMARY


def _composite(node: ir.Product, roles: tuple[str, ...], scope: Scope) -> Code:
    home, names = scope.home(node), scope.symbols.fit(node.fit).roles
    parts = [f"{home}.{names[role].p4 if node.fitted else names[role].raw}" for role in roles]
    return " + ".join(parts), SUM if len(parts) > 1 else PRIMARY


def _product(node: ir.Product, scope: Scope) -> Code:
    """A product where a four-momentum is expected."""
    return _p4_of(ir.P4Of(type=node.type, particle=node), scope)


def _p4_sum(node: ir.P4Sum, scope: Scope) -> Code:
    if len(node.terms) == 1:
        return _code(node.terms[0], scope)
    return " + ".join(tight(term, scope, SUM) for term in node.terms), SUM


def _momenta(node: ir.Momenta, scope: Scope) -> Code:
    """A vector, filled before the statement it stands in; the same one where the same lists are asked for again."""
    whole = all(isinstance(term, ir.Group) and term.condition is None for term in node.terms)
    key = dumped(node)
    if whole and key in scope.momenta:
        return scope.momenta[key], PRIMARY
    result = scope.temporary("momenta")
    if whole:
        scope.momenta[key] = result
    scope.statements.append(Line(f"std::vector<HepLorentzVector> {result};"))
    for term in node.terms:
        if isinstance(term, ir.Group):
            _group(term, result, scope)
        else:
            written = text(term, scope)
            scope.statements.append(Line(f"{result}.push_back({written});"))
    return result, PRIMARY


def _group(node: ir.Group, result: str, scope: Scope) -> None:
    loop, inner = open_loop(node.binder, {}, scope)
    condition = "" if node.condition is None else text(node.condition, inner)
    written = Line(f"{result}.push_back({text(node.p4, inner)});")
    inner.statements.append(If(condition, (written,)) if condition else written)
    scope.statements.append(
        Loop(loop.list, loop.index, loop.start, loop.variable, loop.skip, tuple(inner.statements))
    )


def _boost(node: ir.Boost, scope: Scope) -> Code:
    scope.symbols.use("boosted")
    return f"boosted({text(node.p4, scope)}, {text(node.frame, scope)})", PRIMARY


def _pid_value(node: ir.PidValue, scope: Scope) -> Code:
    name = PID_FIELDS[node.quantity]
    method = scope.symbols.pid(node.spec, name)
    return f"{method}(ctx, {particle(node.particle, scope).position}).{name}[{node.species.index}]", PRIMARY


def _among(node: ir.Among, scope: Scope) -> Code:
    scope.symbols.use("contains")
    position = particle(node.particle, scope).position
    parts = [f"contains({scope.symbols.list(entries)}, {position})" for entries in node.lists]
    return (" || ".join(parts) or "false"), (DISJUNCTION if len(parts) > 1 else PRIMARY)


# --- calls ----------------------------------------------------------------------------------------------------------


def _call(node: ir.Call, scope: Scope) -> Code:
    function = CPP_FUNCTIONS[node.function.name]
    symbols = scope.symbols
    symbols.includes.update(function.includes)
    kinds = node.function.arguments
    if kinds == (Kind.PARTICLE,):
        return _call_particle(node, scope)
    symbols.use(*function.helpers)
    if node.function.name == "ecms":
        symbols.uses_beam = True
        return "ctx.beam.e()", PRIMARY
    if node.function.name == "first_time":
        symbols.seen_limit = text(node.arguments[0], scope)
        return "ctx.first_time", PRIMARY
    if node.function.name in _OF_TRIGGER:
        symbols.uses_trigger = True
    methods = "}.vect()" in function.pattern or function.pattern.startswith("{0}.")
    arguments = [
        _argument(argument, kind, methods, scope)
        for kind, argument in zip(kinds, node.arguments, strict=True)
    ]
    tracks = [a for a, kind in zip(node.arguments, kinds, strict=True) if kind is Kind.PARTICLE]
    species = _hypothesis_or_none(tracks[-1], scope) if "{hypothesis}" in function.pattern else ""
    every = [_hypothesis_or_none(each, scope) for each in tracks] if "{hypotheses" in function.pattern else []
    return function.pattern.format(*arguments, hypothesis=species, hypotheses=every), function.precedence


_OF_TRIGGER = ("trigger_channel", "trigger_condition", "has_trigger")


def _hypothesis_or_none(node: ir.Expr, scope: Scope) -> str:
    """The Kalman hypothesis of a track, -1 of a shower."""
    return "-1" if is_shower(node) else hypothesis(particle(node, scope).species)


def _argument(argument: ir.Expr, kind: Kind, methods: bool, scope: Scope) -> str:
    """An argument of a call; one whose methods the pattern calls is bracketed where needed."""
    if kind is Kind.PARTICLE:
        return particle(argument, scope).pointer
    return tight(argument, scope, PRIMARY) if methods and kind is Kind.P4 else text(argument, scope)


def _call_particle(node: ir.Call, scope: Scope) -> Code:
    function = CPP_FUNCTIONS[node.function.name]
    if function.shower and is_shower(node.arguments[0]):
        if function.shower == ABSENT:
            scope.symbols.use("absent")
        return function.shower, PRIMARY
    subject = particle(node.arguments[0], scope)
    if node.function.name in ("vr", "vz"):
        scope.symbols.uses_vertex = True
    pattern, helpers = function.pattern, function.helpers
    if node.view is View.MDC and function.mdc:
        pattern, helpers = function.mdc, function.mdc_helpers
    scope.symbols.use(*helpers)
    species = "" if subject.shower else hypothesis(subject.species)
    own = momentum(subject, scope) if "{momentum}" in pattern else ""
    written = pattern.format(subject.pointer, position=subject.position, hypothesis=species, momentum=own)
    return written, function.precedence


# --- loops ----------------------------------------------------------------------------------------------------------


def each(node: ir.Each, scope: Scope, body: Callable[[Scope], None]) -> None:
    """Write the loops of an `Each` into `scope`; `body` writes the innermost statements into the scope it is given."""
    _loops(list(node.binders), {}, scope, body)


def _loops(
    binders: list[ir.Binder], indices: dict[ir.Binder, str], scope: Scope, body: Callable[[Scope], None]
) -> None:
    if not binders:
        body(scope)
        return
    binder, *rest = binders
    loop, inner = open_loop(binder, indices, scope)
    _loops(rest, {**indices, binder: loop.index}, inner, body)
    scope.statements.append(
        Loop(loop.list, loop.index, loop.start, loop.variable, loop.skip, tuple(inner.statements))
    )


def open_loop(binder: ir.Binder, indices: dict[ir.Binder, str], scope: Scope) -> tuple[Loop, Scope]:
    """A loop over a binder's list, without a body, and the scope of its body. Entries already bound are passed over."""
    variable, index = scope.names.new(binder.name), scope.names.index()
    start = f"{indices[binder.after]} + 1" if binder.after is not None else "0"
    bound = [
        scope.variables[other]
        for other in indices
        if other is not binder.after and other.list.kind is binder.list.kind
    ]
    inner = scope.inner()
    inner.variables[binder] = variable
    skip = " || ".join(f"{variable} == {other}" for other in bound)
    return Loop(scope.symbols.list(binder.list), index, start, variable, skip), inner


def _reduce(node: ir.Reduce, scope: Scope) -> Code:
    symbols, how, flags = scope.symbols, node.reduction, node.over.body.type.kind is Kind.FLAG
    result = scope.temporary(how.value)
    kind, initial = (
        ("bool", "true" if how is ir.Reduction.ALL else "false") if how in _LOGICAL else ("double", "0.0")
    )
    if how in _EXTREMES:
        symbols.use("absent", _EXTREMES[how])
        initial = "absent()"

    def body(inner: Scope) -> None:
        element = node.over.body
        if how is ir.Reduction.ANY or (how is ir.Reduction.COUNT and flags):
            change = f"{result} = true;" if how is ir.Reduction.ANY else f"{result} += 1.0;"
            condition = text(element, inner)
            inner.statements.append(If(condition, (Line(change),)))
        elif how is ir.Reduction.ALL:
            condition = negated(element, inner)
            inner.statements.append(If(condition, (Line(f"{result} = false;"),)))
        elif how in _EXTREMES:
            value = text(element, inner)
            inner.statements.append(Line(f"{result} = {_EXTREMES[how]}({result}, {value});"))
        else:
            value = inner.temporary("value")
            written = text(element, inner)
            symbols.use("is_present")
            change = f"{result} += {value};" if how is ir.Reduction.SUM else f"{result} += 1.0;"
            inner.statements.append(Line(f"const double {value} = {written};"))
            inner.statements.append(If(f"is_present({value})", (Line(change),)))

    scope.statements.append(Line(f"{kind} {result} = {initial};"))
    each(node.over, scope, body)
    return result, PRIMARY


_LOGICAL = (ir.Reduction.ANY, ir.Reduction.ALL)
_EXTREMES = {ir.Reduction.MIN: "smaller_present", ir.Reduction.MAX: "larger_present"}

_WRITERS: dict[type, Callable[[Any, Scope], Code]] = {
    ir.Constant: _constant,
    ir.ParameterRef: _parameter,
    ir.ValueRef: _value_ref,
    ir.FitValue: _fit_value,
    ir.Beam: _beam,
    ir.ListSize: _list_size,
    ir.Minus: _minus,
    ir.Binary: _binary,
    ir.Compare: _compare,
    ir.And: _junction("&&", CONJUNCTION),
    ir.Or: _junction("||", DISJUNCTION),
    ir.Not: _not,
    ir.IfElse: _if_else,
    ir.Call: _call,
    ir.P4Of: _p4_of,
    ir.Product: _product,
    ir.P4Sum: _p4_sum,
    ir.Momenta: _momenta,
    ir.Boost: _boost,
    ir.PidValue: _pid_value,
    ir.Among: _among,
    ir.Reduce: _reduce,
    TruthOf: truth_values.truth_of,
    MotherOf: truth_values.mother_of,
    GeneratedRole: truth_values.generated_role,
    InProcess: truth_values.in_process,
    GeneratedP4: truth_values.generated_p4,
    OneDecay: truth_values.one_decay,
}
