"""Evaluation tasks: words, answered by a program of the language, graded by what it means and by the events that it accepts.

In: the files of `words/` (decays on which a family is judged; for each task its words, a right program, the blocks that count), an answer as a model gave it. Out: `Graded`. Two roads: the primitives of the blocks that count are the same, or the NumPy judge accepts the same
toy events. Nothing of an answer runs but the compiler and the judge, and no file that it names is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from dsl4bes.constructs.base import LabelKind
from dsl4bes.constructs.registry import load as constructs
from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.constructs.style import with_signs
from dsl4bes.diagnostics.model import Bag, Severity
from dsl4bes.driver import compile_source
from dsl4bes.ir.dump import step
from dsl4bes.ir.fits import Combination, Scope
from dsl4bes.physics.particles import find
from dsl4bes.source import SourceFile
from dsl4bes.syntax import ast
from dsl4bes.syntax.parser import parse
from dsl4bes.syntax.printer import print_program
from dsl4bes.unknown.toml_text import loads
from dsl4bes.unknown.writing.answer import fenced

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsl4bes.events.batch import Batch
    from dsl4bes.ir.program import Block, Program

FOLDER = Path(__file__).with_name("words")
EVENTS, SEED = 150, 41190523  #: of each decay; a seed of its own, so that nothing else is tried on these events
LONGEST = 40_000  #: characters of an answer that are looked at
_PARAMETER = re.compile(r"\{([^{}]+)\}")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')


class Verdict(str, Enum):
    """What an answer is, from the worst."""

    DOES_NOT_PARSE = "does not parse"
    DOES_NOT_CHECK = "does not check"
    NO_END = "no end"  #: the judge passed its limits with it
    OTHER_EVENTS = "other events"
    RIGHT = "right"  #: accepts the same events
    EXACT = "exact"  #: means the same, block by block; so it accepts the same events

    @property
    def right(self) -> bool:
        return self in (Verdict.RIGHT, Verdict.EXACT)


@dataclass(frozen=True)
class Graded:
    """`why`: the first error, or how many events differ. `accepted`: of the `events`, those that answer and task accept; None where the answer is no program."""

    verdict: Verdict
    why: str = ""
    events: int = 0
    accepted: tuple[int, int] | None = None


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Written(_Strict):
    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    language: Annotated[str, Field(pattern=r"^(en|zh|mixed)$")]
    words: Annotated[str, Field(min_length=20)]
    counted: Annotated[tuple[str, ...], Field(min_length=1)]
    program: Annotated[str, Field(min_length=20)]


class _File(_Strict):
    decays: Annotated[tuple[str, ...], Field(min_length=1)]
    task: Annotated[tuple[_Written, ...], Field(min_length=1)]


@dataclass(frozen=True)
class WordTask:
    """`language`: `en`, `zh` or `mixed`. `counted`: the constructs whose blocks must be the same for `exact`. `decays`: on whose events the answer is judged."""

    name: str
    family: str
    language: str
    words: str
    program: str
    counted: tuple[str, ...]
    decays: tuple[str, ...]

    def events(self) -> tuple[Batch, ...]:
        """The toy events on which answers are judged."""
        return tuple(_events(decay, number) for number, decay in enumerate(self.decays))


@cache
def load() -> tuple[WordTask, ...]:
    """All tasks, by family and as written. A faulty file raises."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        written = _File.model_validate(loads(path.read_text(encoding="utf-8")))
        found += [WordTask(each.name, path.stem, each.language, each.words, each.program.strip("\n") + "\n", each.counted, written.decays) for each in written.task]
    return tuple(found)


def graded(task: WordTask, answer: str, apart: bool = False) -> Graded:
    """What an answer is worth. Whatever the answer is, nothing is raised. `apart`: the judge runs in a process of its own, with limits; for answers that nobody has seen."""
    inside = fenced(answer[:LONGEST])
    text = (answer[:LONGEST] if inside is None else inside).strip("\n") + "\n"
    read = _read(text)
    if isinstance(read, str):
        return Graded(Verdict.DOES_NOT_PARSE, read)
    made = compile_source(SourceFile("answer.bes", text), until="ir")
    program, errors = made.program, [item.message for item in made.bag if item.severity is Severity.ERROR]
    if program is None or errors:
        return Graded(Verdict.DOES_NOT_CHECK, errors[0] if errors else "no program")
    if not program.blocks:
        return Graded(Verdict.DOES_NOT_CHECK, "it selects nothing")
    return _judged(task, text, program, apart)


def _read(text: str) -> ast.Program | str:
    """The tree, or why there is none."""
    bag = Bag()
    tree = parse(SourceFile("answer.bes", text), bag)
    errors = [item.message for item in bag if item.severity is Severity.ERROR]
    if errors or tree is None:
        return errors[0] if errors else "not a program"
    return tree if tree.statements else "there is no statement in it"


