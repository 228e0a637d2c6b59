"""Which calls and headers of BOSS a generated package uses, as facts: `Class::member`, `Package/Header.h`.

In: the texts of a package. Out: names of members from the text; members with their classes from what the compiler makes of it against the stand-in
(calls that are not virtual), and from the text for the interfaces of services (all of theirs are). The list of what was held against
the interface of BOSS 7.0.4 itself is `reference/boss_calls.txt`.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from dsl4bes.standin.build import DEFINES, INCLUDE
from dsl4bes.standin.toolchain import toolchain

LIST = Path(__file__).parent / "reference" / "boss_calls.txt"

#: Classes of the stand-in's own, and whose members they hold in BOSS.
BASES = {"ConstraintList": ("KalmanKinematicFit", "KinematicFit")}

_COMMENT_OR_TEXT = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"')
_LABEL = re.compile(r"^(\w+):")
_CALL = re.compile(r"\b(?:call|callq|jmp|bl|b)\s+\*?(_Z\w+)")
_NOT_BOSS = ("std", "CLHEP", "HepGeom", "__gnu_cxx", "TMath", "operator", "(anonymous")


@cache
def known() -> tuple[frozenset[str], frozenset[str]]:
    """The members (`Class::member`) and headers on the list."""
    lines = [line.strip() for line in LIST.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return frozenset(line for line in lines if "::" in line), frozenset(line for line in lines if "::" not in line)


def sources(files: Mapping[str, str]) -> dict[str, str]:
    """The C++ texts of a package."""
    return {path: text for path, text in files.items() if path.endswith((".cxx", ".h"))}


def headers(files: Mapping[str, str]) -> set[str]:
    """Every header of BOSS, Gaudi, CLHEP and ROOT that is included; the package's own one is not."""
    found = {name for text in sources(files).values() for name in re.findall(r'^#include "([^"]+)"', text, re.MULTILINE)}
    return {name for name in found if not any(path.endswith(f"/{name}") for path in files)}


def member_names(files: Mapping[str, str]) -> set[str]:
    """Names that are called on objects, `x.name(` and `x->name(`, and names of other classes, `Class::name`."""
    found: set[str] = set()
    for text in sources(files).values():
        code = _COMMENT_OR_TEXT.sub("", text)
        found.update(re.findall(r"(?:->|\.)(\w+)\(", code))
        structs = {name for other in files.values() for name in re.findall(r"^  struct (\w+);", other, re.MULTILINE)}
        for owner, name in re.findall(r"\b(\w+)::(\w+)", code):
            if owner not in {Path(path).stem for path in files} | structs | {"std", "CLHEP", "HepGeom"}:
                found.add(name)
    return found - {name for text in files.values() for name in re.findall(r"\b(\w+)\(Context&", text)}  # methods of its own


def interface_calls(files: Mapping[str, str]) -> set[str]:
    """Calls of services through their interfaces, which are virtual."""
    found: set[str] = set()
    for text in sources(files).values():
        for interface, variable in re.findall(r"\b(I\w+Svc)\* (\w+) = 0;", text):
            found.update(f"{interface}::{name}" for name in re.findall(rf"\b{variable}->(\w+)\(", text))
        found.update(f"INTupleSvc::{name}" for name in re.findall(r"ntupleSvc\(\)->(\w+)\(", text))
    return found


def compiled_calls(files: Mapping[str, str]) -> set[str]:
    """`Class::member` of each call that the package's own functions make, as the compiler resolved it; constructors too."""
    symbols: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for path, text in sources(files).items():
            place = Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        for path in sources(files):
            if path.endswith(".cxx") and "/components/" not in path:
                root = Path(folder) / path.partition("/src/")[0]
                symbols |= _called(_assembly(Path(folder) / path, root), Path(path).stem)
    own = {Path(path).stem for path in files}
    facts = {found for name in _demangled(symbols) if (found := fact(name)) and found.partition("::")[0] not in own}
    return {each for found in facts for each in _in_boss(found)}


def _assembly(source: Path, root: Path) -> str:
    tools = toolchain()
    command = [tools.compiler, "-S", "-O0", f"-std={tools.standard}", "-w", *DEFINES, f"-I{root}", f"-I{INCLUDE}", *tools.include_flags]
    return subprocess.run([*command, str(source), "-o", "-"], capture_output=True, text=True, check=True).stdout


def _called(assembly: str, algorithm: str) -> set[str]:
    """Symbols that are called from functions of the algorithm and of the unnamed namespace: not from those of headers."""
    found, own = set(), False
    for line in assembly.splitlines():
        if label := _LABEL.match(line):
            own = "_GLOBAL__N_" in label[1][:20] or f"{len(algorithm)}{algorithm}" in label[1][: len(algorithm) + 10]
        elif own and (call := _CALL.search(line)):
            found.add(call[1])
    return found


def _demangled(symbols: set[str]) -> list[str]:
    done = subprocess.run(["c++filt"], input="\n".join(sorted(symbols)), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def fact(name: str) -> str:
    """`Class::member` of a demangled function; empty for free functions, destructors, assignments and what is not BOSS's."""
    name = re.sub(r"operator(<<|<=|>>|->|<|>)", "operator_", name)
    while "<" in name:
        shorter = re.sub(r"<[^<>]*>", "", name)
        if shorter == name:
            break
        name = shorter
    name = name.partition("(")[0].strip()
    if "::operator" in name or "::~" in name:
        return ""
    name = name.rpartition(" ")[2]
    return "" if "::" not in name or name.startswith(_NOT_BOSS) else name


def _in_boss(found: str) -> tuple[str, ...]:
    owner, _, member = found.rpartition("::")
    return tuple(f"{boss}::{member}" for boss in BASES.get(owner, (owner,)))
