"""Expressions as C++ text: precedence, absence, loops before use."""

from __future__ import annotations

import pytest
import semantics_samples as s

from dsl4bes.cpp.expressions import negated, text
from dsl4bes.cpp.functions import CPP_FUNCTIONS
from dsl4bes.cpp.helpers import GETTERS, HELPERS, closure
from dsl4bes.cpp.model import If, Line, Loop
from dsl4bes.cpp.names import Names
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.symbols import Symbols
from dsl4bes.ir import expr as x
from dsl4bes.ir.functions import FUNCTIONS
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import Kind, ListKind, ListSymbol, Species, Type, View

GOOD = ListSymbol("good", ListKind.TRACKS)
KP = ListSymbol("kp", ListKind.TRACKS, Species.K, 1)
GAM = ListSymbol("gam", ListKind.SHOWERS, Species.GAMMA)
A, B, C = s.constant(1.0), s.constant(2.0), s.constant(-3.0)


@pytest.fixture
def scope():
    return Scope(Symbols("Alg"), Names(), Names(), {})


def arithmetic(operator, left, right):
    return x.Binary(type=s.NUM, operator=x.Arithmetic(operator), left=left, right=right)


@pytest.mark.parametrize(
    ("node", "written"),
    [
        (arithmetic("-", A, arithmetic("-", B, A)), "1.0 - (2.0 - 1.0)"),
        (arithmetic("-", arithmetic("-", A, B), A), "1.0 - 2.0 - 1.0"),
        (arithmetic("/", A, arithmetic("*", B, A)), "1.0 / (2.0 * 1.0)"),
        (arithmetic("*", arithmetic("+", A, B), C), "(1.0 + 2.0) * -3.0"),
        (arithmetic("**", A, arithmetic("+", B, A)), "std::pow(1.0, 2.0 + 1.0)"),
        (x.Minus(type=s.NUM, operand=C), "-(-3.0)"),
        (x.Minus(type=s.NUM, operand=arithmetic("+", A, B)), "-(1.0 + 2.0)"),
        (s.compare(A, "!=", B), "differs(1.0, 2.0)"),
        (s.both(s.either(s.compare(A, "<", B), s.compare(A, ">", B)), s.compare(A, "==", B)),
         "(1.0 < 2.0 || 1.0 > 2.0) && 1.0 == 2.0"),
        (s.either(s.both(s.compare(A, "<", B), s.compare(A, ">", B)), s.compare(A, "==", B)),
         "(1.0 < 2.0 && 1.0 > 2.0) || 1.0 == 2.0"),
        (arithmetic("+", x.IfElse(type=s.NUM, condition=s.compare(A, "<", B), then=A, otherwise=B), C),
         "(1.0 < 2.0 ? 1.0 : 2.0) + -3.0"),
        (s.constant(float("nan")), "absent()"),
        (arithmetic("*", s.constant(float("-inf")), A), "-infinite() * 1.0"),
        (s.both(), "true"),
        (s.either(), "false"),
    ],
)  # fmt: skip
def test_precedence(scope, node, written):
    assert text(node, scope) == written


def test_negation_holds_for_absent_values(scope):
    """Not `a >= b` but `!(a < b)`: the two differ for NaN."""
    assert negated(s.compare(A, "<", B), scope) == "!(1.0 < 2.0)"


def test_parameters_are_members_and_never_copied(scope):
    parameter = Parameter("photons.barrel.energy", 0.025)
    assert text(x.ParameterRef(type=s.NUM, parameter=parameter), scope) == "m_photons_barrel_energy"


def test_whole_numbers_do_not_divide_as_integers(scope):
    parameter = Parameter("fit.max_photons", 7)
    scope.symbols.parameter(parameter, int)
    node = arithmetic("/", x.ParameterRef(type=s.NUM, parameter=parameter), B)
    assert text(node, scope) == "double(m_fit_max_photons) / 2.0"


def test_momentum_follows_species_list_and_view(scope):
    kaon, track, photon = (x.Binder(n, symbol) for n, symbol in (("k", KP), ("t", GOOD), ("g", GAM)))
    scope.variables.update({kaon: "k", track: "t", photon: "g"})
    assert text(s.p4(s.variable(kaon)), scope) == "kalman_p4(ctx.at(k), RecMdcKalTrack::kaon)"
    assert text(s.p4(s.variable(track)), scope) == "kalman_p4(ctx.at(t), RecMdcKalTrack::pion)"
    assert text(s.p4(s.variable(track), View.MDC), scope) == "mdc_p4(ctx.at(t))"
    assert text(s.p4(s.variable(photon)), scope) == "shower_p4(ctx.at(g))"
    assigned = x.P4Of(type=s.P4, particle=s.variable(track), assigned=(KP,))
    assert text(assigned, scope) == (
        "kalman_p4(ctx.at(t), contains(ctx.kp, t) ? RecMdcKalTrack::kaon : RecMdcKalTrack::pion)"
    )


