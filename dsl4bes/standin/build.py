"""Builds the stand-in library and generated packages against it, once per content.

In: our own C++ sources, or the files of a BOSS package (path -> text, or a folder). Out: paths of shared libraries
in the cache folder (`DSL4BES_CACHE` or the user's), named by a hash of sources, headers, flags and compiler; compiler
messages as data. A file appears under its name only when it is complete, so that processes may build at the same
time. No package is loaded or run here.
"""

from __future__ import annotations

import functools
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from dsl4bes.standin import precompiled
from dsl4bes.standin.compiler import HERE, BuildError, content_of, environment, key_of, locked, run_compiler
from dsl4bes.standin.messages import CompilerMessage, parse_messages
from dsl4bes.standin.toolchain import Toolchain, ToolchainError, cache_folder, toolchain

__all__ = [
    "BuildError",
    "CompilerMessage",
    "ToolchainError",
    "build_library",
    "build_package",
    "library",
    "syntax_check",
    "syntax_command",
    "toolchain",
]

INCLUDE = HERE / "include"
SOURCE = HERE / "src"

#: Defines of the real build (BOSS 7.0.4).
DEFINES = (
    "-D_GNU_SOURCE",
    "-DGAUDI_V20_COMPAT",
    "-DCLHEP_MAX_MIN_DEFINED",
    "-DCLHEP_ABS_DEFINED",
    "-DCLHEP_SQR_DEFINED",
)
#: -ffp-contract=off: the same numbers whatever the processor's fused instructions. No -march: the cache may be shared by machines.
NUMBERS = ("-fPIC", "-ffp-contract=off")
_LIBRARY_OPTIMISE = ("-O3", *NUMBERS)  # built once; -O2 is slower by a tenth
#: A package is built whenever its text changes, and an event spends its time in the library: -O2 takes twice as long to compile, and runs are not measurably faster (20,000 rho pi, 4,000 omega pi pi with many photons).
_PACKAGE_OPTIMISE = ("-Og", *NUMBERS)
_LIBRARY_STANDARD = "c++14"
LANGUAGE = {"7.0.x": "c++98", "8": "c++17"}
_SOURCE_ENDINGS = (".cxx", ".cc", ".cpp")
_HEADER_ENDINGS = (".h", ".hh", ".hpp", ".icc")
ENDINGS = (*_SOURCE_ENDINGS, *_HEADER_ENDINGS)

Log = Callable[[str], None]


def build_library(cache: Path | None = None, log: Log | None = None) -> Path:
    """Path of the stand-in's shared library, built if its sources, headers, flags or compiler changed."""
    tools = toolchain()
    folder = Path(cache) if cache else cache_folder()
    flags = (
        f"-std={tools.at_least(_LIBRARY_STANDARD)}",
        *_LIBRARY_OPTIMISE,
        f"-I{SOURCE}",
        f"-I{INCLUDE}",
        *tools.include_flags,
    )
    headers = _headers_hash()
    keys = {unit: key_of(tools, headers, flags, _contents(unit)) for unit in _units()}
    target = folder / f"libstandin-{key_of(tools, '', tools.link_flags, ' '.join(keys.values()).encode())}.so"
    if target.exists():
        return target
    with locked(folder / "library.lock"):
        if not target.exists():
            if log:
                log("building the stand-in library (once)")
            _compile_library(tools, flags, keys, folder, target)
    return target


library = build_library