def _judged(task: WordTask, text: str, program: Program, apart: bool) -> Graded:
    import numpy as np

    from dsl4bes.heldout.apart import NoEnd, accepted_apart
    from dsl4bes.semantics.errors import Unsupported

    expected = _accepted_by_task(task.name)
    try:
        own = accepted_apart(task.name, text) if apart else accepted(program, task)
    except NoEnd as error:
        return Graded(Verdict.NO_END, str(error), len(expected))
    except Unsupported as error:
        return Graded(Verdict.OTHER_EVENTS, f"the judge has no computation for this: {error}", len(expected))
    differ, counts = int(np.count_nonzero(own != expected)), (int(own.sum()), int(expected.sum()))
    if differ:
        return Graded(Verdict.OTHER_EVENTS, f"{differ} of {len(expected)} events are decided otherwise", len(expected), counts)
    same = meaning(text, task.counted) == _meaning_of_task(task.name)
    return Graded(Verdict.EXACT if same else Verdict.RIGHT, "", len(expected), counts)


def accepted(program: Program, task: WordTask) -> NDArray[np.bool_]:
    """For each event of the task whether a program accepts it, by the judge."""
    import numpy as np

    from dsl4bes.semantics.evaluate import Evaluator
    from dsl4bes.semantics.settings import Options

    evaluator = Evaluator(program, Options())
    return np.concatenate([evaluator.run(batch).accepted for batch in task.events()])


def meaning(text: str, counted: tuple[str, ...]) -> tuple[str, ...]:
    """The primitives of the blocks that count, a line each, numbers and defaults in place, and the energy of the beams; names of fits, lists and cuts, which are anybody's choice, are replaced by numbers. Empty if it cannot be told."""
    made = compile_source(SourceFile("answer.bes", _renamed(text)), until="ir")
    if made.program is None:  # a title is also another text of the program: it cannot be compared, and is not called the same
        return ()
    analysis = made.program.analysis
    values = {parameter.name: _value(parameter.value) for parameter in (*made.program.parameters, analysis.crossing_angle, *([analysis.ecms] if analysis.ecms else []))}
    lines = [f"ecms {'' if analysis.ecms is None else _value(analysis.ecms.value)}", *_lines([block for block in made.program.blocks if block.construct in counted])]
    return tuple(_PARAMETER.sub(lambda hit: values.get(hit[1], hit[0]), line) for line in lines)


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield f"block {block.construct}"
        for each in block.steps:
            if isinstance(each, Scope):
                yield f"for {each.symbol.name}"
                yield from _lines(each.blocks)
            else:
                yield step(each)
                if isinstance(each, Combination):  # of its products, which the line does not tell
                    yield repr(each.symbol)


def _value(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else repr(value)


def _renamed(text: str) -> str:
    """The canonical program with its own names by number. A name that is that of a particle has a meaning and stays."""
    tree = _read(text)
    assert isinstance(tree, ast.Program), tree
    names: dict[str, str] = {}
    titles: dict[str, str] = {}
    for statement in _statements(tree.statements):
        construct = constructs().get(statement.head.path[-1].name)
        argument = next(iter((*(statement.head.arguments or ()), *statement.arguments)), None)
        if construct is None or argument is None:
            continue
        if construct.label is LabelKind.NAME and isinstance(argument.value, ast.Symbol):
            name = argument.value.name
            if name not in IDENTIFIED and find(name) is None and name != construct.default_list:
                names.setdefault(name, f"own_{len(names) + 1}")
        if construct.label is LabelKind.TITLE and isinstance(argument.value, ast.String):
            titles.setdefault(argument.value.value, "Answer" if construct.keyword == "analysis" else f"title {len(titles) + 1}")
    return _replaced(print_program(tree, with_signs), names, titles)


def _replaced(text: str, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """Names outside of texts in quotes, titles as whole texts."""
    pieces, at = [], 0
    word = re.compile(rf"(?<![\w.])(n?)({'|'.join(map(re.escape, names))})\b") if names else None

    def outside(piece: str) -> str:
        return piece if word is None else word.sub(lambda hit: hit[1] + names[hit[2]], piece)

    for string in _STRING.finditer(text):
        inside = string[0][1:-1]
        pieces += [outside(text[at : string.start()]), f'"{titles.get(inside, inside)}"']
        at = string.end()
    return "".join([*pieces, outside(text[at:])])


def _statements(statements: tuple[ast.Statement, ...]) -> list[ast.Statement]:
    found = []
    for statement in statements:
        found.append(statement)
        if statement.body is not None:
            found += _statements(statement.body)
    return found


@cache
def _events(decay: str, number: int) -> Batch:
    from dsl4bes.events.toy import toy_events
    from dsl4bes.events.toy.options import ToyOptions

    return toy_events(decay, EVENTS, SEED + number, options=ToyOptions(extra_photons=0.5))


@cache
def _accepted_by_task(name: str) -> NDArray[np.bool_]:
    task = task_of(name)
    made = compile_source(SourceFile("task.bes", task.program), until="ir")
    assert made.program is not None and not made.bag.has_errors, name
    return accepted(made.program, task)


@cache
def _meaning_of_task(name: str) -> tuple[str, ...]:
    task = task_of(name)
    return meaning(task.program, task.counted)


@cache
def task_of(name: str) -> WordTask:
    """A task by name. Raises `StopIteration` for one that is not there."""
    return next(each for each in load() if each.name == name)
