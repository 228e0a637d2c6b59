"""What `vary` may name: numbers of the program, ranges, and cuts that can be switched off.

In: a finished program, and a name as written. Out: the `Parameter`s meant, or the `Target` of `without`, or None after a diagnostic with a suggestion.
Values are looked at in `varied.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsl4bes.constructs.systematics import Setting
from dsl4bes.constructs.words import did_you_mean, respelled
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir.fits import Combination, Fit
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Match, Require
from dsl4bes.ir.program import Program
from dsl4bes.ir.walk import objects
from dsl4bes.resolve.switches import Target, all_blocks, public, targets
from dsl4bes.syntax import ast


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is varied: one parameter, or the two ends of a range."""

    parameters: tuple[Parameter, ...]
    assumed: bool = False  #: in a block that nobody wrote

    @property
    def is_range(self) -> bool:
        return len(self.parameters) == 2


class Numbers:
    """All numbers and cuts of a program, by the names that `vary` knows."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.numbers: dict[str, Number] = {}
        self.cuts = targets(program)
        assumed = _assumed(program)
        by_name = {public(parameter.name): parameter for parameter in program.parameters}
        for name, parameter in by_name.items():
            self.numbers[name] = Number((parameter,), parameter.name in assumed)
        for name, parameter in by_name.items():
            base, _, end = name.rpartition(".")
            if end == "low" and f"{base}.high" in by_name:
                self.numbers.setdefault(base, Number((parameter, by_name[f"{base}.high"]), parameter.name in assumed))

    def find(self, name: str) -> Number | None:
        """By its name with dots, or as the job options have it (`photons_energy`)."""
        return self.numbers.get(name) or _as_property(self.numbers, name)


def _as_property(known: dict[str, Number], name: str) -> Number | None:
    found = [number for each, number in known.items() if each.replace(".", "_") == name]
    return found[0] if len(found) == 1 else None


def _assumed(program: Program) -> frozenset[str]:
    """Names of the numbers of blocks that nobody wrote."""
    steps = (block.steps for block in all_blocks(program) if block.assumed)
    return frozenset(node.name for each in steps for node in objects(each) if isinstance(node, Parameter))


def number_named(setting: Setting, known: Numbers, bag: Bag) -> Number | None:
    """The number a line names, or None after a diagnostic."""
    word = setting.target
    number = known.find(word.name)
    if number is None:
        names = known.numbers
        otherwise = _of_block(word.name, names) or "`block.field` names a number as the job options do, with dots: `photons.energy`"
        bag.add(
            physics.UNKNOWN_NUMBER, f"the program has no number `{word.name}`", word.span,
            help=did_you_mean(word.name, names, otherwise), fixes=respelled(word.name, word.span, names),
        )  # fmt: skip
    return number


def _of_block(name: str, known: Iterable[str]) -> str:
    """The numbers of the block that a wrong name begins with."""
    block = name.split(".")[0]
    found = sorted(each for each in known if each.startswith((f"{block}.", f"{block}_")) and not each.endswith((".low", ".high")))
    if not found:
        return ""
    shown = ", ".join(f"`{each}`" for each in found[:8]) + (" ..." if len(found) > 8 else "")
    return f"numbers of `{block}`: {shown}"


# --- without ---------------------------------------------------------------------------------------------------------------


def off_named(word: ast.Word, known: Numbers, bag: Bag) -> Target | None:
    """The cut that `without` names, or None after a diagnostic."""
    target = known.cuts.get(word.name)
    if target is not None and not target.assumed:
        return target
    if target is not None:
        help = "write the block into the program, then its cuts can be left out; its numbers can be varied as they are"
        message = f"`{word.name}` is a cut of a block that is not written"
        bag.add(physics.CANNOT_SWITCH_OFF, message, word.span, help=help)
        return None
    message, help = _no_cut(word.name, known)
    if message:
        bag.add(physics.CANNOT_SWITCH_OFF, message, word.span, help=help)
        return None
    otherwise = "cuts are named as in the cut flow or as fields of their block: `without: fit5c.chi2`"
    bag.add(
        physics.UNKNOWN_NUMBER, f"the program has no cut `{word.name}`", word.span,
        help=did_you_mean(word.name, known.cuts, otherwise), fixes=respelled(word.name, word.span, known.cuts),
    )  # fmt: skip
    return None


def _no_cut(name: str, known: Numbers) -> tuple[str, str]:
    """Why something that is there cannot be switched off, and what to do; empty for what is not there."""
    for block in all_blocks(known.program):
        for step in block.steps:
            if isinstance(step, (Combination, Match)) and step.cut is not None and public(step.cut.name) == name:
                what = "what the fitter itself refuses" if isinstance(step, Fit) else "what has no candidate at all"
                return f"`{name}` is {what}, and cannot be left out", "write a program without the requirement"
    base, _, end = name.rpartition(".")
    if end in ("low", "high") and base in known.cuts:
        return f"`{name}` is one end of a range", f"write `without: {base}`, or give the end another value: `vary \"name\", {name}, ...`"
    if known.find(name) is None:
        return "", ""
    owner = _cut_of(name, known)
    if owner:
        return f"`{name}` is a number of the cut `{owner}`", f"write `without: {owner}`"
    return f"`{name}` is a number and no cut", "give it other values: `vary \"name\", " + name + ", ...`"


def _cut_of(name: str, known: Numbers) -> str:
    """The cut of the event or of a candidate in which a number stands."""
    for block in all_blocks(known.program):
        for step in block.steps:
            if isinstance(step, Require):
                conditions = [(step.cut.name, step.condition)]
            elif isinstance(step, Combination):
                conditions = [(cut.cut.name, cut.condition) for cut in (*step.before, *step.after)]
            else:
                continue
            for cut_name, condition in conditions:
                for node in objects(condition):
                    if isinstance(node, Parameter) and name in (public(node.name), public(node.name).rpartition(".")[0]):
                        return public(cut_name)
    return ""
