"""Where the time of the event loop goes: a program is cut off after each of its blocks, and what one more block costs is that block's time.

In: a compiled program, a batch. Out: microseconds an event by kind of block, in the order of the program. The shortened programs are compiled and built
like any other (cached), so that nothing is measured from inside. Times are CPU times, the least of many passes: other work on the machine only adds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render
from dsl4bes.events.batch import Batch
from dsl4bes.ir.program import Program
from dsl4bes.run.build import build_selection
from dsl4bes.run.runner import Selection, Settings
from dsl4bes.run.session import JobSession
from dsl4bes.run.vertex import Vertex, VertexTable

VERTEX = VertexTable({1000: Vertex((0.0, 0.0, 0.0), (0.04, 0.01, 0.7))})
EVENT = "the event itself"  #: the loop of a program without blocks: event objects, the record of the cuts, the chunk that goes back
OUTPUTS = "regions and outputs"
VARIATIONS = "variations"


def least_seconds(works: Sequence[Callable[[], object]], rounds: int = 40, at_most: float = 12.0) -> list[float]:
    """CPU seconds of the fastest pass of each, done in turns so that all have the same machine; no new round after `at_most` seconds."""
    best, started = [float("inf")] * len(works), time.perf_counter()
    for done in range(rounds):
        for number, work in enumerate(works):
            before = time.process_time()
            work()
            best[number] = min(best[number], time.process_time() - before)
        if done >= 2 and time.perf_counter() - started > at_most:
            break
    return best


def session(chosen: Selection) -> JobSession:
    """An open job with an interaction point for the toy events."""
    return JobSession(chosen, Settings(vertex=VERTEX))


def shortened(program: Program) -> Iterator[tuple[str, Program]]:
    """The program with one part more each time, and what that part is."""
    plain = replace(program, blocks=(), outputs=(), regions=(), always=(), variations=(), expectations=())
    yield EVENT, plain
    if program.always:
        yield program.always[0].construct, replace(plain, always=program.always)
    for number, block in enumerate(program.blocks, 1):
        yield block.construct, replace(plain, always=program.always, blocks=program.blocks[:number])
    if program.outputs or program.regions:
        yield OUTPUTS, replace(program, variations=())
    if program.variations:
        yield f"{len(program.variations)} {VARIATIONS}", program


def parts(program: Program, batch: Batch) -> dict[str, float]:
    """Seconds an event by kind of block."""
    steps = list(shortened(program))
    jobs = [session(build_selection(shorter, dict(render(lower(shorter))))) for _, shorter in steps]
    until = least_seconds([lambda job=job: job.process(batch) for job in jobs])
    for job in jobs:
        job.close()
    found: dict[str, float] = {}
    for (part, _), seconds, before in zip(steps, until, [0.0, *until], strict=False):
        found[part] = found.get(part, 0.0) + (seconds - before) / batch.n_events
    return found
