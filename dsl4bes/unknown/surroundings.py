"""What the trial is given of this machine: the variables and folders without which it finds no compiler, no CLHEP and no NumPy.

In: environment and interpreter of this process, the folder of the cache inside the sandbox. Out: `Surroundings` for `run_confined`. Only what `standin/toolchain.py` reads is
handed on; a folder that holds the user's home is not. Nothing is run here.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dsl4bes.unknown.sandbox.view import may_be_given

#: What `standin/toolchain.py` asks for.
_COMPILER = ("DSL4BES_CXX", "CXX")
_CLHEP = ("CLHEP_BASE", "CONDA_PREFIX")
_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`readable`: folders beyond the system's own; `environment`: variables besides HOME and TMPDIR."""

    readable: tuple[Path, ...]
    environment: dict[str, str]


def surroundings(cache: Path) -> Surroundings:
    """What a trial on this machine needs, `cache` being its own."""
    import numpy

    site = Path(numpy.__file__).resolve().parents[1]  # the user's own site folder is not found without the home
    binaries = [path.parent for path in _compiler()]
    given = {
        "DSL4BES_CACHE": str(cache), "PYTHONPATH": f"{_PACKAGE.parent}{os.pathsep}{site}", "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.pathsep.join(dict.fromkeys((*map(str, binaries), "/usr/bin", "/bin"))),
    }  # fmt: skip
    given |= {name: os.environ[name] for name in (*_COMPILER, *_CLHEP) if os.environ.get(name)}
    wanted = [_PACKAGE, site, Path(sys.prefix), Path(sys.base_prefix), *(Path(given[name]) for name in _CLHEP if name in given), *_roots(binaries)]
    found = dict.fromkeys(Path(os.path.abspath(path)) for path in wanted)
    return Surroundings(tuple(path for path in found if not path.is_relative_to("/usr") and may_be_given(path)), given)


def _compiler() -> Iterator[Path]:
    """The compiler as it is called, and the file that this is."""
    from dsl4bes.standin.toolchain import find_compiler

    called = shutil.which((find_compiler().split() or [""])[0])
    if called:
        yield Path(os.path.abspath(called))
        yield Path(called).resolve()


def _roots(binaries: list[Path]) -> Iterator[Path]:
    """Where compilers in these folders have their own files: beside `bin`, if that may be shown, else only there."""
    for folder in binaries:
        yield folder.parent if folder.name == "bin" and may_be_given(folder.parent) else folder