def build_package(
    files: Mapping[str, str] | str | os.PathLike[str],
    standard: str | None = None,
    *,
    profile: str | None = None,
    defines: Sequence[str] = (),
    cache: Path | None = None,
    log: Log | None = None,
) -> Path:
    """Path of a package's shared library, linked against the stand-in; built if any of its texts changed.

    `files` maps paths relative to the package to texts, or is a folder. `standard` ("c++98", "c++17") or `profile`
    ("7.0.x", "8") chooses the language; the local CLHEP may force a newer one, neither given means the oldest it
    accepts. `defines` are flags (`-D...`) beside those of the real build. Raises `BuildError` (compiler output and messages), `ToolchainError`.
    """
    tools = toolchain()
    folder = Path(cache) if cache else cache_folder()
    texts = _read_folder(Path(files)) if not isinstance(files, Mapping) else dict(files)
    texts = {path: texts[path] for path in sorted(texts) if path.endswith(ENDINGS)}
    if not _sources(texts):
        raise BuildError("the package", "it has no source file (*.cxx, *.cc, *.cpp)")
    base = build_library(folder, log)
    if profile and profile not in LANGUAGE:
        raise ValueError(f"unknown profile {profile!r}; known: {', '.join(LANGUAGE)}")
    wanted = standard or (LANGUAGE[profile] if profile else None)
    chosen = tools.at_least(wanted) if wanted else tools.standard
    flags = (f"-std={chosen}", *_PACKAGE_OPTIMISE, *DEFINES, *defines)
    target = folder / f"package-{key_of(tools, base.name, flags, content_of(texts))}.so"
    if not target.exists():
        if log:
            log(f"building the package ({chosen})")
        compile_package(tools, (*flags, *_in_front(tools, flags, texts, folder, plain=bool(defines))), texts, base, target)
    return target


def _in_front(tools: Toolchain, flags: tuple[str, ...], texts: Mapping[str, str], folder: Path, *, plain: bool) -> tuple[str, ...]:
    """Flags that put the precompiled headers in front: from the second package of a cache folder on, since making them takes as long as two packages save."""
    if plain or not precompiled.fits(tools, texts) or not any(folder.glob("package-*.so")):
        return ()
    settings = (*flags, f"-I{INCLUDE}", *tools.include_flags)
    header = precompiled.header(tools, settings, key_of(tools, _headers_hash(), settings, "\0".join(precompiled.HEADERS).encode()), folder)
    return ("-include", str(header)) if header else ()


def compile_package(
    tools: Toolchain, flags: tuple[str, ...], texts: Mapping[str, str], base: Path, target: Path
) -> None:
    """Compile a package with these flags and link it with the stand-in (`base`) to `target`, which appears as a whole. Raises `BuildError`."""
    with tempfile.TemporaryDirectory(prefix=f"tmp-{os.getpid()}-", dir=target.parent) as folder:
        work = Path(folder)
        _write(work, texts)
        unit = _unit(texts)
        (work / "standin_package.cxx").write_text("".join(f'#include "{path}"\n' for path in unit))
        others = [path for path in _sources(texts) if path not in unit]
        command = [
            tools.compiler,
            *flags,
            *_include_flags(texts),
            f"-I{INCLUDE}",
            *tools.include_flags,
            "-shared",
        ]
        command += [
            "standin_package.cxx",
            *others,
            "-o",
            "package.so",
            str(base),
            f"-Wl,-rpath,{base.parent}",
        ]
        run_compiler("the package", [*command, "-Wl,-z,defs", *tools.link_flags], work)
        os.replace(work / "package.so", target)


def syntax_check(
    text: str | os.PathLike[str],
    standard: str,
    *,
    files: Mapping[str, str] | None = None,
    name: str = "source.cxx",
) -> list[CompilerMessage]:
    """Compiler messages of one source (its text, or the path of a file) checked strictly, nothing built.

    `standard` is "c++98" (with -pedantic-errors, as the real build) or "c++17"; it must be one that the local CLHEP
    accepts, else `ToolchainError`. `files` are the other files of the package (headers), `name` the path shown.
    """
    tools = toolchain()
    wanted = "gnu++" + standard.rpartition("++")[2]
    if tools.at_least(standard) != wanted:
        raise ToolchainError(
            "clhep",
            f"CLHEP {tools.clhep_version} needs {tools.standard}: {standard} cannot be checked with it.",
        )
    if isinstance(text, os.PathLike):
        name, text = Path(text).name, Path(text).read_text()
    texts = {**(files or {}), name: text}
    strict = ("-ansi", "-pedantic", "-pedantic-errors") if wanted == "gnu++98" else ("-pedantic",)
    with tempfile.TemporaryDirectory() as work:
        _write(Path(work), texts)
        command = [tools.compiler, *strict, f"-std={wanted}", "-fsyntax-only", "-Wall", *DEFINES]
        command += [*_include_flags(texts), f"-isystem{INCLUDE}", *tools.include_flags, name]
        done = subprocess.run(
            command, cwd=work, capture_output=True, text=True, check=False, env=environment()
        )
    return parse_messages(done.stderr)


