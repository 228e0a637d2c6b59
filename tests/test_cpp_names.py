"""C++ words made of user text: nothing a user can write leaves the place it is put in."""

from __future__ import annotations

import math
import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl4bes.cpp import names

_LITERAL = re.compile(r'"(?:[ !#-\[\]-~]|\\["\\nrt?]|\\[0-3][0-7]{2})*"')
_ESCAPES = {"\\n": b"\n", "\\r": b"\r", "\\t": b"\t", '\\"': b'"', "\\\\": b"\\", "\\?": b"?"}


def _read(literal: str) -> bytes:
    """What a C++98 compiler makes of a string literal."""
    parts = re.findall(r"\\[0-7]{3}|\\.|[^\\]", literal[1:-1])
    return b"".join(
        bytes([int(p[1:], 8)]) if re.fullmatch(r"\\[0-7]{3}", p) else _ESCAPES.get(p, p.encode("ascii"))
        for p in parts
    )


@given(st.text())
def test_string_literal_reads_back_and_has_no_trigraph(text):
    literal = names.string(text)
    assert _LITERAL.fullmatch(literal), literal
    assert "??" not in literal
    assert _read(literal) == text.encode("utf-8", "replace")


@given(st.text())
def test_comment_stays_one_line_of_ascii(text):
    for written in (names.comment(text), names.quoted_line(text.replace("\n", " "))):
        assert all(" " <= c <= "~" for c in written)
        assert "*/" not in written and "/*" not in written and "??" not in written
        assert not written.endswith("\\")


@given(st.text())
def test_identifier_is_a_cpp_identifier(text):
    word = names.Names().new(text)
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", word)
    assert "__" not in word
    assert word not in names.RESERVED


def test_names_are_unique_and_avoid_what_is_taken():
    scope = names.Names(["execute"])
    made = [scope.new(name) for name in ("execute", "while", "gam", "gam", "gam 2", "gam_2", "ψ", "Ω")]
    assert made == ["execute_2", "while_2", "gam", "gam_2", "gam_2_2", "gam_2_3", "x", "x_2"]


def test_inner_scope_does_not_leak():
    outer = names.Names()
    inner = outer.inner()
    assert inner.new("a") == "a"
    assert outer.new("a") == "a"


def test_loop_indices_are_those_people_write():
    scope = names.Names()
    assert [scope.index() for _ in range(5)] == ["i", "j", "k", "l", "i_2"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_reads_back_as_the_same_double_and_is_a_double(value):
    written = names.number(value)
    assert struct.pack("d", float(written)) == struct.pack("d", value)
    assert re.fullmatch(r"-?\d+\.\d+(e[+-]\d+)?", written)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_number_refuses_what_cpp98_cannot_write(value):
    with pytest.raises(ValueError, match="cannot|can write"):
        names.number(value)


@given(st.text())
def test_option_string_is_one_closed_string(text):
    written = names.option_string(text)
    assert "\n" not in written and "\r" not in written
    assert re.fullmatch(r'"(?:[^"\\]|\\["\\])*"', written)


@pytest.mark.parametrize(
    ("value", "cpp", "option"),
    [
        (True, "true", "true"),
        (2, "2", "2"),
        (2.0, "2.0", "2.0"),
        ("a'b\"", 'std::string("a\'b\\"")', '"a\'b\\""'),
    ],
)
def test_property_values(value, cpp, option):
    assert names.cpp_value(value) == cpp
    assert names.option_value(value) == option
