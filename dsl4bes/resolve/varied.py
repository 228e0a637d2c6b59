"""One variation as a program of its own: the values of its numbers, and whether the rest of the program stays what it is.

In: a variation as written, the tree, the nominal program. Out: overrides of parameters and the program with the other numbers written into it; or None
after a diagnostic at the value, with the place of the nominal number beside it. The nominal program is never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dsl4bes.constructs.fields import Number as NumberField
from dsl4bes.constructs.measures import measure
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag, Diagnostic, Label, Severity
from dsl4bes.ir.parameters import Parameter, Value
from dsl4bes.ir.program import Program
from dsl4bes.ir.types import NUMBER, TIME
from dsl4bes.ir.variations import Override
from dsl4bes.resolve.rewrite import Place, Rewriting, place_of
from dsl4bes.resolve.switches import Target, texts
from dsl4bes.resolve.vary_names import Number
from dsl4bes.source import Span
from dsl4bes.syntax import ast

#: Faults of a changed program that come from what a count or a fit no longer guarantees.
_RESTS = (
    names.NOT_GUARANTEED, names.ONE_VALUE_NEEDED, names.OPTIONAL_NOT_ASKED, names.NO_SOURCE, names.MIXED_PAIRS,
    physics.CHOICE_MISSING, physics.TOO_FEW_ENTRIES, physics.ONE_CANDIDATE, physics.SEVERAL_CANDIDATES,
)  # fmt: skip
#: What checks across blocks say about a number, in words that do not quote the nominal one.
_CHECKED = {
    physics.IMPOSSIBLE_VALUE: "nothing can ever pass the cut",
    physics.CUT_NEVER_PASSES: "the cut contradicts another one, and nothing passes both",
    physics.CUT_ALWAYS_PASSES: "the cut can never reject anything",
    codes.REVERSED_RANGE: "the range begins above its end",
    physics.WINDOW_EXCLUDES_MASS: "the window leaves out the particle it is meant for",
}
#: Warnings about a varied number that are passed on.
_WARNINGS = (physics.CUT_ALWAYS_PASSES, physics.WINDOW_EXCLUDES_MASS, physics.BEAM_MISMATCH)
_TICK = 50.0  #: ns of one EMC time unit (BOSS 7.0.4)


@dataclass(frozen=True, slots=True)
class Given:
    """A number with its value in a variation."""

    number: Number
    word: ast.Word
    value: ast.Expr

    @property
    def text(self) -> str:
        return " ".join(self.value.span.text.split())


@dataclass(frozen=True, slots=True)
class Varied:
    """A variation: numbers with values, cuts that are off."""

    given: tuple[Given, ...]
    gone: tuple[tuple[Target, ast.Word], ...]


@dataclass
class Rewritten:
    """A variation written into the program."""

    tree: ast.Program
    program: Program
    varied: Varied
    resolve: Callable[[ast.Program], tuple[Program | None, Bag]]

    def overrides(self, bag: Bag) -> tuple[list[Override], Program | None] | None:
        """The values of the parameters, and the program with them (None if nothing in the file changes); None after a diagnostic."""
        for given in self.varied.given:
            if not _right_kind(given, bag):
                return None
        written = [given for given in self.varied.given if self._is_written(given.number)]
        found: dict[str, Value] = {}
        for given in self.varied.given:
            if given not in written and not _direct(given, found, bag):
                return None
        program = None
        if written or self.varied.gone:
            program = self._again(written, bag)
            if program is None:
                return None
            values = {parameter.name: parameter.value for parameter in program.parameters}
            found |= {parameter.name: values[parameter.name] for given in written for parameter in given.number.parameters if parameter.name in values}
        made = [override for given in self.varied.given for override in _overrides(given, found, bag)]
        return [*made, *self._followed(program, {override.parameter.name for override in made})], program

    def _followed(self, program: Program | None, known: set[str]) -> list[Override]:
        """Settings that took their value from a constant that changes. Ceilings are those of all variations together."""
        if program is None:
            return []
        values = {parameter.name: parameter.value for parameter in program.parameters}
        changed = (each for each in self.program.parameters if each.name not in known and not each.name.endswith(".ceiling"))
        return [Override(each, values[each.name], "") for each in changed if values.get(each.name, each.value) != each.value]

    def _is_written(self, number: Number) -> bool:
        """Whether the number stands in the user's files (the mass behind `constrain :pi0` does not)."""
        return not number.assumed and all(
            parameter.span is not None and _is_value(parameter.span.text, parameter.name) for parameter in number.parameters
        )

    def _again(self, written: list[Given], bag: Bag) -> Program | None:
        """The program with these values and without these cuts."""
        removed = tuple(span for target, _ in self.varied.gone for span in target.places)
        rewriting = Rewriting(
            values={_place(given.number.parameters[0]): given.value for given in written if not given.number.is_range},
            ranges={
                _place(given.number.parameters[0]): given.value for given in written if isinstance(given.value, ast.Range)
            },
            names={given.number.parameters[0].name: given.value for given in written if not given.number.is_range},
            removed=removed,
        )
        tree = rewriting.program(self.tree)
        wanted = {_place(given.number.parameters[0]) for given in written} | {place_of(span) for span in removed}
        if not wanted <= rewriting.found:
            missing = [given.word for given in written if _place(given.number.parameters[0]) not in rewriting.found]
            word = (missing or [word for _, word in self.varied.gone])[0]
            message = f"`{word.name}` is not a number that stands alone in the program"
            bag.add(physics.VARIED_GUARANTEE, message, word.span, help="write a program of its own for this variation")
            return None
        program, inner = self.resolve(tree)
        return None if self._reported(inner, bag) else program

    def _reported(self, inner: Bag, bag: Bag) -> bool:
        """Report what is wrong with the changed program; whether anything is."""
        errors = [item for item in inner if item.severity is Severity.ERROR]
        for item in errors[:1]:  # further ones are mostly consequences
            _error(item, self.varied, bag)
        known = {(item.code.id, item.message) for item in bag}
        for item in inner:
            new = (item.code.id, item.message) not in known  # not one of the nominal program
            if not errors and item.code in _WARNINGS and self.varied.given and new:
                _warning(item, self.varied, bag)
        return bool(errors)


