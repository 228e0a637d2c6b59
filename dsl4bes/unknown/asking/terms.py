"""What a text speaks of, as terms of the language: words, particles, and Chinese words of the field.

In: a question, a program, a page; English or Chinese. Out: a set of terms, particles as `@name` (a particle and its antiparticle are one term). The same for the same text;
no model is asked and nothing is learned.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dsl4bes.physics.particles import find

#: Chinese words of the field → our words, and what a prompt says of them. Longer ones are looked for first.
CHINESE: dict[str, str] = {
    "带电径迹": "charged_tracks good", "径迹": "charged_tracks good", "光子": "photons gam", "中性簇射": "photons gam", "簇射": "photons emc_energy",
    "运动学拟合": "kinematic_fit", "四动量": "four_momentum", "能动量守恒": "four_momentum", "次级顶点": "secondary_vertex", "顶点拟合": "vertex_fit", "顶点": "vertex_fit",
    "不变质量": "mass m", "反冲质量": "recoil", "反冲": "recoil", "丢失质量": "missing_m2", "丢失": "missing", "飞行距离": "length", "衰变长度": "length",
    "粒子鉴别": "pid identify", "粒子识别": "pid identify", "飞行时间": "tof", "电离能损": "dedx", "电磁量能器": "emc_energy", "量能器": "emc_energy", "缪子计数器": "muc_hits",
    "选择": "event_selection", "要求": "require", "否决": "veto", "排除": "veto", "直方图": "histogram", "分布": "histogram", "树": "ntuple", "分支": "ntuple column",
    "质心能量": "ecms", "质心系": "frame cm", "能量": "energy e", "动量": "p", "横动量": "pt", "夹角": "angle", "角度": "angle", "极角": "cos", "方位角": "phi", "背对背": "angle acollinearity",
    "电荷": "charge", "净电荷": "net_charge", "桶部": "barrel", "端盖": "endcap", "隔离": "isolation", "卡方": "chi2", "最小": "min_chi2", "窗口": "mass_window", "边带": "region sideband",
    "信号区": "region signal", "信号": "signal", "组合": "combine", "重建": "combine", "标记": "dtag", "双标记": "double_tag", "单标记": "dtag", "系统误差": "systematics", "系统不确定度": "systematics",
    "触发": "trigger", "真值": "mc_truth topology", "拓扑": "mc_truth topology", "运行号": "run_range", "亮度": "luminosity two_clusters", "强子": "hadron", "推力": "thrust", "球度": "sphericity",
    "巴巴散射": "bhabha", "双缪子": "dimuon", "效率": "efficiency", "单举": "inclusive", "最近": "nearest_track", "电子": "@ep", "正电子": "@ep", "缪子": "@mup", "μ子": "@mup", "缪": "@mup",
    "派介子": "@pip", "π介子": "@pip", "π": "@pip", "K介子": "@kp", "卡介子": "@kp", "质子": "@prp", "反质子": "@prp", "中性派": "@pi0", "兰布达": "@lambda", "轻子": "leptons",
}  # fmt: skip
_CHINESE = sorted(CHINESE, key=lambda word: (-len(word), word))

#: English words for particles and for what the language calls otherwise.
_ENGLISH = {
    "photon": "gam photons", "gamma": "gam photons", "electron": "@ep", "positron": "@ep", "muon": "@mup", "pion": "@pip", "kaon": "@kp", "proton": "@prp", "antiproton": "@prp",
    "lepton": "leptons", "track": "charged_tracks good", "identification": "pid identify", "vertice": "vertex_fit", "vertex": "vertex_fit", "kinematic": "kinematic_fit",
    "fitted": "kinematic_fit", "recoiling": "recoil", "tag": "dtag", "tagged": "dtag", "cut": "require", "shower": "photons emc_energy", "luminosity": "two_clusters luminosity",
    "tree": "ntuple", "branch": "ntuple column", "plot": "histogram", "inclusive": "inclusive", "truth": "mc_truth topology",
}  # fmt: skip
_STOP = frozenset(
    ["the", "and", "for", "with", "that", "which", "this", "from", "are", "was", "all", "one", "two", "any", "not", "than", "then", "them", "their", "its", "into", "where", "each", "has", "have", "per", "only", "who", "whom", "when", "what", "must", "can", "end", "select", "selection", "events", "event", "program", "write", "make", "find"]
)
_WORD = re.compile(r"[a-z][a-z0-9_]+")
_PIECE = re.compile(r"[^\s,;:\"。，；：、“”\u4e00-\u9fff]+")


def terms(text: str) -> frozenset[str]:
    """The terms of a text.

    >>> sorted(terms("J/psi -> pi+ pi- 光子"))
    ['@gam', '@jpsi', '@pip', 'gam', 'photons']
    """
    found: set[str] = set()
    for word in chinese(text):
        found.update(CHINESE[word].split())
    for word in _WORD.findall(text.lower()):
        single = word[:-1] if word.endswith("s") and len(word) > 4 else word
        if word not in _STOP and len(word) > 2 and _particle(word) is None:
            found.update((word, single, *(part for part in word.split("_") if len(part) > 2)) if "_" in word else (single,))
        found.update(_ENGLISH.get(single, "").split())
    found.update(particles(text))
    if found & {"gam", "photons"}:
        found.add("@gam")
    return frozenset(found - _PARTS_OF_NAMES)


#: What is left of names of particles when they are read as words.
_PARTS_OF_NAMES = frozenset({"psi", "anti", "bar"})


def chinese(text: str) -> list[str]:
    """The Chinese words of the table that a text has, longest first, each place read once."""
    found = []
    for word in _CHINESE:
        if word in text:
            found.append(word)
            text = text.replace(word, " ")
    return found


def particles(text: str) -> set[str]:
    """The particles that a text names, as terms. Single letters are no particles: `p` is a momentum more often than a proton."""
    found: set[str] = set()
    for piece in _PIECE.findall(text.replace("->", " ").replace("→", " ").replace("=>", " ").replace("ψ", "psi").replace("−", "-")):
        for name in (piece, piece.strip("().'`"), piece.lstrip("("), *re.findall(r"[A-Za-z][A-Za-z0-9]+", piece)):
            known = _particle(name)
            if known is not None:
                found.add(known)
                break
    return found


@lru_cache(maxsize=4096)
def _particle(name: str) -> str | None:
    if len(name) < 2 or len(name) > 30 or not name[0].isalpha():
        return None
    info = find(name)
    if info is None:
        return None
    other = info.antiparticle
    return "@" + (info.short if info.pdgid > 0 else other.short) if abs(info.pdgid) not in (11, 13) else "@" + ("ep" if abs(info.pdgid) == 11 else "mup")
