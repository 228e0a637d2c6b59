"""Bodies of realistic selections pass, and compile as C++98 and C++17 over a view of values: the allow-list is no fiction."""

from __future__ import annotations

import functools
import re
import subprocess

import pytest

pytest.importorskip("tree_sitter_cpp")

from policy_bodies import GOOD, MEMBERS, NAMES, STRUCTS, header

from dsl4bes.standin.toolchain import ToolchainError, toolchain
from dsl4bes.unknown.policy import allowed_calls, check, for_model, for_user
from dsl4bes.unknown.policy.check import allowed_words
from dsl4bes.unknown.policy.tables import CONSTANTS, CONSTRUCTORS, MATHS, STD_MATHS, methods
from dsl4bes.unknown.policy.types import BOOL, DOUBLE, INT, LORENTZ, NUMBERS, SIZE, THREE, VOID, vector_of


@functools.cache
def tools():
    try:
        return toolchain()
    except ToolchainError as error:
        pytest.skip(str(error))


def compiled(text: str, standard: str) -> str:
    """What the compiler says; empty if nothing."""
    found = tools()
    language = found.standard if standard == "c++98" and found.standard != "gnu++98" else standard
    command = [found.compiler, f"-std={language}", "-pedantic-errors", "-Wall", "-Wno-sign-compare", *found.include_flags, "-fsyntax-only", "-x", "c++", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, check=False).stderr


def as_function(name: str, body: str) -> str:
    return f"bool {name}(const {NAMES.view}& in) {{\n{body}\n}}\n"


def test_there_are_enough():
    assert len(GOOD) >= 25


@pytest.mark.parametrize("name", GOOD)
def test_good_bodies_pass(name):
    verdict = check(GOOD[name], NAMES)
    assert verdict.accepted, for_user(verdict, name)
    assert for_user(verdict, name) == f"{name}: accepted"
    assert for_model(verdict) == ""


@pytest.mark.parametrize("name", GOOD)
def test_what_passes_has_only_allowed_words(name):
    """Words that are not allowed by table or view are variables, and these are declared with a type before their name."""
    code = check(GOOD[name], NAMES).code
    for word in set(re.findall(r"[A-Za-z_]\w*", code)) - allowed_words(NAMES):
        assert re.search(rf"(?:double|int|bool|size_t|Vector|View&?|>|,)\s{word}\b", code), word


@pytest.mark.cpp
@pytest.mark.parametrize("standard", ["c++98", "c++17"])
def test_good_bodies_compile(standard):
    functions = [as_function(name, check(body, NAMES).code) for name, body in GOOD.items()]
    said = [line for line in compiled(header() + "\n".join(functions), standard).splitlines() if "unused" not in line]
    assert not [line for line in said if "error" in line or "warning" in line], "\n".join(said)


@pytest.mark.cpp
def test_the_compiler_is_asked():
    assert "error" in compiled(header() + as_function("bad", "return in.nothing;"), "c++98")


VALUES = {
    DOUBLE: "in.ecms", INT: "in.run", SIZE: "in.good.size()", BOOL: "in.strict", LORENTZ: "in.beam", THREE: "in.beam.vect()",
}  # fmt: skip


def every_call() -> list[str]:
    """One body for each entry of the tables, with arguments of the declared types."""
    bodies = []
    for of in (LORENTZ, THREE, vector_of(DOUBLE)):
        for method in methods(of):
            arguments = ", ".join("in.good.size()" if each == INT else VALUES[each] for each in method.arguments)
            call = f"{of} object;\nobject.{method.name}({arguments});" if method.changes else f"{of} object;\n{method.result} value = object.{method.name}({arguments});"
            bodies.append(f"{call}\nreturn true;" if method.result == VOID else call + ("\nreturn value;" if method.result == BOOL else "\nreturn true;"))
    bodies += [f"return std::{name}({', '.join(['in.ecms'] * count)}) > {name}({', '.join(['in.window'] * count)});" for name, count in MATHS.items()]
    bodies += [f"return std::{name}(in.ecms);" for name in STD_MATHS]
    bodies += [f"return in.ecms > {name};" for name in CONSTANTS]
    bodies += [f"{of} object = {of}({', '.join(VALUES[each] for each in one)});\nreturn true;" for of, ways in CONSTRUCTORS.items() for one in ways]
    bodies += [f"{of} x = std::max<{of}>(1, 2); x = std::min(x, x); std::swap(x, x); return true;" for of in sorted(NUMBERS, key=str) if " (" not in str(of)]
    bodies += ["return std::abs(in.run) > 1 && std::abs(in.ecms) < 2.0;", "std::pair<int, double> p(in.run, 1.5);\nreturn p.first < 1 && p.second > 1;"]
    return bodies


@pytest.mark.parametrize("body", every_call())
def test_every_entry_of_the_tables_passes(body):
    verdict = check(body, NAMES)
    assert verdict.accepted, for_user(verdict)


@pytest.mark.cpp
@pytest.mark.parametrize("standard", ["c++98", "c++17"])
def test_every_entry_of_the_tables_compiles(standard):
    text = header() + "\n".join(as_function(f"call_{i}", body) for i, body in enumerate(every_call()))
    said = compiled(text, standard)
    assert "error" not in said, said[:3000]


def test_the_prompt_names_what_is_allowed():
    text = allowed_calls(NAMES)
    assert all(f"in.{name}: {of}" in text for name, of in MEMBERS.items())
    assert all(f"{name} (" in text for row in STRUCTS.values() for name in row)
    for of in (LORENTZ, THREE):
        assert all(str(method) in text for method in methods(of))
    assert all(f"std::{name}" in text for name in (*MATHS, *STD_MATHS))