def _is_value(text: str, name: str) -> bool:
    """Whether a text is a number or switch, or the name under which `let` makes it."""
    return text[:1] in "-.0123456789" or text in ("true", "false", name.rpartition(".")[2])


def _place(parameter: Parameter) -> Place:
    assert parameter.span is not None
    return place_of(parameter.span)


def _right_kind(given: Given, bag: Bag) -> bool:
    """A range for a range, a number for a number, `true` or `false` for a switch."""
    value, number = given.value, given.number
    plain = isinstance(value, ast.Number) or (isinstance(value, ast.Negative) and isinstance(value.operand, ast.Number))
    if number.is_range:
        wanted, right = "a range, `a..b`", isinstance(value, ast.Range)
        help = f"write for example `0..14`, or vary one end: `{given.word.name}.low`, `{given.word.name}.high`"
    elif isinstance(number.parameters[0].value, bool):
        wanted, right, help = "`true` or `false`", isinstance(value, ast.Boolean), ""
    else:
        wanted, right, help = "a number", plain, "the comparison is the program's: write the number alone"
    if right:
        return True
    where = number.parameters[0].span
    related = () if where is None or number.assumed else (Label(where, "the number in the program"),)
    bag.add(codes.BAD_VALUE, f"`{given.word.name}` takes {wanted}", value.span, help=help, related=related)
    return False


# --- numbers that do not stand in the file --------------------------------------------------------------------------------


def _direct(given: Given, found: dict[str, Value], bag: Bag) -> bool:
    """Values of numbers that all blocks share, or of a block that is assumed: read in the unit of the parameter."""
    ends = (given.value.low, given.value.high) if isinstance(given.value, ast.Range) else (given.value,)
    for parameter, end in zip(given.number.parameters, ends, strict=True):
        if isinstance(end, ast.Boolean):
            found[parameter.name] = end.value
            continue
        whole = isinstance(parameter.value, int)
        ticks = parameter.dimension == NUMBER and parameter.unit.startswith("ticks")
        reading = NumberField(
            doc=parameter.doc, name=given.word.name, dimension=parameter.dimension, bare=parameter.unit, whole=whole, low=1 if whole else None,
            other=(TIME, 1 / _TICK) if ticks else None,
        )  # fmt: skip
        read = measure(reading, end, bag)
        if read is None:
            return False
        found[parameter.name] = int(read.value) if whole else read.value
    low, high = found[given.number.parameters[0].name], found[given.number.parameters[-1].name]
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
        bag.add(codes.REVERSED_RANGE, f"the range of `{given.word.name}` begins above its end", given.value.span)
        return False
    return True


