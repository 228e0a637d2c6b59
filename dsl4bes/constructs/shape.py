"""Pass `shape`: a statement against its construct: fields known, not missing, not twice, their values of the right kind.

In: a statement of the syntax tree, the place it stands in, the registry. Out: an `Instance` (without the entries that were
wrong) or None, diagnostics BES02xx in the bag. Names of lists, fits and functions are not looked up here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dsl4bes.constructs import values
from dsl4bes.constructs.base import REGION, SELECTION, TERM, Block, Chosen, Entry, Instance, LabelKind
from dsl4bes.constructs.fields import Count, Field, Group
from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.constructs.words import did_you_mean, listed, near, respelled
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag, Code, Fix, Label
from dsl4bes.source import Span
from dsl4bes.syntax import ast, foreign

_NEAR_FIELD = 0.7  #: the same for a value of a custom block that may be a field
_MISSPELT = 0.8  #: likeness from which a name is taken for a misspelt one
CUSTOM = "custom"  #: the construct of blocks that the language does not know
MAX_LABEL = 200  #: characters; a label becomes a method, a member and a line of tables
_PLACES = {"": "at the top level", SELECTION: "in `event_selection`", REGION: "in a `region`", TERM: "in a term of a fit (`signal`, `background`, `component`)"}


def shape(
    statement: ast.Statement,
    place: str,
    registry: Mapping[str, type[Block]],
    bag: Bag,
    *,
    assumed: bool = False,
) -> Instance | None:
    """The block or line `statement`, which stands in `place` (keyword of the block around it), as its construct has it."""
    word = statement.head.path[0]
    construct = registry.get(word.name)
    if construct is None and _invented(statement, place, registry):
        return _custom(statement, registry[CUSTOM], bag)
    if construct is None or construct.keyword == SELECTION:
        _unknown_block(word, place, registry, bag)
        return None
    if place not in construct.parents:
        where = " or ".join(_PLACES.get(parent, f"in `{parent}`") for parent in construct.parents)
        bag.add(
            codes.MISPLACED_BLOCK, f"`{word.name}` cannot stand here", word.span, help=f"it stands {where}"
        )
        return None
    if construct.body and statement.body is None and not construct.main:
        help = f"write `{word.name} do ... end`"
        bag.add(codes.BODY_MISMATCH, f"`{word.name}` is a block and has no `do`", word.span, help=help)
        return None
    if not construct.body and statement.body is not None:
        bag.add(
            codes.BODY_MISMATCH,
            f"`{word.name}` is one line and takes no `do ... end`",
            word.span,
            help="remove `do` and `end`",
        )
        return None
    written_as = construct.as_written(statement, bag)
    if written_as is None:
        return None
    construct = written_as
    label, arguments, keyed = _head(construct, statement, bag)
    entries = [
        entry for argument in keyed if (entry := _keyed(construct, argument, statement, bag)) is not None
    ]
    children: tuple[Instance, ...] = ()
    blocks, lines = _contents(construct, statement, registry)
    if construct.container:
        shaped = (shape(child, construct.holds or construct.keyword, registry, bag) for child in blocks)
        children = tuple(child for child in shaped if child is not None)
    if construct.mixed or not construct.container:
        entries += [
            entry
            for line in lines
            if not bag.full and (entry := _field(construct, line, bag, label)) is not None
        ]
    _repeated(construct, entries, bag)
    _missing(construct, entries, statement, word, bag)
    return Instance(
        construct, label, statement.head.span, tuple(entries), statement, children, assumed, arguments
    )


def _contents(construct: type[Block], statement: ast.Statement, registry: Mapping[str, type[Block]]) -> tuple[Sequence[ast.Statement], Sequence[ast.Statement]]:
    """The blocks inside a statement, and its fields."""
    inside = statement.body or ()
    if not construct.mixed:
        return inside, inside
    here = construct.holds or construct.keyword
    blocks: list[ast.Statement] = []
    lines: list[ast.Statement] = []
    for line in inside:
        (blocks if line.body is not None or _stands_in(line, here, registry) else lines).append(line)
    return blocks, lines


def _stands_in(statement: ast.Statement, place: str, registry: Mapping[str, type[Block]]) -> bool:
    construct = registry.get(statement.head.path[0].name)
    return construct is not None and place in construct.parents


def _invented(statement: ast.Statement, place: str, registry: Mapping[str, type[Block]]) -> bool:
    """Whether a block of an unknown name is one of the user's own, and no misspelling or habit of another language."""
    name = statement.head.path[0].name
    custom = registry.get(CUSTOM)
    if custom is None or place not in custom.parents or statement.body is None or foreign.statement(name):
        return False
    return values.is_name(name) and not near(name, registry, cutoff=_MISSPELT)


def _custom(statement: ast.Statement, construct: type[Block], bag: Bag) -> Instance:
    """A block of the user's own: its name is the label, its lines are fields of `custom` or values for the code."""
    word = statement.head.path[0]
    for argument in (*(statement.head.arguments or ()), *statement.arguments):
        help = "what it takes is written as fields"
        bag.add(codes.UNEXPECTED_ARGUMENT, f"`{word.name}` takes no such value here", argument.span, help=help)
    entries = [entry for line in statement.body or () if not bag.full and (entry := _field(construct, line, bag)) is not None]
    _repeated(construct, entries, bag)
    return Instance(construct, Chosen(word.name, word.span), statement.head.span, tuple(entries), statement)


