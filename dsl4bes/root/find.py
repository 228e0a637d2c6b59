"""Finds the user's ROOT: $ROOTSYS, a `root` on the PATH, the package `root` of PyPI, in this order.

In: the environment. Out: a `Root`: the program to start, the folder it needs, its version; or a `Trouble` (BES0760) with the way to install it.
Nothing of ROOT is imported, which would cost seconds; its version is asked once in a process.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from dsl4bes.diagnostics.codes.root import NO_ROOT, OLD_ROOT
from dsl4bes.unknown.sandbox.view import may_be_given
from dsl4bes.unknown.trouble import Trouble

OLDEST = (6, 24)
INSTALL = 'python -m pip install "dsl4bes[fits]" (brings the package `root` of PyPI), or set ROOTSYS, or put your own `root` (6.24 or later) on the PATH'
_ASK_SECONDS = 60
#: Variables that a ROOT of a software area needs to find its libraries and headers.
_KEPT = ("LD_LIBRARY_PATH", "ROOT_INCLUDE_PATH", "CLING_STANDARD_PCH")


@dataclass(frozen=True, slots=True)
class Root:
    """`program` is started, `home` holds its libraries, headers and tutorials; `origin` says where it was found; `environment` is what it needs of ours."""

    program: Path
    home: Path
    origin: str
    version: tuple[int, int, int]
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """As in `ROOT 6.40.00 (package root of PyPI)`."""
        major, minor, patch = self.version
        return f"ROOT {major}.{minor:02}.{patch:02} ({self.origin})"

    @property
    def python(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The Python that can `import ROOT`, and the variables it needs: that into which the package is installed, else `python3` with the library folder on its path."""
        if self.home.parent.name == "site-packages":
            own = self.home.parents[3] / "bin" / "python3"
            return (str(own) if own.exists() else sys.executable), ()
        return shutil.which("python3") or sys.executable, (("PYTHONPATH", str(self.home / "lib")),)

    @property
    def readable(self) -> tuple[Path, ...]:
        """Folders that a confined ROOT has to read; those that hold a user's home are left out."""
        found = [self.home, self.home.with_name("root.libs")]
        for name, value in self.environment:
            if name.endswith("_PATH"):
                found += [Path(each).resolve() for each in value.split(os.pathsep) if each.startswith("/")]
        return tuple(path for path in dict.fromkeys(found) if may_be_given(path))

    @property
    def variables(self) -> dict[str, str]:
        """Its environment. A ROOT of the system's packages has no folder of its own, and is told none."""
        own = {"ROOTSYS": str(self.home)} if (self.home / "etc" / "system.rootrc").is_file() else {}
        return {**own, **dict(self.environment)}

    def folder(self, name: str) -> Path | None:
        """`tutorials`, `include`: where this installation keeps them, if it has them."""
        places = (self.home / name, self.home / "share" / "root" / name, self.home / "share" / "doc" / "root" / name, self.home / name / "root")
        marks = {"include": "TH1.h", "tutorials": "hsimple.C"}
        for place in places:
            if place.is_dir() and (name not in marks or next(place.rglob(marks[name]), None) is not None):
                return place
        return None


def find_root(environment: Mapping[str, str] | None = None) -> Root:
    """The ROOT to use. `Trouble`: none is there (BES0760), or it is older than 6.24 (BES0761)."""
    given = os.environ if environment is None else environment
    return _asked(tuple(sorted((name, given[name]) for name in ("PATH", "ROOTSYS", *_KEPT) if given.get(name))))


@functools.lru_cache(maxsize=8)
def _asked(environment: tuple[tuple[str, str], ...]) -> Root:
    given = dict(environment)
    kept = tuple((name, given[name]) for name in _KEPT if name in given)
    tried = []
    for program, origin in _candidates(given):
        version = _version(program, kept)
        if version is None:
            tried.append(f"`{program}` does not start")
            continue
        if version[:2] < OLDEST:
            raise Trouble(OLD_ROOT, f"the ROOT of {origin} is {version[0]}.{version[1]:02}, and 6.24 or later is needed", INSTALL)
        return Root(program, _home(program), origin, version, kept)
    raise Trouble(NO_ROOT, "no ROOT is found, and this needs one" + (f" ({'; '.join(tried)})" if tried else ""), INSTALL)


def _candidates(given: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Programs to try with their origin. `root.exe` is taken beside `root`, which would only show a picture and start it."""
    home = given.get("ROOTSYS")
    if home and (program := _real(Path(home) / "bin")):
        yield program, "$ROOTSYS"
    for folder in given.get("PATH", "").split(os.pathsep):
        if folder and (program := _real(Path(folder))):
            yield program, "the PATH"
    spec = find_spec("ROOT")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if program := _real(Path(place) / "bin"):
            yield program, "package root of PyPI"
    # the package of another Python whose scripts are on the PATH
    script = shutil.which("root", path=given.get("PATH", ""))
    if script and (program := _of_script(Path(script))):
        yield program, "package root of PyPI, by the PATH"


def _real(folder: Path) -> Path | None:
    """The `root.exe` of a folder of programs, links followed."""
    for name in ("root", "root.exe"):
        path = folder / name
        beside = path.resolve().with_name("root.exe")
        if path.exists() and os.access(beside, os.X_OK) and beside.is_file():
            return beside
    return None


def _of_script(script: Path) -> Path | None:
    """The `root.exe` of the package whose starter this script is."""
    for place in sorted(script.resolve().parent.parent.glob("lib/python3*/site-packages/ROOT/bin")):
        if program := _real(place):
            return program
    return None


def _home(program: Path) -> Path:
    return program.parent.parent


def _version(program: Path, kept: tuple[tuple[str, str], ...]) -> tuple[int, int, int] | None:
    """What `root.exe --version` says; None if it does not start."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "HOME": "/", **dict(kept)}
    try:
        done = subprocess.run([str(program), "-l", "-b", "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_ASK_SECONDS, check=False, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return version_in((done.stdout + done.stderr).decode(errors="replace"))


def version_in(text: str) -> tuple[int, int, int] | None:
    """The version that ROOT tells.

    >>> version_in("ROOT Version: 6.40.00\\nBuilt for linuxx8664gcc"), version_in("ROOT Version: 6.24/06"), version_in("no such file")
    ((6, 40, 0), (6, 24, 6), None)
    """
    found = re.search(r"ROOT Version: (\d+)\.(\d+)[./](\d+)", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None
