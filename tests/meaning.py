"""What the tests of constructs and resolution share: short programs, their IR, their diagnostics.

In: program texts. Out: verified `Program`s, codes, steps. Parts of programs that many tests need stand here once.
"""

from __future__ import annotations

from dsl4bes.driver import Compilation, check_source
from dsl4bes.ir.dump import expression
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Primitive
from dsl4bes.ir.program import Block, Program

ANALYSIS = 'analysis "Example" do\n    ecms 3.097 GeV\nend\n'
TRACKS = "charged_tracks do\n vr < 1 cm\n vz < 10 cm\n ngood == 2\n net_charge 0\nend\n"
PHOTONS = "photons do\n energy > 40 MeV\n ngam >= 2\nend\n"
PIONS = "pid do\n prob_cut 0.001\n identify :pip\n identify :pim\n npip == 1\n npim == 1\nend\n"
VERTEX = "vertex_fit(:vertex) do\n from pip, pim\nend\n"


def selection(*parts: str, ecms: bool = True, after: str = "") -> str:
    """A program with these blocks in its `event_selection`."""
    return (ANALYSIS if ecms else "") + "event_selection do\n" + "\n".join(parts) + "\nend\n" + after


def fit(
    decay: str = "J/psi -> pi+ pi- gam gam",
    lines: str = "",
    name: str = "fit4c",
    choose: str = "choose :min_chi2",
) -> str:
    """A kinematic fit with a four-momentum constraint."""
    return (
        f'kinematic_fit(:{name}) do\n decay "{decay}"\n constrain :four_momentum\n {choose}\n {lines}\nend\n'
    )


def checked(text: str, name: str = "test.bes") -> Compilation:
    """Everything up to the IR, verified where there is one."""
    return check_source(text, name, verify=True)


def program(text: str) -> Program:
    """The IR of a text that must be right (notes and warnings allowed)."""
    result = checked(text)
    assert result.program is not None, [f"{item.code.id} {item.message}" for item in result.bag]
    return result.program


def codes(text: str) -> list[str]:
    """The names of all diagnostics of a text, in order."""
    return [item.code.name for item in checked(text).bag]


def faults(text: str) -> list[str]:
    """The names of the diagnostics without notes about assumed blocks."""
    return [name for name in codes(text) if name != "assumed-block"]


def block(value: Program, name: str) -> Block:
    """The block of a name, wherever it is."""
    blocks = [*value.always, *value.blocks, *value.outputs, *(b for region in value.regions for b in region.blocks)]
    found = [each for each in blocks if each.name == name]
    assert len(found) == 1, [each.name for each in blocks]
    return found[0]


def steps(value: Program, kind: type[Primitive]) -> list:
    """All steps of a kind, in order."""
    blocks = [*value.always, *value.blocks, *(b for region in value.regions for b in region.blocks), *value.outputs]
    return [step for each in blocks for step in each.steps if isinstance(step, kind)]


def parameter(value: Program, name: str) -> Parameter:
    """The parameter of a public name."""
    found = {each.name: each for each in value.parameters}
    assert name in found, sorted(found)
    return found[name]


def cut(text: str, *parts: str) -> str:
    """The condition of `require "c", <text>` after the given blocks, as text."""
    from dsl4bes.ir.primitives import Require

    value = program(selection(*parts, f'require "c", {text}'))
    return expression(steps(value, Require)[-1].condition)
