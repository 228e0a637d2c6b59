"""Types, traps of arithmetic, paths, and the words that lead back: methods are looked up by the type of their receiver."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("tree_sitter_cpp")

from policy_bodies import NAMES

from dsl4bes.unknown.policy import Names, ParserMissing, Rule, check, for_model, for_user, tree
from dsl4bes.unknown.policy.finding import MAX_FINDINGS

R = Rule
TRUE = "\nreturn true;"


def findings(text: str):
    return check(text, NAMES).findings


def only(text: str):
    found = findings(text)
    assert len(found) == 1, found
    return found[0]


#: Expression → (rule, what the help must say).
SUGGESTED = {
    # a method of ROOT's TLorentzVector, or a guess
    "in.beam.Pt()": (R.UNKNOWN_MEMBER, "`.perp()`"),
    "in.beam.pt()": (R.UNKNOWN_MEMBER, "`.perp()`"),
    "in.beam.P()": (R.UNKNOWN_MEMBER, "`.rho()`"),
    "in.beam.M()": (R.UNKNOWN_MEMBER, "`.m()`"),
    "in.beam.mass()": (R.UNKNOWN_MEMBER, "`.m()`"),
    "in.beam.Energy()": (R.UNKNOWN_MEMBER, "`.e()`"),
    "in.beam.CosTheta()": (R.UNKNOWN_MEMBER, "`.cosTheta()`"),
    "in.beam.getPx()": (R.UNKNOWN_MEMBER, "`.px()`"),
    "in.beam.Vect().mag()": (R.UNKNOWN_MEMBER, "`.vect()`"),
    "in.beam.BoostVector().mag()": (R.UNKNOWN_MEMBER, "`.boostVector()`"),
    "in.beam.mag()": (R.UNKNOWN_MEMBER, "`.rho()` for the momentum"),
    "in.beam.deltaPhi(in.beam)": (R.UNKNOWN_MEMBER, "`.vect().deltaPhi(other.vect())`"),
    "in.beam.thetta()": (R.UNKNOWN_MEMBER, "`theta`"),
    "in.beam.vect().pt()": (R.UNKNOWN_MEMBER, "`.perp()`"),
    "in.beam.vect().rho()": (R.UNKNOWN_MEMBER, "`.mag()` for the magnitude"),
    "in.beam.vect().e()": (R.UNKNOWN_MEMBER, "no energy"),
    # values and methods mixed up, members that are not there
    "in.beam.e": (R.UNKNOWN_MEMBER, "`.e()`"),
    "in.good[0].charge()": (R.UNKNOWN_MEMBER, "`.charge`"),
    "in.good[0].p4.m": (R.UNKNOWN_MEMBER, "`.m()`"),
    "in.good[0].momentum": (R.UNKNOWN_MEMBER, "p4"),
    "in.good[0].Charge": (R.UNKNOWN_MEMBER, "`.charge`"),
    "in.gam[0].charge": (R.UNKNOWN_MEMBER, "energy"),
    "in.gam[0].enregy": (R.UNKNOWN_MEMBER, "`energy`"),
    "in.good.length()": (R.UNKNOWN_MEMBER, "size, empty"),
    "in.tracks.size()": (R.UNKNOWN_MEMBER, ""),
    "in.goods.size()": (R.UNKNOWN_MEMBER, "`good`"),
    "good.size()": (R.UNKNOWN_NAME, "`in.good`"),
    "in.fit4c.mass": (R.UNKNOWN_MEMBER, "passed"),
    "in.good.p4": (R.UNKNOWN_MEMBER, ""),
    # functions
    "abs(in.ecms)": (R.UNKNOWN_FUNCTION, "`std::abs(...)`"),
    "max(in.ecms, 1.0)": (R.UNKNOWN_FUNCTION, "`std::max(...)`"),
    "isnan(in.ecms)": (R.UNKNOWN_FUNCTION, "`std::isnan(...)`"),
    "std::hypot(in.ecms, 1.0)": (R.UNKNOWN_FUNCTION, "std::sqrt(x * x + y * y)"),
    "std::round(in.ecms)": (R.UNKNOWN_FUNCTION, "std::floor(x + 0.5)"),
    "std::sqr(in.ecms)": (R.UNKNOWN_FUNCTION, "`sqrt`"),
    "std::accumulate(in.good.begin(), in.good.end(), 0.0)": (R.UNKNOWN_FUNCTION, "`for` loop"),
    "TLorentzVector(0, 0, 0, 1).M()": (R.UNKNOWN_FUNCTION, "HepLorentzVector(px, py, pz, e)"),
    "std::max(0, in.ecms)": (R.TYPE, "one type"),
    "std::min(in.run, in.good.size())": (R.TYPE, "static_cast<int>(list.size())"),
    "std::abs(in.beam)": (R.TYPE, "`.mag()`"),
    "std::sqrt(1.0, 2.0)": (R.TYPE, ""),
    "in.beam.angle(in.beam)": (R.TYPE, "`in.beam.vect()`"),
    "in.beam.dot(1.0)": (R.TYPE, ""),
    "in.beam.rho(1.0)": (R.TYPE, "`rho()`"),
    "in.beam[3]": (R.TYPE, "e()"),
    "in.good[1.5].vr": (R.TYPE, ""),
    "in.good.at(1.5).vr": (R.NARROWING, "static_cast<int>"),
    "in.beam + 1.0": (R.TYPE, ""),
    "in.beam + in.beam.vect()": (R.TYPE, "`.vect()`"),
    "in.strict + 1": (R.TYPE, "? 1 : 0"),
    "in.ecms % 2": (R.TYPE, "std::fmod"),
    "in.ecms ^ 2": (R.OPERATOR, "std::pow"),
    "static_cast<TrackView>(in.ecms)": (R.CAST, "numbers"),
    "static_cast<int>(in.beam)": (R.CAST, "numbers"),
    "HepLorentzVector(1.0, 2.0, 3.0, 4.0, 5.0).m()": (R.TYPE, "HepLorentzVector(double, double, double, double)"),
    # numbers
    "010": (R.NUMBER, "12"),
    "0x10": (R.NUMBER, "12"),
    "1.0f": (R.NUMBER, "without suffix"),
    "1u": (R.NUMBER, "without suffix"),
    "99999999999": (R.NUMBER, "12"),
    # traps
    "in.run / in.event": (R.DIVISION, "static_cast<double>(a) / b"),
    "in.run % in.event": (R.DIVISION, ""),
    "1 / 2 * in.ecms": (R.DIVISION, "static_cast<double>"),
    "in.run / 2 > in.ecms": (R.DIVISION, "static_cast<double>"),
    "std::sqrt(in.run / 2)": (R.DIVISION, "static_cast<double>"),
    "in.ecms / 0": (R.DIVISION, ""),
    "in.ecms / 0.0": (R.DIVISION, ""),
    "in.run / 0": (R.DIVISION, ""),
    "in.good.size() - 1": (R.UNSIGNED_MINUS, "static_cast<int>(list.size()) - 1"),
    "-in.good.size()": (R.UNSIGNED_MINUS, "static_cast<int>"),
    "in.run < in.good.size()": (R.COMPARISON, "static_cast<int>(list.size())"),
    "0.1 < in.ecms < 0.2": (R.COMPARISON, "`a < x && x < b`"),
    "in.strict == 1": (R.COMPARISON, ""),
    "in.beam == in.beam": (R.TYPE, "`.m()`"),
    "in.strict ? in.beam : in.ecms": (R.TYPE, "same type"),
    "in.ecms && in.strict": (R.TYPE, "comparison"),
    "!in.ecms": (R.TYPE, "comparison"),
    "{1.0, 2.0}": (R.SYNTAX, ""),
}  # fmt: skip


@pytest.mark.parametrize("expression", SUGGESTED)
def test_what_is_wrong_with_a_value(expression):
    rule, help_ = SUGGESTED[expression]
    found = findings(f"if (({expression}) > 0) return false;{TRUE}")
    assert rule in {item.rule for item in found}, found
    assert any(item.rule is rule and help_ in item.help for item in found), found
    assert all(item.line == 1 for item in found)


STATEMENTS = {
    "int n = 2.7;": (R.NARROWING, "static_cast<int>"),
    "int n = in.beam.m();": (R.NARROWING, "static_cast<int>"),
    "bool b = in.ecms;": (R.NARROWING, "comparison"),
    "bool b = 1;": (R.NARROWING, "`true` or `false`"),
    "int n = 1; n += 0.5;": (R.NARROWING, "double"),
    "bool b = true; b += true;": (R.TYPE, "flag && ..."),
    "double x;": (R.UNINITIALISED, "double x = ...;"),
    "double a[3];": (R.UNINITIALISED, "`double a[3] = {...};`"),
    "TrackView t;": (R.UNINITIALISED, "TrackView t"),
    "int n;": (R.UNINITIALISED, ""),
    "const const int n = 1;": (R.FORM, "once"),
    "const TrackView&& t = in.good[0];": (R.STANDARD, "`const T& t"),
    "HepLorentzVector p = +in.beam;": (R.TYPE, ""),
    "int n = static_cast<>(in.ecms);": (R.CAST, "static_cast<int>"),
    "int n = static_cast<int, long>(in.ecms);": (R.CAST, "static_cast<int>"),
    "std::vector<int> v(3, );": (R.SYNTAX, ""),
    "const int;": (R.SYNTAX, ""),
    "int;": (R.FORM, ""),
    "double sum[2] = {0.0}; sum[in.run % 2] = 1.0;": (R.INDEX, "std::vector"),
    "double a[2] = {0.0}; double b[2] = {0.0}; std::swap(a, b);": (R.TYPE, ""),
    "double x = TMath::Abs(-1.0);": (R.UNKNOWN_FUNCTION, "`std::abs`"),
    "double x = in.run / 2;": (R.DIVISION, "static_cast<double>(a) / b"),
    "double x = 1.0; x /= 0;": (R.DIVISION, ""),
    "int n = 4; n /= in.run;": (R.DIVISION, ""),
    "size_t n = 3; n -= 1;": (R.UNSIGNED_MINUS, ""),
    "size_t n = 3; --n;": (R.UNSIGNED_MINUS, "int"),
    "double x = 1.0; ++x;": (R.TYPE, ""),
    "HepLorentzVector p = in.beam.vect();": (R.TYPE, ""),
    "Hep3Vector v = in.beam;": (R.TYPE, "in.beam.vect()"),
    "double x = in.good;": (R.TYPE, ""),
    "std::vector<double> v; v.push_back(in.beam);": (R.TYPE, ""),
    "std::vector<double> v(1.5);": (R.TYPE, "(n, value)"),
    "double a[2] = {1.0, 2.0, 3.0};": (R.TYPE, ""),
    "double x(in.ecms, 1.0);": (R.TYPE, "one value"),
    "double x(in.ecms), y(x, x);": (R.TYPE, "one value"),
    "HepLorentzVector p(in.beam), q();": (R.FUNCTION, ""),
    "HepLorentzVector p(in.beam), q(int);": (R.FUNCTION, ""),
    "HepLorentzVector p(in.beam), q(HepLorentzVector other);": (R.FUNCTION, ""),
    "HepLorentzVector p(in.beam), q(TrackView);": (R.FUNCTION, ""),
    "HepLorentzVector p(in.beam), q(std::size_t);": (R.UNKNOWN_NAME, ""),
    "HepLorentzVector p(in.beam), q(q);": (R.UNKNOWN_NAME, ""),
    "HepLorentzVector p(in.beam), p(p);": (R.LOCAL_NAME, "another name"),
    "HepLorentzVector p(in.beam), *q(p);": (R.POINTER, ""),
    "HepLorentzVector p(in.beam), q(p)(p);": (R.SYNTAX, ""),
    "double x(in.ecms), y = std::max(double z(x), std::sqrt(x));": (R.SYNTAX, ""),
    "double a[2] = {1.0}; a = a;": (R.TYPE, "elements"),
    "auto x = in.beam.vect();": (R.STANDARD, "`Hep3Vector x = ...`"),
    "const auto& t = in.good[0];": (R.STANDARD, "`TrackView t = ...`"),
    "for (auto& t : in.good) { bool b = t.has_tof; }": (R.STANDARD, "for (size_t i = 0; i < in.good.size(); ++i)"),
    "double x{1.0};": (R.STANDARD, "round brackets"),
    "std::vector<double> v = {1.0};": (R.STANDARD, "push_back"),
    "std::vector<std::vector<double>> v;": (R.STANDARD, "`> >`"),
    "constexpr double x = 1.0;": (R.STANDARD, ""),
    "vector<double> v;": (R.LOCAL_TYPE, "`std::vector<...>`"),
    "TLorentzVector p;": (R.LOCAL_TYPE, "`HepLorentzVector`"),
    "std::string s;": (R.LOCAL_TYPE, "no texts"),
    "Trackview t = in.good[0];": (R.LOCAL_TYPE, "`TrackView`"),
    "long long n = 1;": (R.LOCAL_TYPE, "`long`"),
    "const double x = 1.0; x = 2.0;": (R.CONSTANT, "copy"),
    "const HepLorentzVector p = in.beam; p.boost(0.0, 0.0, 0.1);": (R.CONSTANT, "copy"),
    "(in.beam + in.beam).boost(0.0, 0.0, 0.1);": (R.TYPE, "local variable"),
    "in.beam.m();": (R.NO_EFFECT, ""),
    "std::sqrt(2.0);": (R.NO_EFFECT, ""),
    "in.run == 3;": (R.NO_EFFECT, ""),
    ";": (R.NO_EFFECT, "remove"),
    "double(in.run);": (R.NO_EFFECT, ""),
    "if (in.strict);": (R.NO_EFFECT, ""),
    "break;": (R.FORM, "return false"),
    "if (int n = 3) return false;": (R.FORM, "before the `if`"),
    "std::sort(in.good.begin(), in.good.end());": (R.TYPE, "pairs of numbers"),
    "std::vector<int> v; std::sort(v.begin(), v.end(), std::greater<double>());": (R.TYPE, "std::greater<int>"),
    "std::vector<double> v; std::sort(v.begin(), v.end(), falling);": (R.TYPE, "std::greater<double>"),
    "double a = 1.0; int b = 1; std::swap(a, b);": (R.TYPE, ""),
    "for (int i = 0; i < in.good.size() - 1; ++i) return false;": (R.UNSIGNED_MINUS, "i + 1 < list.size()"),
    "for (int i = 0; i <= in.good.size(); ++i) return false;": (R.LOOP_BOUND, "`<`"),
    "int i; for (i = 0; i < 3; ++i) return false;": (R.LOOP, "for (int i = 0"),
    "int balance = 0; for (int i = 0; i < 3; ++i) --balance; if (balance < in.good.size()) return false;": (R.COMPARISON, "static_cast<int>"),
    "return 1;": (R.RETURN, "comparison"),
    "return in.good.size();": (R.RETURN, ""),
    "return;": (R.RETURN, "`return true;`"),
}  # fmt: skip


@pytest.mark.parametrize("text", STATEMENTS)
def test_what_is_wrong_with_a_statement(text):
    rule, help_ = STATEMENTS[text]
    found = findings(text + TRUE)
    assert any(item.rule is rule and help_ in item.help for item in found), found


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (R.RETURN, "bool b = true;"),
        (R.RETURN, "if (in.strict) return true;"),
        (R.RETURN, "if (in.strict) { return true; } else if (in.run > 0) { return false; }"),
        (R.RETURN, "for (size_t i = 0; i < in.good.size(); ++i) { return true; }"),
        (None, "if (in.strict) { return true; } else { return false; }"),
        (None, "if (in.strict) return true; else if (in.run > 0) return false; else return true;"),
        (None, "{ { return true; } }"),
        (R.UNREACHABLE, "return true; bool b = false;"),
        (R.UNREACHABLE, "if (in.strict) { return true; } else { return false; } return true;"),
        (R.UNREACHABLE, "for (int i = 0; i < 3; ++i) { break; int n = 1; } return true;"),
        (R.UNREACHABLE, "for (int i = 0; i < 3; ++i) { continue; bool b = true; } return true;"),
    ],
)
def test_every_path_returns(rule, text):
    assert {item.rule for item in findings(text)} == ({rule} if rule else set())


#: Loops and writes that are fine, each near to one that is refused.
FINE = [
    "for (size_t i = 0; i < in.good.size(); ++i) for (size_t j = i + 1; j < in.good.size(); ++j) if (i == j) return false;",
    "const int n = static_cast<int>(in.good.size()) - 1; for (int i = 0; i < n; ++i) if (in.good[i].vr > 1.0) return false;",
    "int n = in.good.size() < 5 ? static_cast<int>(in.good.size()) : 5; for (int i = 0; i < n; i++) if (in.good[i].vr > 1.0) return false;",
    "for (int i = 0; i < std::min(3, static_cast<int>(in.good.size())); ++i) if (in.good[i].vr > 1.0) return false;",
    "std::vector<double> v; for (size_t i = 0; i < in.gam.size(); ++i) v.push_back(1.0); for (size_t i = 0; i < v.size(); ++i) v[i] += 1.0;",
    "std::vector<int> v(in.gam.size(), 0); for (size_t i = 0; i < v.size(); ++i) for (size_t j = 0; j < i; ++j) v[j] += 1;",
    "int v[4] = {}; for (int i = 0; i < 4; ++i) v[i] = i;",
    "const int n = 4; double v[n] = {0.0}; v[3] = 1.0;",
    "std::vector<std::vector<double> > v(3, std::vector<double>(2, 0.0)); v[2].at(1) = 1.0; v.at(0).push_back(2.0);",
    "int n = 0; for (size_t i = 0; i < in.good.size(); ++i) ++n; if (n < in.good.size()) return false;",
    "for (int i = 0; 5 > i; ++i) if (in.run == i) return false;",
    "TrackView copy = in.good[0]; copy.vr = 1.0; copy.p4.boost(0.0, 0.0, 0.1); std::swap(copy.vr, copy.vz);",
    "const TrackView& t = in.good[0]; const HepLorentzVector& p = t.p4; if (p.m() > 1.0) return false;",
    "const ShowerView& s = in.gam.front(); const ShowerView& l = in.gam.back(); if (s.energy > l.energy) return false;",
    "double x(in.ecms), y = x; x = y; x *= 2; x -= 1; x /= 4;",
    "HepLorentzVector p(in.beam), q(p), s(q); q += s; if (q.m() > p.m()) return false;",
    "const double x = 1.0; const Hep3Vector axis(x, x, x), other(axis), third(x, x, 0.5); if (axis.dot(other) > third.mag()) return false;",
    "const int k = 3; std::vector<int> v(k, 0), w(v), u(k, 1); v.at(0) = w[0] + u[0]; for (int i(0), n(k); i < n; ++i) if (in.run == i) return false;",
    "HepLorentzVector p(in.beam); p *= 2.0; p -= in.beam; p = 0.5 * p / 2.0 + -p;",
    "if (in.ecms < 2 || in.window > (in.ecms + 1)) return false;",
    "if ((in.ecms) - 1.0 > 0 && (in.run) + 1 > 2) return false;",
    "int half = in.run / 2; if (half % 2 == 1) return false;",
    "bool any = false; any = any || in.strict; if (any != in.strict) return false;",
    "if (in.good.size()) { if (!in.gam.size()) return false; }",
    "double mass = static_cast<double>(in.run) / in.event + (double) in.run + double(in.event) + int(in.ecms);",
    "CLHEP::HepLorentzVector p = in.beam; std::size_t n = 3; unsigned int k = 2; long l = 1; float f = 1.0; if (n > k && l > f) return p.m() > 1;",
    "const double pi = 3.14159265, mass = 0.1349768; if (pi > mass) return false;",
    "const std::vector<ShowerView>& showers = in.gam; std::vector<int> v(in.gam.size(), 0); for (size_t i = 0; i < showers.size(); ++i) v[i] = 1;",
    "double sum[2] = {0.0}; for (int i = 0; i < 9; ++i) sum[i % 2] += 1.0; sum[in.run > 0 ? 0 : 1] = 2.0;",
    "HepLorentzVector p[2]; p[0] = in.beam; p[1] = p[0];",
    # near to what overflows
    "double a[4] = {0.0}; size_t k = 3; for (int i = 0; i < 99; ++i) { k *= 3; a[k % 4] += 1.0; }",
    "double a[4] = {0.0}; a[static_cast<int>(in.gam.size()) % 4] = 1.0; a[in.good.size() % 4] = 1.0;",
    "double a[9] = {0.0}; for (int i = 0; i < 9; i += 2) a[i] = 1.0; for (int i = 2 * 3; i < 9; ++i) a[i] = 2.0;",
    "int n = 0; for (size_t i = 0; i < in.good.size(); ++i) ++n; for (int i = 0; i < n; ++i) for (int j = i + 1; j < n; ++j) if (i == j) return false;",
    "std::vector<double> v; v.push_back(1.0); for (int i = 0; i < v.size(); i += 2) for (int j = i + 1; j < v.size(); ++j) v[j] = v[i];",
    "int n = 0; ++n; for (int i = 0; i < n / 2; ++i) if (in.run == i) return false; for (long i = 0; i < n; ++i) if (in.run == i) return true;",
    "std::vector<bool> v; v.push_back(true); for (size_t i = 0; i < v.size(); ++i) v[i] = false; for (int i = 0; i < static_cast<int>(v.size()); ++i) v[i] = true;",
    "for (int i = 0; i < static_cast<int>(in.gam.size()) - 1; ++i) for (int j = i + 1; j < static_cast<int>(in.gam.size()); ++j) if (i == j) return false;",
    "const TrackView& first = in.good[0]; if (first.vr > 1.0) return false;",
    "unsigned n(3); const Hep3Vector axis(0.0, 0.0, 1.0); Hep3Vector sum = axis * 2.0; sum += axis; if (sum.mag() > n) return false;",
]


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine(text):
    verdict = check(text + TRUE, NAMES)
    assert verdict.accepted, for_user(verdict)


@pytest.mark.parametrize(
    "text",
    [
        "return " + "in.strict && " * 90 + "in.strict;",
        "return " + "!" * 90 + "in.strict;",
        "return 0.0 < " + "1.0 + " * 90 + "1.0;",
        "return 0.0 < " + "(" * 38 + "1.0" + ")" * 38 + ";",
        "return 0.0 < in.beam.vect()" + ".unit()" * 40 + ".x();",
        "".join(f"if (in.run == {i}) return true; else " for i in range(40)) + "return false;",
        "const int n0 = in.good.size(); " + "".join(f"const int n{i} = n{i - 1}; " for i in range(1, 12)) + "for (int i = 0; i < n11; ++i) { if (in.run == i) return true; } return false;",
    ],
)  # fmt: skip
def test_what_is_nearly_too_deep(text):
    verdict = check(text, NAMES)
    assert verdict.accepted, for_user(verdict)


def test_methods_depend_on_the_receiver():
    """`.perp()` exists for both vectors, `.e()` for one, `.size()` for lists only."""
    for good in ("in.beam.perp()", "in.beam.vect().perp()", "in.beam.e()", "in.good[0].p4.vect().unit().x()"):
        assert not findings(f"return {good} > 0;")
    for bad in ("in.beam.vect().e()", "in.beam.size()", "in.good.e()", "in.run.e()", "in.good[0].size()"):
        assert {item.rule for item in findings(f"return {bad} > 0;")} == {R.UNKNOWN_MEMBER}


def test_one_fault_is_said_once():
    assert only("double x = in.nothing + 1.0;\nif (x > 1) return false;\nreturn x < 3;").line == 1
    assert only("static double x = 1.0;\nreturn x < 3;").rule is R.STORAGE
    assert only("double* x = 0;\nreturn x == 3;").rule is R.POINTER


def test_places_are_those_of_the_text():
    item = only("bool b = true; // é\n\tif (in.beam.Mass() > 1) b = false;\nreturn b;")
    assert item.place == (2, 14)


def test_words_for_user_and_model():
    verdict = check("const double m = in.beam.Mass();\nreturn m > 1;", NAMES)
    assert for_user(verdict, "cosmic_veto") == (
        "cosmic_veto:1:26: HepLorentzVector has no method `Mass` [unknown-member]\n"
        "    const double m = in.beam.Mass();\n"
        "                             ^\n"
        "    write `.m()`"
    )
    assert for_model(verdict).splitlines()[1:] == [
        "1. line 1: `const double m = in.beam.Mass();`",
        "   HepLorentzVector has no method `Mass`. Instead: write `.m()`.",
    ]


def test_what_is_no_body_is_said_so():
    whole = findings("bool cosmic_veto(const CosmicVetoView& in) { return true; }")
    assert whole[0].rule is R.FUNCTION
    assert "between the braces" in whole[0].help
    fenced = findings("```cpp\nreturn true;\n```")
    assert [item.line for item in fenced if item.rule is R.CHARACTER] == [1, 3]
    assert "fence" in fenced[0].help


def test_without_the_parser_no_body_is_judged(monkeypatch):
    """Neither accepted nor a traceback of another package: the words say what to install."""
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    tree._parser.cache_clear()
    with pytest.raises(ParserMissing, match="pip install"):
        check("return true;", NAMES)
    monkeypatch.undo()
    assert check("return true;", NAMES).accepted


def test_findings_are_limited():
    verdict = check("int* p;" * 2_000, NAMES)
    assert len(verdict.findings) == MAX_FINDINGS
    assert "92 more" in for_model(verdict)


def test_a_view_is_described_with_types_that_exist():
    with pytest.raises(ValueError, match="not a type"):
        Names.of("veto", {"x": "std::string"}, {})
    with pytest.raises(ValueError, match="not a type"):
        Names.of("veto", {"x": "std::vector<Unknown>"}, {})
    with pytest.raises(ValueError, match="not a type"):
        Names.of("veto", {"x": "double*"}, {})
    with pytest.raises(ValueError, match="lacks"):
        Names.of("veto", {"x": "std::pair<int"}, {})
    with pytest.raises(ValueError, match="not names of C"):
        Names.of("veto", {"a-b": "int"}, {})


def test_names_are_what_the_view_has():
    """The same text is judged by the view it is for."""
    text = "return in.kaons.size() > 1;"
    assert {item.rule for item in findings(text)} == {R.UNKNOWN_MEMBER}
    other = Names.of("other", {"kaons": "std::vector<TrackView>"}, {"TrackView": {"charge": "int"}})
    assert check(text, other).accepted
    assert check("return other(in);", other).rules == {R.RECURSION}
    assert check("return in.kaons[0].vr > 1;", other).rules == {R.UNKNOWN_MEMBER}
