"""The C++ compiler and CLHEP on this machine, and the oldest language standard they accept together.

In: environment (`DSL4BES_CXX` or `CXX`, `CLHEP_BASE`, `CONDA_PREFIX`), PATH. Out: a `Toolchain`, or a
`ToolchainError` that says what is missing and how to get it. Nothing is built here beyond two probes, whose answer
is kept in the cache folder. No package text, no event is known here.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

#: Oldest first; the GNU dialect because the real build does not switch extensions of libc headers off either.
STANDARDS = ("gnu++98", "gnu++11", "gnu++14", "gnu++17", "gnu++20")

#: How to get compiler and CLHEP, by system.
INSTALL: dict[str, str] = {
    "Debian, Ubuntu": "apt install g++ libclhep-dev",
    "EL 8, 9 (EPEL)": "dnf install gcc-c++ epel-release && dnf install CLHEP-devel",
    "conda-forge": "conda install -c conda-forge cxx-compiler clhep",
}

_PROBE = """#include "CLHEP/Geometry/Point3D.h"
#include "CLHEP/Matrix/SymMatrix.h"
#include "CLHEP/Matrix/Vector.h"
#include "CLHEP/Vector/LorentzVector.h"
#include "CLHEP/Vector/ThreeVector.h"
int main() {
  CLHEP::HepSymMatrix m(3, 1);
  int failed = 0;
  m.invert(failed);
  return failed + static_cast<int>(HepGeom::Point3D<double>(0, 0, 0).mag() + CLHEP::HepLorentzVector(0, 0, 0, 0).m());
}
"""


class ToolchainError(RuntimeError):
    """No C++ compiler or no usable CLHEP: `missing` is "compiler" or "clhep", `output` what the probe printed."""

    def __init__(self, missing: str, text: str, output: str = "") -> None:
        ways = "\n".join(f"  {system:<16} {command}" for system, command in INSTALL.items())
        super().__init__(f"{text}\nHow to get both:\n{ways}")
        self.missing = missing
        self.output = output


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Compiler command with its version, CLHEP's flags and version, and `standard`, the oldest both accept."""

    compiler: str
    version: str
    include_flags: tuple[str, ...]
    link_flags: tuple[str, ...]
    clhep_version: str
    standard: str

    def at_least(self, standard: str) -> str:
        """The newer of `standard` and the oldest accepted one, e.g. "c++17" -> "gnu++17"."""
        wanted = "gnu++" + standard.rpartition("++")[2]
        if wanted not in STANDARDS:
            raise ValueError(f"unknown C++ standard {standard!r}; known: {', '.join(STANDARDS)}")
        return max(wanted, self.standard, key=STANDARDS.index)


def cache_folder() -> Path:
    """`DSL4BES_CACHE`, else the user's cache folder; made if absent."""
    chosen = os.environ.get("DSL4BES_CACHE")
    if chosen:
        folder = Path(chosen)
    else:
        from platformdirs import user_cache_dir

        folder = Path(user_cache_dir("dsl4bes"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@functools.lru_cache(maxsize=4)
def toolchain() -> Toolchain:
    """The compiler and CLHEP that builds will use; raises `ToolchainError`."""
    compiler = find_compiler()
    if not compiler:
        raise ToolchainError(
            "compiler", "There is no C++ compiler (looked for $DSL4BES_CXX, $CXX, g++, c++, clang++)."
        )
    version = _output([compiler, "--version"]).partition("\n")[0]
    include, link = clhep_flags()
    binary = Path(shutil.which(compiler) or compiler)
    key = [compiler, version, binary.stat().st_mtime if binary.exists() else 0, include, link, _PROBE]
    memory = cache_folder() / f"toolchain-{sha256(json.dumps(key).encode()).hexdigest()[:16]}.json"
    known = _recall(memory)
    if known:
        return known
    found = Toolchain(
        compiler, version, include, link, _clhep_version(compiler, include), _oldest(compiler, include, link)
    )
    _remember(memory, found)
    return found


def find_compiler() -> str:
    """The C++ compiler command; empty if there is none."""
    named = os.environ.get("DSL4BES_CXX") or os.environ.get("CXX")
    for command in (named,) if named else ("g++", "c++", "clang++"):
        if command and shutil.which(command.split()[0]):
            return command
    return ""


def clhep_flags() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compiler and linker flags for CLHEP: from `CLHEP_BASE`, the conda environment, or the system's own paths."""
    for variable in ("CLHEP_BASE", "CONDA_PREFIX"):
        base = os.environ.get(variable)
        if base and (Path(base) / "include" / "CLHEP").is_dir():
            folders = [str(Path(base) / name) for name in ("lib64", "lib") if (Path(base) / name).is_dir()]
            link = [flag for folder in folders for flag in (f"-L{folder}", f"-Wl,-rpath,{folder}")]
            return (f"-I{Path(base) / 'include'}",), (*link, "-lCLHEP")
    return (), ("-lCLHEP",)


def _clhep_version(compiler: str, include: tuple[str, ...]) -> str:
    text = '#include "CLHEP/Vector/defs.h"\nDSL4BES_FOUND PACKAGE_VERSION\n'
    lines = _output([compiler, *include, "-x", "c++", "-E", "-P", "-"], text).splitlines()
    return next((line.split('"')[1] for line in lines if line.startswith('DSL4BES_FOUND "')), "unknown")


def _oldest(compiler: str, include: tuple[str, ...], link: tuple[str, ...]) -> str:
    """The first standard with which the probe compiles and links."""
    said = ""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.cxx"
        source.write_text(_PROBE)
        for standard in STANDARDS:
            command = [
                compiler,
                f"-std={standard}",
                "-w",
                *include,
                str(source),
                "-o",
                str(Path(folder) / "probe"),
                *link,
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return standard
            said = done.stderr
    raise ToolchainError(
        "clhep",
        "CLHEP's headers or library do not compile and link here (set CLHEP_BASE to its folder).",
        said,
    )


def _output(command: list[str], text: str = "") -> str:
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ToolchainError(
            "compiler", f"The C++ compiler {command[0]} cannot be started: {error}."
        ) from error
    return done.stdout


def _recall(memory: Path) -> Toolchain | None:
    try:
        data = json.loads(memory.read_text())
        return Toolchain(
            **{**data, "include_flags": tuple(data["include_flags"]), "link_flags": tuple(data["link_flags"])}
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent or damaged: probe again


def _remember(memory: Path, found: Toolchain) -> None:
    handle, name = tempfile.mkstemp(dir=memory.parent)
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(found), file)
    os.replace(name, memory)
