"""Checks on the finished text of a package: names that must agree in several files (boss/PACKAGE.md section 9, points 3 to 7).

In: `{path: text}` of one package. Out: faults, in order; none for a good package. They find faults of templates (ours or a
user's), never faults of a program: those have diagnostics. Points 1 and 2 (it compiles, it runs) are tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dsl4bes.cpp.dependencies import package_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One disagreement between files."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class Inconsistent(RuntimeError):
    """A rendered package contradicts itself; `faults` says where."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


_LIBRARY = (
    ("cmt/requirements", re.compile(r"^library (\S+)", re.MULTILINE)),
    ("cmt/requirements", re.compile(r"^package (\S+)", re.MULTILINE)),
    ("_entries.cxx", re.compile(r"^DECLARE_FACTORY_ENTRIES\( *(\w+) *\)", re.MULTILINE)),
    ("_load.cxx", re.compile(r"^LOAD_FACTORY_ENTRIES\( *(\w+) *\)", re.MULTILINE)),
    (".txt", re.compile(r'^ApplicationMgr\.DLLs \+= \{ *"([^"]*)"', re.MULTILINE)),
    ("CMakeLists.txt", re.compile(r"^gaudi_add_module\((\S+)", re.MULTILINE)),
)
_CLASS = (
    (".h", re.compile(r"^class (\w+) : public Algorithm", re.MULTILINE)),
    (".cxx", re.compile(r"^(\w+)::\1\(const std::string& name", re.MULTILINE)),
    ("_entries.cxx", re.compile(r"^DECLARE_ALGORITHM_FACTORY\( *(\w+) *\)", re.MULTILINE)),
    ("_entries.cxx", re.compile(r"^ *DECLARE_ALGORITHM\( *(\w+) *\)", re.MULTILINE)),
    (".cxx", re.compile(r"^DECLARE_COMPONENT\( *(\w+) *\)", re.MULTILINE)),
    (".txt", re.compile(r'^ApplicationMgr\.TopAlg \+= \{ *"([^"/]*)', re.MULTILINE)),
)
_OPTION = re.compile(r"^(\w+)\.(\w+) *\+?=", re.MULTILINE)
_PROPERTY = re.compile(r'^ *declareProperty\("(\w+)"', re.MULTILINE)
_INCLUDE = re.compile(r'^#include "([^"$]+)"', re.MULTILINE)
_PATH = re.compile(r'"(FILE\d+)/')
_USE = re.compile(r"^use (\w+) ", re.MULTILINE)

#: Components of a job that are not algorithms of the package.
_SERVICES = frozenset(("ApplicationMgr", "EventCnvSvc", "MessageSvc", "NTupleSvc", "THistSvc"))


def check(files: Mapping[str, str]) -> tuple[Fault, ...]:
    """All faults of a package's files."""
    faults: list[Fault] = []
    faults.extend(_same(files, _LIBRARY, "library"))
    faults.extend(_same(files, _CLASS, "class"))
    faults.extend(_properties(files))
    faults.extend(_tuple_files(files))
    faults.extend(_dependencies(files))
    return tuple(faults)


def _same(
    files: Mapping[str, str], rules: tuple[tuple[str, re.Pattern[str]], ...], what: str
) -> Iterator[Fault]:
    """Every name the rules find must be the first one found."""
    first: tuple[str, str] | None = None
    for ending, pattern in rules:
        for path, text in files.items():
            if path.endswith(ending):
                for name in pattern.findall(text):
                    if first is None:
                        first = (name, path)
                    elif name != first[0]:
                        yield Fault(path, f"the {what} is called {name}, but {first[0]} in {first[1]}")


def _properties(files: Mapping[str, str]) -> Iterator[Fault]:
    declared: set[str] = set()
    for path, text in files.items():
        if path.endswith(".cxx"):
            for name in _PROPERTY.findall(text):
                if name in declared:
                    yield Fault(path, f"the property {name} is declared twice")
                declared.add(name)
    for path, text in files.items():
        if path.endswith(".txt") and not path.endswith("CMakeLists.txt"):
            for owner, name in _OPTION.findall(text):
                if owner not in _SERVICES and name not in declared:
                    yield Fault(path, f"the option {owner}.{name} is no declared property")


def _tuple_files(files: Mapping[str, str]) -> Iterator[Fault]:
    outputs = [text for text in files.values() if "NTupleSvc.Output" in text]
    for path, text in files.items():
        if path.endswith(".cxx"):
            for logical in sorted(set(_PATH.findall(text))):
                if not any(f'"{logical} DATAFILE' in output for output in outputs):
                    yield Fault(path, f"no job options open the ntuple file {logical}")


def _dependencies(files: Mapping[str, str]) -> Iterator[Fault]:
    requirements = next(((p, t) for p, t in files.items() if p.endswith("cmt/requirements")), None)
    if requirements is None:
        return
    used = set(_USE.findall(requirements[1]))
    own = {path.rsplit("/", 2)[-2] for path in files if path.endswith(".h")}
    for path, text in files.items():
        if path.endswith((".cxx", ".h")):
            for include in _INCLUDE.findall(text):
                if include.partition("/")[0] not in own and package_of(include) not in used:
                    yield Fault(requirements[0], f"no use line for {include}, which {path} includes")
