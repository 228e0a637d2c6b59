"""Bodies and known constructs of many blocks, side by side in one package: do they say the same of every event?

In: a program, blocks with the construct that means the same, a body and perhaps faulty drafts of it. Out: for each block what is wrong with it, empty if nothing, and the climbs of its drafts, as the ladder tells them. Everything is compiled and run by the trial of the ladder, in its sandbox, in both languages;
no rung is left out. Each block has a region of its own, and each draft that may end the job has a job of its own, so that it takes nobody along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl4bes.driver import Compilation, compile_source
from dsl4bes.ir.custom import Author
from dsl4bes.unknown.candidates import Candidate, Candidates
from dsl4bes.unknown.ladder import PROFILES, Climb, columns_of, judge, trial_of
from dsl4bes.unknown.lock import Lock
from dsl4bes.unknown.result import NoResult, Result, Rows
from dsl4bes.unknown.slate import faulty, slate_of
from dsl4bes.unknown.task import Task, names_of
from dsl4bes.unknown.writing.worked_examples import in_region

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch
    from dsl4bes.ir.program import Program

LEAST = 0.03  #: share of the events that have to be on each side
SECONDS = 3600.0  #: of a package: machines that train are slow beside it
_KNOWN = "k_"  #: region of the construct, before that of the block


@dataclass(frozen=True)
class Candidature:
    """A block on trial: `block` and `known` as text, `name` of the block; `drafts`: the body, then faulty ones."""

    name: str
    block: str
    known: str
    drafts: tuple[str, ...]
    alone: frozenset[int] = frozenset()  #: drafts that may end the job


@dataclass
class Found:
    """`wrong`: empty if the body is right; `climbs`: of all drafts; `kept` of `reached` events stay. `undecided`: the trial came to no end, which says nothing of this block."""

    wrong: str = ""
    undecided: bool = False
    climbs: list[Climb] = field(default_factory=list)
    kept: int = 0
    reached: int = 0


class Refused(ValueError):
    """The compiler refuses a block or its construct: it contradicts the program, for example. The message says why."""


def task_of(program: str, block: str, known: str) -> Task:
    """What the compiler makes of a block, which stands in a program with its construct beside it. Raises `Refused`."""
    candidates = _candidates(_text(program, {"own": block}, {"own": known}))
    (task,) = candidates.lacking.values()
    return task


def tried(program: str, asked: Mapping[str, Candidature], events: Sequence[Batch]) -> dict[str, Found]:
    """All blocks in one package, by the names of their regions, which are identifiers. What the compiler refuses is taken out, and the others are tried again."""
    text = _text(program, {region: each.block for region, each in asked.items()}, {region: each.known for region, each in asked.items()})
    candidates = _candidates(text)
    found = {region: Found(climbs=[_policy(candidates.lacking[f"{region}.{each.name}"], draft) for draft in each.drafts]) for region, each in asked.items()}
    alive = {(region, number) for region, each in found.items() for number, climb in enumerate(each.climbs) if not climb.refused}
    while alive:
        jobs = _jobs(alive, {(region, number) for region, each in asked.items() for number in each.alone})
        result = _run(text, candidates, asked, found, jobs, events)
        if isinstance(result, str):
            for each in found.values():
                each.wrong, each.undecided = each.wrong or result, not each.wrong
            return found
        compilation, result_ = result
        refused = _refused(result_, jobs)
        for (region, number), words in refused.items():
            found[region].climbs[number].add("compile", False, words)
            alive.discard((region, number))
        if not refused:
            _judged(compilation, result_, asked, found, jobs)
            break
    for each in found.values():
        if each.climbs[0].refused:
            each.wrong = each.wrong or f"{each.climbs[0].rungs[-1].name}: {each.climbs[0].rungs[-1].words}"[:300]
    return found


#: The job in which a draft answers, by region and number of the draft.
_Jobs = Mapping[tuple[str, int], int]


def _jobs(alive: set[tuple[str, int]], alone: set[tuple[str, int]]) -> _Jobs:
    """All bodies in the first job, the first faulty draft of each block in the second, and so on; what may end a job has one of its own."""
    together = {each: each[1] for each in sorted(alive - alone)}
    return together | {each: number for number, each in enumerate(sorted(alive & alone), 1 + max(together.values(), default=0))}


def _run(text: str, candidates: Candidates, asked: Mapping[str, Candidature], found: Mapping[str, Found], jobs: _Jobs, events: Sequence[Batch]) -> tuple[Compilation, Result] | str:
    """The trial of the package, or why there is none."""
    places = {key: place for place, key in enumerate(sorted(jobs))}  # messages of the compiler are told apart by them
    for region, each in asked.items():
        name = f"{region}.{each.name}"
        candidates.written[name] = each.drafts[0]
        keys = [(region, number) for number in range(len(each.drafts)) if (region, number) in jobs]
        candidates.checked[name] = slate_of([(places[key], jobs[key], found[key[0]].climbs[key[1]].code) for key in keys])
    made = {profile: _compiled(text, candidates, profile) for profile in PROFILES}
    try:
        return made["7.0.x"], trial_of(made, lambda program: list(events), 1 + max(jobs.values()), SECONDS)
    except NoResult as reason:
        return f"the trial {reason}"


def _refused(result: Result, jobs: _Jobs) -> dict[tuple[str, int], str]:
    """The drafts that a compiler complains about, with what it said; all of them if it does not say which."""
    keys = sorted(jobs)
    for profile, output in result.errors.items():
        own = {keys[number]: f"{PROFILES.get(profile, profile)}: {words}" for number, words in faulty(output).items() if number < len(keys)}
        return own or dict.fromkeys(keys, f"{PROFILES.get(profile, profile)}: {output[:300]}")
    return {}


def _judged(compilation: Compilation, result: Result, asked: Mapping[str, Candidature], found: Mapping[str, Found], jobs: _Jobs) -> None:
    program = compilation.program
    assert program is not None
    for (region, number), job in jobs.items():
        climb = found[region].climbs[number]
        climb.add("compile", True, ", ".join(PROFILES.values()))
        judge(climb, f"{region}.{asked[region].name}", program, result.drafts[job])
    for region, each in found.items():
        climb = each.climbs[0]
        if climb.refused:
            continue
        right = _right(program, region, result.drafts[0].passed)
        each.kept, each.reached = sum(right), len(right)
        differ = sum(own != other for own, other in zip(climb.answers, right, strict=True))
        if differ:
            each.wrong = f"body and construct differ for {differ} of {len(right)} events"
        elif min(each.kept, each.reached - each.kept) < LEAST * each.reached:
            each.wrong = f"one-sided: {'nearly all' if 2 * each.kept > each.reached else 'hardly any'} events stay"


def _right(program: Program, region: str, rows: Rows) -> list[int]:
    """What the construct says of the events that reach it; a combination has several cuts, of which the last decides."""
    columns = list(columns_of(program))
    own = [number for number, (block, _) in enumerate(columns) if block.startswith(f"{_KNOWN}{region}.")]
    before = columns[own[0]][1]
    return [int(row[own[-1]]) for row in rows if before < 0 or row[before]]


def _policy(task: Task, draft: str) -> Climb:
    """The first rung."""
    from dsl4bes.unknown.policy import check

    climb = Climb(Candidate(task, draft, Author.MODEL))
    climb.verdict = check(draft, names_of(task))
    climb.add("policy", climb.verdict.accepted, "allowed" if climb.verdict.accepted else climb.verdict.findings[0].message)
    climb.code = climb.verdict.code
    return climb


def refused_by_policy(task: Task, draft: str) -> Climb | None:
    """The climb of a draft that the policy refuses; None for one that gets further."""
    climb = _policy(task, draft)
    return climb if climb.refused else None


def _text(program: str, blocks: Mapping[str, str], known: Mapping[str, str] | None = None) -> str:
    text = program
    for region, block in blocks.items():
        text = in_region(text, region, block)
    for region, construct in (known or {}).items():
        text = in_region(text, f"{_KNOWN}{region}", construct)
    return text


def _candidates(text: str) -> Candidates:
    candidates = Candidates(Lock(), lenient=True)
    _compiled(text, candidates, "")
    return candidates


def _compiled(text: str, candidates: Candidates, profile: str) -> Compilation:
    made = compile_source(text, "blocks.bes", profile=profile or None, until="text" if profile else "ir", bodies=candidates)
    wrong = [str(item.message) for item in made.bag if item.severity.value == "error"]
    if wrong:
        raise Refused(wrong[0])
    return made
