"""Generated packages are accepted by the C++ compiler: strictly as C++98 for 7.0.x, as C++17 for 8, without a warning."""

from __future__ import annotations

import re

import ir_samples
import pytest
import semantics_samples
import test_cross_check_constraints
import test_tagged_fits
from standin_tools import have_toolchain
from test_cross_check_constraints import FITS

from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render
from dsl4bes.driver import check_source
from dsl4bes.ir.program import Program
from dsl4bes.syntax.includes import Texts

pytestmark = [pytest.mark.cpp, pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP")]



def unusual() -> Program:
    """Missing particles, both chains, corrected helices."""
    made = check_source(f"helix_correction do\n pip kappa: [0.1, 1.2]\n km phi0: [0, 1.3]\nend\n{test_cross_check_constraints.program(*FITS)}")
    assert made.program is not None
    return made.program


def table_of_pulls() -> Program:
    """Helices corrected by a table."""
    text = f'helix_correction do\n table "pulls.csv"\nend\n{test_cross_check_constraints.program("lost")}'
    made = check_source(text, loader=Texts({"pulls.csv": "particle,parameter,shift,width,p_max\npi,kappa,0,1.2,0.5\nK-,phi0,0.1,1.1,\n"}))
    assert made.program is not None
    return made.program


def tagged(name: str) -> Program:
    """D tags and electrons with their photons as particles of fits."""
    made = check_source(test_tagged_fits.PROGRAMS[name])
    assert made.program is not None
    return made.program


PROGRAMS = {
    "whole tags": lambda: tagged("tagged"),
    "radiated photons": lambda: tagged("radiated"),
    "table of pulls": table_of_pulls,
    "unusual fits": unusual,
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


def test_a_selection_without_cuts_has_no_unused_parameter():
    """`-Wall` does not say so, `-Wextra` does: an event selection in which no block stands."""
    files = render(lower(PROGRAMS["nothing"](), "7.0.x"))
    (source,) = (text for path, text in files.items() if "::select(Context& ctx)" in text and path.endswith(".cxx"))
    (body,) = re.findall(r"::select\(Context& ctx\) \{\n(.*?)\n\}", source, re.DOTALL)
    assert "ctx" in body


@pytest.mark.parametrize("name", PROGRAMS)
def test_package_for_boss_8_is_cpp17(name):
    assert messages(PROGRAMS[name](), "8", "c++17") == []
