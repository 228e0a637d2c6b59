"""What words of a question, English or Chinese, mean in the language of fits.

In: a question. Out: its terms (fields, shapes, terms of a model), and glosses for a prompt. A table and no model; the same every time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: What is said → words of the language. Longer ones are looked for first.
SPOKEN = {
    "two-dimensional gaussian": "gaussian_2d range_y", "2d gaussian": "gaussian_2d range_y", "two-dimensional": "range_y", "二维高斯": "gaussian_2d range_y", "二维": "range_y", "in x and y": "range_y",
    "double gaussian": "double_gaussian", "two gaussians": "double_gaussian", "sum of two gaussians": "double_gaussian", "双高斯": "double_gaussian", "gaussian": "gaussian", "gauss": "gaussian", "高斯": "gaussian",
    "double-sided crystal ball": "double_crystal_ball", "double crystal ball": "double_crystal_ball", "双边晶球": "double_crystal_ball", "crystal ball": "crystal_ball", "晶球": "crystal_ball",
    "relativistic breit": "relativistic_breit_wigner", "相对论布莱特": "relativistic_breit_wigner", "breit-wigner": "breit_wigner", "breit wigner": "breit_wigner", "breitwigner": "breit_wigner", "crystalball": "crystal_ball", "crystal-ball": "crystal_ball", "cb function": "crystal_ball double_crystal_ball", "tail": "crystal_ball double_crystal_ball", "core": "double_gaussian", "resonan": "breit_wigner relativistic_breit_wigner voigtian", "共振": "breit_wigner relativistic_breit_wigner voigtian", "natural width": "breit_wigner voigtian", "end point": "argus", "endpoint": "argus", "simulated shape": "histogram_pdf keys_pdf", "mc shape": "histogram_pdf keys_pdf", "shape from": "histogram_pdf keys_pdf", "模拟形状": "histogram_pdf keys_pdf", "novosibirsk": "formula", "landau": "formula", "布莱特": "breit_wigner", "voigt": "voigtian",
    "straight line": "polynomial order", "linear": "polynomial order", "line": "polynomial", "线性": "polynomial order", "一次多项式": "polynomial order", "polynomial": "polynomial", "多项式": "polynomial",
    "chebyshev": "chebyshev", "chebychev": "chebyshev", "切比雪夫": "chebyshev", "argus": "argus", "exponential": "exponential", "exp(": "formula", "指数": "exponential", "formula": "formula", "公式": "formula",
    "convol": "convolve", "folded": "convolve", "smeared": "convolve", "resolution": "convolve", "卷积": "convolve", "分辨": "convolve",
    "simultaneous": "sample", "both samples": "sample", "both histograms": "sample", "combined fit": "sample", "control sample": "sample", "联合拟合": "sample", "同时拟合": "sample", "两个样本": "sample", "控制样本": "sample",
    "side band": "sidebands", "side-band": "sidebands", "sideband": "sidebands", "边带": "sidebands", "exclud": "exclude", "without the window": "exclude", "排除": "exclude",
    "confidence band": "band", "value of the fitted": "band at", "fitted curve at": "band at", "置信带": "band", "confidence interval": "intervals", "confidence level": "intervals", "置信区间": "intervals", "置信度": "intervals", "置信水平": "intervals",
    "asymmetric error": "errors :minos", "minos": "errors :minos", "非对称误差": "errors :minos", "upper limit": "upper_limit", "上限": "upper_limit", "significance": "significance", "显著": "significance",
    "branching": "branching_fraction", "分支比": "branching_fraction", "toy": "toys", "pull": "report :pulls", "least squares": "method :chi2", "chi2": "chi2", "chi-square": "method :chi2", "最小二乘": "method :chi2", "卡方": "chi2",
    "unbinned": "tree", "likelihood": "method", "似然": "method", "signal": "signal", "信号": "signal", "background": "background", "本底": "background", "peak": "signal", "峰": "signal", "constant": "formula", "常数": "formula",
    "threshold": "formula argus", "template": "histogram_pdf", "模板": "histogram_pdf", "kernel": "keys_pdf", "points": "component graph", "graph": "component graph", "tgraph": "component graph", "数据点": "component graph",
    "fixed": "fixed", "固定": "fixed", "constrain": "constraint", "shared": "sample", "same shape": "sample",
}  # fmt: skip
_ORDER = sorted(SPOKEN, key=lambda word: (-len(word), word))
_WORD = re.compile(r"[a-z][a-z0-9_]+")


def spoken(question: str) -> dict[str, str]:
    """What of the table a question says, longest first, each place read once.

    >>> spoken("高斯峰，线性本底")
    {'本底': 'background', '线性': 'polynomial order', '高斯': 'gaussian', '峰': 'signal'}
    """
    text = question.lower()
    found = {}
    for word in _ORDER:
        if word in text:
            found[word] = SPOKEN[word]
            text = text.replace(word, " ")
    return found


_NONE = re.compile(r"\b(?:no|without|free of)\s+(?:any\s+)?backgrounds?|(?:没有|无|不含)本底", re.IGNORECASE)
#: Words after which a model may be a sum. What is not found here narrows the grammar, so there are rather too many than too few.
_MORE = re.compile(
    r"background|本底|plus|\bsums?\b|mixture|\b(?:and|on|over|above|under|atop) (?:a|an|the|top|some|its|linear|flat|constant|exponential)\b|\b(?:two|three|second|both|several|another)\b|peaks|component|"
    r"constant|flat|linear|slope|\blines?\b|polynomial|pol\d|continuum|pedestal|offset|tail|signals|resonances|double|gaussians|本|叠加|加|之和|和一|两个|双|三个|常数|平坦|线性|多项式|第二|成分|\+",
    re.IGNORECASE,
)
_SAMPLES = re.compile(r"sample|simultan|both|combin|together|\bsame\b|\beach\b|shar(?:ed|e)\b|common|channels|joint|at once|联合|同时|两个|共用|共同|相同|同样|控制样本|一起", re.IGNORECASE)


def one_term(question: str) -> bool:
    """Whether a question speaks of a model of one term: of no background, sum or second peak.

    >>> one_term("a Gaussian without background"), one_term("a peak on a line"), one_term("gauss+pol1")
    (True, False, False)
    """
    return _MORE.search(_NONE.sub(" ", question)) is None


def several_samples(question: str) -> bool:
    """Whether a question may mean a simultaneous fit."""
    return _SAMPLES.search(question) is not None


#: Shapes that may be meant where no name is: every other one is called by it.
_PLAIN = frozenset({"gaussian", "gaussian_2d", "exponential", "polynomial", "chebyshev", "formula"})


def shapes_meant(question: str, known: Iterable[str]) -> frozenset[str]:
    """The shapes of those that are known which a question can mean: the plain ones, and those that it names."""
    return frozenset(known) & (_PLAIN | terms(question))


def terms(question: str) -> frozenset[str]:
    """Words of the language that a question or an example speaks of.

    >>> sorted(terms("a voigtian peak"))
    ['signal', 'voigtian']
    """
    known = {term.lstrip(":") for meant in SPOKEN.values() for term in meant.split()}
    said = {term.lstrip(":") for meant in spoken(question).values() for term in meant.split()}
    return frozenset(said | (known & set(_WORD.findall(question.lower()))))
