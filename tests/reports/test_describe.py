"""`describe`: every number of a selection is in its text, with its unit, and no other number is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_samples import everything
from reports_tools import RHO, compiled, made, numbers_in_text, programs, switched

from dsl4bes.ir import expr as ir
from dsl4bes.ir import fits, primitives
from dsl4bes.ir.custom import Custom
from dsl4bes.ir.fits import Combine, Fit, KinematicFit, Scope
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Axis, Primitive, Require
from dsl4bes.ir.program import Program, cuts_of, steps_of
from dsl4bes.ir.types import ANGLE, ENERGY, LENGTH, NUMBER, TIME, Dimension, ListSymbol
from dsl4bes.ir.walk import objects
from dsl4bes.physics.particles import all_particles
from dsl4bes.reports import symbols
from dsl4bes.reports.describe import describe
from dsl4bes.reports.describers import DESCRIBERS
from dsl4bes.reports.formula import _WRITERS
from dsl4bes.reports.notation import plain
from dsl4bes.reports.phrases import LANGUAGES, phrases
from dsl4bes.reports.said import Section
from dsl4bes.reports.written import as_json, as_latex, as_text

UNITS = {
    "GeV": (1.0, ENERGY), "MeV": (1e-3, ENERGY), "keV": (1e-6, ENERGY), "cm": (1.0, LENGTH), "mm": (0.1, LENGTH), "μm": (1e-4, LENGTH), "ns": (1.0, TIME), "ps": (1e-3, TIME),
    "mrad": (1e-3, ANGLE), "rad": (1.0, ANGLE), "°": (math.pi / 180, ANGLE),
}  # fmt: skip
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.~])(-?\d+(?:\.\d+)?)(?: ?× ?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?: ?(GeV|MeV|keV|cm|mm|μm|ns|ps|mrad|rad|°)(²?)(?:/c[²⁴]?)?)?(?![A-Za-z0-9])"
)


@dataclass(frozen=True)
class Value:
    """A number in base units."""

    value: float
    dimension: Dimension | None

    def like(self, other: Value) -> bool:
        alike = self.dimension is None or other.dimension is None or self.dimension == other.dimension
        return alike and math.isclose(abs(self.value), abs(other.value), rel_tol=1e-9, abs_tol=1e-15)


def values_of_plain(text: str) -> list[Value]:
    """The numbers of a plain text, read without any knowledge of the program."""
    text = re.sub(r"“[^”]*”", "“”", text).replace("..", " ; ")
    text = re.sub(r"(?<=[^\s(])\(\d{3,4}\)", "", text)  # ρ(770)
    found = []
    for match in _NUMBER.finditer(text):
        factor, dimension = UNITS.get(match[3], (1.0, NUMBER)) if match[3] else (1.0, NUMBER)
        power = 10 ** int(match[2].translate(_RAISED)) if match[2] else 1.0
        found.append(Value(float(match[1]) * power * factor, dimension**2 if match[4] else dimension))
    return found


def values_of_latex(text: str) -> list[Value]:
    """The same of LaTeX."""
    text = re.sub(r"``.*?''|“.*?”", " ", text, flags=re.DOTALL).replace("\n", " ")
    text = re.sub(r"\\times10\^\{(-?\d+)\}", lambda found: "×10" + found[1].translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")), text)
    text = text.replace(r"~\mu\mathrm{m}", " μm").replace(r"^{\circ}", "°")
    text = re.sub(r"~\\mathrm\{(GeV|MeV|keV|cm|mm|ns|ps|mrad|rad)\}(\^\{2\})?", lambda found: f" {found[1]}{'²' if found[2] else ''}", text)
    text = re.sub(r"\\mathrm\{trigger~(channel|condition)\}~", "", text)
    text = re.sub(r"\\mathrm\{((?:\\[{}_]|[^{}])*)\}", lambda found: found[1].replace("~", " ") if re.fullmatch(r"[\d.,~ ]+", found[1]) else "N", text)
    text = re.sub(r"(?<=[a-z}])\(\d{3,4}\)", "", text)  # ρ(770)
    for _ in range(4):
        text = re.sub(r"[_^](\{[^{}]*\}|[a-z0-9])", "", text)
    return values_of_plain(re.sub(r"\\[a-zA-Z]+ ?|\\.|[{}$]", " ", text))


# --- what the program has ------------------------------------------------------------------------------------------------


def _of_parameter(parameter: Parameter) -> list[Value]:
    if isinstance(parameter.value, str):
        return [Value(float(word), NUMBER) for word in re.findall(r"\d+", parameter.value)]
    if isinstance(parameter.value, bool):
        return []
    if parameter.unit == "ticks of 50 ns":
        return [Value(parameter.value * 50, TIME)]
    return [Value(float(parameter.value), parameter.dimension)]


def steps(program: Program) -> list[Primitive]:
    regions = [block for region in program.regions for block in region.blocks]
    found = list(steps_of((*program.always, *program.blocks, *regions, *program.outputs)))
    return [step for step in found if not isinstance(step, Scope)]


def _silent(step: Primitive) -> set[int]:
    """Numbers that mean nothing here: a limit for photons where there are none, exponents, the order of a moment (an index)."""
    found = set()
    if isinstance(step, (KinematicFit, Combine)) and not any(role.charge == 0 and isinstance(role.source, ListSymbol) for role in step.symbol.roles):
        found.add(id(step.max_photons))
    for node in objects(step):
        if isinstance(node, ir.Binary) and node.operator is ir.Arithmetic.POW:
            found.add(id(node.right))
        if isinstance(node, ir.Call) and node.function.name == "fox_wolfram":
            found.add(id(node.arguments[1]))
        if isinstance(node, Parameter) and node.name.endswith(".off"):
            found.add(id(node))
    return found


def needed(program: Program) -> list[Value]:
    """Every number that the text must have."""
    found = []
    for step in steps(program):
        silent = _silent(step)
        for node in objects(step):
            if id(node) in silent:
                continue
            if isinstance(node, Parameter):
                found += _of_parameter(node)
            elif isinstance(node, ir.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool) and not math.isnan(node.value):
                found.append(Value(float(node.value), node.type.dimension))
            elif isinstance(node, ir.Constant) and isinstance(node.value, str):
                found += [Value(float(word), NUMBER) for word in re.findall(r"\d+", node.value)]
            elif isinstance(node, Axis):
                found += [Value(float(each), None) for each in (node.bins, node.low, node.high)]
    analysis = program.analysis
    found += _of_parameter(analysis.ecms) if analysis.ecms is not None else []
    found += _of_parameter(analysis.crossing_angle) if analysis.ecms is not None or analysis.measured_ecms else []
    if program.helix is not None:
        found += _of_parameter(program.helix.seed)
        found += [value for shift in program.helix.shifts for value in _of_parameter(shift.mean) + _of_parameter(shift.width)]
        if not program.helix.table:
            found += [Value(value, None) for each in program.helix.bins for value in (each.mean, each.width, *each.runs, *each.p, *each.cos)]
    for variation in program.variations:
        for override in variation.overrides:
            found += _of_parameter(Parameter("", override.value, override.parameter.dimension, override.parameter.unit))
    for fit in program.fits:
        found += [Value(edge, None) for axis in fit.axes for ranges in axis.ranges for edge in ranges]
    return found


def check(program: Program) -> None:
    allowed = needed(program)
    if program.analysis.events > 0:
        allowed.append(Value(program.analysis.events, NUMBER))
    for language in LANGUAGES:
        told = describe(program, language)
        for read in (values_of_plain(as_text(told)), values_of_latex(as_latex(told))):
            missing = [each for each in needed(program) if not any(each.like(other) for other in read)]
            invented = [each for each in read if not any(each.like(other) for other in allowed)]
            assert not missing, (language, missing)
            assert not invented, (language, invented)


@pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
def test_text_has_every_number_and_no_other(path):
    program = compiled(path).program
    assert program is not None
    check(program)


@settings(max_examples=30)
@given(st.sampled_from(programs()), st.data())
def test_changed_numbers_are_in_the_text(path, data):
    text = compiled(path).source.text
    places = numbers_in_text(text)
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    number = data.draw(st.sampled_from(("3", "0.7", "12.5", "0.0123", "77", "1250")))
    changed = made(text[: place.start()] + number + text[place.end() :])
    if changed.ok and changed.program is not None:
        check(changed.program)


@pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
def test_every_cut_has_its_sentence(path):
    program = compiled(path).program
    assert program is not None
    blocks = (*program.blocks, *(block for region in program.regions for block in region.blocks))
    for language in LANGUAGES:
        told = [sentence.cut for sentence in describe(program, language).sentences if sentence.cut]
        assert told == [cut.name for _, cut in cuts_of(blocks)]


def test_every_primitive_and_every_expression_has_its_words():
    kinds: set[type] = set()
    todo: list[type] = [Primitive]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        kinds.add(kind)
    abstract = {Primitive, fits.Combination, Fit}
    assert kinds - abstract - {Scope} == set(DESCRIBERS)
    expressions = {kind for kind in _subclasses(ir.Expr) if kind is not ir.Expr}
    assert expressions == set(_WRITERS)
    assert {primitives.Require, Custom} <= set(DESCRIBERS)


def _subclasses(kind: type) -> set[type]:
    return {kind} | {each for below in kind.__subclasses__() for each in _subclasses(below)}


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_described_and_its_latex_is_whole(hostile, language):
    """The program with everything: also names with quotes, comments, line ends and commands of TeX."""
    told = describe(everything(hostile), language)
    assert "\x07" not in as_text(told)
    whole(as_latex(told))
    assert {step for step in map(type, steps(everything()))} <= set(DESCRIBERS)
    assert all(each["text"] for each in as_json(told)["sentences"])


def whole(latex: str) -> None:
    """What TeX would refuse: brackets, dollars and commands that do not fit, signs that must be escaped."""
    commands = set(re.findall(r"\\([A-Za-z]+|.)", latex))
    unknown = {each for each in commands if each.isalpha() and each not in _TEX}
    assert not unknown, unknown
    assert not {each for each in commands if not each.isalpha()} - set("{}_$&#%^~ ,;!\\")
    rest = re.sub(r"\\[A-Za-z]+|\\.", "", latex)
    depth = 0
    for sign in rest:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert rest.count("$") % 2 == 0
    outside = re.sub(r"\$[^$]*\$", "", rest)
    assert not set("^_&#%<>|") & set(outside), set("^_&#%<>|") & set(outside)
    for formula in re.findall(r"\$([^$]*)\$", rest):
        assert formula.count("{") == formula.count("}")
        assert not set("&#%") & set(formula)


_TEX = {
    "paragraph", "mathrm", "mathcal", "sqrt", "frac", "textbackslash", "textless", "textgreater", "textbar", "overline", "bar", "vec", "left", "right", "times", "le", "ge", "ne", "in", "notin", "exists",
    "forall", "wedge", "vee", "neg", "sum", "min", "max", "circ", "colon", "to", "infty", "pm", "prime", "angle", "cos", "sin", "tan", "arccos", "arcsin", "ln", "exp", "bmod", "alpha", "beta", "gamma", "delta",
    "epsilon", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi",
    "Omega", "Upsilon",
}  # fmt: skip


@pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
def test_latex_is_whole(path):
    program = compiled(path).program
    assert program is not None
    for language in LANGUAGES:
        whole(as_latex(describe(program, language)))


def test_both_languages_have_the_same_phrases():
    first, second = (phrases(language).table for language in LANGUAGES)
    assert set(first) == set(second)
    for key, text in first.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", second[key])), key
        assert not re.search(r"\d", text + second[key]), key


def test_what_was_not_written_is_said():
    text = "event_selection.pid do\n    identify :pip\n    npip >= 1\nend\n"
    program = made(text).program
    assert program is not None
    english, chinese = as_text(describe(program)), as_text(describe(program, "zh"))
    assert "standard of the collaboration" in english and "|cosθ| < 0.93" in english and "|V_r| < 1 cm" in english
    assert "合作组的标准条件" in chinese and "|V_z| < 10 cm" in chinese
    assert "At least 1 π⁺ candidate is required." in english.replace("\n", " ")


def test_units_are_those_of_a_physicist():
    text = """analysis "A" do
    ecms 3.097 GeV
