"""The ladder: what code has to pass before a program may use it.

In: a program with code on trial, events. Out: for every block a `Climb`: the rungs it took, each with what it found, or the rung that refused it, in words for a person and for
a model. The rungs: policy (the parsed text against an allow-list), compile (C++98 and C++17 against the stand-in), run (on events, in the sandbox, in bounded time),
repeat (the same answers again), checks (the same answers as C++17 with the checks of the library), decide (some events stay and some do not; else a warning). Nothing runs outside the sandbox, and no rung is left out.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.custom import Author
from dsl4bes.unknown.candidates import KEEPS_ALL, Candidate, Candidates
from dsl4bes.unknown.result import NoResult, Result, Rows, Run, result_of
from dsl4bes.unknown.slate import faulty, slate
from dsl4bes.unknown.task import names_of
from dsl4bes.unknown.trial import EVENTS, SPEC

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.events.batch import Batch
    from dsl4bes.ir.program import Program
    from dsl4bes.unknown.policy import Verdict

LAST = "decide"  #: the last rung
OTHER_ENERGY = 3.097  #: GeV of a trial, for `ecms :database`
UNTRIED = "the trial "  #: how the words of `run` begin where the trial of all drafts came to no result, whatever they are worth
UNREACHED = "no event of the sample reached the block: give events of your own with `--events`"
PROFILES = {"7.0.x": "C++98", "8": "C++17"}
_EVENT = re.compile(r"\bin\s*\.\s*event\b")
#: Compiles the program with the code on trial, for a profile.
Compile = Callable[[Candidates, str], "Compilation"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: whether the code got up, and what was found there."""

    name: str
    passed: bool
    words: str


@dataclass(slots=True)
class Climb:
    """How far the code of one block got. `code` is the text that may be pinned; `warnings` do not refuse it."""

    candidate: Candidate
    rungs: list[Rung] = field(default_factory=list)
    code: str = ""
    warnings: list[str] = field(default_factory=list)
    answers: tuple[int, ...] = ()  #: of the events that reached the block: 1 stays, 0 is rejected
    reached: tuple[int, ...] = ()  #: the numbers of these events in the sample
    verdict: Verdict | None = None  #: of the policy

    @property
    def accepted(self) -> bool:
        """It passed every rung up to the last; a block that waits for another one did not."""
        return bool(self.rungs) and self.rungs[-1].name == LAST and not self.refused

    @property
    def refused(self) -> bool:
        return any(not rung.passed for rung in self.rungs)

    def add(self, name: str, passed: bool, words: str) -> bool:
        self.rungs.append(Rung(name, passed, words))
        return passed

    @property
    def ladder(self) -> dict[str, str]:
        """What the lock file says of it."""
        return {rung.name: rung.words for rung in self.rungs}


def climb(candidates: Candidates, names: Sequence[str], compile_: Compile, events: Callable[[Any], list[Batch]]) -> dict[str, Climb]:
    """The ladder for these blocks of a program, all in one package. `events` gives the sample for the program of primitives.

    The package has the code of all blocks: the policy looks at every one that is not pinned, and without its consent to all of them nothing is compiled.
    """
    climbs = {name: Climb(candidates.found[name]) for name in names}
    others = {name: Climb(each) for name, each in candidates.found.items() if name not in climbs and not each.accepted}
    for name, each in {**climbs, **others}.items():
        if _policy(each):
            candidates.checked[name] = each.code
    for name, each in others.items():
        if each.refused:
            for waiting in climbs.values():
                waiting.add("compile", False, f"`{name}` is in the same package, and the policy refuses it: {each.rungs[-1].words}")
            return climbs
    if any(each.refused for each in climbs.values()):
        return climbs
    tried = _tried(list(climbs.values()), candidates, compile_, events, 1)
    if tried is not None:
        for name, each in climbs.items():
            if each.add("compile", not tried.result.errors, ", ".join(PROFILES.values()) if not tried.result.errors else _compiler_words(tried.result.errors)):
                judge(each, name, tried.program, tried.result.drafts[0])
    return climbs


