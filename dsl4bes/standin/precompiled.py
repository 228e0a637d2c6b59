"""The headers that every generated package includes, read by the compiler once per language standard.

In: the compiler, the flags of a package, its texts. Out: a header to put in front (`-include`), beside which its precompiled form stands in the cache folder, named by a hash of headers, flags and compiler.
It is used only for packages that include all of these headers themselves, so a package that forgot one fails as before. No package is compiled here, and a header that cannot be precompiled only costs time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dsl4bes.standin.compiler import BuildError, appear, run_compiler
from dsl4bes.standin.toolchain import Toolchain

#: What stands in every generated package: the first five in its header, the others in its source.
HEADERS = (
    "<string>", "<vector>", '"CLHEP/Vector/LorentzVector.h"', '"GaudiKernel/Algorithm.h"', '"GaudiKernel/NTuple.h"',
    "<cmath>", "<limits>", '"CLHEP/Geometry/Point3D.h"', '"CLHEP/Vector/ThreeVector.h"', '"EventModel/EventHeader.h"', '"EventModel/EventModel.h"', '"EvtRecEvent/EvtRecEvent.h"',
    '"EvtRecEvent/EvtRecTrack.h"', '"GaudiKernel/Bootstrap.h"', '"GaudiKernel/IDataProviderSvc.h"', '"GaudiKernel/INTupleSvc.h"', '"GaudiKernel/ISvcLocator.h"', '"GaudiKernel/MsgStream.h"',
    '"GaudiKernel/SmartDataPtr.h"',
)  # fmt: skip
_LINES = tuple(f"#include {name}" for name in HEADERS)
_NAME = "package.h"


def fits(tools: Toolchain, texts: Mapping[str, str]) -> bool:
    """Whether a package may have the headers in front: it includes them all itself, and the compiler is GCC, whose rules for precompiled headers are kept here."""
    if "clang" in tools.version.lower():
        return False
    written = {line.strip() for text in texts.values() for line in text.splitlines() if line.startswith("#include")}
    return written.issuperset(_LINES)


def header(tools: Toolchain, flags: Sequence[str], key: str, folder: Path) -> Path | None:
    """The header of these flags, precompiled under `key` if it is not there yet; None if the compiler cannot. GCC takes a precompiled header only with the flags that made it, and reads the plain one otherwise."""
    home = folder / f"headers-{key}"
    text = "\n".join((*_LINES, "")).encode()
    try:
        if not home.is_dir():
            appear(home, lambda work: compile_header(tools, flags, work / _NAME, text))
    except (BuildError, OSError):
        return None
    return home / _NAME


def compile_header(tools: Toolchain, flags: Sequence[str], place: Path, text: bytes) -> None:
    """Write a header, and beside it what the compiler makes of it, which it takes wherever the header is put in front. Raises `BuildError`."""
    place.write_bytes(text)
    run_compiler("the header", [tools.compiler, *flags, "-x", "c++-header", place.name, "-o", f"{place.name}.gch"], place.parent)
