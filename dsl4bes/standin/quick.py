"""Packages built in half the time, for a program that is still being written.

In: the files of a package. Out: the path of its shared library, as `build.build_package` gives it: not optimised, against headers that were compiled before
(`prelude/prelude.h`) and with the templates they share left out. The fits and the identification are in the stand-in's own library and as fast as ever, and
without contracted products the numbers are those of an optimised build. Where the compiler does not take the prelude, the package is built in the plain way.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dsl4bes.standin import build
from dsl4bes.standin.build import BuildError, Log
from dsl4bes.standin.toolchain import Toolchain, cache_folder, toolchain

HEADER = build.HERE / "prelude" / "prelude.h"
#: Linkers that are tried before the compiler's own, which takes a quarter of the time of a build; the first that links the prelude is taken for every package.
LINKERS = ("-fuse-ld=mold", "-fuse-ld=lld", "-fuse-ld=gold")
LINKER = "linker.txt"  #: in the folder of the prelude: the flag of the linker
_MADE_HERE = "-DSTANDIN_PRELUDE_MADE_HERE"


def build_quickly(files: Mapping[str, str], profile: str, cache: Path | None = None, log: Log | None = None) -> tuple[Path, bool]:
    """Path of a package's shared library, and whether it was there already. Raises `BuildError` and `ToolchainError` as `build_package` does."""
    tools = toolchain()
    folder = Path(cache) if cache else cache_folder()
    base = build.build_library(folder, log)
    flags = (f"-std={tools.at_least(build.LANGUAGE[profile])}", "-O0", *build.NUMBERS, *build.DEFINES)
    texts = {path: files[path] for path in sorted(files) if path.endswith(build.ENDINGS)}
    try:
        prelude = _prelude(tools, flags, base, folder, log)
    except BuildError:  # a compiler or CLHEP that does not take it: the plain build says what is wrong, if anything is
        return build.build_package(texts, profile=profile, cache=folder, log=log), False
    content = "".join(f"\0{path}\0{text}" for path, text in texts.items()).encode("utf-8", "surrogateescape")
    target = folder / f"quick-{build.key_of(tools, prelude.name, flags, content)}.so"
    if target.exists():
        return target, True
    library = prelude / "libprelude.so"
    linked = replace(tools, link_flags=(str(library), f"-Wl,-rpath,{prelude}", *_linker(prelude), *tools.link_flags))
    build.compile_package(linked, (*flags, "-pipe", "-include", str(prelude / HEADER.name)), texts, base, target)
    return target, False


def _prelude(tools: Toolchain, flags: tuple[str, ...], base: Path, folder: Path, log: Log | None) -> Path:
    """The folder with the header, what the compiler made of it, and the library of its templates; made if it is not there."""
    target = folder / f"prelude-{build.key_of(tools, base.name, (*flags, *LINKERS), HEADER.read_bytes())}"
    if target.is_dir():
        return target
    with build.locked(folder / "prelude.lock"):
        if not target.is_dir():
            if log:
                log("compiling the headers of the stand-in (once)")
            with tempfile.TemporaryDirectory(prefix=f"tmp-{os.getpid()}-", dir=folder) as made:
                _compile_prelude(tools, flags, base, Path(made) / "prelude")
                os.replace(Path(made) / "prelude", target)
    return target


def _compile_prelude(tools: Toolchain, flags: tuple[str, ...], base: Path, work: Path) -> None:
    work.mkdir()
    (work / HEADER.name).write_bytes(HEADER.read_bytes())
    command = [tools.compiler, *flags, f"-I{build.INCLUDE}", *tools.include_flags, "-x", "c++-header", HEADER.name]
    build.run_compiler("the header of the preview", [*command, "-o", f"{HEADER.name}.gch"], work)
    command = [tools.compiler, *flags, "-O2", _MADE_HERE, f"-I{build.INCLUDE}", *tools.include_flags, "-shared"]
    command += ["-x", "c++", HEADER.name, "-x", "none", "-o", "libprelude.so", str(base), f"-Wl,-rpath,{base.parent}"]
    command += ["-Wl,-z,defs", *tools.link_flags]
    found = [flag for flag in LINKERS if shutil.which(f"ld.{flag.rpartition('=')[2]}")]
    for linker in (*found, ""):
        try:
            build.run_compiler("the header of the preview", [*command, *([linker] if linker else [])], work)
        except BuildError:
            if not linker:
                raise
            continue  # it is not fit for this compiler
        (work / LINKER).write_text(linker)
        return


def _linker(prelude: Path) -> tuple[str, ...]:
    """The flag of the linker that the prelude was linked with; none for the compiler's own."""
    flag = (prelude / LINKER).read_text()
    return (flag,) if flag else ()
