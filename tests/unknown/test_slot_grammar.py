"""The grammar of an answer: good bodies can be written in it, invented names cannot, and what is drawn from it is C++ that the policy can judge.

In: grammars made of tasks, llguidance as the decoder, texts drawn without it (`grammar_sampler.py`). Out: assertions. No model is asked.
"""

from __future__ import annotations

import functools
import random
import re
import textwrap
import time
from pathlib import Path

import pytest

llguidance = pytest.importorskip("llguidance")
pytest.importorskip("tree_sitter_cpp")

from grammar_sampler import Sampler
from policy_bodies import GOOD, MEMBERS, STRUCTS

from dsl4bes.driver import compile_source
from dsl4bes.unknown.candidates import Candidates
from dsl4bes.unknown.lock import Lock
from dsl4bes.unknown.policy import Rule, check, for_user
from dsl4bes.unknown.policy.tables import INSTEAD, INSTEAD_OF_FUNCTIONS, methods
from dsl4bes.unknown.policy.types import LORENTZ, THREE
from dsl4bes.unknown.task import Task, Value, names_of
from dsl4bes.unknown.writing.slot_grammar import slot_grammar

ROOT = Path(__file__).resolve().parents[2]
BYTES = llguidance.LLTokenizer("byte")


def of(name: str, members: dict[str, str], structs: dict[str, dict[str, str]]) -> Task:
    def values(row: dict[str, str]) -> tuple[Value, ...]:
        return tuple(Value(word, of, "") for word, of in row.items())

    return Task(name, "", (), values(members), tuple((name, values(row)) for name, row in structs.items()))


TASK = of("cosmic_veto", MEMBERS, STRUCTS)
NAMES = names_of(TASK)


@functools.cache
def compiled() -> str:
    return llguidance.LLMatcher.grammar_from_lark(slot_grammar(TASK))


def written(text: str, grammar: str | None = None) -> tuple[str, bool]:
    """As much of the text as a decoder lets through, and whether an answer may end there."""
    matcher = llguidance.LLMatcher(BYTES, grammar or compiled())
    assert not matcher.is_error(), matcher.get_error()
    data = text.encode()
    return data[: matcher.try_consume_tokens(list(data))].decode(), matcher.is_accepting()


def tidy(body: str) -> str:
    return textwrap.dedent(body).strip()


# --- what can be written ------------------------------------------------------------------------------------------------


#: Accepted by the policy and not offered: constructions from names alone beyond the first of a line (`_declared`).
NOT_OFFERED = {"copies_in_one_line"}


def test_what_is_not_offered_is_good_and_cannot_be_written():
    assert all(not written(tidy(GOOD[name]))[1] for name in NOT_OFFERED)


@pytest.mark.parametrize("name", sorted(set(GOOD) - NOT_OFFERED))
def test_every_good_body_can_be_written(name):
    body = tidy(GOOD[name])
    assert written(body) == (body, True)
    assert written(body + "\n") == (body + "\n", True)
    indented = textwrap.indent(body, "  ")
    assert written(indented) == (indented, True)


