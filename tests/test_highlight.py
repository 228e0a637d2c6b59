"""The Pygments lexer: every character comes back, nothing is left over, and the parts of a program get their own colours."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Token

from dsl4bes.syntax.highlight import BesLexer

ROOT = Path(__file__).parents[1]
PROGRAMS = sorted([*(ROOT / "examples").glob("*/*.bes"), *(ROOT / "tests/corpus/good").rglob("*.bes")])
BROKEN = sorted((ROOT / "tests/corpus/bad").rglob("*.bes"))
LEXER = BesLexer(stripnl=False, ensurenl=False)


def raw(text):
    """Tokens of a text as it is: `get_tokens` would change line ends first."""
    return [(kind, value) for _, kind, value in LEXER.get_tokens_unprocessed(text)]


def kinds(text):
    return {value: kind for kind, value in raw(text)}


def test_programs_come_back_and_nothing_is_left_over():
    assert len(PROGRAMS) > 40
    for path in PROGRAMS:
        text = path.read_text(encoding="utf-8")
        found = raw(text)
        assert "".join(value for _, value in found) == text, path.name
        assert not [value for kind, value in found if kind in (Token.Text, Token.Error) and value.strip()], path.name


def test_broken_programs_come_back_without_error_tokens():
    for path in BROKEN:
        text = path.read_bytes().decode("utf-8", "replace")
        found = raw(text)
        assert "".join(value for _, value in found) == text, path.name
        assert Error not in {kind for kind, value in found if value != "\n"}, path.name


PIECES = st.sampled_from(["event_selection", " do\n", "end\n", "end", '"', "->", "pi0", "(", ")", "[", "\n", "\r\n", "\r", " ", "\t", "#", ":", "=", "== 2", "40 MeV", "1.5e3", "..", ".", "\\", '">=1"', "let x", "\ufeff", "%", "é", "粒", "\x00"])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@example('x "a\\')
@example('a(\nend "')
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back(text):
    assert "".join(value for _, value in raw(text)) == text


def test_kinds_of_a_block():
    found = kinds('kinematic_fit(:fit4c) do  # best\n  chi2 < 200\n  mass 12 MeV, "x" # c\n  from vertex: m(gam)\n\nend\n')
    assert found["kinematic_fit"] is Name.Class
    assert found["chi2"] is Name.Attribute
    assert found[":fit4c"] is String.Symbol
    assert found["do"] is Keyword and found["end"] is Keyword
    assert found["200"] is Number and found["MeV"] is Keyword.Type
    assert found["<"] is Operator and found["m"] is Name.Function and found["vertex"] is Name.Label
    assert found["# best"] is Comment.Single


def test_kinds_in_formulas_and_statements():
    found = kinds('require "two", count(pip) == 2 and fit4c.chi2 < 0.4 * ecms\nidentify :kp\nlet width = 3 um\nhelicity(a,\n  of: b)\n')
    assert found["require"] is Keyword.Declaration and found["let"] is Keyword.Declaration
    assert found["pip"] is Name.Builtin and found["ecms"] is Name.Function and found["count"] is Name.Function
    assert found["chi2"] is Name and found["and"] is Operator.Word
    assert found["identify"] is Name.Attribute and found[":kp"] is String.Symbol
    assert found["width"] is Name.Label and found["um"] is Keyword.Type
    assert found["of"] is Name.Label  # in brackets no line begins with a field


def test_parts_of_texts():
    found = kinds('decay "J/psi -> (pi0 -> gam gam) anti-D*0"\nnpip ">=1"\ntitle "plain \\" 12 # text"\n')
    assert found["J/psi"] is String.Other and found["anti-D*0"] is String.Other and found["gam"] is String.Other
    assert found["->"] is String.Interpol and found[">="] is String.Interpol and found["1"] is String.Other
    assert found['\\"'] is String.Escape and found[" 12 # text"] is String.Double


def test_a_bracket_that_is_not_closed_ends_at_the_next_block():
    found = raw("a(b,\n  c do\n  energy 1\nend\n")
    assert (Name.Class, "c") in found and (Name.Attribute, "energy") in found and (Keyword, "end") in found


def test_long_lines_are_read_in_a_line_of_time():
    started = time.process_time()
    for text in ("a" * 100_000, "a." * 50_000, '"' * 100_000, "(" * 20_000, '"a" ' * 30_000, 'x "' + "- >" * 40_000):
        assert "".join(value for _, value in raw(text)) == text
    assert time.process_time() - started < 8  # quadratic time would be minutes


def test_installed_under_its_name():
    pytest.importorskip("importlib.metadata").distribution("dsl4bes")
    assert get_lexer_by_name("bes").name == get_lexer_by_name("dsl4bes").name == get_lexer_for_filename("a.bes").name == "DSL4BES"
