"""`dsl4bes new`: a program to start from.

In: the name of the file. Out: a commented program that compiles and runs on the ten real events. Never overwrites a file.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

_TEMPLATE = """\
# {title}: what is selected, step by step. `dsl4bes check {file}` checks it,
# `dsl4bes run {file} --sample` runs it here, `dsl4bes compile {file} -o .` writes the BOSS package.

analysis "{package}" do
    ecms 3.097 GeV
    crossing_angle 22 mrad
    output "{stem}.root"
end

event_selection do
    charged_tracks do
        vr < 1 cm  # closest approach to the interaction point
        vz < 10 cm
        cos < 0.93
        ngood == 2
        net_charge == 0
    end

    photons do
        barrel cos < 0.80, energy > 25 MeV
        endcap cos in 0.86..0.92, energy > 50 MeV
        time 0..14  # ticks of 50 ns
        isolation > 10 deg  # from the nearest charged track
        ngam >= 2
    end

    pid do
        prob_cut > 0.001
        identify :pip
        identify :pim
        npip == 1
        npim == 1
    end

    vertex_fit(:vertex) do
        from pip, pim
    end

    kinematic_fit(:fit4c) do
        decay "J/psi -> pi+ pi- gam gam"
        from vertex, gam
        constrain :four_momentum
        choose :min_chi2
        chi2 < 200
    end
end

histogram("m_gg") do
    fill m(fit4c.gam1, fit4c.gam2)
    bins 60, 0.105 GeV..0.165 GeV
end

ntuple("{tuple}") do
    column chi2: fit4c.chi2, m_gg: m(fit4c.gam1, fit4c.gam2), m_pipi: m(fit4c.pip, fit4c.pim)
end
"""


def new(
    file: Annotated[str, typer.Argument(help="Name of the program, with or without `.bes`.")],
    package: Annotated[str, typer.Option(help="Name of the BOSS package (default: from the file).")] = "",
) -> None:
    """Write a template program to start from."""
    path = file if file.endswith(".bes") else f"{file}.bes"
    stem = os.path.basename(path)[: -len(".bes")]
    words = [
        "".join(c for c in word if c.isascii() and c.isalnum()) for word in stem.replace("-", "_").split("_")
    ]
    name = package or "".join(word[:1].upper() + word[1:] for word in words)
    if not name or not name.isidentifier():
        print(
            f"`{name or stem}` cannot name a package: use letters and digits, a letter first (--package)",
            file=sys.stderr,
        )
        raise typer.Exit(2)
    if os.path.exists(path):
        print(f"`{path}` is there already; nothing was written", file=sys.stderr)
        raise typer.Exit(1)
    text = _TEMPLATE.format(title=stem, file=path, package=name, stem=stem, tuple=name.lower())
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "x", encoding="utf-8") as stream:
        stream.write(text)
    print(
        f"wrote {path}\n  dsl4bes check {path}\n  dsl4bes run {path} --sample\n  dsl4bes compile {path} -o ."
    )
