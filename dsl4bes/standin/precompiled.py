"""The headers that every generated package includes, read by the compiler once per language standard.

In: the compiler, the flags of a package, its texts. Out: a header to put in front (`-include`), beside which its precompiled form stands in the cache folder, named by a hash of headers, flags and compiler.
It is used only for packages that include all of these headers themselves, so a package that forgot one fails as before. No package is compiled here, and a header that cannot be precompiled only costs time.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from dsl4bes.standin.toolchain import Toolchain

#: What stands in every generated package: the first five in its header, the others in its source.
HEADERS = (
    "<string>", "<vector>", '"CLHEP/Vector/LorentzVector.h"', '"GaudiKernel/Algorithm.h"', '"GaudiKernel/NTuple.h"',
    "<cmath>", "<limits>", '"CLHEP/Geometry/Point3D.h"', '"CLHEP/Vector/ThreeVector.h"', '"EventModel/EventHeader.h"', '"EventModel/EventModel.h"', '"EvtRecEvent/EvtRecEvent.h"',
    '"EvtRecEvent/EvtRecTrack.h"', '"GaudiKernel/Bootstrap.h"', '"GaudiKernel/IDataProviderSvc.h"', '"GaudiKernel/INTupleSvc.h"', '"GaudiKernel/ISvcLocator.h"', '"GaudiKernel/MsgStream.h"',
    '"GaudiKernel/SmartDataPtr.h"',
)  # fmt: skip
_LINES = tuple(f"#include {name}" for name in HEADERS)


def fits(tools: Toolchain, texts: Mapping[str, str]) -> bool:
    """Whether a package may have the headers in front: it includes them all itself, and the compiler is GCC, whose rules for precompiled headers are kept here."""
    if "clang" in tools.version.lower():
        return False
    written = {line.strip() for text in texts.values() for line in text.splitlines() if line.startswith("#include")}
    return written.issuperset(_LINES)


def header(tools: Toolchain, flags: Sequence[str], key: str, folder: Path) -> Path | None:
    """The header of these flags, precompiled under `key` if it is not there yet; None if the compiler cannot. GCC takes a precompiled header only with the flags that made it, and reads the plain one otherwise."""
    home = folder / f"headers-{key}"
    found = home / "package.h"
    if home.is_dir():
        return found
    with tempfile.TemporaryDirectory(prefix=f"tmp-{os.getpid()}-", dir=folder) as made:
        work = Path(made) / "headers"
        work.mkdir()
        (work / found.name).write_text("\n".join((*_LINES, "")))
        command = [tools.compiler, *flags, "-x", "c++-header", found.name, "-o", f"{found.name}.gch"]
        if subprocess.run(command, cwd=work, capture_output=True, check=False).returncode:
            return None
        try:
            os.replace(work, home)
        except OSError:  # another process was sooner
            return found if home.is_dir() else None
    return found
