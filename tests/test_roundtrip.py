"""The laws of text and tree: printing and parsing undo each other, formatting twice is formatting once, nothing raises."""

from __future__ import annotations

from functools import cache

import pytest
from front_end import EXAMPLES, GOOD, MADE, comments, formatted, parsed, read_program

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import expressions, mutated, programs

from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render import FORMATS, render
from dsl4bes.source import SourceFile
from dsl4bes.syntax import ast
from dsl4bes.syntax.parser import parse
from dsl4bes.syntax.printer import print_expression, print_program, print_statement, quote
from dsl4bes.syntax.reader import decode

fixed = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
PROGRAMS = GOOD + EXAMPLES

# Codes for what the grammar accepts and nobody means.
SLIPS = {"BES0101", "BES0128", "BES0135", "BES0141", "BES0142"}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_formatting_keeps_tree_and_comments_and_is_stable(path):
    program = read_program(path)
    once = print_program(program)
    again = parsed(once)
    assert again == program
    assert comments(again) == comments(program)
    assert print_program(again) == once


@pytest.mark.slow
@given(programs)
@settings(fixed, max_examples=150)
def test_made_trees_come_back(program):
    text = print_program(program)
    again = parsed(text)
    assert again == program
    assert comments(again) == comments(program)
    assert print_program(again) == text


@given(expressions)
@settings(fixed, max_examples=400)
def test_made_expressions_come_back(value):
    statement = parsed(f"let x: {print_expression(value)}\n").statements[0]
    assert statement.arguments[0].value == value


@given(st.data())
@settings(fixed, max_examples=50)
def test_programs_of_the_grammar_parse(data):
    text = data.draw(_grammar_texts())
    bag = Bag()
    program = parse(SourceFile("<made>", text), bag)
    assert {item.code.id for item in bag} <= SLIPS, (text, [item.message for item in bag])
    if program is not None and not bag.has_errors:
        once = print_program(program)
        assert parsed(once) == program
        assert formatted(once) == once


@cache
def _grammar_texts():
    pytest.importorskip("lark")
    from strategies import grammar_texts

    return grammar_texts()


ORIGINALS = [path.read_bytes().decode("utf-8-sig") for path in GOOD]


@given(mutated(ORIGINALS))
@settings(fixed, max_examples=400)
def test_broken_programs_end_in_a_diagnostic_or_a_tree(text):
    bag = Bag()
    source = SourceFile("broken.bes", text)
    program = parse(source, bag)
    assert program is not None or bag.has_errors
    for item in bag:
        assert item.primary is None or 0 <= item.primary.span.start <= item.primary.span.end <= len(text)
        for fix in item.fixes:
            assert 0 <= fix.span.start <= fix.span.end <= len(text)
    for format in FORMATS:
        render(bag, format, colour=True).encode("utf-8")
    if program is not None and not bag.has_errors:
        assert formatted(print_program(program)) == print_program(program)


@given(st.binary(max_size=200))
@settings(fixed, max_examples=300)
def test_any_bytes_end_in_a_diagnostic_or_a_tree(data):
    bag = Bag()
    source = decode("bytes.bes", data, bag)
    program = parse(source, bag) if source is not None else None
    assert program is not None or bag.has_errors
    render(bag)


@given(st.text(max_size=100) | st.text("ab 1.\"'()[]{}<>=!:,#\n\\;-+*/^%&|doen\r\t\u00a0", max_size=60))
@settings(fixed, max_examples=500)
def test_any_text_ends_in_a_diagnostic_or_a_tree(text):
    bag = Bag()
    program = parse(SourceFile("text.bes", text), bag)
    assert program is not None or bag.has_errors
    render(bag)


@pytest.mark.parametrize("name", MADE)
def test_large_texts_end_in_a_diagnostic(name):
    bag = Bag()
    assert parse(SourceFile(name, MADE[name]), bag) is None
    assert bag.has_errors


# --- the printer's own rules


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("a   1 ,2", "a 1, 2"),
        ('pid(method="x") do\nend', 'pid(method: "x") do\nend'),
        ("let  x=a+b", "let x = a + b"),
        ("a ((b))", "a b"),
        ("a (b + c) + d", "a b + c + d"),
        ("a b + (c + d)", "a b + (c + d)"),
        ("a b - (c - d)", "a b - (c - d)"),
        ("a (b or c) and d", "a (b or c) and d"),
        ("a b or c and d", "a b or (c and d)"),
        ("a 2 ^ 3", "a 2**3"),
        ("a (2 ** 3) ** 4", "a (2**3)**4"),
        ("a (-2) ** 2", "a (-2)**2"),
        ("a - 2", "a -2"),
        ("a b - - 2", "a b - -2"),
        ("a -(2)", "a -(2)"),
        ("a +2", "a 2"),
        ("a (10 cm)^2", "a (10 cm)**2"),
        ("a 0.1 ..0.2", "a 0.1..0.2"),
        ("a (b < c) == d", "a (b < c) == d"),
        ("a not (b and c)", "a not (b and c)"),
        ("a not (not b)", "a not not b"),
        ("a (b..c) in d", "a b..c in d"),
        ("a f( b,c , )", "a f(b, c)"),
        ("a 68.3%", "a 68.3 %"),
        (r'a "\\ \" \pi \\"', r'a "\ \" \pi \\"'),
        ("a # x", "a  # x"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("\n\na do\n\n b\n\nend", "a do\n    b\nend"),
    ],
)
def test_canonical_text(written, canonical):
    assert formatted(written) == canonical + "\n"


def test_columns_stay_where_the_author_lined_them_up():
    lined = "a do\n    b        1\n    long   < 2  # c\n    # d\n    x  3, 4\n\n    y 1\nend\n"
    assert formatted("a do\n b     1\n long  < 2 # c\n # d\n x     3,4\n\n y   1\nend") == (
        "a do\n    b     1\n    long  < 2  # c\n    # d\n    x     3, 4\n\n    y 1\nend\n"
    )
    assert formatted(lined) == lined.replace("b        1", "b 1").replace("long   <", "long <").replace("x  3", "x 3")


def test_long_lines_break_inside_brackets():
    terms = " + ".join(f"energy_of(particle_{number}, frame: :cm)" for number in range(6))
    text = formatted(f'a do\n  require "x, (y", ({terms}) > 1 GeV # c\nend')
    assert max(len(line) for line in text.splitlines()) <= 110
    assert text.splitlines()[2].startswith("            ")
    assert parsed(text) == parsed(f'a do\n  require "x, (y", ({terms}) > 1 GeV\nend')
    assert formatted(text) == text and text.count("# c") == 1


def test_empty_program_is_an_empty_text():
    assert formatted("\n\n") == ""


def test_rewrite_sees_every_statement():
    program = parsed("# c\na do\n  b 1  # d\nend")

    def rename(statement):
        from dataclasses import replace

        word = ast.Word(statement.head.name.upper(), statement.head.span)
        return replace(statement, head=ast.Head((word,), None, statement.head.span))

    assert print_program(program, rename) == "# c\nA do\n    B 1  # d\nend\n"


def test_one_statement_prints_with_its_comments():
    assert print_statement(parsed("# c\na 1").statements[0]) == "# c\na 1"


def test_a_string_with_a_line_end_cannot_be_written():
    with pytest.raises(ValueError, match="line end"):
        quote("a\nb")


def test_a_glued_value_beside_a_column_is_laid_out_once():
    once = formatted("values do\n    numb1e-3, 2\n    ranges      0.86..0.92\n    comparisons < 1 cm\nend\n")
    assert formatted(once) == once