def syntax_command(files: Iterable[str], profile: str) -> list[str]:
    """The command that only looks at the sources of a package, in the language in which `build_package` compiles it for a profile ("7.0.x", "8").

    `files` are its paths; the folder in which it stands is where to run the command. Nothing is made, and nothing is run here. Raises `ToolchainError`.
    """
    tools, texts = toolchain(), dict.fromkeys(files, "")
    flags = (f"-std={tools.at_least(LANGUAGE[profile])}", "-fsyntax-only", *DEFINES, *_include_flags(texts), f"-I{INCLUDE}", *tools.include_flags)
    return [tools.compiler, *flags, *_sources(texts)]


#: Sources that are compiled in one go: they share most of their headers.
Unit = tuple[Path, ...]
_UNIT_SIZE = 8


def _units() -> list[Unit]:
    """Our sources, folder by folder, in groups of at most `_UNIT_SIZE`."""
    units: list[Unit] = []
    for folder in sorted({source.parent for source in SOURCE.rglob("*.cxx")}):
        sources = sorted(folder.glob("*.cxx"))
        units += [tuple(sources[i : i + _UNIT_SIZE]) for i in range(0, len(sources), _UNIT_SIZE)]
    return units


def _contents(unit: Unit) -> bytes:
    return b"\0".join(str(source.relative_to(HERE)).encode() + b"\0" + source.read_bytes() for source in unit)


def _compile_library(
    tools: Toolchain, flags: tuple[str, ...], keys: Mapping[Unit, str], folder: Path, target: Path
) -> None:
    """Compiles the units that changed (objects are kept by content) and links all."""
    objects = folder / "objects"
    objects.mkdir(exist_ok=True)

    def compile_one(unit: Unit) -> Path:
        out = objects / f"{unit[0].parent.name}-{keys[unit]}.o"
        if not out.exists():
            part = out.with_suffix(f".{os.getpid()}.part")
            text = "".join(f'#include "{source}"\n' for source in unit)
            command = [tools.compiler, *flags, "-c", "-x", "c++", "-", "-o", str(part)]
            run_compiler("the stand-in", command, folder, text)
            os.replace(part, out)
        return out

    with ThreadPoolExecutor(max_workers=_processors()) as pool:
        built = list(pool.map(compile_one, keys))
    part = target.with_suffix(f".{os.getpid()}.part")
    command = [tools.compiler, "-shared", *map(str, built), "-o", str(part), f"-Wl,-soname,{target.name}"]
    run_compiler("the stand-in", [*command, "-Wl,-z,defs", *tools.link_flags, "-ldl"], folder)
    os.replace(part, target)


def _processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _unit(texts: Mapping[str, str]) -> list[str]:
    """The sources compiled as one unit: the components, and the main source if it is the only one."""
    components = [path for path in _sources(texts) if "components" in Path(path).parts]
    main = [path for path in _sources(texts) if path not in components]
    return [*main, *components] if len(main) == 1 else components


def _sources(texts: Mapping[str, str]) -> list[str]:
    return sorted(path for path in texts if path.endswith(_SOURCE_ENDINGS))


def _include_flags(texts: Mapping[str, str]) -> list[str]:
    """The folders that contain `src` or a folder with headers: `#include "<Pkg>/<Alg>.h"` is found from there."""
    roots = {""}
    for path in texts:
        parts = Path(path).parts
        if path.endswith(_HEADER_ENDINGS) and len(parts) > 1:
            roots.add("/".join(parts[:-2]))
        if "src" in parts:
            roots.add("/".join(parts[: parts.index("src")]))
    return [f"-I{root or '.'}" for root in sorted(roots)]


def _read_folder(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise FileNotFoundError(f"no package folder {folder}")
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name.endswith(ENDINGS))
    return {str(path.relative_to(folder)): path.read_text() for path in found}


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        place = folder / path
        if not place.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"package path {path!r} leaves the package")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", errors="surrogateescape")


@functools.lru_cache(maxsize=1)
def _headers_hash() -> str:
    digest = sha256()
    headers = [*INCLUDE.rglob("*.h"), *SOURCE.rglob("*.h")]
    for header in sorted(headers):
        digest.update(f"\0{header.relative_to(HERE)}\0".encode() + header.read_bytes())
    return digest.hexdigest()