#: As small models write: accepted by the policy too, so that no form is here for nothing.
NATURAL = {
    "braces on lines of their own": "if (in.strict)\n{\n    return false;\n}\nelse\n{\n    return true;\n}",
    "one line": "for (int i = 0; i < (int)in.good.size(); i++) { if (in.good[i].vr > 1.0) { return false; } }\nreturn true;",
    "two empty lines and comments": "// a comment, with punctuation: 1 < 2!\n\n\nint n = 0;  // counts\n// more\n// and more\n++n;\nreturn n > 0;",
    "a comment before else": "if (in.strict) {\n  return false;\n}\n// otherwise\nelse {\n  return true;\n}",
    "std::size_t": "for (std::size_t i = 0; i < in.gam.size(); ++i) {\n  if (in.gam.at(i).energy < 0.05) return false;\n}\nreturn true;",
    "unsigned int": "unsigned int n = 0;\nfor (unsigned int i = 0; i < in.gam.size(); i++) n = n + 1;\nfor (unsigned k = 0; k < 2; ++k) n++;\nreturn n >= 2;",
    "a list by reference": "const std::vector<TrackView>& tracks = in.good;\nconst size_t n = tracks.size();\nfor (size_t i = 0; i < n; ++i) {\n  if (!tracks[i].has_tof) return false;\n}\nreturn true;",
    "pairs up to n - 1": "int n = in.gam.size();\nfor (int i = 0; i < n - 1; i++) {\n  for (int j = i + 1; j < n; j++) {\n    if ((in.gam[i].p4 + in.gam[j].p4).m() < in.window) return false;\n  }\n}\nreturn true;",
    "a counter by another name": "for (size_t shower = 0; shower < in.gam.size(); ++shower) {\n  if (in.gam[shower].time > 14) return false;\n}\nreturn true;",
    "a condition over lines": "if (in.good.size() == 2 &&\n    in.gam.size() >= 1 &&\n    (in.strict || in.ecms > 3.0)) {\n  return in.fit4c.passed;\n}\nreturn !in.strict;",
    "angles": "return in.good[0].p4.vect().angle(in.good[1].p4.vect()) > 3.0 && std::fabs(in.good[0].p4.vect().unit().dot(in.good[1].p4.vect().unit())) < 0.9;",
    "arithmetic without blanks": "double s = 2*in.ecms/3.0-in.window;\nreturn s*s < 1e3 && s+1 > -0.5;",
    "constructors": "HepLorentzVector total(0, 0, 0, 0);\nHepLorentzVector lab = HepLorentzVector(0.011 * in.ecms, 0, 0, in.ecms);\nHep3Vector z(0, 0, 1);\ntotal += lab;\nreturn total.angle(z) < 1.5;",
    "an early way out": "if (!in.fit4c.passed || in.fit4c.chi2 >= 50) return false;\ndouble mass = (in.fit4c.pip + in.fit4c.pim + in.fit4c.gam1).invariantMass();\nreturn mass > 0.9 && mass < 1.0;",
    "choices": "const double low = in.strict ? 0.1 : 0.2;\nbool good = in.ecms > low ? true : false;\nreturn good == true;",
    "casts": "int n = static_cast<int>(in.good.size());\ndouble half = static_cast<double>(n) / 2;\nreturn (double)n / 4 < half && int(half) <= n;",
    "falling order": "std::vector<std::pair<double, int> > order;\nfor (int i = 0; i < (int)in.gam.size(); i++) {\n  order.push_back(std::make_pair(in.gam[i].energy, i));\n}\nstd::sort(order.begin(), order.end(), std::greater<std::pair<double, int> >());\nif (order.empty()) return false;\nreturn order[0].first > 0.1 && order.front().second < 5 && in.gam[order[0].second].time < 14.0;",
    "rest frame": "const Hep3Vector to = -in.beam.boostVector();\nHepLorentzVector p = in.good[0].p4;\np.boost(to);\np.boost(0, 0, -0.1);\nreturn p.vect().mag() < 1.5 && p.px() * p.px() + p.py() * p.py() < 1.0;",
    "a ladder that returns": "if (in.run < 0) return true;\nelse if (in.run < 100) {\n  return in.strict;\n} else\n  return false;",
    "a row": "const ShowerView& first = in.gam[0];\nShowerView second = in.gam[1];\nconst FitView& fit = in.fit4c;\nreturn first.energy > second.energy && fit.chi2 < 10;",
    "every third": "int n = 0;\nfor (int i = 0; i < 9; i += 3) {\n  if (i % 2 == 0) continue;\n  n += i;\n}\nreturn n > 3;",
    "tables": "double sums[3] = {0.0, 0.0, 0.0};\nbool seen[2] = {false, false};\nHepLorentzVector pairs[2];\nfor (int i = 0; i < 2; ++i) sums[i] += pairs[i].m();\nreturn sums[0] < 1.0 && !seen[1];",
}  # fmt: skip


@pytest.mark.parametrize("name", NATURAL)
def test_usual_ways_of_writing(name):
    body = NATURAL[name]
    verdict = check(body, NAMES)
    assert verdict.accepted, for_user(verdict)
    assert written(body) == (body, True)


