"""Checks on the finished text of a package: names that must agree in several files (library, class, options, tuples, `use` lines).

In: `{path: text}` of one package. Out: faults, in order; none for a good package. They find faults of templates (ours or a
user's), never faults of a program: those have diagnostics. Points 1 and 2 (it compiles, it runs) are tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dsl4bes.cpp.dependencies import package_of
from dsl4bes.cpp.record import record


@record
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


#: Where a name is written: ending of the file, what stands before it on its line, what stands after it.
_LIBRARY = (
    ("cmt/requirements", "library ", " "),
    ("cmt/requirements", "package ", "\n"),
    ("_entries.cxx", "DECLARE_FACTORY_ENTRIES( ", " )"),
    ("_load.cxx", "LOAD_FACTORY_ENTRIES( ", " )"),
    (".txt", 'ApplicationMgr.DLLs += { "', '"'),
    ("CMakeLists.txt", "gaudi_add_module(", "\n"),
)
_CLASS = (
    (".h", "class ", " : public Algorithm"),
    ("_entries.cxx", "DECLARE_ALGORITHM_FACTORY( ", " )"),
    ("_entries.cxx", "  DECLARE_ALGORITHM( ", " )"),
    (".cxx", "DECLARE_COMPONENT( ", " )"),
    (".txt", 'ApplicationMgr.TopAlg += { "', '"'),
    (".cxx", "StatusCode ", "::initialize() {"),
)

#: Components of a job that are not algorithms of the package.
_SERVICES = frozenset(
    ("ApplicationMgr", "EventCnvSvc", "MessageSvc", "NTupleSvc", "THistSvc", "NeutralDReconstruction", "ChargedDReconstruction", "DsReconstruction")
)


def check(files: Mapping[str, str]) -> tuple[Fault, ...]:
    """All faults of a package's files."""
    faults: list[Fault] = []
    faults.extend(_same(files, _LIBRARY, "library"))
    faults.extend(_same(files, _CLASS, "class"))
    faults.extend(_properties(files))
    faults.extend(_tuple_files(files))
    faults.extend(_dependencies(files))
    return tuple(faults)


def _between(text: str, before: str, after: str) -> Iterator[str]:
    """What stands on a line between `before`, with which it begins, and `after` (no regular expressions: they would cost a cold start more)."""
    start = 0 if text.startswith(before) else text.find("\n" + before) + 1
    while start > 0 or text.startswith(before, start):
        begin = start + len(before)
        line_end = text.find("\n", begin)
        end = text.find(after, begin)
        if 0 <= end <= (line_end if line_end >= 0 else len(text)):
            yield text[begin:end]
        start = text.find("\n" + before, begin) + 1
        if start == 0:
            return


def _same(files: Mapping[str, str], rules: tuple[tuple[str, str, str], ...], what: str) -> Iterator[Fault]:
    """Every name the rules find must be the first one found."""
    first: tuple[str, str] | None = None
    for ending, before, after in rules:
        for path, text in files.items():
            if path.endswith(ending):
                for name in _between(text, before, after):
                    name = name.partition("/")[0]  # `Class/Instance` of a variation
                    if first is None:
                        first = (name, path)
                    elif name != first[0]:
                        yield Fault(path, f"the {what} is called {name}, but {first[0]} in {first[1]}")


def _properties(files: Mapping[str, str]) -> Iterator[Fault]:
    declared: set[str] = set()
    for path, text in files.items():
        if path.endswith(".cxx"):
            for name in _between(text, '  declareProperty("', '"'):
                if name in declared:
                    yield Fault(path, f"the property {name} is declared twice")
                declared.add(name)
    for path, text in files.items():
        if path.endswith(".txt") and not path.endswith("CMakeLists.txt"):
            for owner, name in _options(text):
                if owner not in _SERVICES and name not in declared:
                    yield Fault(path, f"the option {owner}.{name} is no declared property")


def _options(text: str) -> Iterator[tuple[str, str]]:
    """Owner and name of every option that is set."""
    for line in text.splitlines():
        owner, dot, name = line.partition("=")[0].rstrip(" +").partition(".")
        if dot and owner.isidentifier() and name.isidentifier():
            yield owner, name


def _tuple_files(files: Mapping[str, str]) -> Iterator[Fault]:
    outputs = [text for text in files.values() if "NTupleSvc.Output" in text]
    for path, text in files.items():
        if path.endswith(".cxx"):
            numbers = {part.partition("/")[0] for part in text.split('"FILE')[1:]}
            for number in sorted(number for number in numbers if number.isdigit()):
                if not any(f'"FILE{number} DATAFILE' in output for output in outputs):
                    yield Fault(path, f"no job options open the ntuple file FILE{number}")


def _dependencies(files: Mapping[str, str]) -> Iterator[Fault]:
    requirements = next(((p, t) for p, t in files.items() if p.endswith("cmt/requirements")), None)
    if requirements is None:
        return
    used = set(_between(requirements[1], "use ", " "))
    own = {path.rsplit("/", 2)[-2] for path in files if path.endswith(".h")}
    for path, text in files.items():
        if path.endswith((".cxx", ".h")):
            for include in _between(text, '#include "', '"'):
                if include.partition("/")[0] not in own and package_of(include) not in used:
                    yield Fault(requirements[0], f"no use line for {include}, which {path} includes")
