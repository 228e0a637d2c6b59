"""`dsl4bes doctor`: what is installed, what is missing, what that means and how to get it.

In: nothing. Out: a table on the standard output; exit status 1 if something that `run` needs is missing. Installs nothing.
"""

from __future__ import annotations

import json as json_module
import os
import subprocess
import sys
import textwrap
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Annotated

import typer

from dsl4bes.cli.findings import Finding
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.standin.toolchain import INSTALL, clhep_flags, find_compiler

_EXTRAS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "run",
        ("numpy", "awkward", "uproot", "pybes3", "rich", "matplotlib", "mplhep", "hist"),
        "run, sample, toy",
    ),
    ("dask", ("distributed",), "run --dask"),
    ("fits", ("iminuit",), "benchmark"),
    ("llm", ("httpx", "pydantic", "tree_sitter", "tree_sitter_cpp"), "unknown blocks"),
    ("train", ("torch", "transformers", "peft"), "a model in this process, training"),
    ("dev", ("pytest", "hypothesis", "ruff", "mypy", "nox", "particle", "lark"), "development"),
)


def findings() -> list[Finding]:
    """Everything that is looked for."""
    found = [
        Finding("Python", sys.version.split()[0], "everything"),
        Finding("C++ compiler", _compiler(), "run"),
        Finding("CLHEP", _clhep(), "run"),
    ]
    for extra, packages, needed_by in _EXTRAS:
        missing = [package for package in packages if find_spec(package) is None]
        text = (
            ""
            if missing
            else ", ".join(f"{package} {_version(package)}" for package in packages[:3]) + ", ..."
        )
        name = f"extra [{extra}]" + (f": {', '.join(missing)}" if missing else "")
        found.append(
            Finding(
                name, text.replace(", ...", "") if len(packages) <= 3 else text, needed_by, extra == "run"
            )
        )
    from dsl4bes.cli import doctor_model

    return [*found, _root(), *doctor_model.findings()]


def _root() -> Finding:
    """The ROOT that `benchmark` runs."""
    from dsl4bes.root.find import find_root
    from dsl4bes.unknown.trouble import Trouble

    try:
        return Finding("ROOT", find_root().name, "benchmark", False)
    except Trouble as trouble:
        return Finding("ROOT", "", "benchmark", False, notes=(trouble.message, trouble.help))


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what is installed, what is missing, and how to get it."""
    found = findings()
    if json:
        print(json_module.dumps([asdict(finding) for finding in found], indent=2))
    else:
        _print(found)
    raise typer.Exit(1 if any(not finding.found and finding.essential for finding in found) else 0)


def _print(found: list[Finding]) -> None:
    width = max(len(finding.name) for finding in found)
    for finding in found:
        state = finding.found or f"MISSING  (needed by: {finding.needed_by})"
        mark = "!! " if finding.faulty else "ok " if finding.found else "-- "
        print(safe(f"{mark} {finding.name.ljust(width)}  {state}"))
        for note in finding.notes:
            indent = " " * (width + 6)
            print(textwrap.fill(safe(note), 130, initial_indent=indent, subsequent_indent=indent))
    missing = {finding.name.split(":")[0] for finding in found if not finding.found}
    if missing & {"C++ compiler", "CLHEP"}:
        print("\nCompiler and CLHEP:")
        for system, command in INSTALL.items():
            print(f"  {system.ljust(16)} {command}")
        print("  CLHEP elsewhere: set CLHEP_BASE to its folder (the one with include/ and lib/)")
    # torch and what goes with it are gigabytes: whoever wants them knows
    extras = sorted(name[7:-1] for name in missing if name.startswith("extra") and name != "extra [train]")
    if extras:
        print(
            f"\nPython packages:   {os.path.basename(sys.executable)} -m pip install 'dsl4bes[{','.join(extras)}]'"
        )
    if not any(finding.essential and not finding.found for finding in found):
        print(f"\n{'`dsl4bes run`' if missing else 'All there: `dsl4bes run`'} works here.")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


def _compiler() -> str:
    command = find_compiler()
    out = _output([command, "--version"]) if command else ""
    return out.splitlines()[0] if out else ""


def _clhep() -> str:
    """Asks the preprocessor, so that the answer is what a build will see."""
    compiler = find_compiler()
    if not compiler:
        return ""
    text = (
        '#include "CLHEP/Vector/LorentzVector.h"\n#include "CLHEP/Vector/defs.h"\nDSL4BES PACKAGE_VERSION\n'
    )
    out = _output([compiler, *clhep_flags()[0], "-x", "c++", "-E", "-P", "-"], text)
    last = next((line for line in reversed(out.splitlines()) if line.startswith("DSL4BES")), "")
    return last.replace("DSL4BES", "").strip(' "')


def _output(command: list[str], text: str = "") -> str:
    """What a command prints; empty if it fails or cannot be started."""
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
