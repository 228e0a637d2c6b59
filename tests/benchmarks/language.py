"""Parsing and compiling, warm: lines per second, milliseconds per program, memory and time of a large file."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from dsl4bes.diagnostics.model import Bag
from dsl4bes.driver import compile_source
from dsl4bes.source import SourceFile
from dsl4bes.syntax.parser import parse

ROOT = Path(__file__).resolve().parents[2]
RHOPI = (ROOT / "examples/rhopi/rhopi.bes").read_text(encoding="utf-8")


def parse_rate(repeats: int = 60) -> float:
    """Lines per second of a file that repeats the example."""
    text = RHOPI * repeats
    parse(SourceFile("warm", RHOPI), Bag())
    started = time.perf_counter()
    parse(SourceFile("large", text), Bag())
    return text.count("\n") / (time.perf_counter() - started)


def compile_milliseconds(rounds: int = 20) -> float:
    """Best of several compilations of the example in one process."""
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        compile_source(SourceFile("rhopi.bes", RHOPI), until="text")
        best = min(best, time.perf_counter() - started)
    return best * 1e3


def blocks(count: int) -> str:
    """A program with many blocks, each with a formula."""
    lines = [
        "event_selection do",
        "    photons do",
        "        energy > 25 MeV",
        "        ngam >= 2",
        "    end",
    ]
    lines += [
        f'    require "cut {i}", m(gam1, gam2) > {0.1 + i * 1e-6:.6f} GeV and e(gam1) < {3 - i * 1e-6:.6f} GeV'
        for i in range(count)
    ]
    return "\n".join([*lines, "end", ""])


def large(count: int) -> float:
    """Seconds to compile a file of so many blocks."""
    started = time.perf_counter()
    compilation = compile_source(
        SourceFile("large.bes", 'analysis "Large" do\n    ecms 3.097 GeV\nend\n' + blocks(count)),
        until="text",
    )
    seconds = time.perf_counter() - started
    if compilation.bag.has_errors:
        raise SystemExit("\n".join(item.message for item in compilation.bag.items[:3]))
    return seconds


def main() -> int:
    """Print the table."""
    print(f"parse                  {parse_rate():10,.0f} lines/s  (aim 10,000)")
    print(f"compile rhopi, warm    {compile_milliseconds():10.1f} ms       (aim 20)")
    half, whole = large(1000), large(2000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"compile 1,000 blocks   {half:10.2f} s")
    print(
        f"compile 2,000 blocks   {whole:10.2f} s        ({whole / half:.2f} times that of 1,000; memory {memory:.0f} MB, aim 200)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
