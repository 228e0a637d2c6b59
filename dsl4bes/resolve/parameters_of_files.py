"""Parameters of a file: what its `parameter` lines declare, and what an `include` gives for them.

In: the statements of a file, the arguments of the `include`. Out: a value for every parameter. Kinds and units are compared here, with both
places in the message; what the values are used for is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dsl4bes.constructs.values import is_name
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import files as codes
from dsl4bes.diagnostics.codes import shape
from dsl4bes.diagnostics.model import Bag, Fix, Label
from dsl4bes.ir.types import NUMBER, Dimension
from dsl4bes.physics import units
from dsl4bes.source import Span
from dsl4bes.syntax import ast
from dsl4bes.syntax.rewrite import Table, expression_with

KEYWORD = "parameter"
EXAMPLE = "example"
_HELP = "write `parameter vr = 1 cm`, or `parameter vr, example: 1 cm` for one that must be given"


class Sort(Enum):
    """What a value is; the words are those of messages."""

    NUMBER = "a number"
    RANGE = "a range"
    TEXT = "text in quotes"
    NAME = "a name"
    SWITCH = "`true` or `false`"


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of value, for numbers and ranges with their dimension."""

    sort: Sort
    dimension: Dimension = NUMBER

    def __str__(self) -> str:
        if self.sort is Sort.NUMBER:
            return units.dimension_name(self.dimension)
        if self.sort is Sort.RANGE and self.dimension != NUMBER:
            return f"a range with the unit of {units.dimension_name(self.dimension)}"
        return self.sort.value


@dataclass(slots=True)
class Parameter:
    """One declaration: `value` is its default, or its example if it must be given."""

    name: str
    span: Span
    value: ast.Expr
    kind: Kind
    required: bool
    used: bool = False


def declared(statements: tuple[ast.Statement, ...], table: Table, bag: Bag) -> dict[str, Parameter]:
    """The parameters of a file. They stand above everything else; `table` gives values to names of constants of the including file."""
    found: dict[str, Parameter] = {}
    below = False
    for statement in statements:
        word = statement.head.name
        if word != KEYWORD:
            below = True
            continue
        if below:
            message = "`parameter` stands above everything else in its file"
            bag.add(codes.BAD_PARAMETER, message, statement.head.span, help="move it to the top of the file")
        made = _declaration(statement, table, bag)
        if made is None:
            continue
        if made.name in found:
            related = (Label(found[made.name].span, "first here"),)
            bag.add(codes.BAD_PARAMETER, f"the parameter `{made.name}` is declared twice", made.span, related=related)
            continue
        found[made.name] = made
    return found


def _declaration(statement: ast.Statement, table: Table, bag: Bag) -> Parameter | None:
    arguments = (*(statement.head.arguments or ()), *statement.arguments)
    name: ast.Word | None = None
    value: ast.Expr | None = None
    required = False
    if statement.body is None and len(arguments) == 1 and arguments[0].key is not None:
        name, value = arguments[0].key, arguments[0].value
    elif statement.body is None and len(arguments) == 2 and isinstance(arguments[0].value, ast.Name):
        first, second = arguments
        if first.key is None and second.key is not None and second.key.name == EXAMPLE:
            name, value, required = ast.Word(arguments[0].value.name, first.span), second.value, True
    if name is None or value is None:
        bag.add(codes.BAD_PARAMETER, "`parameter` takes a name and a value", statement.span, help=_HELP)
        return None
    if not is_name(name.name) or name.name in ast.DEFINITIONS:
        bag.add(codes.BAD_PARAMETER, f"`{name.name}` cannot name a parameter", name.span)
        return None
    value = expression_with(value, table)
    kind = kind_of(value, bag)
    if kind is None:
        help = "a number, a range of numbers, text in quotes, a name such as `:good`, `true` or `false`"
        bag.add(codes.BAD_PARAMETER, f"the value of `{name.name}` is no constant", value.span, help=help)
        return None
    return Parameter(name.name, name.span, value, kind, required)