def test_an_answer_ends_with_its_last_return():
    matcher = llguidance.LLMatcher(BYTES, compiled())
    for part, may_end in (("int n = 0;\n", False), ("if (in.strict) return true;\n", False), ("return n > 0;", True)):
        assert matcher.consume_tokens(list(part.encode()))
        assert matcher.is_accepting() is may_end
    assert written("return true;\nint n = 0;")[0] == "return true;\n"
    assert written("for (int i = 0; i < 3; ++i) { break; ++i; }")[0].endswith("break; ")


def test_nothing_is_changed_before_it_is_declared():
    """Where a body begins there is no variable: words of an explanation cannot begin one."""
    for text in ("To = in.ecms;", "n += 1;", "++n;", "if (in.strict) return true;\nn = 1;"):
        assert written(text)[0] != text
    for text in ("if (in.strict) return true;\nint n = 1;\nn = 2;", "for (int i = 0; i < 3; ++i) {\n  double x = 1;\n  x += 1;\n}"):
        assert written(text)[0] == text


def test_an_answer_has_no_fence():
    assert written("```cpp\nreturn in.strict;\n```")[0] == ""


# --- what cannot --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("return in.tracks.size() > 1;", "return in."),
        ("return in.gam[0].pt() > 1;", "return in.gam[0].p"),
        ("return in.gam[0].charge > 1;", "return in.gam[0]."),
        ("return in.good[0].energy > 1;", "return in.good[0].e"),
        ("return in.pip[0].momentum() > 1;", "return in.pip[0]."),
        ("return in.good[0].p4.Mag() > 1;", "return in.good[0].p4."),
        ("return in.good[0].p4.mag() > 1;", "return in.good[0].p4.m"),
        ("return in.good[0].p4.vect().rho() > 1;", "return in.good[0].p4.vect()."),
        ("return in.good[0].p4.vect().mass() > 1;", "return in.good[0].p4.vect().ma"),
        ("return in.good[0].p4.m > 1;", "return in.good[0].p4.m"),
        ("return in.fit4c.mass > 1;", "return in.fit4c."),
        ("return in.fit4c[0].chi2 > 1;", "return in.fit4c"),
        ("return in.gam.p4.m() > 1;", "return in.gam."),
        ("return in.gam->size() > 1;", "return in.gam"),
        ("return in.beam.angle(in.beam) > 1;", "return in.beam.angle(in.beam"),
        ("return in.beam > 1;", "return in.beam"),
        ("return in.ecms;", "return in.ecms"),
        ("return in.good[in.ecms].has_tof;", "return in.good[in."),
        ("return std::hypot(in.ecms, 1) > 1;", "return std::"),
        ("return TMath::Sqrt(in.ecms) > 1;", "return T"),
        ("return system(0) > 1;", "return system"),
        ("const TrackView& t = in.gam[0];", "const TrackView& t = in."),
        ("const ShowerView& s = in.gam[0]; return s.pt() > 1;", "const ShowerView& s = in.gam[0]; return s.p"),
        ("for (const auto& t : in.good) {", "for ("),
        ("for (int i = 0; i < in.good.size(); ++j) {", "for (int i = 0; i < in.good.size(); ++"),
        ("for (int i = 0; i <= in.good.size(); ++i) {", "for (int i = 0; i <= in"),
        ("for (int i = 0; i < in.good.size() - 1; ++i) {", "for (int i = 0; i < in.good.size()"),
        ("while (true) {", ""),
        ("auto n = 1;", ""),
        ("static int n = 0;", "st"),
        ("double x;", "double x"),
        ("int PI_MASS = 1;", "int P"),
        ("break;", "b"),
        ("return 0.1 < in.ecms < 0.2;", "return 0.1 < in.ecms"),
        ('std::cout << "x";', "std::"),
        ("#include <x>", ""),
        ("// " + 100 * "x" + "\nreturn true;", "//" + " " + 79 * "x"),
        ("int n = 0;\n\n\n\nreturn n > 0;", "int n = 0;\n\n\n"),
        (60 * " " + "return true;", 40 * " "),
    ],
)
def test_what_does_not_exist_cannot_be_written(text, until):
    """The text goes on to where the wrong word begins, or to where it is no other word any more."""
    found, _ = written(text)
    assert found.startswith(until) and len(found) <= len(until) + 8 and found != text


