"""The tutorial of the installed ROOT that is most like a question.

In: a question in English or Chinese, the user's ROOT. Out: a program of its folder `tutorials`, shortened, without its comments; None if it has none. Likeness is by shared terms: classes, and words of fits, Chinese ones
translated by a table. No embedding, the same every time; the texts are read where ROOT keeps them and are no part of this project.
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
_LONGEST = 2600  #: characters of a program in a prompt
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
CHINESE = {
    "卷积": "convolution FFT smeared", "联合拟合": "simultaneous combined", "同时拟合": "simultaneous combined", "控制样本": "simultaneous control", "同时": "simultaneous", "边带": "exclude range sideband", "置信": "confidence interval interval",
    "不对称误差": "TGraphAsymmErrors asymmetric", "二维": "TH2 TF2 two-dimensional 2D", "直方图": "histogram", "高斯": "gaussian gaus", "本底": "background", "信号": "signal", "指数": "exponential", "似然": "likelihood",
    "分辨": "resolution", "共振": "BreitWigner", "区间": "range", "误差": "errors",
}  # fmt: skip
_STOP = frozenset(["the", "and", "for", "with", "that", "this", "from", "are", "one", "two", "its", "each", "all", "has", "have", "which", "into", "void", "int", "double", "const", "auto", "new", "return", "float", "include", "std", "cout", "endl", "value", "name", "root", "macro", "write", "print", "printed", "program", "file"])


@dataclass(frozen=True)
class Tutorial:
    path: Path
    code: str
    terms: frozenset[str]


def terms(text: str) -> frozenset[str]:
    """Words of a text, as they are compared: identifiers also by their parts.

    >>> sorted(terms("fit with a TGraphAsymmErrors 卷积"))
    ['asymm', 'convolution', 'errors', 'fft', 'fit', 'graph', 'smeared', 'tgraphasymmerrors']
    """
    translated = " ".join(words for chinese, words in CHINESE.items() if chinese in text)
    found: set[str] = set()
    for word in _WORD.findall(f"{text} {translated}"):
        parts = re.findall(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}", word)
        found.update(each.lower() for each in (word, *parts) if len(each) > 2)
    return frozenset(found - _STOP)


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
            found.append(Tutorial(path, code, terms(f"{path.stem} {text}")))
    return tuple(found)


def nearest(question: str, root: Root) -> Tutorial | None:
    """The tutorial that shares most, and most particular, terms with the question."""
    known = tutorials(root)
    asked = terms(question)
    often = Counter(term for each in known for term in each.terms)

    def score(each: Tutorial) -> float:
        shared = sum(math.log((1 + len(known)) / (1 + often[term])) for term in asked & each.terms)
        return shared / math.sqrt(20 + len(each.terms))

    return max(known, key=score, default=None)


def shown(tutorial: Tutorial) -> str:
    """The program for a prompt: cut at the end of a line where it is long."""
    if len(tutorial.code) <= _LONGEST:
        return tutorial.code
    return tutorial.code[:_LONGEST].rpartition("\n")[0] + "\n// ..."