def climb_each(candidates: Candidates, name: str, codes: Sequence[str], compile_: Compile, events: Callable[[Any], list[Batch]]) -> list[Climb]:
    """The ladder for several drafts of one block's code, all in one package; every draft climbs as if it were alone, and equal ones climb once.

    Other blocks have their accepted code, or keep every event (`Candidates.lenient`). The draft that is chosen is put through `climb` once more, alone.
    """
    task = candidates.lacking.get(name) or candidates.found[name].task
    climbs = {code: Climb(Candidate(task, code, Author.MODEL)) for code in codes}
    for each in climbs.values():
        _policy(each)
    first = {each.code: each for each in climbs.values() if not each.refused}
    alive = dict(first)
    candidates.written[name] = KEEPS_ALL
    try:
        while alive:
            candidates.checked[name] = slate(list(alive))
            tried = _tried(list(alive.values()), candidates, compile_, events, len(alive))
            if tried is None:
                break
            faults = _faults(list(alive), tried.result.errors)
            for code, words in faults.items():
                alive.pop(code).add("compile", False, words)
            if not faults:
                for each, run in zip(alive.values(), tried.result.drafts, strict=True):
                    each.add("compile", True, ", ".join(PROFILES.values()))
                    judge(each, name, tried.program, run)
                break
    finally:
        candidates.written.pop(name), candidates.checked.pop(name, None)
    return [climbs[code] if climbs[code].refused else _shared(climbs[code], first) for code in codes]


def _shared(each: Climb, tried: Mapping[str, Climb]) -> Climb:
    """The climb of the draft that was tried for this one: drafts that differ in their comments only are one."""
    other = tried[each.code]
    return other if other is each else replace(other, candidate=each.candidate)


@dataclass(frozen=True, slots=True)
class _Tried:
    """A trial that came to a result, and the program it was of."""

    program: Program
    result: Result


def _tried(climbs: Sequence[Climb], candidates: Candidates, compile_: Compile, events: Callable[[Any], list[Batch]], drafts: int) -> _Tried | None:
    """The trial of a program as it stands; None after a rung that refused all."""
    made = {profile: compile_(candidates, profile) for profile in PROFILES}
    faults = [item.message for each in made.values() for item in each.bag if item.severity.value == "error"]
    if faults:
        for each in climbs:
            each.add("compile", False, f"the program has an error elsewhere: {faults[0]}")
        return None
    program = made["7.0.x"].program
    assert program is not None
    try:
        return _Tried(program, trial_of(made, events, drafts))
    except NoResult as reason:
        for each in climbs:
            each.add("run", False, f"{UNTRIED}{reason}")
        return None


def _faults(codes: Sequence[str], errors: Mapping[str, str]) -> dict[str, str]:
    """The drafts that the compiler refuses, with what it said; all of them if it does not say which."""
    if not errors:
        return {}
    for profile, output in errors.items():
        if found := {number: words for number, words in faulty(output).items() if number < len(codes)}:
            return {codes[number]: f"{PROFILES.get(profile, profile)}: {words}" for number, words in found.items()}
    return dict.fromkeys(codes, _compiler_words(errors))


def _policy(each: Climb) -> bool:
    from dsl4bes.unknown.policy import check, for_user

    each.verdict = check(each.candidate.code, names_of(each.candidate.task))
    each.code = each.verdict.code if each.verdict.accepted else ""
    return each.add("policy", each.verdict.accepted, "accepted" if each.verdict.accepted else for_user(each.verdict))


