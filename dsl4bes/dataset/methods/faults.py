"""Faults that people and small models make when they write a body, each as a change of its text.

In: a right body, a random number generator. Out: the same body with one fault, where it has a place for it. What is said of a faulty body comes from the policy, the compiler or the ladder, never from here; a fault that none of them sees is no pair.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Rng = np.random.Generator


@dataclass(frozen=True)
class Fault:
    """`change` gives None where the body has no place for it. `runs`: it is allowed and compiles, and shows itself on events; `alone`: it may end the job."""

    name: str
    change: Callable[[str, Rng], str | None]
    runs: bool = False
    alone: bool = False


def _swaps(*pairs: tuple[str, str]) -> Callable[[str, Rng], str | None]:
    """One of several replacements that fit, everywhere it fits."""

    def change(body: str, rng: Rng) -> str | None:
        fitting = [pair for pair in pairs if pair[0] in body]
        if not fitting:
            return None
        old, new = fitting[int(rng.integers(len(fitting)))]
        return body.replace(old, new)

    return change


def _once(pattern: str, new: str) -> Callable[[str, Rng], str | None]:
    """A replacement at the first place."""

    def change(body: str, rng: Rng) -> str | None:
        changed, number = re.subn(pattern, new, body, count=1)
        return changed if number and changed.strip() else None

    return change


def _range_loop(body: str, rng: Rng) -> str | None:
    found = re.search(r"for \(std::size_t i = 0; i < in\.(\w+)\.size\(\); \+\+i\)", body)
    if found is None or "[j]" in body:
        return None
    return body.replace(found.group(), f"for (const auto& one : in.{found[1]})").replace(f"in.{found[1]}[i]", "one")


def _boost_in_place(body: str, rng: Rng) -> str | None:
    found = re.search(r" *HepLorentzVector moved = (in\.[\w.\[\]]+);\n", body)
    return None if found is None else body.replace(found.group(), "").replace("moved", found[1])


def _semicolon(body: str, rng: Rng) -> str | None:
    places = [found.start() for found in re.finditer(r";\n", body)]
    at = places[int(rng.integers(len(places)))]
    return body[:at] + body[at + 1 :]


def _brace(body: str, rng: Rng) -> str | None:
    at = body.rfind("}\n")
    return None if at < 0 else body[:at].rstrip(" ") + body[at + 2 :]


def _printing(body: str, rng: Rng) -> str | None:
    found = re.search(r"^(?:const )?(?:double|int) (\w+) = ", body, re.MULTILINE)
    at = body.rfind("return ")
    return None if found is None or at < 0 or body[:at].count("{") != body[:at].count("}") else f"{body[:at]}std::cout << {found[1]} << std::endl;\n{body[at:]}"


def _last_return(body: str, rng: Rng) -> str | None:
    lines = body.rstrip("\n").split("\n")
    return "\n".join(lines[:-1]) + "\n" if len(lines) > 1 and lines[-1].startswith("return ") else None


def _units(body: str, rng: Rng) -> str | None:
    """A limit in GeV taken for MeV, one in radians for degrees."""
    found = re.search(r"[<>]=? (in\.\w+)(?! \* |\w|\.)", body)
    if found is None:
        return None
    angle = "angle(" in body or "deltaPhi" in body or "theta()" in body or "isolation" in body
    return body.replace(found[1], f"{found[1]} * {'180.0 / M_PI' if angle else '1000.0'}")


FAULTS = (
    Fault("unknown member", _swaps((".rho()", ".p()"), (".m()", ".mass()"), (".perp()", ".pt()"), (".cosTheta()", ".cos()"), (".energy", ".E"), (".isolation", ".iso"), (".p4.rho()", ".momentum"), (".passed", ".ok"), (".chi2", ".chisq"), (".has_emc", ".hasEmc"),
                                   (".charge", ".q"), (".deltaPhi(", ".dphi("), (".time", ".tdc"), (".lat_moment", ".lat"), (".eop", ".ep"), (".e()", ".energy()"), (".m2()", ".mass2()"), (".boostVector()", ".boost()"), (".vz", ".z0"), (".dedx", ".dEdx"), (".p4", ".mom"))),
    Fault("magnitude that is the mass", _swaps((".rho()", ".mag()"), (".m()", ".mag()"))),
    Fault("assignment for comparison", _once(r" == ", " = ")),
    Fault("abs of integers", _swaps(("std::fabs(", "abs("), ("std::fabs(", "std::hypot("), ("std::max(", "std::fmax("), ("std::min(", "std::fmin("))),
    Fault("boost of a constant", _once(r"(^|\n)( *)HepLorentzVector moved", r"\1\2const HepLorentzVector moved")),
    Fault("boost of the view", _boost_in_place),
    Fault("type that does not exist", _swaps(("HepLorentzVector ", "TLorentzVector "), ("std::vector<double>", "std::list<double>"), ("const double ", "const real "), ("std::size_t ", "uint "), ("HepLorentzVector ", "LorentzVector "))),
    Fault("auto", _swaps(("const double ", "const auto "), ("HepLorentzVector moved", "auto moved"), ("double ", "auto "), ("int n = ", "auto n = "))),
    Fault("loop over a range", _range_loop),
    Fault("one too many", _once(r"i < (in\.\w+\.size\(\))", r"i <= \1")),
    Fault("size minus one", _once(r"i < (in\.\w+\.size\(\))", r"i <= \1 - 1")),
    Fault("words for signs", _swaps((" && ", " and "), (" || ", " or "), ("if (!", "if (not "))),
    Fault("list without its view", _once(r"in\.(\w+)\[", r"\1[")),
    Fault("limit without its view", _once(r"([<>]=? )in\.(\w+)", r"\1\2")),
    Fault("arrow", _once(r"in\.(\w+)", r"in->\1")),
    Fault("no return at the end", _last_return),
    Fault("printing", _printing),
    Fault("semicolon", _semicolon),
    Fault("brace", _brace),
    Fault("chained comparison", _once(r"(\w+) >= ([\w.]+) && \1 <= ([\w.]+)", r"\2 <= \1 <= \3")),
    Fault("counter that is not declared", _once(r"(^|\n)int n = 0;\n", r"\1")),
    Fault("no look at the size", _once(r"(^|\n)if \((?:in\.\w+\.(?:empty\(\)|size\(\) < \d)(?: \|\| )?)+\) return \w+;\n", r"\1"), runs=True, alone=True),
    Fault("units", _units, runs=True),
    Fault("sign", _swaps(("in.beam - ", "in.beam + ")), runs=True),
    Fault("start at the wrong end", _swaps(("= -DBL_MAX;", "= DBL_MAX;"), ("smallest = DBL_MAX;", "smallest = -DBL_MAX;"), ("smallest = DBL_MAX;", "smallest = 0.0;")), runs=True),
)  # fmt: skip


def changed(body: str, rng: Rng, runs: bool) -> list[tuple[Fault, str]]:
    """The body with each fault for which it has a place, in random order."""
    found = []
    fitting = [fault for fault in FAULTS if fault.runs is runs]
    for at in rng.permutation(len(fitting)):
        text = fitting[int(at)].change(body, rng)
        if text is not None and text != body:
            found.append((fitting[int(at)], text))
    return found
