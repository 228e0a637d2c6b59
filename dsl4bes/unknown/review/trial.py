"""The code of all custom blocks on the sample events, in the sandbox: what each cut of the program said to each event.

In: the blocks of a program, a compiler, events. Out: `Trial`, or `NoResult` with the reason. Accepted code is built once, as `run` builds it; as soon as other code takes part, in both languages and with the
checks of the library, as the ladder does. Nothing that is not confined runs here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl4bes.constructs.bodies import Bodies
from dsl4bes.unknown.ladder import answers_of, trial_of
from dsl4bes.unknown.result import NoResult
from dsl4bes.unknown.review.blocks import Reviewed, State

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.events.batch import Batch
    from dsl4bes.ir.program import Program
    from dsl4bes.unknown.result import Rows

Compile = Callable[[Bodies, str], "Compilation"]
_MOST_WORDS = 600  #: characters of a compiler's or a job's words


@dataclass(frozen=True, slots=True)
class Trial:
    """What happened. `rows`: for each event, whether it passed each cut; `names`: run and number of each event; `left_out`: blocks that kept every event here, with the reason; `unsteady`: blocks that
    gave an event another answer the second time, or with the checks of the library."""

    program: Program
    batches: tuple[Batch, ...]
    rows: Rows
    names: tuple[tuple[int, int], ...]
    left_out: dict[str, str]
    unsteady: frozenset[str]


def trial(reviewed: Reviewed, compile_: Compile, events: Callable[[Any], Sequence[Batch]]) -> Trial:
    """Run the program; without the code that was not accepted if the program does not run with it."""
    left_out = {name: block.refusal for name, block in reviewed.blocks.items() if not block.runs}
    doubtful = [name for name, block in reviewed.blocks.items() if block.runs and block.state is not State.FRESH]
    kept: list[Batch] = []  # made or read once, whatever is tried on them

    def once(program: Any) -> list[Batch]:
        kept[:] = kept or events(program)
        return kept

    try:
        return _once(reviewed, compile_, once, both=bool(doubtful), left_out=left_out)
    except NoResult as reason:
        if not doubtful:
            raise
        reviewed.only_fresh = True
        left_out |= dict.fromkeys(doubtful, f"the trial {reason}")
        return _once(reviewed, compile_, once, both=False, left_out=left_out)


def _once(reviewed: Reviewed, compile_: Compile, events: Callable[[Any], Sequence[Batch]], *, both: bool, left_out: dict[str, str]) -> Trial:
    made = {profile: compile_(reviewed, profile) for profile in (("7.0.x", "8") if both else ("7.0.x",))}
    program = made["7.0.x"].program
    if program is None or any(each.bag.has_errors for each in made.values()):
        raise NoResult("is not possible: the program has an error elsewhere")
    batches = list(events(program))
    result = trial_of(made, lambda _: batches)
    if result.errors:
        raise NoResult(f"failed, the package does not compile: {next(iter(result.errors.values()))[:_MOST_WORDS]}")
    (run,) = result.drafts
    if run.stopped:
        raise NoResult(f"stopped: {run.stopped[:_MOST_WORDS]}")
    others = (run.again, run.checked) if both else (run.again,)
    unsteady = frozenset(name for name in reviewed.blocks if any(answers_of(program, name, rows) != answers_of(program, name, run.passed) for rows in others))
    names = tuple((int(number), int(event)) for batch in batches for number, event in zip(batch["event.run"], batch["event.number"], strict=True))
    if len(names) != len(run.passed):
        raise NoResult(f"has answers for {len(run.passed)} of {len(names)} events")
    return Trial(program, tuple(batches), run.passed, names, left_out, unsteady)
