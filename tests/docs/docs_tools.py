"""The code on the pages: what is run, where, and how its output is compared.

In: pages of `dsl4bes/docs/pages`. Out: programs to be checked, commands with what they are to print. Nothing is asserted here.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dsl4bes.docs import assembled, programs
from dsl4bes.docs.fences import Fence, fences

ROOT = Path(__file__).resolve().parents[2]
PAGES = assembled.written()
#: Words of a command that only a shell understands.
SHELL = re.compile(r"[|<>;&*]|\$\?")


def slow(page: str) -> bool:
    """Whether the commands of a page are for the slow tests: its first line says so."""
    return PAGES[page].startswith("<!-- slow")


def fences_of(page: str, *languages: str) -> list[Fence]:
    return [fence for fence in fences(PAGES[page]) if fence.language in languages]


def program(fence: Fence) -> str:
    """The whole program that a ```bes fence stands for."""
    if "example" in fence.options and "block" not in fence.options:
        return programs.shown(fence)
    if "in" in fence.options:
        return programs.framed(fence.code, fence.options["in"])
    if "after" in fence.options:
        return f"{programs.example(fence.options['after'])}\n{fence.code}"
    return fence.code


@dataclass
class Command:
    """A line behind `$` and what stands below it."""

    line: str
    shown: str


def commands(fence: Fence) -> list[Command]:
    found: list[Command] = []
    for line in fence.code.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:], ""))
        else:
            found[-1].shown += f"{line}\n"
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether a text is what a page shows: `...` alone on a line stands for any lines, within a line for anything."""
    pattern = "".join(
        r"(?:[^\n]*\n)*" if line.strip() == "..." else r"[^\n]*".join(re.escape(part) for part in line.split("...")) + r" *\n"
        for line in shown.rstrip().splitlines()
    )
    text = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines())
    return re.fullmatch(pattern, text) is not None


class Shell:
    """Runs the commands of a page in a folder; remembers the last status. `dsl4bes` without a shell's signs runs in this process, where that is safe."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.status = folder, 0
        self.environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        shim = folder / ".bin"
        shim.mkdir()
        (shim / "dsl4bes").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dsl4bes "$@"\n')
        (shim / "dsl4bes").chmod(0o755)
        self.environment["PATH"] = f"{shim}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(self, line: str) -> str:
        if line == "echo $?":
            printed, self.status = f"{self.status}\n", 0
            return printed
        words = shlex.split(line)
        if words[0] == "dsl4bes" and words[1] in ("check", "fmt", "explain", "compile", "plan", "new", "dump") and not SHELL.search(line):
            return self._here(words[1:])
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=self.folder, env=self.environment, check=False, timeout=300)
        self.status = done.returncode
        return done.stdout + done.stderr

    def _here(self, arguments: list[str]) -> str:
        """In this process: the same function that the entry point calls."""
        import gc

        from dsl4bes.cli.app import run

        out, before, old = io.StringIO(), Path.cwd(), os.environ.get("NO_COLOR")
        os.environ["NO_COLOR"] = "1"
        try:
            os.chdir(self.folder)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                self.status = run(arguments)
        finally:
            os.chdir(before)
            gc.enable()
            if old is None:
                del os.environ["NO_COLOR"]
        return out.getvalue()