def test_misleading_names_are_no_members():
    for owner, chain in ((LORENTZ, "in.beam"), (THREE, "in.beam.vect()")):
        own = {method.name for method in methods(owner)}
        for name in set(INSTEAD[owner]) - own:
            text = f"return {chain}.{name}() > 1;"
            assert written(text)[0] != text, name
    for name in INSTEAD_OF_FUNCTIONS:
        text = f"return std::{name}(in.ecms) > 1;"
        assert written(text)[0] != text, name


# --- what is drawn ------------------------------------------------------------------------------------------------------

#: What the grammar leaves to the policy. Names of variables, and what depends on them:
OF_VARIABLES = {
    Rule.UNKNOWN_NAME, Rule.LOCAL_NAME, Rule.UNKNOWN_MEMBER, Rule.TYPE, Rule.CAST, Rule.CONSTANT, Rule.NARROWING, Rule.REFERENCE, Rule.INDEX, Rule.AMOUNT,
    Rule.LOOP, Rule.LOOP_COUNTER, Rule.LOOP_BOUND,
}  # fmt: skip
#: arithmetic, and statements behind an `if` and `else` that both return; whole texts of more than 16,384 bytes or deep nesting.
OF_THE_WHOLE = {Rule.DIVISION, Rule.UNSIGNED_MINUS, Rule.COMPARISON, Rule.UNREACHABLE, Rule.SIZE, Rule.NESTING}


@functools.cache
def sampler() -> Sampler:
    return Sampler(slot_grammar(TASK))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_drawn_is_cpp_of_the_policys_forms(seed):
    rng = random.Random(seed)
    for _ in range(20):
        body = sampler().draw(rng, depth=rng.randint(8, 12))
        assert written(body) == (body, True), "the decoder and the sampler read the same grammar"
        verdict = check(body, NAMES)
        assert verdict.rules <= OF_VARIABLES | OF_THE_WHOLE, for_user(verdict)


@pytest.mark.parametrize("seed", range(8))
def test_what_begins_with_in_exists(seed):
    """Formulas without variables: every name is there, with the types that its place wants."""
    rng = random.Random(seed)
    drawn = Sampler(slot_grammar(TASK), without=("place",))
    for _ in range(50):
        body = f"return {drawn.draw(rng, depth=rng.randint(4, 9), start='flag')};"
        verdict = check(body, NAMES)
        assert verdict.rules <= OF_THE_WHOLE | {Rule.TYPE, Rule.NARROWING}, for_user(verdict)
        for finding in verdict.findings:
            if finding.rule in (Rule.TYPE, Rule.NARROWING):
                assert re.search("two numbers of one type|`%` is for whole numbers|two values of `\\?:`|has a fraction", finding.message), for_user(verdict)


def test_draws_are_not_all_alike():
    rng = random.Random(1)
    bodies = {sampler().draw(rng, depth=12) for _ in range(60)}
    text = "\n".join(bodies)
    assert len(bodies) > 50
    for piece in ("for (", "if (", "else", "std::sort(", "push_back(", ".boost(", "in.fit4c", "const ", "return ", "continue;", "//", "std::vector<"):
        assert piece in text, piece


# --- every view ---------------------------------------------------------------------------------------------------------


