"""Pairs of drawn fits: each program runs before its pair exists.

In: a seed, how many draws of each family, the user's ROOT. Out: pairs, and what was refused. What ran before is not run again (`Verified`). The same seed gives the same pairs, in the same order, whatever is run at once.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.fits.check import faults
from dsl4bes.dataset.fits.families import load
from dsl4bes.dataset.fits.family import Drawn, Family, Style, program, question
from dsl4bes.dataset.record import OWN_LICENCE, Kind, Language, Pair
from dsl4bes.dataset.source import Made, Means, Size
from dsl4bes.dataset.verified import Verified
from dsl4bes.root.find import Root
from dsl4bes.unknown.backends.together import together

_FAMILY = "fits/"


@dataclass(frozen=True)
class _Job:
    family: Family
    number: int
    seed: int

    @property
    def name(self) -> str:
        return f"{self.family.name}:{self.seed}:{self.number}"


class Fits:
    """Pairs of draws of each family that is asked for: every style in both languages. What is refused is named by family, draw and style."""

    name, needs_root = "fits", True

    def steps(self, size: Size) -> int:
        return size.draws * len(size.families)

    def make(self, size: Size, means: Means) -> Made:
        root = means.find_root()
        jobs = [_Job(family, number, size.seed) for number in range(size.draws) for family in load().values() if family.name in size.families]

        def made(job: _Job) -> Made:
            found = _drawn(job, root, means.verified)
            means.on_step(job.name)
            return found

        fits = Made()
        for each in together(made, jobs, size.at_once):
            fits.add(each)
        return fits


def _drawn(job: _Job, root: Root, verified: Verified) -> Made:
    family = job.family
    rng = np.random.default_rng([job.seed, job.number, *hashlib.sha256(family.name.encode()).digest()[:4]])
    drawn = family.draw(rng)
    fits = Made()
    for at, style in enumerate(family.styles):
        code = program(family.name, drawn, style)
        wrong = verified.ask(_digest(job, code, drawn.truth, root), partial(faults, code, drawn.files, drawn.truth, root))
        if wrong:
            fits.refused[f"{job.name}:{style.value}"] = wrong
            continue
        fits.pairs += [_pair(job, drawn, style, code, language, job.number * len(family.styles) + at, rng, root) for language in Language]
    return fits


def _pair(job: _Job, drawn: Drawn, style: Style, code: str, language: Language, phrasing: int, rng: np.random.Generator, root: Root) -> Pair:
    text = question(job.family.name, drawn, language, style, phrasing, rng)
    ran = f"ran in ROOT {'.'.join(map(str, root.version))}, {', '.join(drawn.truth)} within 5 errors of the truth"
    return Pair(kind=Kind.WHOLE_PROGRAM, language=language, family=_FAMILY + job.family.name, question=text, answer=fenced(code), source=f"{job.name}:{style.value}", licence=OWN_LICENCE, verified=(ran,))


def _digest(job: _Job, code: str, truth: Mapping[str, float], root: Root) -> str:
    """Names what was run. The data are those of the draw, so its source stands for them: files of ROOT hold the time at which they were written."""
    content = hashlib.sha256(repr((root.version, job.name, code, sorted(truth.items()))).encode())
    for source in _sources(type(job.family).__module__):
        content.update(source)
    return content.hexdigest()


@lru_cache(maxsize=64)
def _sources(module: str) -> tuple[bytes, ...]:
    """The code that draws a family: its own and what families share."""
    own = sys.modules[module].__file__
    shared = sorted(Path(__file__).parent.glob("*.py"))
    return tuple(path.read_bytes() for path in (Path(own or __file__), *shared) if path.name != Path(__file__).name)
