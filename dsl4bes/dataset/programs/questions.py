"""Questions on programs and their parts, with answers that the compiler and the registry give.

In: a `Draw`, a language, the number of a phrasing. Out: `Found`: question, answer, the program that both speak of. What an answer says of a program is read from what the compiler made of it (cuts, properties, constraints, beams); what it says of the language is in
`words/facts.toml` and in the fields of the registry. No answer is written for one program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from dsl4bes.constructs.fields import Cut
from dsl4bes.constructs.registry import load
from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.made import formatted
from dsl4bes.dataset.programs.part import Both, Clause, Part, Value
from dsl4bes.dataset.programs.parts.names import LISTS, species
from dsl4bes.dataset.programs.spoken import opened, part_text
from dsl4bes.dataset.programs.wholes import FAMILIES as WHOLES
from dsl4bes.dataset.programs.wholes import Whole, drawn
from dsl4bes.dataset.programs.words import Speech, tables
from dsl4bes.dataset.record import Language
from dsl4bes.driver import compile_source
from dsl4bes.ir.fits import KinematicFit
from dsl4bes.ir.program import Program
from dsl4bes.physics.particles import find
from dsl4bes.run.cutflow import slots_of
from dsl4bes.source import SourceFile

_TRIES = 5000  #: the rarest part stands in one selection of two hundred
_ONE_FIELD = ("vr", "vz", "cos", "p", "pt", "energy", "isolation", "prob_cut", "chi2")
#: Fields whose defaults are words of the language or numbers, and so the same in every language.
_DEFAULTS = (("pid", "method"), ("pid", "systems"), ("kinematic_fit", "fitter"), ("kinematic_fit", "photon_errors"), ("kinematic_fit", "iterations"), ("secondary_vertex", "production"), ("secondary_vertex", "iterations"), ("analysis", "crossing_angle"), ("analysis", "profile"), ("dtag", "type"), ("combine", "max_candidates"))
_NO_CUT = (("charged_tracks", "cos"), ("charged_tracks", "p"), ("charged_tracks", "pt"), ("photons", "time"), ("photons", "isolation"), ("pid", "prob_cut"), ("vertex_fit", "chi2"), ("secondary_vertex", "ctau"), ("secondary_vertex", "length"), ("combine", "p"), ("dtag", "mbc"))
_SOURCES = {"": Both("", ""), "BOSS": Both(" (BOSS's own value)", "（BOSS 自己的取值）"), "the collaboration": Both(" (the collaboration's standard)", "（合作组标准）"), "the machine; BOSS takes half of it, `setCollideangle`": Both(" (that of the machine; BOSS's `setCollideangle` takes half of it)", "（加速器的值；BOSS 的 `setCollideangle` 取一半）")}
_MASSES = {"pi0": Both("the mass of the pi0", "π0 质量"), "eta": Both("the mass of the eta", "η 质量")}
_SPECIES = {"pi": ("pi+", Both("pion", "π ")), "K": ("K+", Both("kaon", "K ")), "p": ("p+", Both("proton", "质子"))}


@dataclass(frozen=True)
class Found:
    """`program`: the one that the question shows."""

    question: str
    answer: str
    program: str
    verified: str


@dataclass(frozen=True)
class _Shown:
    """A program that was drawn, and what the compiler made of it."""

    whole: Whole
    text: str

    @property
    def program(self) -> Program:
        made = _compiled(self.text)
        assert made is not None, self.text
        return made

    def named(self, words: str) -> list[Part]:
        return [part for part in self.whole.parts if part.words == words]


@lru_cache(maxsize=512)
def _compiled(text: str) -> Program | None:
    return compile_source(SourceFile("drawn.bes", text), until="ir").program


def _whole(draw: Draw, fits: Callable[[Whole], bool]) -> _Shown:
    """A whole selection that fits; which families do is many enough that one is found."""
    for _ in range(_TRIES):
        whole = drawn(draw.pick(tuple(WHOLES)), draw)
        if fits(whole):
            return _Shown(whole, formatted(whole.text))
    raise LookupError("no selection fits the question")


def _asked(kind: str, shown: _Shown, language: Language, number: int, draw: Draw, answer: str, verified: str, **values: Value) -> Found:
    forms = tables()["ask_about"][kind][language.value]
    speech, filled = Speech(language, draw), {name.upper(): value for name, value in values.items()}
    question = speech.filled(forms[number % len(forms)], {**filled, "PROGRAM": "\n" + fenced(shown.text, "bes")})
    return Found(opened(language, question), answer, shown.text, verified)


def _answer(kind: str, language: Language, draw: Draw, **values: Value) -> str:
    return Speech(language, draw).filled(draw.pick(tables()["answer_about"][kind][language.value]), {name.upper(): value for name, value in values.items()})


def _line_of(part: Part, clause: Clause) -> str:
    """The line of a clause as the formatter writes it."""
    word = clause.line.split()[0]
    numbers = re.findall(r"[\d.]+|:\w+", clause.line)
    lines = [line.strip() for line in formatted(part.text).splitlines()]
    return next((line for line in lines if line.split()[:1] == [word] and all(each in line for each in numbers)), clause.line)


def _explained(part: Part) -> list[Clause]:
    """Clauses of a part for which there is a fact."""
    facts = tables()["facts"].get(part.words, {})
    kept = any(each.name == "keep" for each in part.clauses)  # nothing is chosen then, and facts on a choice do not hold
    free = any(each.name == "optional" for each in part.clauses)
    return [each for each in part.clauses if each.line and each.name in facts and not (kept and part.words == "secondary_vertex") and not (free and each.name == "chi2")]


def purpose(draw: Draw, language: Language, number: int) -> Found:
    """What a line does, and why it is there."""
    wanted = draw.pick([name for name in tables()["facts"]])
    shown = _whole(draw, lambda whole: any(part.words == wanted and _explained(part) for part in whole.parts))
    part = draw.pick([part for part in shown.named(wanted) if _explained(part)])
    clause = draw.pick(_explained(part))
    answer = Speech(language, draw).filled(draw.pick(tables()["facts"][wanted][clause.name][language.value]), {**part.values, **clause.values})
    return _asked("purpose", shown, language, number, draw, answer, "the program compiles; the fact is that of the language's rules, with the numbers of the line", line=_line_of(part, clause))


def block(draw: Draw, language: Language, number: int) -> Found:
    """A block in a sentence."""
    shown = _whole(draw, lambda whole: True)
    part = draw.pick([part for part in shown.whole.parts if part.words and part.words not in ("filter", "for", "duplicates")])
    head = formatted(part.text).splitlines()[0].removesuffix(" do")
    return _asked("block", shown, language, number, draw, part_text(part, language, draw), "the program compiles; the sentence has every choice of the block", block=head)


def cut_flow(draw: Draw, language: Language, number: int) -> Found:
    shown = _whole(draw, lambda whole: True)
    names = [f"`{slot.name}`" for slot in slots_of(shown.program)]
    answer = _answer("cut_flow", language, draw, n=str(len(names)), names=", ".join(names) if language is Language.ENGLISH else "、".join(names))
    return _asked("cut_flow", shown, language, number, draw, answer, "the cuts are those of the compiled program")


def columns(draw: Draw, language: Language, number: int) -> Found:
    shown = _whole(draw, lambda whole: any(part.words == "ntuple" for part in whole.parts))
    part = draw.pick(shown.named("ntuple"))
    speech = Speech(language, draw)
    said = speech.joined([speech.clause("ntuple", each, part.values) for each in part.clauses if each.name != "per"])
    answer = _answer("columns", language, draw, name=part.values["NAME"], columns=said)
    return _asked("columns", shown, language, number, draw, answer, "the columns are those of the program, which compiles")


def property_(draw: Draw, language: Language, number: int) -> Found:
    """The job option of a number, its value in base units."""

    def numbers(shown: _Shown) -> list[tuple[str, Clause, Part]]:
        known = {each.name for each in shown.program.parameters}
        found = []
        for part in shown.whole.parts:
            own = part.values.get("NAME", part.words) if part.words.endswith("_named") or part.words in ("kinematic_fit", "vertex_fit", "secondary_vertex") else part.words
            found += [(f"{own}.{each.line.split()[0]}", each, part) for each in part.clauses if each.line and each.line.split()[0] in _ONE_FIELD]
        return [each for each in found if each[0] in known]

    shown = _whole(draw, lambda whole: bool(numbers(_Shown(whole, formatted(whole.text)))))
    name, clause, part = draw.pick(numbers(shown))
    parameter = next(each for each in shown.program.parameters if each.name == name)
    unit: Value = parameter.unit or Both("a number without unit", "无量纲")
    answer = _answer("property", language, draw, algorithm=shown.program.analysis.algorithm, property=parameter.property_name, value=f"{parameter.value:.9g}", unit=unit)
    return _asked("property", shown, language, number, draw, answer, "property, value and unit are those of the compiled program", line=_line_of(part, clause))


def omitted(draw: Draw, language: Language, number: int) -> Found:
    """A field that is not written."""
    keyword, name = draw.pick((*_DEFAULTS, *_NO_CUT))

    def lacks(part: Part) -> bool:
        return part.words == keyword and not any(line.split()[:1] == [name] for line in part.text.splitlines())

    shown = _whole(draw, lambda whole: any(lacks(part) for part in whole.parts))
    field = load()[keyword].fields[name]
    if field.default:
        answer = _answer("omitted_default", language, draw, field=name, block=keyword, default=field.default if field.default.startswith("`") else f"`{field.default}`", source=_SOURCES[field.source])
    else:
        answer = _answer("omitted_none", language, draw, field=name)
    return _asked("omitted", shown, language, number, draw, answer, "the default is that of the registry, and the program does not write the field", field=name, block=keyword)


def limit(draw: Draw, language: Language, number: int) -> Found:
    """Another limit on the chi2 of a kinematic fit whose candidate is chosen before."""

    def cut(part: Part) -> Clause | None:
        return next((each for each in part.clauses if each.name == "chi2"), None) if part.words == "kinematic_fit" and not any(each.name == "optional" for each in part.clauses) else None

    shown = _whole(draw, lambda whole: any(cut(part) for part in whole.parts))
    part, clause = draw.pick([(part, found) for part in shown.whole.parts if (found := cut(part)) is not None])
    now = str(clause.values["CHI2"])
    other = draw.pick([each for each in ("20", "25", "35", "45", "70", "120", "150") if each != now])
    kind = "tighter" if float(other) < float(now) else "looser"
    answer = _answer(kind, language, draw, other=other, now=now)
    return _asked("tighter", shown, language, number, draw, answer, "the cut stands behind the choice of the candidate in the program, which compiles", line=_line_of(part, clause), other=other, fit=part.values["NAME"])


def constraints(draw: Draw, language: Language, number: int) -> Found:
    shown = _whole(draw, lambda whole: any(part.words == "kinematic_fit" for part in whole.parts))
    steps = [step for block in shown.program.blocks for step in block.steps if isinstance(step, KinematicFit)]
    step = draw.pick(steps)
    part = next(part for part in shown.named("kinematic_fit") if part.values["NAME"] == step.symbol.name)
    masses = len(step.constraints) - 1
    lost = 3 * len(step.unmeasured)
    what = next((each for each in _MASSES if f":{each}" in part.text), "")
    said = Both(f", and {'twice ' if masses > 1 else ''}{_MASSES[what].en}, {masses} more", f"，另有{'两次' if masses > 1 else ''}{_MASSES[what].zh}约束（{masses} 个）") if masses else Both("", "")
    unseen = next((str(each.values["MISSING"]) for each in part.clauses if each.name == "missing"), "")
    missing = Both(f", of which {lost} go into the unknown momentum of `{unseen}`, so that the fit is {4 + masses - lost}C", f"，其中 {lost} 个用于 `{unseen}` 的未知动量，所以拟合是 {4 + masses - lost}C") if lost else Both("", "")
    answer = _answer("constraints", language, draw, fit=step.symbol.name, n=str(4 + masses), masses=said, missing=missing)
    return _asked("constraints", shown, language, number, draw, answer, "the constraints are those of the compiled program", fit=step.symbol.name)


def beams(draw: Draw, language: Language, number: int) -> Found:
    shown = _whole(draw, lambda whole: any(part.words == "analysis" for part in whole.parts))
    analysis = shown.program.analysis
    assert analysis.ecms is not None
    ecms, angle = float(analysis.ecms.value), float(analysis.crossing_angle.value)
    written = "crossing_angle" in shown.text
    answer = _answer("beams", language, draw, ecms=f"{ecms:.6g}", angle=f"{1000 * angle:.6g}", px=f"{ecms * angle / 2:.6g}", said=Both("", "") if written else Both(" (the default, since the program does not say it)", "（程序没有写，取默认值）"))
    return _asked("beams", shown, language, number, draw, answer, "energy and angle are those of the compiled program; rule 16 of the language")


def hypothesis(draw: Draw, language: Language, number: int) -> Found:
    """Which mass the momenta of an identified list have."""
    by_list = {name: particle for particle, name in LISTS.items() if particle[0] in "piKa" and particle[:2] != "mu"}

    def lists(part: Part) -> list[str]:
        return [name for name in by_list if re.search(rf":{name}\b", part.text)] if part.words == "pid" else []

    shown = _whole(draw, lambda whole: any(lists(part) for part in whole.parts))
    name = draw.pick([each for part in shown.whole.parts for each in lists(part)])
    particle = by_list[name]
    standard, words = _SPECIES[species(particle)]
    info = find(standard)
    assert info is not None and info.mass is not None
    answer = _answer("hypothesis", language, draw, list=name, species=words, mass=f"{info.mass:.6g}")
    return _asked("hypothesis", shown, language, number, draw, answer, "mass of the table of particles; rule 5 of the language", list=name)


_BARE = (("charged_tracks", "vr", "1"), ("charged_tracks", "vz", "10"), ("charged_tracks", "cos", "0.93"), ("charged_tracks", "p", "2"), ("charged_tracks", "pt", "0.05"), ("photons", "energy", "0.04"), ("photons", "time", "14"), ("pid", "prob_cut", "0.001"), ("kinematic_fit", "chi2", "200"), ("vertex_fit", "chi2", "50"), ("secondary_vertex", "length", "0.4"), ("secondary_vertex", "significance", "2"), ("secondary_vertex", "mass_window", "0.012"), ("dtag", "mbc", "1.86"), ("combine", "recoil", "3.2"))


def unit(draw: Draw, language: Language, number: int) -> Found:
    """A number without sign and unit."""
    keyword, name, value = draw.pick(_BARE)
    shown = _whole(draw, lambda whole: any(part.words == keyword for part in whole.parts))
    field = load()[keyword].fields[name]
    assert isinstance(field, Cut)
    said = Both(f" with the number in {field.bare}", f"，数值单位为 {'50 ns 一格' if 'ticks' in field.bare else field.bare}") if field.bare else Both("; it has no unit", "；它没有单位")
    answer = _answer("unit", language, draw, field=name, sign=field.natural, bare=value, unit=said)
    return _asked("unit", shown, language, number, draw, answer, "sign and unit are those of the registry", field=name, block=keyword, bare=value)


FAMILIES: Mapping[str, Callable[[Draw, Language, int], Found]] = {
    "purpose": purpose, "purpose-more": purpose, "purpose-again": purpose, "block": block, "block-more": block, "cut_flow": cut_flow, "columns": columns, "property": property_, "omitted": omitted, "limit": limit, "constraints": constraints, "beams": beams, "hypothesis": hypothesis, "unit": unit,
}  # fmt: skip
