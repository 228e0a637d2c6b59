"""What blocks answer to events: known constructs and code, side by side in one package.

In: a program, regions of it as text, code of its custom blocks, events. Out: for every region the answers to the events that pass the program itself, 1 stays and 0 is rejected, in the order of
the events. Code that is run here was written with the tasks and reviewed with them; what a model wrote goes through `on_trial`, which is the ladder with its sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dsl4bes.driver import Compilation, compile_source
from dsl4bes.source import SourceFile
from dsl4bes.syntax.includes import Texts
from dsl4bes.unknown.candidates import Candidates
from dsl4bes.unknown.lock import Lock
from dsl4bes.unknown.writing.worked_examples import in_region

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch
    from dsl4bes.unknown.ladder import Climb

Answers = tuple[int, ...]
ENDING = ".inc"


class Refused(ValueError):
    """A program that does not compile, or code that the policy refuses; the message says why."""


def answers(program: str, regions: Mapping[str, str], bodies: Mapping[str, str], events: Sequence[Batch]) -> dict[str, Answers]:
    """The answers of every region, run without a sandbox: for reviewed code only. `bodies`: code by the name of the region whose block it is for."""
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.cutflow import slots_of
    from dsl4bes.run.runner import Settings
    from dsl4bes.run.session import JobSession

    made = _compiled(program, regions, bodies)
    assert made.program is not None
    session = JobSession(build_selection(made.program, made.files), Settings())
    rows: list[list[bool]] = []
    try:
        for batch in events:
            records = session.process(batch).records
            assert records is not None
            rows += [[bool(flag) for flag in row] for row in records.passed]
    finally:
        session.close()
    columns = {slot.region: column for column, slot in enumerate(slots_of(made.program))}  # the last cut of each
    baseline = columns.get("", -1)
    reached = [row for row in rows if baseline < 0 or row[baseline]]
    return {name: tuple(int(row[columns[name]]) for row in reached) for name in regions}


def on_trial(program: str, regions: Mapping[str, str], bodies: Mapping[str, str], events: Sequence[Batch]) -> dict[str, Climb]:
    """The ladder for the code of every region, all in one package: one that is refused keeps the others from being tried."""
    from dsl4bes.unknown.ladder import climb

    text = _with_regions(program, regions, bodies)

    def compile_(candidates: Candidates, profile: str) -> Compilation:
        return compile_source(text, "blocks.bes", profile=profile or None, until="text" if profile else "ir", loader=_files(bodies), bodies=candidates)

    candidates = Candidates(Lock())
    compile_(candidates, "")
    climbs = climb(candidates, list(candidates.found), compile_, lambda program: list(events))
    return {name.partition(".")[0]: each for name, each in climbs.items()}


def _compiled(program: str, regions: Mapping[str, str], bodies: Mapping[str, str]) -> Compilation:
    """The package with all regions, its code as the policy lets it pass."""
    from dsl4bes.unknown.policy import check, for_user
    from dsl4bes.unknown.task import names_of

    text = _with_regions(program, regions, bodies)
    candidates = Candidates(Lock())
    compile_source(text, "blocks.bes", until="ir", loader=_files(bodies), bodies=candidates)
    for name, each in candidates.found.items():
        verdict = check(each.code, names_of(each.task))
        if not verdict.accepted:
            raise Refused(f"{name}: {for_user(verdict)}")
        candidates.checked[name] = verdict.code
    made = compile_source(SourceFile("blocks.bes", text), loader=_files(bodies), bodies=candidates)
    faults = [str(item) for item in made.bag if item.severity.value == "error"]
    if faults or made.program is None:
        raise Refused(faults[0] if faults else "no program")
    return made


def _with_regions(program: str, regions: Mapping[str, str], bodies: Mapping[str, str]) -> str:
    text = program
    for name, blocks in regions.items():
        text = in_region(text, name, _with_code(blocks, name) if name in bodies else blocks)
    return text


def _with_code(block: str, name: str) -> str:
    """The block with the file of its code as its first line."""
    head, _, rest = block.partition("\n")
    return f'{head}\n    code "{name}{ENDING}"\n{rest}'


def _files(bodies: Mapping[str, str]) -> Texts:
    return Texts({f"{name}{ENDING}": body for name, body in bodies.items()})
