"""The shapes of formulas: what is left when numbers, names, directions and the order of parts are taken out.

In: a construct as text. Out: its shape; whether it is that of a held-out task. Nothing with the shape of one is ever taught, also not as a part of something larger. A rejected `any` is a demanded `all`, so both have one shape. No words are compared here; `leaks.py` does that.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dsl4bes.dataset.methods.base import load
from dsl4bes.heldout.block_tasks import FOLDER
from dsl4bes.unknown.toml_text import loads

#: An operator that joins the parts, and the parts in alphabetical order.
Shape = tuple[str, tuple[str, ...]]

_CUT = re.compile(r'\b(require|veto)\s+"[^"]*",\s*(.*)')
_NUMBER = re.compile(r"(?<!\w)(?<![^.]\.)-?\d+(?:\.\d+)?(?:\s?(?:GeV|MeV|keV|cm|mm|ns|us|deg|rad|mrad)\b)?")
_NAME = re.compile(r"(?<!:)\b[A-Za-z_]\w*(?:\.\w+)?\b(?!\s*\()(?!:)")
_FIT = re.compile(r"\b(?:kinematic_fit|secondary_vertex|vertex_fit|combine)\(:(\w+)\)")
_SHOWERS = re.compile(r"\bphotons(?:\(:(\w+)\))?\s+do")
_KEPT = frozenset({"and", "or", "not", "in", "ecms", "n_charged", "n_neutral", "run", "event"})
_OTHERS = {"and": "or", "or": "and", "any": "all", "all": "any"}
_EXTREME = re.compile(r"\b(max|min)\(")
_LIMIT = re.compile(r"\s([<>])=?\s#(?! \*)")
_DIRECTION = re.compile(r"\s(?:<=|>=|==|!=|<|>|in)\s")


def shape(known: str, showers: frozenset[str], fits: frozenset[str], extremes: bool = True) -> Shape:
    """The shape of a construct; `showers` and `fits` are the names of those in its program. Without `extremes`, a largest value below a limit is written as what it says of all.

    >>> shape('veto "x", any(p(kp) < 0.6 GeV)', frozenset(), frozenset()) == shape('require "y", all(p(pim) > 1 GeV)', frozenset(), frozenset())
    True
    """
    found = _CUT.search(known)
    if found is None:
        raise ValueError(f"there is no cut in {known!r}")
    word, text = found.groups()
    text = _NUMBER.sub("#", text).replace("#..#", "#")
    if not extremes:
        text = _without_extremes(text)
    if word == "veto":
        text = re.sub(r"\b(?:and|or|any|all)\b", lambda each: _OTHERS[each.group()], text)
    text = _without_sizes(_DIRECTION.sub(" ~ ", text))
    joined, parts = _parts(text.strip())
    named = sorted(_anonymous(part, showers, fits) for part in dict.fromkeys(parts))  # above one limit and below another is a window
    joined = joined if len(named) > 1 else ""
    return ("best " if "combine(" in known else "") + joined, tuple(named)


def held_out(known: str, showers: frozenset[str], fits: frozenset[str]) -> str:
    """The held-out task whose shape a construct has, or has as one of its parts; empty if none."""
    for extremes in (True, False):
        joined, parts = own = shape(known, showers, fits, extremes)
        for each in (own, *(("", (part,)) for part in parts if joined in ("and", "or"))):
            if each in _held_out():
                return _held_out()[each]
    return ""


@lru_cache(maxsize=1)
def _held_out() -> dict[Shape, str]:
    programs = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.bes")}
    found: dict[Shape, str] = {}
    for path in sorted(FOLDER.glob("*/*.toml")):
        task = loads(path.read_text(encoding="utf-8"))
        text = programs[task["base"]] + task["known"]
        showers, fits = frozenset(name or "gam" for name in _SHOWERS.findall(text)), frozenset(_FIT.findall(text))
        found |= {shape(task["known"], showers, fits, extremes): path.stem for extremes in (True, False)}
    return found


@lru_cache(maxsize=16)
def names_of(base: str) -> tuple[frozenset[str], frozenset[str]]:
    """Lists of showers and fits of a program of ours; the best pair is one."""
    each = load()[base]
    return frozenset(one.name for one in each.lists if one.shower), frozenset({*each.fits, "best"})


def _parts(text: str) -> tuple[str, list[str]]:
    """What joins a formula outside of brackets, and its parts; nested ones stay text."""
    for word in ("or", "and"):
        depth, start, parts = 0, 0, []
        for found in re.finditer(rf"[()]|\s{word}\s", text):
            if found.group() in "()":
                depth += 1 if found.group() == "(" else -1
            elif depth == 0:
                parts.append(text[start : found.start()])
                start = found.end()
        if parts:
            return word, [*parts, text[start:]]
    return "", [text]


def _without_extremes(text: str) -> str:
    """`max(x) < #` as `all(x < #)`, `max(x) > #` as `any(x > #)`, and `min` the other way round."""
    for found in reversed(list(_EXTREME.finditer(text))):
        end = _closing(text, found.end())
        limit = _LIMIT.match(text, end)
        if limit is not None:
            how = "all" if (found[1] == "max") is (limit[1] == "<") else "any"
            text = f"{text[: found.start()]}{how}({text[found.end() : end - 1]}{limit.group()}){text[limit.end() :]}"
    return text


def _closing(text: str, start: int) -> int:
    """Behind the bracket that closes the one before `start`."""
    depth = 1
    while depth:
        depth += {"(": 1, ")": -1}.get(text[start], 0)
        start += 1
    return start


def _without_sizes(text: str) -> str:
    """`abs(x - #) ~ #` and `abs(x) ~ #` as `x ~ #`: a window is a window, and a sign no other quantity."""
    while (start := text.find("abs(")) >= 0:
        end = _closing(text, start + 4)
        text = text[:start] + text[start + 4 : end - 1].removesuffix(" - #") + text[end:]
    return text


def _anonymous(part: str, showers: frozenset[str], fits: frozenset[str]) -> str:
    """The part with its lists, fits and particles by kind, numbered as they come."""
    known: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        name = found.group()
        if name in _KEPT:
            return name
        first, _, role = name.partition(".")
        kind = "F" if first in fits else "P" if first in showers else "T"
        if role and role not in ("chi2",):
            kind += "photon" if role.startswith("gam") else "track"
        return known.setdefault(name, f"{kind}{sum(each.startswith(kind) for each in known.values())}") + (".chi2" if role == "chi2" else "")

    return _NAME.sub(named, part)