def test_sums_of_momenta_are_bracketed_before_a_method(scope):
    a, b = x.Binder("a", KP), x.Binder("b", GAM)
    scope.variables.update({a: "a", b: "b"})
    written = text(s.mass_of(s.p4(s.variable(a)), s.p4(s.variable(b))), scope)
    assert written == "(kalman_p4(ctx.at(a), RecMdcKalTrack::kaon) + shower_p4(ctx.at(b))).m()"


def test_pairs_of_one_list_are_tried_once(scope):
    first = x.Binder("a", GOOD)
    second = x.Binder("b", GOOD, first)
    third = x.Binder("c", GOOD)
    body = s.compare(s.call("charge", s.variable(second)), ">", A)
    over = x.Each(type=s.LISTED, binders=(first, second, third), body=body)
    name = text(x.Reduce(type=s.FLAG, reduction=x.Reduction.ANY, over=over), scope)
    start, outer = scope.statements
    assert start == Line(f"bool {name} = false;")
    assert isinstance(outer, Loop) and outer.start == "0"
    (inner,) = outer.body
    assert isinstance(inner, Loop) and inner.start == f"{outer.index} + 1" and inner.skip == ""
    (innermost,) = inner.body
    assert isinstance(innermost, Loop) and innermost.skip == "c == a || c == b"
    assert innermost.body == (If("mdc_charge(ctx.at(b)) > 1.0", (Line(f"{name} = true;"),)),)


def test_tracks_and_showers_are_never_the_same_entry(scope):
    t, g = x.Binder("t", GOOD), x.Binder("g", GAM)
    body = s.call("angle", s.p4(s.variable(t)), s.p4(s.variable(g)))
    text(
        x.Reduce(
            type=s.NUM, reduction=x.Reduction.MIN, over=x.Each(type=s.LISTED, binders=(t, g), body=body)
        ),
        scope,
    )
    assert scope.statements[1].body[0].skip == ""


def test_nth_entry_is_found_once_per_step(scope):
    pick = x.Pick(type=s.PARTICLE, list=GAM, rank=1)
    text(s.call("angle", s.p4(pick), s.p4(pick)), scope)
    assert [line.text for line in scope.statements] == [
        "const int gam2 = entry(showers_by_energy(ctx.records, ctx.gam), 1);"
    ]


def test_unknown_particle_is_an_error(scope):
    with pytest.raises(TypeError, match="is not a particle"):
        text(s.call("charge", A), scope)


def test_functions_are_those_of_the_table():
    assert set(CPP_FUNCTIONS) == set(FUNCTIONS)


def test_functions_use_known_helpers():
    for name, function in CPP_FUNCTIONS.items():
        assert {*function.helpers, *function.mdc_helpers} <= set(HELPERS), name
        for helper in function.helpers:
            assert helper in function.pattern, f"{name} does not call {helper}"


def test_a_helper_comes_after_what_it_needs():
    order = [helper.name for helper in closure(HELPERS)]
    assert order == list(HELPERS)
    for helper in HELPERS.values():
        assert all(order.index(need) < order.index(helper.name) for need in helper.needs)


def test_getters_check_validity_before_they_read():
    assert set(GETTERS) <= set(HELPERS)
    for getter in GETTERS.values():
        assert getter.valid.startswith("is") and getter.valid.endswith("Valid()")


def test_kinds_of_arguments_are_handled():
    handled = {Kind.P4, Kind.PARTICLE, Kind.NUMBER, Kind.P4S, Kind.VECTOR, Kind.GENERATED, Kind.TEXT}
    assert {kind for function in FUNCTIONS.values() for kind in function.arguments} <= handled


def test_flag_type_of_has_functions(scope):
    t = x.Binder("t", GOOD)
    scope.variables[t] = "t"
    assert text(s.call("has_tof", s.variable(t)), scope) == "is_present(tof_time(ctx.at(t)))"
    assert Type(Kind.FLAG) == s.FLAG