end
event_selection do
    photons do
        barrel cos < 0.80, energy > 0.025 GeV
        endcap cos in 0.86..0.92, energy > 0.05
        time 0..14
        isolation > 10 deg
        ngam 2..8
    end
    require "mass", m(gam1, gam2) in 0.115..0.15 and angle(gam1, gam2) > 250 mrad
end
"""
    program = made(text).program
    assert program is not None
    said = as_text(describe(program)).replace("\n", " ")
    for words in ("(|cosθ| < 0.8 and E > 25 MeV)", "0.86 ≤ |cosθ| ≤ 0.92", "E > 50 MeV", "0 ns ≤ t ≤ 700 ns", "Δα > 10°", "From 2 to 8 photon candidates", "115 MeV/c² ≤ M(γ₁ γ₂) ≤ 150 MeV/c²", "> 250 mrad"):
        assert words in said


def test_switches_and_vetoes_are_said():
    text = """event_selection do
    photons do
        ngam >= 2
    end
    veto "close", angle(gam1, gam2) < 5 deg, when: property("UseClose", false)
    require "hard", e(gam1) > 1 GeV, when: property("UseHard", true)
end
"""
    program = made(text).program
    assert program is not None
    said = as_text(describe(program)).replace("\n", " ")
    assert "Events with ∠(γ₁,γ₂) < 5° are rejected (“close”); this is asked only if the job option “UseClose” is switched on" in said
    assert "Events must fulfil E(γ₁) > 1 GeV (“hard”); the job option “UseHard” can switch it off." in said
    assert [step.veto for step in steps(program) if isinstance(step, Require)] == [False, True, False]


def test_a_cut_that_a_variation_switches_off_is_said_as_it_is():
    plainly, varied = (describe(program) for program in (made(RHO).program, made(switched()).program) if program is not None)
    assert [each.said for each in varied.sentences if each.section is not Section.VARIATIONS] == [each.said for each in plainly.sentences]


def test_formula_with_open_brackets_is_an_error_of_ours():
    with pytest.raises(ValueError, match="bracket"):
        plain("E_{")


def test_code_of_a_block_is_said_with_its_numbers_and_compared():
    from dataclasses import replace

    from dsl4bes.ir.custom import Author, Body, Member, View
    from dsl4bes.ir.nodes import parameter_ref
    from dsl4bes.ir.primitives import Cut
    from dsl4bes.ir.program import Block
    from dsl4bes.reports.difference.compare import compare
    from dsl4bes.reports.picture.flow import picture

    def program(limit: float, code: str) -> Program:
        base = made("event_selection.photons do\n    ngam >= 1\nend\n").program
        assert base is not None
        view = View((Member("limit", parameter_ref(Parameter("mine.limit", limit, TIME, "ns"))),), (), ())
        step = Custom(cut=Cut("mine"), view=view, body=Body(code, Author.MODEL))
        return replace(base, blocks=(*base.blocks, Block("mine", "mine", (step,))))

    first = program(5.0, "return true;")
    said = as_text(describe(first)).replace("\n", " ")
    assert "written by a model and accepted, says so, with limit = 5 ns" in said
    assert compare(first, program(5.0, "return true;")).found == ()
    assert [each.part for each in compare(first, program(7.0, "return true;")).changes] == ["setting"]
    assert [each.part for each in compare(first, program(5.0, "return false;")).changes] == ["code"]
    assert [row.words for row in picture(first).nodes[-1].cuts] == ["code of the block"]
    check(first)


def test_every_example_of_every_block_is_told_drawn_and_itself():
    """The examples of the reference: one of each kind of step, with every number."""
    from xml.etree import ElementTree

    from dsl4bes.constructs.registry import load
    from dsl4bes.reports.difference.compare import compare
    from dsl4bes.reports.picture.flow import picture
    from dsl4bes.reports.picture.layout import placed
    from dsl4bes.reports.picture.svg import svg

    seen = 0
    for block in load().values():
        for example in block.examples:
            program = made(example.source).program
            if program is None:
                continue  # code of custom blocks is not pinned here; others need the energy of the beams
            seen += 1
            check(program)
            ElementTree.fromstring(svg(placed(picture(program))))
            assert compare(program, program).found == ()
    assert seen > 60


def test_every_particle_has_letters_in_both_notations():
    for each in all_particles():
        latex = symbols.pdg(each.pdgid)
        assert plain(latex)
        whole(f"${latex}$")