def _unknown_block(word: ast.Word, place: str, registry: Mapping[str, type[Block]], bag: Bag) -> None:
    here = [keyword for keyword, construct in registry.items() if place in construct.parents]
    known = listed(keyword for keyword in here if keyword != SELECTION)
    where = _PLACES.get(place, f"in `{place}`")
    instead = foreign.statement(word.name)
    if instead:
        bag.add(codes.UNKNOWN_BLOCK, f"there is no `{word.name}` in this language", word.span, help=instead)
        return
    bag.add(
        codes.UNKNOWN_BLOCK,
        f"no block is called `{word.name}` in this version",
        word.span,
        help=did_you_mean(word.name, here, f"{where} there can be {known}"),
        fixes=respelled(word.name, word.span, here),
    )


# --- the head --------------------------------------------------------------------------------------------------------


def _head(
    construct: type[Block], statement: ast.Statement, bag: Bag
) -> tuple[Chosen | None, tuple[ast.Argument, ...], list[ast.Argument]]:
    """The label, the values of the line itself, and the `key: value` arguments that are fields."""
    label: Chosen | None = None
    named = False  # a name was written, good or bad
    rest: list[ast.Argument] = []
    keyed: list[ast.Argument] = []
    for argument in (*(statement.head.arguments or ()), *statement.arguments):
        value = argument.value
        if argument.key is not None and not (construct.main and argument.key.name not in construct.fields):
            keyed.append(argument)
        elif (
            not named
            and not rest
            and construct.label is not LabelKind.NONE
            and isinstance(value, (ast.String, ast.Symbol))
        ):
            named, label = True, _label(construct, value, bag)
        elif construct.main:
            rest.append(argument)
        else:
            help = (
                "settings are written as fields"
                if construct.label is not LabelKind.NONE
                else "it has no name"
            )
            bag.add(
                codes.UNEXPECTED_ARGUMENT,
                f"`{construct.keyword}` takes no such value here",
                argument.span,
                help=help,
            )
    if not named and construct.label_required:
        example = ' "name"' if construct.label is LabelKind.TITLE else "(:name)"
        help = f"write `{construct.keyword}{example}`"
        bag.add(codes.MISSING_LABEL, f"`{construct.keyword}` needs a name", statement.head.span, help=help)
    return label, tuple(rest), keyed


def _label(construct: type[Block], value: ast.String | ast.Symbol, bag: Bag) -> Chosen | None:
    text = value.value if isinstance(value, ast.String) else value.name
    if len(text) > MAX_LABEL:
        help = f"a name has at most {MAX_LABEL} characters; comments have room for more"
        bag.add(codes.BAD_NAME, f"this name of `{construct.keyword}` is too long", value.span, help=help)
        return None
    if construct.label is LabelKind.NAME and not values.is_name(text):
        help = "letters, digits and `_`, beginning with a letter"
        bag.add(codes.BAD_NAME, f"`{text}` cannot name a block", value.span, help=help)
        return None
    if construct.label is LabelKind.TITLE and not any(c.isascii() and c.isalnum() for c in text):
        help = "a name has at least one letter or digit; it becomes the line of the cut flow"
        bag.add(codes.BAD_NAME, f"`{text}` cannot name `{construct.keyword}`", value.span, help=help)
        return None
    return Chosen(text, value.span)


def _keyed(
    construct: type[Block], argument: ast.Argument, statement: ast.Statement, bag: Bag
) -> Entry | None:
    key = argument.key
    assert key is not None
    field = construct.fields.get(key.name)
    if field is None:
        _unknown_field(construct, key, bag, codes.UNEXPECTED_ARGUMENT)
        return None
    return _entry(field, key, (ast.Argument(None, argument.value, argument.value.span),), statement, bag)


# --- fields ------------------------------------------------------------------------------------------------------------


def _field(
    construct: type[Block], line: ast.Statement, bag: Bag, label: Chosen | None = None
) -> Entry | None:
    key = line.head.path[0]
    misspelt = construct.coded and near(line.head.name, construct.fields, cutoff=_NEAR_FIELD)
    if construct.free is not None and line.head.name not in construct.fields and not misspelt:
        word = ast.Word(line.head.name, line.head.span)
        return _entry(construct.free, word, line.arguments, line, bag)
    if len(line.head.path) > 1:
        inner = line.head.path[1]
        bag.add(
            codes.UNKNOWN_FIELD,
            f"`{line.head.name}` is no field of `{construct.keyword}`",
            key.span.to(inner.span),
        )
        return None
    field = construct.fields.get(key.name)
    if field is None and construct.counts and len(key.name) > 1 and key.name.startswith("n"):
        field = replace(COUNT, name=key.name)
    if field is None:
        _unknown_field(construct, key, bag, codes.UNKNOWN_FIELD, label)
        return None
    arguments = (*(line.head.arguments or ()), *line.arguments)
    if isinstance(field, Group):
        return _group(construct, field, line, arguments, bag)
    if line.body is not None:
        bag.add(codes.BODY_MISMATCH, f"`{key.name}` is a field and takes no `do ... end`", key.span)
        return None
    return _entry(field, key, arguments, line, bag)