def _overrides(given: Given, found: dict[str, Value], bag: Bag) -> list[Override]:
    """The parameters of a number that change; a warning if none does."""
    made = [Override(parameter, found[parameter.name], given.text) for parameter in given.number.parameters]
    if all(override.value == override.parameter.value for override in made):
        where = made[0].parameter.span
        related = () if where is None or given.number.assumed else (Label(where, "the number in the program"),)
        message = f"`{given.text}` is the value that `{given.word.name}` has already"
        help = "the variation selects what the program selects; remove it or change the value"
        bag.add(physics.NOT_VARIED, message, given.value.span, related=related, help=help)
    return made


# --- what is wrong with the changed program -------------------------------------------------------------------------------


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _owner(item: Diagnostic, varied: Varied) -> Given | None:
    """The value that a message is about, if it points into it."""
    if item.primary is None:
        return None
    return next((given for given in varied.given if _holds(given.value.span, item.primary.span)), None)


def _error(item: Diagnostic, varied: Varied, bag: Bag) -> None:
    owner = _owner(item, varied)
    if owner is not None and item.primary is not None:
        related = _nominal(owner)
        bag.add(item.code, item.message, item.primary.span, label=item.primary.text, related=related, help=item.help)
        return
    rests = item.code in _RESTS or not varied.given
    span, what = _subject(varied)
    own = [label for given in varied.given for label in _nominal(given)]
    others = (*([item.primary.span] if item.primary is not None else []), *(label.span for label in item.related))
    place = next((span for span in others if not any(_holds(span, label.span) for label in own)), None)
    where = () if place is None else (Label(place, "this would be wrong" if rests else "the other one"),)
    related = (*own, *where)
    if rests:
        message = f"the program rests on {_listed(varied)}: {what}, {item.message}"
        bag.add(physics.VARIED_GUARANTEE, message, span, related=related, help=_OF_ITS_OWN)
        return
    message = f"{what}, {_CHECKED.get(item.code, item.message)}"
    bag.add(physics.WRONG_VARIATION, message, span, related=related, help=item.help if item.code not in _CHECKED else "")


_OF_ITS_OWN = "an instance of the same package cannot do this; write a program of its own for it"


def _warning(item: Diagnostic, varied: Varied, bag: Bag) -> None:
    owner = _owner(item, varied) or varied.given[0]
    message = f"with `{owner.text}` for `{owner.word.name}`, {_CHECKED.get(item.code, item.message)}"
    bag.add(item.code, message, owner.value.span, related=_nominal(owner))


def _nominal(given: Given) -> tuple[Label, ...]:
    spans = [parameter.span for parameter in given.number.parameters if parameter.span is not None and not given.number.assumed]
    return () if not spans else (Label(spans[0].to(spans[-1]), "the number in the program"),)


def _subject(varied: Varied) -> tuple[Span, str]:
    """Where a variation stands, and how it is spoken of."""
    if varied.given:
        first = varied.given[0]
        return first.value.span, f"with `{first.text}` for `{first.word.name}`"
    word = varied.gone[0][1]
    return word.span, f"without `{word.name}`"


def _listed(varied: Varied) -> str:
    words = [*(given.word.name for given in varied.given), *(word.name for _, word in varied.gone)]
    return " and ".join(f"`{word}`" for word in words)


def judge_rewritten(nominal: Program, rewritten: Program, varied: Varied, bag: Bag) -> bool:
    """Whether the changed program has the steps of the nominal one; if not, that is reported."""
    before = texts(nominal, (target for target, _ in varied.gone))
    if before == texts(rewritten):
        return True
    span, what = _subject(varied)
    related = tuple(label for given in varied.given for label in _nominal(given))
    message = f"the program rests on {_listed(varied)}: {what} other lines would mean something else"
    bag.add(physics.VARIED_GUARANTEE, message, span, related=related, help=_OF_ITS_OWN)
    return False
