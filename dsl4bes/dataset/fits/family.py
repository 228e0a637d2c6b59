"""What a family of fits is: a kind of data, a model, a way to fit; everything else is drawn.

In: a random number generator. Out: `Drawn`: placeholders for the words, data, a program for each style, what is true. A family has its words in `words/<name>.toml`, its programs in `templates/teaching/<name>.<style>.C.j2`. Names, ranges, binning, statistics and what is printed differ from draw to draw;
the same seed gives the same programs and data. Nothing is run here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from dsl4bes.dataset.record import OPENINGS, Language
from dsl4bes.templating import make_environment, rendered
from dsl4bes.unknown.toml_text import loads

Rng = np.random.Generator
WORDS = Path(__file__).with_name("words")

#: Names that programs of physicists have; other ones than those of the benchmark.
FILES = ("mumu.root", "scan.root", "signal_mc.root", "dimuon.root", "sel.root", "phi_cand.root", "rec.root", "control.root", "psip.root", "out_2021.root")
HISTOGRAMS = ("hm", "m_inv", "h_recoil", "mass_hist", "hE", "h_dt", "spectrum_sel", "hq2", "h_cos", "recoil_mass")
TREES = ("tree", "nt", "events", "sel", "ntuple", "cand")
BRANCHES = ("m", "mass", "mgg", "mkk", "t", "dt", "e_gam", "mrec", "q2", "x")
FUNCTIONS = ("fit_mass", "peakFit", "analyse", "run_fit", "doFit", "macro1", "fit_hist", "measure", "fitSpectrum", "job")
TABLES = ("scan.dat", "xs.txt", "calib.txt", "rates.dat", "meas.txt", "points_2019.txt")


class Style(str, Enum):
    """How a program fits: with functions of the histogram's kind, or with RooFit."""

    TF1 = "tf1"
    ROOFIT = "roofit"


@dataclass(frozen=True)
class Drawn:
    """`words`: placeholder → text, for the questions; `values`: what the templates are rendered with, `function` among it; `files`: data beside the program; `truth`: name that is printed → value that is right."""

    words: Mapping[str, str]
    values: Mapping[str, Any]
    truth: Mapping[str, float]
    files: Mapping[str, bytes] = field(default_factory=dict)


class Family(Protocol):
    """`name` is that of its files; `styles` are those that it has a template for."""

    name: str
    styles: tuple[Style, ...]

    def draw(self, rng: Rng) -> Drawn: ...


class Words(BaseModel):
    """How a family is asked for: `@NAME@` is a placeholder. `tf1` and `roofit` are sentences that ask for the style; a question gets one of them, or none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: Annotated[tuple[str, ...], Field(min_length=6)]
    zh: Annotated[tuple[str, ...], Field(min_length=6)]


@lru_cache(maxsize=64)
def words(name: str) -> Words:
    """The words of a family."""
    return Words.model_validate(loads((WORDS / f"{name}.toml").read_text(encoding="utf-8")))


#: Sentences that ask for a style, put behind a question; a third of the questions has none.
STYLES: Mapping[Language, Mapping[Style, tuple[str, ...]]] = {
    Language.ENGLISH: {
        Style.TF1: ("Use a TF1.", "No RooFit, please.", "Plain ROOT functions are enough.", "Do it with TF1 and the Fit method.", "The fit is done by TF1 or TF2, not by RooFit."),
        Style.ROOFIT: ("Use RooFit.", "Do it in RooFit.", "The model is built from RooFit classes.", "RooFit shall do the fit.", "Write it with RooRealVar and pdfs."),
    },
    Language.CHINESE: {
        Style.TF1: ("用 TF1 实现。", "不要用 RooFit。", "请使用 ROOT 自带的函数类和 Fit 方法。", "用普通的 TF1/TF2 即可。"),
        Style.ROOFIT: ("用 RooFit 实现。", "请使用 RooFit。", "模型用 RooFit 的类搭建。", "用 RooRealVar 和概率密度函数来写。"),
    },
}


def question(family: str, drawn: Drawn, language: Language, style: Style, number: int, rng: Rng) -> str:
    """One of the ways to ask, filled in, with or without a word on the style."""
    texts = words(family).en if language is Language.ENGLISH else words(family).zh
    text = texts[number % len(texts)]
    for name, value in drawn.words.items():
        text = text.replace(f"@{name}@", value)
    if rng.random() < 0.67:
        blank = " " if language is Language.ENGLISH else ""
        text += blank + str(rng.choice(STYLES[language][style]))
    return OPENINGS[language] + text


@lru_cache(maxsize=1)
def _environment() -> Any:
    return make_environment()


def program(family: str, drawn: Drawn, style: Style) -> str:
    """The program of a style."""
    return rendered(_environment(), f"teaching/{family}.{style.value}.C.j2", dict(drawn.values))


def short(value: float, digits: int = 3) -> str:
    """A number as a physicist writes it.

    >>> short(3.09687), short(0.0120), short(250.0)
    ('3.1', '0.012', '250')
    """
    return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"


def rounded(value: float, digits: int = 2) -> str:
    """A number of few digits, however large: a start value, the end of a range.

    >>> rounded(4352), rounded(0.0123), rounded(-1.87, 1)
    ('4400', '0.012', '-2')
    """
    return f"{float(f'{value:.{digits}g}'):.10g}"