def tasks() -> dict[str, Task]:
    """A block in each example's selection."""
    found = {}
    block = '    shape_probe do\n        describe "reject what does not look right"\n        most 0.5 ns\n    end\n'
    for path in sorted(ROOT.glob("examples/*/*.bes")):
        text, count = re.subn(r"(^event_selection do\n(?:.*\n)*?)(^end$)", rf"\1{block}\2", path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
        candidates = Candidates(Lock())
        compile_source(text, str(path), until="ir", bodies=candidates)
        assert not count or candidates.lacking, path
        found |= {f"{path.stem}: {name}": task for name, task in candidates.lacking.items()}
    return found


def test_the_decoder_takes_the_grammar_of_every_view():
    found = tasks()
    assert len(found) >= 15
    found["without anything"] = of("empty", {}, {})
    found["lists of numbers"] = of("numbers", {"n": "int", "x": "std::vector<double>", "p": "std::vector<HepLorentzVector>", "v": "Hep3Vector"}, {})
    for name, task in found.items():
        text = slot_grammar(task)
        assert text == slot_grammar(task)
        began = time.process_time()
        matcher = llguidance.LLMatcher(BYTES, llguidance.LLMatcher.grammar_from_lark(text))
        assert not matcher.is_error(), (name, matcher.get_error())
        assert time.process_time() - began < 1.0
        assert len(text) < 40_000
        for value in task.values:
            matcher.reset()
            assert matcher.consume_tokens(list(f"return in.{value.name}".encode())), (name, value)


def test_members_of_other_views_are_not_there():
    other = llguidance.LLMatcher.grammar_from_lark(slot_grammar(of("numbers", {"n": "int", "x": "std::vector<double>", "v": "Hep3Vector"}, {})))
    for text in ("return in.x[0] > 1.0 && in.n > 2 && in.v.perp() < 1;", "return in.x.size() > 2;"):
        assert written(text, other) == (text, True)
    assert written("return in.good", other)[0] == "return in."
    assert written("TrackView t = in.x[0];", other)[0] == ""


def test_types_that_differ_by_a_capital_are_two():
    fits = {"FitFit": {"chi2": "double"}, "FItFit": {"passed": "bool"}, "Fit_iFit": {"mass": "double"}, "FitIFit": {"p4": "HepLorentzVector"}}
    grammar = llguidance.LLMatcher.grammar_from_lark(slot_grammar(of("fits", {"fit": "FitFit", "fIt": "FItFit", "fit_i": "Fit_iFit", "fitI": "FitIFit"}, fits)))
    text = "return in.fit.chi2 < 1 && in.fIt.passed && in.fit_i.mass < in.fitI.p4.m();"
    assert written(text, grammar) == (text, True)
    for text, until in (("return in.fit.passed;", "return in.fit."), ("return in.fIt.chi2 > 1;", "return in.fIt."), ("return in.fit_i.p4.m() > 1;", "return in.fit_i.")):
        assert written(text, grammar)[0] == until


# --- the work of a decoder ----------------------------------------------------------------------------------------------


class Words:
    """A vocabulary like that of a model of code: bytes, and words with what often stands beside them."""

    eos_token_id = 256
    bos_token_id = None

    def __init__(self, words: int = 100) -> None:
        rng = random.Random(7)
        known = {"".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCXYZ_") for _ in range(rng.randint(2, 8))) for _ in range(words)}
        beside = ["", "(", ".", "[", ";", ",", "()", "[i", "->", " =", ")"]
        tokens = {f"{before}{word}{after}" for word in known for before in ("", " ") for after in beside}
        tokens |= {before + "".join(signs) for before in ("", " ") for a in "(!-" for b in "(!-" for signs in (a, a + b, a + b + "(")}
        tokens |= {"\n" * lines + " " * blanks for lines in range(4) for blanks in range(16) if lines + blanks}
        self.tokens = [bytes([code]) for code in range(256)] + [b"<end>"] + sorted(each.encode() for each in tokens)
        self.special_token_ids = [256]

    def __call__(self, text: bytes) -> list[int]:
        return list(text)


def test_the_decoder_stays_within_its_limits():
    """A decoder gives up at 50,000 items for one mask, and servers do not raise that. This vocabulary needs 1.5 times what that of Qwen2.5 does (33,000)."""
    from llguidance import numpy as masks

    tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(Words()))
    mask = masks.allocate_token_bitmask(1, tokenizer.vocab_size)
    for name in ("best_pair", "boost_to_rest"):
        matcher = llguidance.LLMatcher(tokenizer, compiled(), limits=llguidance.LLParserLimits(step_max_items=60_000))
        for part in re.findall(r"\w+| *[^\w ]| +", tidy(GOOD[name])):
            masks.fill_next_token_bitmask(matcher, mask)
            assert not matcher.is_error(), matcher.get_error()[:300]
            assert matcher.consume_tokens(list(part.encode()))