def given(
    parameters: dict[str, Parameter], include: ast.Statement, arguments: tuple[ast.Argument, ...], file: Span, bag: Bag
) -> dict[str, ast.Expr]:
    """The values that an `include` gives; `file` is the beginning of the included file."""
    found: dict[str, ast.Expr] = {}
    places: dict[str, Span] = {}
    for argument in arguments:
        if argument.key is None:
            help = "the values of parameters are named: `vr: 1 cm`"
            bag.add(codes.BAD_INCLUDE, "`include` takes one file and named values", argument.span, help=help)
            continue
        name = argument.key.name
        if name in places:
            related = (Label(places[name], "first here"),)
            bag.add(shape.DUPLICATE_FIELD, f"`{name}` is given twice", argument.key.span, related=related)
            continue
        places[name] = argument.key.span
        parameter = parameters.get(name)
        if parameter is None:
            _unknown(argument.key, parameters, file, bag)
        elif _fits(parameter, argument.value, bag):
            found[name] = argument.value
    for parameter in parameters.values():
        if parameter.required and parameter.name not in places:
            related = (Label(parameter.span, "declared here, without a default"),)
            help = f"add `{parameter.name}: {parameter.value.span.text}`"
            message = f"the parameter `{parameter.name}` is not given"
            bag.add(codes.MISSING_PARAMETER, message, include.span, related=related, help=help)
    return found


def _unknown(key: ast.Word, parameters: dict[str, Parameter], file: Span, bag: Bag) -> None:
    places = [parameter.span for parameter in parameters.values()]
    related = (Label(places[0], "its parameters") if places else Label(file, "it has no `parameter`"),)
    otherwise = f"it has {listed(parameters)}" if parameters else "remove it, or declare it there: `parameter x = 1 cm`"
    bag.add(
        codes.UNKNOWN_PARAMETER,
        f"`{file.file.name}` has no parameter `{key.name}`",
        key.span,
        related=related,
        help=did_you_mean(key.name, parameters, otherwise),
        fixes=respelled(key.name, key.span, parameters),
    )


def _fits(parameter: Parameter, value: ast.Expr, bag: Bag) -> bool:
    """Whether a value is of the parameter's kind; if not, that is reported with both places."""
    inner = Bag()
    kind = kind_of(value, inner)
    if inner.has_errors:
        bag.items.extend(inner)
        return False
    wanted = parameter.kind
    zero = isinstance(value, ast.Number) and value.value == 0 and value.unit is None
    if kind == wanted or (zero and wanted.sort is Sort.NUMBER):
        return True
    text = " ".join(value.span.text.split())
    related = (Label(parameter.span, f"declared here, as {wanted}"),)
    message = f"the parameter `{parameter.name}` is {wanted}, and `{text}` is {kind or 'no constant'}"
    help = f"write it like `{parameter.value.span.text}`"
    if kind is not None and kind.sort is wanted.sort and kind.dimension == NUMBER:
        message = f"the parameter `{parameter.name}` is {wanted}, and `{text}` has no unit"
    bag.add(codes.PARAMETER_MISMATCH, message, value.span, related=related, help=help)
    return False


def kind_of(value: ast.Expr, bag: Bag) -> Kind | None:
    """The kind of a constant; None if the value is none. An unknown unit is reported."""
    if isinstance(value, ast.Number):
        dimension = _dimension(value, bag)
        return None if dimension is None else Kind(Sort.NUMBER, dimension)
    if isinstance(value, ast.Range):
        ends = [kind_of(end, bag) for end in (value.low, value.high)]
        if any(end is None or end.sort is not Sort.NUMBER for end in ends):
            return None
        dimensions = [end.dimension for end in ends if end is not None]
        return Kind(Sort.RANGE, next((each for each in dimensions if each != NUMBER), NUMBER))
    sorts = {ast.String: Sort.TEXT, ast.Symbol: Sort.NAME, ast.Name: Sort.NAME, ast.Boolean: Sort.SWITCH}
    sort = sorts.get(type(value))
    return None if sort is None else Kind(sort)


def _dimension(number: ast.Number, bag: Bag) -> Dimension | None:
    if number.unit is None:
        return NUMBER
    unit = units.find_unit(number.unit.name)
    if unit is not None:
        return unit.dimension
    meant = units.respelled(number.unit.name)
    fixes = (Fix(number.unit.span, meant, f"write `{meant}`"),) if meant else ()
    help = units.unit_hint(number.unit.name)
    bag.add(shape.UNKNOWN_UNIT, f"`{number.unit.name}` is no unit", number.unit.span, help=help, fixes=fixes)
    return None