def trial_of(made: Mapping[str, Compilation], events: Callable[[Any], list[Batch]], drafts: int = 1, seconds: float = 300.0) -> Result:
    """Build and run the packages of these profiles (7.0.x is one of them) in the sandbox, in so many seconds; `NoResult` if nothing came of it."""
    from dsl4bes.events.store import write_events
    from dsl4bes.run.build import options_of
    from dsl4bes.standin.build import build_library
    from dsl4bes.unknown.sandbox.limits import Limits
    from dsl4bes.unknown.sandbox.run import run_confined
    from dsl4bes.unknown.sandbox.scratch import scratch_folder
    from dsl4bes.unknown.surroundings import surroundings

    program = made["7.0.x"].program
    assert program is not None
    library = build_library()  # ours, built outside: only the package is built inside
    ecms = program.analysis.ecms
    packages = {
        profile: {path: text for path, text in each.files.items() if path.endswith((".cxx", ".h"))} for profile, each in made.items()
    }
    spec = {
        "packages": packages, "algorithm": program.analysis.algorithm, "ecms": OTHER_ENERGY if ecms is None else float(ecms.value), "drafts": drafts,
        "options": f"{options_of(made['7.0.x'].files, 'jobOptions_')}\n{program.analysis.algorithm}.record_events = true;\n",
    }  # fmt: skip
    with scratch_folder() as scratch:
        (scratch / SPEC).write_text(json.dumps(spec), encoding="utf-8")
        write_events(scratch / EVENTS, events(program))
        cache = scratch / "cache"
        cache.mkdir()
        (cache / library.name).write_bytes(library.read_bytes())
        command = [sys.executable, "-m", "dsl4bes.unknown.trial", str(scratch)]
        limits = Limits(wall_seconds=seconds, cpu_seconds=240, memory=8 << 30, total_memory=4 << 30, processes=64)
        around = surroundings(cache)
        outcome = run_confined(command, scratch, readable=around.readable, environment=around.environment, limits=limits)
        return result_of(scratch, outcome, len(list(columns_of(program))), drafts)


def judge(each: Climb, name: str, program: Program, run: Run) -> None:
    """The rungs after the compiler's, from what the draft of this block did."""
    if run.stopped:
        each.add("run", False, f"the job stopped: {run.stopped}")
        return
    (reached, answers), (_, again), (_, checked) = (answers_of(program, name, rows) for rows in (run.passed, run.again, run.checked))
    each.reached, each.answers = tuple(reached), tuple(answers)
    if not each.add("run", bool(answers), f"{len(answers)} events reached it" if answers else UNREACHED):
        return
    if not each.add("repeat", answers == again, "the same answers twice" if answers == again else "another answer for the same event"):
        return
    if not each.add("checks", answers == checked, "the same answers with the checks of the library" if answers == checked else "another answer as C++17 with the checks of the library"):
        return
    stay = sum(answers)
    each.add(LAST, True, f"{stay} stay, {len(answers) - stay} are rejected{'; it reads the number of the event' if _EVENT.search(each.code) else ''}")
    each.warnings = warnings_of(each.code, answers)


def warnings_of(code: str, answers: Sequence[int]) -> list[str]:
    """What does not refuse a body, and is told: from its text, and from what it said to the events."""
    found = []
    if _EVENT.search(code):
        found.append("it reads `in.event`, and no selection depends on the number of an event")
    if sum(answers) in (0, len(answers)):
        found.append(f"it {'keeps' if any(answers) else 'rejects'} every event of the sample: nothing shows that it decides what it should")
    return found


def _compiler_words(errors: Mapping[str, str]) -> str:
    profile, output = next(iter(errors.items()))
    lines = [line for line in output.splitlines() if "error" in line] or output.splitlines()
    return f"{PROFILES.get(profile, profile)}: " + "\n".join(lines[:5])


def columns_of(program: Program) -> Iterator[tuple[str, int]]:
    """The columns of the record in order: the block of each cut, and the column of the cut before it (-1: none)."""
    from dsl4bes.ir.program import cuts_of

    last: dict[str | None, int] = {}  # region (None: the baseline) → its last column
    column = 0
    for region, parent, blocks in ((None, None, program.blocks), *((each.name, each.parent, each.blocks) for each in program.regions)):
        last[region] = last.get(parent, -1)
        for _, cut in cuts_of(blocks):
            yield cut.block, last[region]
            last[region] = column
            column += 1


def answers_of(program: Program, name: str, rows: Rows) -> tuple[list[int], list[int]]:
    """The events that reached the block, and what it said to each."""
    column, before = next((column, before) for column, (block, before) in enumerate(columns_of(program)) if block == name)
    reached = [number for number, row in enumerate(rows) if before < 0 or row[before]]
    return reached, [int(rows[number][column]) for number in reached]
