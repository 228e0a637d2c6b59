"""A block with the program in which it is checked.

In: the part, a program with `@HERE@` where it stands. Out: `Block`. The context holds what the block needs and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.dataset.programs.part import Part

HERE = "@HERE@\n"


@dataclass(frozen=True)
class Block:
    """`context`: the program around it; `needs_code`: it can be checked up to its primitives only."""

    part: Part
    context: str = f"event_selection do\n{HERE}end\n"
    needs_code: bool = False

    @property
    def program(self) -> str:
        return self.context.replace(HERE, self.part.text)


def inside(before: str, after: str = "", ecms: str = "", output: str = "") -> str:
    """A context in `event_selection`, behind and before other blocks; with beams where an energy is given."""
    head = f'analysis "Around" do\necms {ecms}\nend\n' if ecms else ""
    return f"{head}event_selection do\n{before}{HERE}{after}end\n{output}"


def behind(before: str, ecms: str = "") -> str:
    """A context at the end of the file."""
    head = f'analysis "Around" do\necms {ecms}\nend\n' if ecms else ""
    return f"{head}event_selection do\n{before}end\n{HERE}"


def identified(*names: str, exact: bool = True) -> str:
    """Lists of these species, one of each or any number."""
    counts = "".join(f"n{name} == 1\n" for name in names) if exact else ""
    return "pid do\nprob_cut 0.001\n" + "".join(f"identify :{name}\n" for name in names) + counts + "end\n"


def tracks(n: int) -> str:
    return f"charged_tracks do\nvr < 1 cm\nvz < 10 cm\nngood == {n}\nnet_charge 0\nend\n"


def photons(n: int) -> str:
    return f"photons do\nenergy > 25 MeV\nngam >= {n}\nend\n"


#: A pion pair and two photons, and the fit of them.
PIPI = tracks(2) + photons(2) + identified("pip", "pim")
FIT4C = 'kinematic_fit(:fit4c) do\ndecay "J/psi -> pi+ pi- gam gam"\nconstrain :four_momentum\nchoose :min_chi2\nend\n'
