"""The Pygments lexer: every character comes back, and the parts of a program get their own colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token

from dsl4bes.syntax.highlight import BesLexer

PROGRAMS = sorted((Path(__file__).parents[1] / "examples").glob("*/*.bes"))


def tokens(text):
    return list(BesLexer(stripnl=False, ensurenl=False).get_tokens(text))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_examples_come_back_and_nothing_is_left_over(path):
    text = path.read_text(encoding="utf-8")
    found = tokens(text)
    assert "".join(value for _, value in found) == text
    assert not [value for kind, value in found if kind in (Token.Text, Token.Error) and value.strip()]


def test_kinds_of_a_block():
    found = tokens(
        'kinematic_fit(:fit4c) do  # best\n  chi2 < 200\n  mass 12 MeV, "x" # c\n  from vertex: m(gam)\n\nend\n'
    )
    kinds = {value: kind for kind, value in found}
    assert kinds["kinematic_fit"] is Name.Class
    assert kinds["chi2"] is Name.Attribute
    assert kinds[":fit4c"] is String.Symbol
    assert kinds["do"] is Keyword and kinds["end"] is Keyword
    assert kinds["200"] is Number and kinds["MeV"] is Keyword.Type
    assert kinds["<"] is Operator and kinds["m"] is Name.Function and kinds["vertex"] is Name.Label
    assert kinds["# best"] is Comment.Single


def test_wrong_text_is_coloured_too():
    for text in ('"unclosed', "do do do", "\x00\x01", "a" * 10_000, "( [ )", "5 gam 68.3 %", "", "\n\n"):
        assert "".join(value for _, value in tokens(text)) == text


def test_installed_under_its_name():
    pytest.importorskip("importlib.metadata").distribution("dsl4bes")
    assert get_lexer_by_name("bes").name == "DSL4BES"
