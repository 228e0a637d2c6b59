"""Generated packages are accepted by the C++ compiler: strictly as C++98 for 7.0.x, as C++17 for 8, without a warning."""

from __future__ import annotations

import ir_samples
import pytest
import semantics_samples
from standin_tools import have_toolchain

from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render
from dsl4bes.ir.program import Program

pytestmark = [pytest.mark.cpp, pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP")]

PROGRAMS = {
    "pid": ir_samples.pid_program,
    "rhopi": semantics_samples.rhopi,
    "nothing": lambda: semantics_samples.program(semantics_samples.Maker(), []),
    "everything": ir_samples.everything,
    "hostile names": lambda: ir_samples.everything(hostile=True),
}


def messages(program: Program, profile: str, standard: str) -> list[str]:
    from dsl4bes.standin.build import syntax_check
    from dsl4bes.standin.toolchain import ToolchainError

    package = lower(program, profile)
    files = {path.removeprefix(f"{package.folder}/"): text for path, text in render(package).items()}
    found = []
    for path, text in files.items():
        if path.endswith(".cxx"):
            try:
                found += [str(m) for m in syntax_check(text, standard, files=files, name=path)]
            except ToolchainError as error:
                pytest.skip(str(error).splitlines()[0])
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_package_for_boss_7_is_strict_cpp98(name):
    assert messages(PROGRAMS[name](), "7.0.x", "c++98") == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_package_for_boss_8_is_cpp17(name):
    assert messages(PROGRAMS[name](), "8", "c++17") == []
