"""What the judge needs of a program that reads lists which producers of BOSS make (pi0, eta, V0s, D tags): the sample events with these lists.

In: a program, a compiler, the sample. Out: the events with the lists. They come from a job of the same program whose custom blocks all keep every event: nothing that a model or a hand wrote is in it, so
it runs here, outside the sandbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsl4bes.run.boss_lists import lists_of
from dsl4bes.run.tags import asks_for_tags
from dsl4bes.unknown.candidates import Candidates
from dsl4bes.unknown.lock import Lock
from dsl4bes.unknown.review.trial import Compile

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch
    from dsl4bes.ir.program import Program


def with_producers(program: Program, batches: Sequence[Batch], compile_: Compile) -> list[Batch]:
    """The same events; those of a program that reads no such list as they are. Raises `RunError`."""
    if not asks_for_tags(program) and not lists_of(program):
        return list(batches)
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.runner import Settings
    from dsl4bes.run.session import JobSession
    from dsl4bes.run.vertex import SIMULATED, VertexTable
    from dsl4bes.unknown.ladder import OTHER_ENERGY

    made = compile_(Candidates(Lock(), lenient=True), "7.0.x")
    assert made.program is not None
    runs = {abs(int(run)) for batch in batches for run in batch["event.run"]}
    settings = Settings(vertex=VertexTable(dict.fromkeys(runs, SIMULATED)), beam=dict.fromkeys(runs, OTHER_ENERGY))
    session = JobSession(build_selection(made.program, made.files), settings, inputs=True)
    found = []
    try:
        for batch in batches:
            session.process(batch)
            found.append(session.inputs)
    finally:
        session.close()
    return found
