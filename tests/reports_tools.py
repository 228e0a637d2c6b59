"""What the tests of reports share: every program of the corpus and the examples that compiles, once; a program to change."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from dsl4bes.driver import Compilation, compile_source
from dsl4bes.source import SourceFile

ROOT = Path(__file__).resolve().parents[1]
FILES = (*sorted((ROOT / "tests/corpus/good").glob("*.bes")), *sorted((ROOT / "examples").glob("*/*.bes")))
#: Numbers in a program that a mutation may touch: those behind a sign, a field or in a range.
_NUMBER = re.compile(r"(?<![\w.\":])\d+(?:\.\d+)?(?![\w.\"]|\s*\*)")
#: A selection with every common block.
RHO = (
    'analysis "A" do\n    ecms 3.097 GeV\nend\nevent_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood == 2\n    end\n    photons do\n        energy > 25 MeV\n        ngam 2..8\n    end\n'
    "    pid do\n        prob_cut 0.001\n        identify :pip\n        identify :pim\n        npip == 1\n        npim == 1\n    end\n"
    '    kinematic_fit(:fit) do\n        decay "J/psi -> pi+ pi- gam gam"\n        from pip, pim, gam\n        constrain :four_momentum\n        choose :min_chi2\n        chi2 < 200\n    end\n'
    '    require "hard", e(fit.gam1) > 0.1 * ecms\nend\n'
)
#: One of its cuts of each kind that can be switched off.
SWITCHED = ("photons.energy", "fit.chi2", "hard", "charged_tracks.ngood")


@cache
def compiled(path: Path) -> Compilation:
    """One program, read as the command line reads it."""
    return made(path.read_text(encoding="utf-8-sig"), str(path))


def made(text: str, name: str = "made.bes") -> Compilation:
    return compile_source(SourceFile(name, text.replace("\r\n", "\n")), until="ir")


@cache
def programs() -> tuple[Path, ...]:
    """The files that are whole programs; the others of the corpus are about spelling alone."""
    return tuple(path for path in FILES if compiled(path).ok)


def numbers_in_text(text: str) -> list[re.Match[str]]:
    """The numbers of a program's text that stand in its blocks, not in its expectations or texts."""
    body = re.sub(r'"[^"\n]*"|#.*', lambda found: " " * len(found[0]), text)
    end = body.find("expect(")
    return [found for found in _NUMBER.finditer(body) if end < 0 or found.start() < end]


def switched() -> str:
    """The program with a variation for each kind of cut that one can switch off."""
    return RHO + "systematics do\n" + "".join(f'    vary "no {name}", without: {name}\n' for name in SWITCHED) + "end\n"
