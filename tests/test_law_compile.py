"""Law 2: every program that can be made from the registry compiles to C++ that the compiler takes, or gets a diagnostic with a place."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_programs import program
from standin_tools import have_toolchain

from dsl4bes.diagnostics.render import render
from dsl4bes.driver import Compilation, compile_source

#: Seeds of the programs that the C++ compiler sees; it takes most of a second for each.
COMPILED = 8
TRIED = 600


def _lawful(text: str) -> Compilation:
    """Compile, and check that a program without files has an error, and every error a place in the text."""
    result = compile_source(text, "made.bes", verify=True)
    errors = [item for item in result.bag if item.severity.value == "error"]
    assert bool(result.files) != bool(errors), text
    for item in errors:
        assert item.primary is not None, (item.message, text)
        assert 0 <= item.primary.span.start <= item.primary.span.end <= len(text) + 1, (item.message, text)
    for item in result.bag:
        assert item.message and "Traceback" not in item.message and "None" not in item.message, (item.message, text)
    return result


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_made_program_compiles_or_gets_a_diagnostic_with_a_place(random):
    result = _lawful(program(random))
    for format in ("full", "json", "sarif"):
        assert isinstance(render(list(result.bag), format), str)


def test_programs_are_made_that_compile_and_that_do_not():
    outcomes = [_lawful(program(Random(seed))) for seed in range(TRIED)]
    right = sum(bool(outcome.files) for outcome in outcomes)
    codes = {item.code.id for outcome in outcomes for item in outcome.bag}
    assert right > TRIED * 0.02 and len(codes) > 40, (right, sorted(codes))


@pytest.mark.slow
@pytest.mark.cpp
@pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP")
def test_what_compiles_is_cpp():
    from dsl4bes.standin.build import syntax_check

    seen = 0
    for seed in range(1000, 100_000):
        text = program(Random(seed))
        result = compile_source(text, "made.bes", profile=("7.0.x", "8")[seed % 2])
        if not result.files:
            continue
        folder = next(iter(result.files)).split("/")[0]
        files = {path.removeprefix(f"{folder}/"): content for path, content in result.files.items()}
        for path, content in files.items():
            if path.endswith(".cxx"):
                messages = syntax_check(content, ("c++98", "c++17")[seed % 2], files=files, name=path)
                assert not messages, (seed, text, [str(m) for m in messages])
        seen += 1
        if seen == COMPILED:
            return
