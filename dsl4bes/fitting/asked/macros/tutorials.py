"""The tutorial of the installed ROOT that is most like a question.

In: a question in English or Chinese, the user's ROOT. Out: a program of its folder `tutorials`, shortened, without its comments; None if it has none. Likeness is by shared terms: classes, and words of fits,
English and Chinese ones translated into those of the tutorials by a table. No embedding, the same every time; the texts are read where ROOT keeps them and are no part of this project.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dsl4bes.root.find import Root

_FOLDERS = ("math/fit", "fit", "roofit", "roofit/roofit", "hist", "graphs", "visualisation/graphs")
_MOST_BYTES = 20_000
_LONGEST = 3000  #: characters of a program in a prompt
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_CLASS = re.compile(r"\b(?:T[A-Z][A-Za-z0-9]+|Roo[A-Z][A-Za-z0-9]+)\b", re.ASCII)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
#: What a question says, English or Chinese → terms that tutorials use for it.
SPOKEN = {
    "convol": "convolution fft", "卷积": "convolution fft", "folded": "convolution fft", "smeared": "convolution fft",
    "simultaneous": "simultaneous combined", "combined fit": "simultaneous combined", "联合拟合": "simultaneous combined", "同时拟合": "simultaneous combined", "控制样本": "simultaneous combined",
    "side band": "exclude reject", "side-band": "exclude reject", "sideband": "exclude reject", "exclude": "exclude reject", "边带": "exclude reject", "排除": "exclude reject",
    "confidence": "confidence interval", "置信": "confidence interval", "asymmetric": "tgraphasymmerrors graph errors", "不对称": "tgraphasymmerrors graph errors", "tgraph": "graph errors",
    "two-dimensional": "tf2 th2 2d", "2d": "tf2 th2 2d", "二维": "tf2 th2 2d", "in x and y": "tf2 th2 2d", "linear": "linear", "straight line": "linear", "线性": "linear", "peak": "peak signal background",
    "background": "background", "本底": "background", "signal": "signal", "信号": "signal", "exponential": "exponential", "指数": "exponential", "likelihood": "likelihood", "似然": "likelihood",
    "breit": "breit wigner breitwigner", "共振": "breit wigner breitwigner", "resolution": "resolution", "分辨": "resolution", "covariance": "covariance", "协方差": "covariance", "histogram": "histogram", "直方图": "histogram",
    "unbinned": "unbinned", "tree": "tree unbinned", "toy": "toy pseudo", "limit": "limit", "upper": "upper limit", "上限": "upper limit",
}  # fmt: skip


@dataclass(frozen=True)
class Tutorial:
    path: Path
    code: str
    terms: frozenset[str]
    title: frozenset[str]  #: terms of its name and of the first lines, which say what it is about


def terms(text: str) -> frozenset[str]:
    """Words of a program, as they are compared: identifiers also by their parts.

    >>> sorted(terms("g->Fit(TF1Convolution)"))
    ['convolution', 'fit', 'tf1convolution']
    """
    found: set[str] = set()
    for word in _WORD.findall(text):
        parts = re.findall(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}", word)
        found.update(each.lower() for each in (word, *parts) if len(each) > 2)
        if re.fullmatch(r"T[HF][123][CSIFD]", word):
            found.add(word[:-1].lower())
    found.update(each[:-1] for each in tuple(found) if each.endswith("s") and len(each) > 4)
    if re.search(r"\b(?:2-?D|two[- ]dimensional)\b", text, re.IGNORECASE):
        found.add("2d")
    return frozenset(found)


def asked(question: str) -> frozenset[str]:
    """Terms of a question: classes of ROOT, and what its words mean in the words of the tutorials.

    >>> sorted(asked("用 TF2 做卷积"))
    ['convolution', 'fft', 'tf2']
    """
    low = question.lower()
    found = {term for words, meant in SPOKEN.items() if words in low for term in meant.split()}
    return frozenset(found | {name.lower() for name in _CLASS.findall(question)})


@functools.lru_cache(maxsize=4)
def tutorials(root: Root) -> tuple[Tutorial, ...]:
    """The tutorials about fits and graphs that are short enough to be shown."""
    folder = root.folder("tutorials")
    if folder is None:
        return ()
    found = []
    for path in sorted({path for name in _FOLDERS for path in (folder / name).glob("*.C")}):
        if path.stat().st_size > _MOST_BYTES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        code = re.sub(r"\n\s*\n+", "\n", _COMMENT.sub("", text)).strip()
        if ("Fit" in code or "fitTo" in code) and len(code) < 3 * _LONGEST:
            found.append(Tutorial(path, code, terms(text), terms(f"{path.stem} {_about(text)}")))
    return tuple(found)


def _about(text: str) -> str:
    """What the comment in front of a tutorial says, without the words of its layout."""
    comment = " ".join(line.strip("/* ") for line in text.splitlines()[:14] if line.startswith("/"))
    return re.sub(r"\\[a-z_]+(?:\{[^}]*\})?", " ", comment)


def nearest(question: str, root: Root) -> Tutorial | None:
    """The tutorial that shares most, and most particular, terms with the question."""
    known = tutorials(root)
    wanted = asked(question)
    often = Counter(term for each in known for term in each.terms)

    def score(each: Tutorial) -> float:
        weight = {term: math.log((1 + len(known)) / (1 + often[term])) for term in wanted}
        return sum(weight[term] for term in wanted & each.terms) / math.sqrt(60 + len(each.terms)) + sum(weight[term] for term in wanted & each.title) / math.sqrt(40 + len(each.title))

    return max(known, key=score, default=None)


def shown(tutorial: Tutorial) -> str:
    """The program for a prompt: cut at the end of a line where it is long."""
    if len(tutorial.code) <= _LONGEST:
        return tutorial.code
    return tutorial.code[:_LONGEST].rpartition("\n")[0] + "\n// ..."
