"""Make `dsl4bes/physics/particles_table.py` from the `particle` package (PDG).

In: the installed `particle` package. Out: the module's text, one row per particle, sorted by PDG number.
Run `python -m dsl4bes.devtools.particle_table` to rewrite the file, with `--check` to compare only (exit status 1 = differs).
Masses and widths are converted from MeV to GeV as decimal numbers, so that no digit of the PDG changes.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

_NEUTRINOS = (12, 14, 16)
TARGET = Path(__file__).parents[1] / "physics" / "particles_table.py"

_HEADER = '''"""GENERATED from the `particle` package by `python -m dsl4bes.devtools.particle_table`; do not edit.

Source: Particle Data Group, {edition}, as in {table}.
Row: PDG number, PDG name, EvtGen name, LaTeX, mass (GeV), width (GeV), charge (e), PDG number of the antiparticle.
A mass or width that is not known is None; a width of 0.0 means stable.
"""

EDITION = "{edition}"

ROWS: tuple[tuple[int, str, str, str, float | None, float | None, int, int], ...] = (
'''


def _gev(mev: float | None) -> str:
    if mev is None or mev < 0:
        return "None"
    return repr(float(Decimal(repr(float(mev))) / 1000))


def _row(item: Any) -> str:
    from particle.exceptions import MatchingIDNotFound

    try:
        evtgen = item.evtgen_name
    except MatchingIDNotFound:
        evtgen = ""
    neutral_itself = (
        item.is_self_conjugate and item.three_charge == 0
    )  # the package marks charged a(4)(1970) so, too
    anti = int(item.pdgid) if neutral_itself else -int(item.pdgid)
    fields = (
        str(int(item.pdgid)), repr(item.name), repr(evtgen), repr(item.latex_name), _gev(item.mass), _gev(item.width),
        str(round(item.three_charge / 3)), str(anti),
    )  # fmt: skip
    return f"    ({', '.join(fields)}),\n"


def table_text() -> str:
    """The module's text from the installed `particle` package: leptons (neutrinos without a mass), gauge bosons, mesons and baryons with a mass."""
    from particle import Particle
    from particle import data as particle_data

    names = [name for name in Particle.table_names() if name.startswith("particle")]
    first = (particle_data.basepath / names[0]).read_text(encoding="utf-8").splitlines()[0]
    year = "".join(c for c in names[0] if c.isdigit())
    kept = [
        item
        for item in Particle.all()
        if abs(int(item.pdgid)) < 1_000_000_000
        and (item.mass is not None or abs(int(item.pdgid)) in _NEUTRINOS)
        and (item.pdgid.is_hadron or item.pdgid.is_lepton or abs(int(item.pdgid)) in (22, 23, 24))
    ]
    rows = [_row(item) for item in sorted(kept, key=lambda item: (abs(int(item.pdgid)), int(item.pdgid) < 0))]
    header = _HEADER.format(edition=f"PDG {year}", table=first.lstrip("# ").replace("(c) ", ""))
    return header + "".join(rows) + ")\n"


def main(arguments: list[str]) -> int:
    """Write the table, or with `--check` say whether it is up to date."""
    text = table_text()
    if "--check" in arguments:
        return 0 if TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
