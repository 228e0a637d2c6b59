"""Typed expressions as formulas in LaTeX, as a paper has them.

In: an `ir.expr` tree. Out: LaTeX without dollar signs, in the commands that `notation.py` can show as Unicode. `about`: the variable that the sentence speaks of, which is
left out (`E > 25 MeV` of a shower); `own`: the fit whose candidate is meant. Every number of the expression is written, none is added.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.dump import expression as key_of
from dsl4bes.ir.truth import GeneratedP4, GeneratedRole, InProcess, MotherOf, OneDecay, TruthOf
from dsl4bes.ir.types import Kind, ListKind
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.numbers import TICKS, Flavour, Quantity

_SIGNS = {ir.Comparison.LT: "<", ir.Comparison.LE: r"\le", ir.Comparison.GT: ">", ir.Comparison.GE: r"\ge", ir.Comparison.EQ: "=", ir.Comparison.NE: r"\ne"}
#: What binds stronger has the larger number.
_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4
_MASSES = ("m",)
_MOMENTA = ("p", "pt", "px", "py", "pz")
#: Functions that a paper writes in another way than the table of the language says; `{0}` is an argument, `@` what marks the frame.
_WRITTEN = {
    "m": "M{0}", "m2": "M^{{2}}{0}", "e": "E@{0}", "p": "p@{0}", "pt": "p_{{T}}{0}", "px": "p_{{x}}@{0}", "py": "p_{{y}}@{0}", "pz": "p_{{z}}@{0}", "cos": r"\cos\theta@{0}", "theta": r"\theta@{0}",
    "phi": r"\phi@{0}", "vr": "V_{{r}}{0}", "vz": "V_{{z}}{0}", "isolation": r"\Delta\alpha{0}", "charge": "Q{0}", "time": "t{0}", "eop": "E/p{0}", "module": r"\mathrm{{EMC~part}}{0}",
    "trigger_channel": r"\mathrm{{trigger~channel}}~{0}", "trigger_condition": r"\mathrm{{trigger~condition}}~{0}", "first_time": r"\mathrm{{first~of~its~run~and~number~among}}~{0}",
    "chi2_track": r"\chi^{{2}}_{{\mathrm{{track}}}}{0}", "index": r"\mathrm{{index}}{0}",
}  # fmt: skip
FIT_VALUES = {
    ir.FitQuantity.CHI2: r"\chi^{2}", ir.FitQuantity.NDF: r"\mathrm{ndf}", ir.FitQuantity.VERTEX_CHI2: r"\chi^{2}_{\mathrm{vtx}}", ir.FitQuantity.LENGTH: "L", ir.FitQuantity.LENGTH_SIGMA: r"\sigma_{L}",
    ir.FitQuantity.CTAU: r"c\tau", ir.FitQuantity.MASS: "M", ir.FitQuantity.MBC: r"M_{\mathrm{BC}}", ir.FitQuantity.DELTA_E: r"\Delta E", ir.FitQuantity.CANDIDATES: r"N_{\mathrm{cand}}",
    ir.FitQuantity.MODE: r"\mathrm{mode}", ir.FitQuantity.CHARM: r"\mathrm{charm}", ir.FitQuantity.CHARGE: "Q", ir.FitQuantity.NOMINAL_MASS: r"m_{D}", ir.FitQuantity.PASSED: r"\mathrm{fitted}",
}  # fmt: skip
_LETTERS = "ijklmnabcdefgh"


@dataclass(frozen=True, slots=True)
class Formula:
    """Writes expressions. `bound`: signs of the loop variables around, `flavour`: what the numbers of a comparison are."""

    about: ir.Binder | None = None
    own: FitSymbol | None = None
    bound: dict[int, str] = field(default_factory=dict)
    flavour: Flavour = Flavour.ENERGY
    ticks: bool = False

    def write(self, node: ir.Expr, level: int = 0) -> str:
        """The formula; in brackets if what stands around binds stronger than `level` allows."""
        made, strength = _WRITERS[type(node)](self, node)
        return f"({made})" if strength < level else made

    # --- numbers ---------------------------------------------------------------------------------------------------

    def quantity(self, value: Quantity) -> str:
        return numbers.latex(value, self.flavour)

    # --- comparisons -----------------------------------------------------------------------------------------------

    def comparison(self, node: ir.Compare) -> str:
        inner = self.for_sides(node.left, node.right)
        return f"{inner.write(node.left)} {_SIGNS[node.operator]} {inner.write(node.right)}"

    def for_sides(self, *sides: ir.Expr) -> Formula:
        """The writer of both sides of a comparison: numbers get the unit of what they are compared with."""
        found = [_flavour(side) for side in sides]
        flavour = next((each for each in found if each is not None), Flavour.ENERGY)
        return replace(self, flavour=flavour, ticks=any(_in_ticks(side) for side in sides))

    def window(self, low: ir.Compare, high: ir.Compare) -> str:
        """`low <= x <= high` as one chain, the limits in one unit."""
        inner = self.for_sides(low.left, low.right, high.right)
        limits = [quantity_of(low.right), quantity_of(high.right)]
        below, above = (r"\le" if each.operator in (ir.Comparison.GE, ir.Comparison.LE) else "<" for each in (low, high))
        if limits[0] is None or limits[1] is None:
            left, right = inner.write(low.right), inner.write(high.right)
        else:
            left, right = (numbers.together(*each) for each in numbers.written([limits[0], limits[1]], inner.flavour))
        return f"{left} {below} {inner.write(low.left)} {above} {right}"

    def chains(self, operands: tuple[ir.Expr, ...]) -> list[str | ir.Expr]:
        """The parts of a conjunction, windows put together; what is no comparison stays an expression."""
        found: list[str | ir.Expr] = []
        rest = list(operands)
        while rest:
            first = rest.pop(0)
            partner = next((each for each in rest if _window(first, each)), None)
            if partner is None:
                found.append(self.comparison(first) if isinstance(first, ir.Compare) else first)
                continue
            rest.remove(partner)
            assert isinstance(first, ir.Compare) and isinstance(partner, ir.Compare)
            low, high = (first, partner) if first.operator in (ir.Comparison.GE, ir.Comparison.GT) else (partner, first)
            found.append(self.window(low, high))
        return found

    def conjunction(self, node: ir.And) -> tuple[str, int]:
        parts = [part if isinstance(part, str) else self.write(part, _PRODUCT) for part in self.chains(node.operands)] or [symbols.name("true")]
        return (r" \wedge ".join(parts), 0) if len(parts) > 1 else (parts[0], _SUM)

    # --- particles -------------------------------------------------------------------------------------------------

    def variable(self, binder: ir.Binder) -> str:
        if self.about is binder:
            return ""
        return self.bound.get(id(binder), symbols.list_symbol(binder.list))

    def pick(self, node: ir.Pick) -> str:
        symbol = symbols.list_symbol(node.list)
        if node.rank is None:
            return symbol
        return f"{symbol}_{{{node.rank + 1}}}" if "_" not in symbol else rf"{{{symbol}}}_{{{node.rank + 1}}}"

    def home(self, fit: FitSymbol, within: ir.Product | None, fitted: bool) -> str:
        """Where a product belongs, in square brackets; nothing for the candidate that the sentence speaks of."""
        parts = [] if fit is self.own and within is None else [symbols.name(fit.name)]
        if within is not None:
            parts = [self.product(within)]
        measured = not fitted and fit is not self.own
        return rf"\,[{', '.join([*parts, *([symbols.name('measured')] if measured else [])])}]" if parts or measured else ""

    def product(self, node: ir.Product) -> str:
        if node.role == node.fit.particle and node.within is None and node.fitted:
            return symbols.role(node.fit.name)
        return symbols.role(node.role) + self.home(node.fit, node.within, node.fitted)

    def together(self, terms: tuple[ir.Expr, ...]) -> str:
        """Particles one after the other; of one fit its name comes once."""
        products = [term.particle if isinstance(term, ir.P4Of) else term for term in terms]
        if all(isinstance(each, ir.Product) for each in products):
            homes = {self.home(each.fit, each.within, each.fitted) for each in products if isinstance(each, ir.Product)}
            if len(homes) == 1:
                return r"\,".join(symbols.role(each.role) for each in products if isinstance(each, ir.Product)) + homes.pop()
        return r"\,".join(self.write(term, _ATOM) or _it(self.about) for term in terms)

    # --- loops -----------------------------------------------------------------------------------------------------

    def loop(self, binders: tuple[ir.Binder, ...]) -> tuple[Formula, str]:
        """The writer inside a loop, and what stands under the sign."""
        bound = dict(self.bound)
        alone = len(binders) == 1 and self.about is None
        for number, binder in enumerate(binders):
            same = sum(each.list is binder.list for each in binders) > 1
            symbol = symbols.list_symbol(binder.list)
            bound[id(binder)] = rf"{{{symbol}}}_{{{_LETTERS[number % len(_LETTERS)]}}}" if same else symbol
        under = ", ".join(bound[id(binder)] for binder in binders)
        return replace(self, bound=bound, about=binders[0] if alone else self.about), under

    def reduction(self, node: ir.Reduce) -> tuple[str, int]:
        inner, under = self.loop(node.over.binders)
        if node.reduction is ir.Reduction.COUNT:
            return rf"N[{under} \colon {inner.write(node.over.body)}]", _ATOM
        if node.reduction in (ir.Reduction.ANY, ir.Reduction.ALL):
            sign = r"\exists" if node.reduction is ir.Reduction.ANY else r"\forall"
            return rf"{sign}\,{under} \colon {inner.write(node.over.body, _SUM)}", _SUM
        sign = {ir.Reduction.MIN: r"\min", ir.Reduction.MAX: r"\max"}.get(node.reduction, r"\sum")
        return rf"{sign}_{{{under}}} {inner.write(node.over.body, _PRODUCT)}", _PRODUCT

    # --- functions -------------------------------------------------------------------------------------------------

    def call(self, node: ir.Call) -> tuple[str, int]:
        made = _SPECIAL.get(node.function.name)
        if made is not None:
            return made(self, node)
        frame, arguments = "", []
        for argument in node.arguments:
            if isinstance(argument, ir.Boost):
                frame, argument = self.frame(argument.frame), argument.p4
            written = self.write(argument)
            arguments.append(written or (_it(self.about) if len(node.arguments) > 1 else ""))
        pattern = _WRITTEN.get(node.function.name)
        if pattern is not None and arguments:
            shown = [f"({each})" if each else "" for each in arguments]
            return pattern.replace("@", frame.replace("{", "{{").replace("}", "}}")).format(*shown), _ATOM
        text = node.function.latex.format(*arguments)
        text = text.replace("()", "") if len(arguments) == 1 else text
        return text.replace("(", f"{frame}(", 1) if "(" in text else text + frame, _ATOM

    def frame(self, node: ir.Expr) -> str:
        """The mark of a frame: a star for the centre of mass, else whose rest frame it is."""
        return "^{*}" if isinstance(node, ir.Beam) else rf"^{{[{self.write(node)}]}}"


def _it(binder: ir.Binder | None) -> str:
    """The variable that the sentence speaks of, where it cannot be left out."""
    if binder is None or binder.list.kind is ListKind.TRACKS:
        return symbols.list_symbol(binder.list) if binder is not None and binder.list.species is not None else symbols.name("track")
    return r"\gamma"


def quantity_of(node: ir.Expr) -> Quantity | None:
    """The number that an expression is, with its unit; None if it is no plain number."""
    if isinstance(node, ir.ParameterRef) and isinstance(node.parameter.value, (int, float)) and not isinstance(node.parameter.value, bool):
        return numbers.of(node.parameter)
    if isinstance(node, ir.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return Quantity(float(node.value), node.type.dimension)
    if isinstance(node, ir.Minus):
        inner = quantity_of(node.operand)
        return None if inner is None else replace(inner, value=-inner.value)
    return None


def _window(first: ir.Expr, second: ir.Expr) -> bool:
    """Whether two comparisons bound the same thing from below and from above."""
    if not isinstance(first, ir.Compare) or not isinstance(second, ir.Compare):
        return False
    up, down = (ir.Comparison.GE, ir.Comparison.GT), (ir.Comparison.LE, ir.Comparison.LT)
    opposite = (first.operator in up and second.operator in down) or (first.operator in down and second.operator in up)
    return opposite and quantity_of(first.left) is None and key_of(first.left) == key_of(second.left)


def _flavour(node: ir.Expr) -> Flavour | None:
    """What an energy is, by the function it comes from."""
    if isinstance(node, ir.Call):
        name = node.function.name
        if name in ("abs", "sqrt", "min2", "max2"):
            return next((found for each in node.arguments if (found := _flavour(each)) is not None), None)
        return Flavour.MASS if name in _MASSES else Flavour.MOMENTUM if name in _MOMENTA else Flavour.MASS_SQUARED if name == "m2" else None
    if isinstance(node, ir.FitValue) and node.quantity in (ir.FitQuantity.MBC, ir.FitQuantity.MASS, ir.FitQuantity.NOMINAL_MASS):
        return Flavour.MASS
    if isinstance(node, ir.Binary) and node.operator in (ir.Arithmetic.ADD, ir.Arithmetic.SUB):
        kinds = {_flavour(each) for each in (node.left, node.right) if quantity_of(each) is None}
        return kinds.pop() if len(kinds) == 1 else None
    if isinstance(node, ir.Minus):
        return _flavour(node.operand)
    if isinstance(node, ir.Reduce):
        return _flavour(node.over.body) if node.reduction in (ir.Reduction.MIN, ir.Reduction.MAX) else None
    if isinstance(node, ir.ValueRef):
        return _flavour(node.define.value)
    return None


def _in_ticks(node: ir.Expr) -> bool:
    return isinstance(node, ir.ParameterRef) and node.parameter.unit == TICKS


# --- one writer per node ----------------------------------------------------------------------------------------------

def _number(w: Formula, n: ir.Expr) -> tuple[str, int]:
    found = quantity_of(n)
    if found is not None and math.isnan(found.value):
        return symbols.name("absent"), _ATOM
    if found is not None:
        return w.quantity(found), _ATOM if found.value >= 0 else _SUM
    value = n.value if isinstance(n, ir.Constant) else n.parameter.value if isinstance(n, ir.ParameterRef) else ""
    if isinstance(value, bool) and isinstance(n, ir.ParameterRef):
        return symbols.name(n.parameter.name), _ATOM
    return symbols.name(str(value).lower() if isinstance(value, bool) else str(value)), _ATOM


def _binary(w: Formula, n: ir.Binary) -> tuple[str, int]:
    if n.type.kind is Kind.P4:
        sign = "-" if n.operator is ir.Arithmetic.SUB else "+"
        left, right = (w.write(each) if isinstance(each, ir.Binary) else f"P({w.write(each)})" for each in (n.left, n.right))
        return f"{left} {sign} {right}", _SUM
    inner = w if n.operator in (ir.Arithmetic.ADD, ir.Arithmetic.SUB) else replace(w, flavour=_flavour(n.left) or Flavour.ENERGY)
    if n.operator is ir.Arithmetic.DIV:
        return rf"\frac{{{inner.write(n.left)}}}{{{inner.write(n.right)}}}", _PRODUCT
    if n.operator is ir.Arithmetic.POW:
        return rf"{{{inner.write(n.left, _ATOM)}}}^{{{inner.write(n.right)}}}", _POWER
    sign, strength = {ir.Arithmetic.ADD: ("+", _SUM), ir.Arithmetic.SUB: ("-", _SUM), ir.Arithmetic.MUL: (r"\times", _PRODUCT)}[n.operator]
    return f"{inner.write(n.left, strength)} {sign} {inner.write(n.right, strength + 1)}", strength


def _recoil(w: Formula, n: ir.Call) -> tuple[str, int]:
    """Invariant mass; of the beams without something, its recoil mass."""
    (of,) = n.arguments
    power = "^{2}" if n.function.name == "m2" else ""
    if isinstance(of, ir.ValueRef) and _is_recoil(of.define.value):
        of = of.define.value
    if isinstance(of, ir.Binary) and _is_recoil(of):
        return rf"M{power}_{{\mathrm{{rec}}}}({w.write(of.right)})", _ATOM
    inside = w.write(of)
    return f"M{power}({inside})" if inside else f"M{power}", _ATOM


def _is_recoil(node: ir.Expr) -> bool:
    return isinstance(node, ir.Binary) and node.operator is ir.Arithmetic.SUB and isinstance(node.left, ir.Beam)


def _absolute(w: Formula, n: ir.Call) -> tuple[str, int]:
    return f"|{w.write(n.arguments[0])}|", _ATOM


def _ticks(w: Formula, n: ir.Call) -> tuple[str, int]:
    inside = w.write(n.arguments[0])
    sign = "t" if w.ticks else r"t_{\mathrm{TDC}}"
    return f"{sign}({inside})" if inside else sign, _ATOM


def _in_runs(w: Formula, n: ir.Call) -> tuple[str, int]:
    text = n.arguments[0]
    runs = str(text.value) if isinstance(text, ir.Constant) else str(text.parameter.value) if isinstance(text, ir.ParameterRef) else ""
    return rf"\mathrm{{run}} \in \{{{symbols.name(runs)}\}}", _SUM


_SPECIAL: dict[str, Callable[[Formula, ir.Call], tuple[str, int]]] = {"m": _recoil, "m2": _recoil, "abs": _absolute, "ticks": _ticks, "in_runs": _in_runs}


def _fit_value(w: Formula, n: ir.FitValue) -> tuple[str, int]:
    sign = FIT_VALUES[n.quantity]
    if n.within is not None:
        return f"{sign}[{w.product(n.within)}]", _ATOM
    return (sign if n.fit is w.own else rf"{sign}\,[{symbols.name(n.fit.name)}]"), _ATOM


def _pid_value(w: Formula, n: ir.PidValue) -> tuple[str, int]:
    letter = symbols.species(n.species)
    inside = w.write(n.particle)
    sign = {ir.PidQuantity.PROBABILITY: r"\mathcal{P}", ir.PidQuantity.FRACTION: r"\mathcal{L}"}.get(n.quantity)
    system = {ir.PidQuantity.CHI_DEDX: "dE/dx", ir.PidQuantity.CHI_TOF1: "TOF1", ir.PidQuantity.CHI_TOF2: "TOF2", ir.PidQuantity.CHI_TOFE: "TOFE", ir.PidQuantity.CHI_TOF: "TOF"}
    made = f"{sign}_{{{letter}}}" if sign else rf"\chi_{{{letter}}}^{{{symbols.name(system[n.quantity])}}}"
    return f"{made}({inside})" if inside else made, _ATOM


def _among(w: Formula, n: ir.Among, sign: str = r"\in") -> tuple[str, int]:
    inside = w.write(n.particle) or _it(w.about)
    return rf"{inside} {sign} {', '.join(symbols.list_symbol(each) for each in n.lists)}", _SUM


def _group(w: Formula, n: ir.Group) -> tuple[str, int]:
    inner = replace(w.loop((n.binder,))[0], about=None)
    made = inner.write(n.p4.p4 if isinstance(n.p4, ir.Boost) else n.p4)
    return made if n.condition is None else rf"{made} \colon {inner.write(n.condition)}", _SUM


def _truth(w: Formula, n: TruthOf) -> tuple[str, int]:
    limits = [rf"\Delta\alpha < {numbers.latex(numbers.of(n.angle))}"]
    if n.difference is not None:
        limits.append(rf"\Delta p/p < {numbers.latex(numbers.of(n.difference))}")
    return rf"\mathrm{{truth}}({', '.join([w.write(n.particle) or _it(w.about), *limits])})", _ATOM


def _one_decay(w: Formula, n: OneDecay) -> tuple[str, int]:
    return rf"\mathrm{{matched}}({', '.join(w.write(each) for each in n.terms)})", _ATOM


def _if_else(w: Formula, n: ir.IfElse) -> tuple[str, int]:
    return rf"[{w.write(n.condition)} \colon {w.write(n.then)},\; {symbols.name('else')} \colon {w.write(n.otherwise)}]", _ATOM


def _each(w: Formula, n: ir.Each) -> tuple[str, int]:
    inner, _ = w.loop(n.binders)
    return replace(inner, about=w.about).write(n.body), _SUM


_WRITERS: dict[type[ir.Expr], Callable[[Formula, Any], tuple[str, int]]] = {
    ir.Constant: _number,
    ir.ParameterRef: _number,
    ir.ValueRef: lambda w, n: (symbols.name(n.define.name), _ATOM),
    ir.Variable: lambda w, n: (w.variable(n.binder), _ATOM),
    ir.Pick: lambda w, n: (w.pick(n), _ATOM),
    ir.Product: lambda w, n: (w.product(n), _ATOM),
    ir.FitValue: _fit_value,
    ir.Beam: lambda w, n: ("e^{+}e^{-}", _ATOM),
    ir.ListSize: lambda w, n: (f"N({symbols.list_symbol(n.list)})", _ATOM),
    ir.Minus: lambda w, n: _number(w, n) if quantity_of(n) is not None else (f"-{w.write(n.operand, _PRODUCT)}", _SUM),
    ir.Binary: _binary,
    ir.Compare: lambda w, n: (w.comparison(n), _SUM),
    ir.And: lambda w, n: w.conjunction(n),
    ir.Or: lambda w, n: (r" \vee ".join(w.write(each, _SUM) for each in n.operands) or symbols.name("false"), 0),
    ir.Not: lambda w, n: _among(w, n.operand, r"\notin") if isinstance(n.operand, ir.Among) else (rf"\neg({w.write(n.operand)})", _ATOM),
    ir.Call: lambda w, n: w.call(n),
    ir.P4Of: lambda w, n: (w.write(n.particle), _ATOM),
    ir.P4Sum: lambda w, n: (w.together(n.terms), _PRODUCT),
    ir.Momenta: lambda w, n: (", ".join(w.write(each) for each in n.terms), 0),
    ir.Group: _group,
    ir.Boost: lambda w, n: (w.write(n.p4, _ATOM) + w.frame(n.frame), _ATOM),
    ir.PidValue: _pid_value,
    ir.Among: _among,
    ir.Each: _each,
    ir.Reduce: lambda w, n: w.reduction(n),
    ir.IfElse: _if_else,
    TruthOf: _truth,
    MotherOf: lambda w, n: (rf"\mathrm{{mother}}({w.write(n.particle)})", _ATOM),
    GeneratedRole: lambda w, n: (rf"{symbols.role(n.role)}[{symbols.name(n.process.name)}]", _ATOM),
    InProcess: lambda w, n: (symbols.name(n.process.name), _ATOM),
    GeneratedP4: lambda w, n: (w.write(n.particle), _ATOM),
    OneDecay: _one_decay,
}
