"""Packages built in half the time, for a program that is still being written.

In: the files of a package. Out: the path of its shared library, as `build.build_package` gives it: not optimised, against headers that were compiled before
(`prelude/prelude.h`; more than those of `precompiled.py`, for other flags) and with the templates they share left out. The fits and the identification are in the stand-in's own library and as fast as ever, and
without contracted products the numbers are those of an optimised build. Where the compiler does not take the prelude, the package is built in the plain way.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dsl4bes.standin import build
from dsl4bes.standin.build import Log
from dsl4bes.standin.compiler import HERE, BuildError, appear, content_of, key_of, locked, run_compiler
from dsl4bes.standin.precompiled import compile_header
from dsl4bes.standin.toolchain import Toolchain, cache_folder, toolchain

HEADER = HERE / "prelude" / "prelude.h"
#: Linkers that are tried before the compiler's own, which takes a quarter of the time of a build; the first that links the prelude is taken for every package.
LINKERS = ("-fuse-ld=mold", "-fuse-ld=lld", "-fuse-ld=gold")
LINKER = "linker.txt"  #: in the folder of the prelude: the flag of the linker
_MADE_HERE = "-DSTANDIN_PRELUDE_MADE_HERE"
#: Preludes that the compiler did not take since this process began: to try again takes seconds, with every change of a program.
_REFUSED: set[Path] = set()


def build_quickly(files: Mapping[str, str], profile: str, cache: Path | None = None, log: Log | None = None) -> tuple[Path, bool]:
    """Path of a package's shared library, and whether it was there already. Raises `BuildError` and `ToolchainError` as `build_package` does."""
    tools = toolchain()
    folder = Path(cache) if cache else cache_folder()
    base = build.build_library(folder, log)
    flags = (f"-std={tools.at_least(build.LANGUAGE[profile])}", "-O0", *build.NUMBERS, *build.DEFINES)
    texts = {path: files[path] for path in sorted(files) if path.endswith(build.ENDINGS)}
    prelude = _prelude(tools, flags, base, folder, log)
    if prelude is None:  # a compiler or CLHEP that does not take it: the plain build says what is wrong, if anything is
        return build.build_package(texts, profile=profile, cache=folder, log=log), False
    target = folder / f"quick-{key_of(tools, prelude.name, flags, content_of(texts))}.so"
    if target.exists():
        return target, True
    library = prelude / "libprelude.so"
    linked = replace(tools, link_flags=(str(library), f"-Wl,-rpath,{prelude}", *_linker(prelude), *tools.link_flags))
    build.compile_package(linked, (*flags, "-pipe", "-include", str(prelude / HEADER.name)), texts, base, target)
    return target, False


def _prelude(tools: Toolchain, flags: tuple[str, ...], base: Path, folder: Path, log: Log | None) -> Path | None:
    """The folder with the header, what the compiler made of it, and the library of its templates; made if it is not there. None if the compiler does not take it."""
    target = folder / f"prelude-{key_of(tools, base.name, (*flags, *LINKERS), HEADER.read_bytes())}"
    if target in _REFUSED:
        return None
    if target.is_dir():
        return target
    with locked(folder / "prelude.lock"):
        if not target.is_dir():
            if log:
                log("compiling the headers of the stand-in (once)")
            try:
                appear(target, lambda work: _compile_prelude(tools, flags, base, work))
            except BuildError:
                _REFUSED.add(target)
                return None
    return target


def _compile_prelude(tools: Toolchain, flags: tuple[str, ...], base: Path, work: Path) -> None:
    settings = (*flags, f"-I{build.INCLUDE}", *tools.include_flags)
    compile_header(tools, settings, work / HEADER.name, HEADER.read_bytes())
    command = [tools.compiler, *settings, "-O2", _MADE_HERE, "-shared", "-x", "c++", HEADER.name, "-x", "none", "-o", "libprelude.so"]
    command += [str(base), f"-Wl,-rpath,{base.parent}", "-Wl,-z,defs", *tools.link_flags]
    for linker in (*filter(_is_here, LINKERS), ""):
        try:
            run_compiler("the header of the preview", [*command, *([linker] if linker else [])], work)
        except BuildError:
            if not linker:
                raise
            continue  # it is not fit for this compiler
        (work / LINKER).write_text(linker)
        return


def _linker(prelude: Path) -> tuple[str, ...]:
    """The flag of the linker that the prelude was linked with; none for the compiler's own, and none on a machine that shares the cache and lacks it."""
    flag = (prelude / LINKER).read_text()
    return (flag,) if flag and _is_here(flag) else ()


def _is_here(flag: str) -> bool:
    return shutil.which(f"ld.{flag.rpartition('=')[2]}") is not None
