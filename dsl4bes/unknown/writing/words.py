"""Words of a description as the terms they stand for, so that descriptions, names and meanings can be compared.

In: a text in English or Chinese. Out: terms. English words lose their endings, Chinese ones are those of a small table; what is in no table counts as itself. Whatever is not
found here makes a comparison poorer and never wrong.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z]+|\d+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "es", "ed", "s")
#: Words that say nothing about a selection.
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a an the of in to is are be by for from with that this it its and or if any at as on than which whose event keep kept reject stay only when where not no one each all has have"
        " must does do there more less least most above below over under out other their same value limit block",
    )
)
_SAME = {
    "photon": "shower", "gamma": "shower", "gam": "shower", "neutral": "shower", "cluster": "shower", "calorimeter": "emc", "momenta": "momentum", "pions": "pion", "muon": "muc",
    "kaon": "k", "mass": "mass", "invariant": "mass", "back": "opening", "acollinear": "opening", "angular": "angle", "cosine": "angle", "flight": "tof", "clock": "time", "ns": "time",
    "miss": "missing", "recoil": "missing", "quality": "chi2", "nearest": "best", "closest": "best", "isolated": "isolation", "isolate": "isolation", "hardest": "energetic",
    "soft": "energy", "energies": "energy", "depth": "muc", "layers": "muc", "ratio": "eop", "pair": "two", "both": "two", "vertex": "vr", "conversion": "opening",
}  # fmt: skip
_CHINESE = {
    "光子": "shower", "簇射": "shower", "带电径迹": "track", "径迹": "track", "不变质量": "mass", "质量": "mass", "反冲": "missing", "丢失": "missing", "动量": "momentum", "能量": "energy",
    "夹角": "angle", "角度": "angle", "余弦": "angle", "飞行时间": "tof", "时间": "time", "运动学拟合": "chi2", "顶点": "vr", "拟合": "fit", "卡方": "chi2", "电荷": "charge", "总": "sum",
    "最大": "energetic", "最小": "best", "最接近": "best", "最近": "best", "隔离": "isolation", "孤立": "isolation", "质心系": "boost", "静止系": "boost", "背对背": "opening", "电磁量能器": "emc", "量能器": "emc",
    "缪子": "muc", "深度": "muc", "电子": "eop", "正": "pip", "负": "pim", "π介子": "pion", "数目": "count", "个数": "count", "一对": "two", "两": "two", "任意": "any", "横": "perp",
}  # fmt: skip


def terms(text: str) -> frozenset[str]:
    """The terms of a text.

    >>> sorted(terms("reject events in which any photon has an energy above 1.2 GeV"))
    ['energy', 'gev', 'shower']
    >>> sorted(terms("光子能量"))
    ['energy', 'shower']
    """
    found = {_CHINESE[word] for word in _CHINESE if word in text}
    for word in _WORD.findall(text.replace("_", " ")):
        stem = _stem(word.lower())
        if stem and not stem.isdigit() and stem not in _EMPTY and word.lower() not in _EMPTY:
            found.add(_SAME.get(stem, _SAME.get(word.lower(), stem)))
    return frozenset(found)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word