#: The field behind every `n<list>`.
COUNT = Count(
    doc="number of entries of a list of the block",
    natural="==",
    whole=True,
    low=0,
    name="n<list>",
    repeats=True,
)


def _unknown_field(
    construct: type[Block], key: ast.Word, bag: Bag, code: Code, label: Chosen | None = None
) -> None:
    known = list(construct.fields)
    message = f"`{construct.keyword}` has no field `{key.name}`"
    instead = foreign.statement(key.name)
    if construct.counts and code is codes.UNKNOWN_FIELD and key.name in _counted(construct, label):
        help = f"a list is counted with an `n` before its name: `n{key.name}`"
        fix = Fix(key.span, f"n{key.name}", f"write `n{key.name}`")
        bag.add(code, message, key.span, help=help, fixes=(fix,))
        return
    if not instead and key.name in _between_blocks():
        instead = f"`{key.name}` stands between blocks, not inside one"
    if instead:
        bag.add(code, message, key.span, help=instead)
        return
    otherwise = (
        f"fields of `{construct.keyword}`: {listed(sorted(known))}"
        if known
        else f"`{construct.keyword}` has no fields"
    )
    bag.add(
        code,
        message,
        key.span,
        help=did_you_mean(key.name, known, otherwise),
        fixes=respelled(key.name, key.span, known),
    )


def _between_blocks() -> tuple[str, ...]:
    """Lines that are no part of a block."""
    from dsl4bes.constructs.registry import load

    return tuple(keyword for keyword, construct in load().items() if not construct.body)


def _counted(construct: type[Block], label: Chosen | None) -> tuple[str, ...]:
    """Names a list of the block may have."""
    identified = tuple(IDENTIFIED) if "identify" in construct.fields else ()
    return (*identified, construct.default_list, *([label.name] if label else []))


def _group(
    construct: type[Block], group: Group, line: ast.Statement, arguments: tuple[ast.Argument, ...], bag: Bag
) -> Entry | None:
    """A group of fields, as a block of its own or on one line: a value that is a tuple of entries."""
    fields = {field.name: field for field in group.fields}
    entries: list[Entry] = []
    for argument in arguments:
        split = values.field_on_line(argument)
        if split is None:
            help = f"write for example `{group.usage}`"
            bag.add(
                codes.BAD_VALUE, f"`{group.name}` takes cuts on {listed(fields)}", argument.span, help=help
            )
            continue
        entries += _group_entry(fields, group, split[0], (split[1],), line, bag)
    for inner in line.body or ():
        entries += _group_entry(fields, group, inner.head.path[0], inner.arguments, inner, bag)
    if not entries:
        return None
    return Entry(group, line.head.path[0], tuple(entries), line)


def _group_entry(
    fields: Mapping[str, Field],
    group: Group,
    key: ast.Word,
    arguments: tuple[ast.Argument, ...],
    line: ast.Statement,
    bag: Bag,
) -> list[Entry]:
    field = fields.get(key.name)
    if field is None:
        help = did_you_mean(key.name, fields, f"it has {listed(fields)}")
        fixes = respelled(key.name, key.span, fields)
        bag.add(
            codes.UNKNOWN_FIELD, f"`{group.name}` has no field `{key.name}`", key.span, help=help, fixes=fixes
        )
        return []
    entry = _entry(field, key, arguments, line, bag)
    return [] if entry is None else [entry]


def _entry(
    field: Field, key: ast.Word, arguments: tuple[ast.Argument, ...], line: ast.Statement, bag: Bag
) -> Entry | None:
    value = values.read(field, key, arguments, bag)
    return None if value is None else Entry(field, key, value, line)


# --- the block as a whole ------------------------------------------------------------------------------------------------


def _repeated(construct: type[Block], entries: list[Entry], bag: Bag) -> None:
    seen: dict[str, Span] = {}
    for entry in entries:
        name = entry.key.name
        if name in seen and (isinstance(entry.field, Count) or not entry.field.repeats):
            related = (Label(seen[name], "first here"),)
            help = "write a range, `a..b`, for two limits; keep one of the two otherwise"
            bag.add(
                codes.DUPLICATE_FIELD, f"`{name}` is set twice", entry.key.span, related=related, help=help
            )
        seen.setdefault(name, entry.key.span)


def _missing(
    construct: type[Block], entries: list[Entry], statement: ast.Statement, word: ast.Word, bag: Bag
) -> None:
    written = {entry.field.name for entry in entries}
    tried = {line.head.path[0].name for line in statement.body or ()}
    for field in construct.fields.values():
        if field.required and field.name not in written and field.name not in tried:
            example = field.usage or field.name
            help = f"add `{example}`: {field.doc}"
            bag.add(codes.MISSING_FIELD, f"`{construct.keyword}` needs `{field.name}`", word.span, help=help)
