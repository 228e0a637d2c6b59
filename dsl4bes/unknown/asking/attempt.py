"""One answer as a program: read, checked, ranked.

In: an answer, as text that nobody trusts. Out: an `Attempt`: the program, its diagnostics, how far the compiler came. Nothing runs, and no file but the shipped fragments is read,
whatever the program names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes import asking as codes
from dsl4bes.diagnostics.model import Bag, Diagnostic, Severity
from dsl4bes.source import SourceFile
from dsl4bes.unknown.asking.terms import terms
from dsl4bes.unknown.writing.answer import fenced

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.ir.program import Program
    from dsl4bes.unknown.backends.protocol import Answer

NAME = "<answer>"
LARGEST = 40_000  #: characters; the longest program of the examples has 2,500
_ENERGY = re.compile(r"^ *ecms +([0-9]+(?:\.[0-9]+)?) GeV", re.MULTILINE)
_SHOWN = 8  #: errors that go back to a model
_NEAR = 0.005  #: GeV between the energy of the beams and the mass of what they make


@dataclass(frozen=True, slots=True)
class Attempt:
    """`program` is canonical if the parser could read it. `reached`: passes that the compiler came through; more is better than fewer errors,
    since a pass that stops hides the errors of those after it."""

    program: str
    diagnostics: tuple[Diagnostic, ...]
    reached: int
    sample: int
    round: int
    named: frozenset[str] = frozenset()

    @property
    def errors(self) -> int:
        return sum(item.severity is Severity.ERROR for item in self.diagnostics)

    @property
    def done(self) -> bool:
        """Whether nothing is left to be asked for again."""
        return not self.errors

    @property
    def rank(self) -> tuple[int, ...]:
        """Smaller is better; of equals the one drawn first."""
        return -self.reached, self.errors, self.round, self.sample

    def lines(self) -> list[str]:
        """The errors in words for a model: place, text of the line, what and what instead."""
        found = []
        for item in self.diagnostics:
            if item.severity is Severity.ERROR:
                found.append(_words(item))
        return found[:_SHOWN]


def judged(answer: Answer, sample: int, round_: int) -> Attempt:
    """What an answer is worth as a program."""
    text = program_of(answer.text)
    bag = Bag()
    if len(text) > LARGEST:
        bag.add(codes.ANSWER_NO_PROGRAM, f"the answer has {len(text):,} characters; a program has at most {LARGEST:,}", help="ask for less at a time")
        return Attempt("", tuple(bag), -1, sample, round_)
    if not text.strip():
        bag.add(codes.ANSWER_NO_PROGRAM, "the answer is empty", help="ask again, or ask another model")
        return Attempt("", tuple(bag), -1, sample, round_)
    if answer.cut_off:
        bag.add(codes.ANSWER_CUT_OFF, "the answer stopped at its longest length", help="raise `max_tokens`, or ask for less at a time")
    passed: list[str] = []
    text = _canonical(text)
    made = compiled(text, passed)
    return Attempt(text, (*bag, *made.bag), len(passed), sample, round_, _named(text, made.program))


def program_of(text: str) -> str:
    """The program in an answer: what stands between fences, if there are some; else all of it."""
    inside = fenced(text[: 2 * LARGEST])
    return (text if inside is None else inside).strip("\n") + "\n"


def compiled(text: str, passed: list[str]) -> Compilation:
    """The program up to its primitives, whatever is wrong with it; `passed` gets the passes that it came through."""
    from dsl4bes.driver import compile_source

    def hook(step: str, made: object) -> None:
        if made is not None:
            passed.append(step)

    return compile_source(SourceFile(NAME, text), until="ir", hook=hook)


def _canonical(text: str) -> str:
    """The text as `fmt` writes it; itself if the parser cannot read it."""
    from dsl4bes.constructs.style import with_signs
    from dsl4bes.syntax.parser import parse
    from dsl4bes.syntax.printer import print_program

    bag = Bag()
    tree = parse(SourceFile(NAME, text), bag)
    return text if tree is None or bag.has_errors else print_program(tree, with_signs)


def _named(text: str, program: Program | None) -> frozenset[str]:
    """The particles that a program speaks of, and the one that its beams make."""
    from dsl4bes.physics.particles import find

    found = {term for term in terms(text) if term.startswith("@")}
    if program is None:  # with errors; then as most programs write it
        written = _ENERGY.search(text)
        energy = float(written[1]) if written else 0.0
    else:
        energy = 0.0 if program.analysis.ecms is None else float(program.analysis.ecms.value)
    for name in ("jpsi", "psi2s", "psi3770"):
        info = find(name)
        if info is not None and info.mass is not None and abs(info.mass - energy) < _NEAR:
            found.add(f"@{info.short}")
    return frozenset(found)


def _words(item: Diagnostic) -> str:
    place = ""
    if item.primary is not None and item.primary.span.file.name == NAME:
        span = item.primary.span
        number = span.place.line
        place = f"line {number} `{span.file.line(number).strip()[:100]}`: "
    return f"- {place}{item.message[:200]}" + (f" ({item.help[:160]})" if item.help else "")
