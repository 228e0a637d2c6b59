"""The names that a program makes, told from its lines alone, so that a program that does not compile has them, too.

In: the structure of a text, a loader for what it includes. Out: `Declared` names in the order of the text, and which of them are known at a place. What a name means to the compiler is
`bindings.py`'s business: this is for completion, and for programs that are broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from dsl4bes.constructs import registry
from dsl4bes.constructs.base import FOR, REGION, LabelKind
from dsl4bes.editing.lexemes import Kind, Lexeme, lexemes
from dsl4bes.editing.structure import Block, Line, Structure, structure
from dsl4bes.physics.decays import Decay, DecayError, parse_decay
from dsl4bes.source import SourceFile
from dsl4bes.syntax.includes import Loaded, Loader, fault_of

_MOST_INCLUDES = 20
_DEEPEST = 4
#: Constructs whose label names a value, and those whose label names a list although they have no list by default.
VALUES = frozenset({"by_run", "pid_flag", "sample_weight"})
LISTS = frozenset({"nearest_track", "bremsstrahlung"})


class What(Enum):
    """What a name stands for."""

    LIST = "list"
    FIT = "fit"
    VALUE = "value"
    PARAMETER = "parameter"
    REGION = "region"
    OUTPUT = "output"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Declared:
    """A name with its place, the keyword of the block or line that makes it, and the decay of a fit. `scope`: the region or `for` that it is seen in (None: everywhere)."""

    name: str
    what: What
    start: int
    end: int
    keyword: str
    scope: Block | None = None
    decay: Decay | None = None
    file: SourceFile | None = None  #: None: the text itself


def declared(found: Structure, loader: Loader | None = None, name: str = "", depth: int = 0) -> tuple[Declared, ...]:
    """All names of a text in order, those of included files where they are included."""
    names: list[Declared] = []
    included = 0
    for line in found.lines:
        scope = next((block for block in line.block.around() if block.word in (REGION, FOR)), None) if line.block else None
        if line.word == "include" and loader is not None and included < _MOST_INCLUDES and depth < _DEEPEST:
            included += 1
            names += (replace(each, scope=scope, start=line.start, end=line.start) for each in _included(line, loader, name, depth))
        names += (replace(each, scope=scope) for each in _of_line(line))
    return tuple(names)


def visible(names: tuple[Declared, ...], block: Block | None, offset: int) -> list[Declared]:
    """The names known at an offset inside `block`: made above, and in no other region."""
    around = set(block.around()) if block is not None else set()
    regions = {label for each in around if each.word == REGION for label in _parents(each, names)}
    return [
        each
        for each in names
        if each.start < offset
        and (each.scope is None or each.scope in around or (each.scope.word == REGION and label_of(each.scope.head)[0] in regions))
    ]


def label_of(line: Line) -> tuple[str, int, int]:
    """The label of a block or statement with its place; empty if it has none."""
    for place, lexeme in enumerate(line.lexemes):
        if lexeme.kind is Kind.SYMBOL and _first(line, place):
            return lexeme.text[1:], lexeme.start + 1, lexeme.end
        if lexeme.kind is Kind.STRING and _first(line, place):
            return lexeme.text[1:-1], lexeme.start + 1, lexeme.end - 1
    return "", 0, 0


def _first(line: Line, place: int) -> bool:
    """Whether only the path and a bracket stand before."""
    words = 2 * len(line.path) - 1
    return place == words or (place == words + 1 and line.lexemes[words].is_("("))


def _parents(block: Block, names: tuple[Declared, ...]) -> Iterator[str]:
    """The regions that a region goes on from."""
    heads = {each.name: each for each in names if each.what is What.REGION}
    seen: set[str] = set()
    words = _from(block.head)
    while words and words not in seen:
        seen.add(words)
        yield words
        known = heads.get(words)
        words = _from(known.scope.head) if known is not None and known.scope is not None else ""


def _from(line: Line) -> str:
    for key, colon, value in zip(line.lexemes, line.lexemes[1:], line.lexemes[2:]):
        if key.is_("from") and colon.text in (":", "="):
            return value.text.removeprefix(":")
    return ""


def _of_line(line: Line) -> Iterator[Declared]:
    word = line.word
    if word in ("let", "parameter") and len(line.lexemes) > 2 and line.lexemes[1].kind is Kind.NAME:
        made = line.lexemes[1]
        yield Declared(made.text, What.VALUE if word == "let" else What.PARAMETER, made.start, made.end, word)
    elif word == "identify" and line.block is not None:
        yield from _identified(line)
    else:
        yield from _labelled(line)


def _labelled(line: Line) -> Iterator[Declared]:
    """What a block makes under its label, or under its default name."""
    construct = registry.find(line.word)
    if construct is None or (construct.body and not construct.main and line.opens is None):
        return
    name, start, end = label_of(line)
    path = line.path[-1]
    if not name and construct.default_list:
        name, start, end = construct.default_list, path.start, path.end
    elif not name and construct.label is LabelKind.NAME and "choose" in construct.fields:
        name, start, end = construct.keyword, path.start, path.end
    if not name or construct.label is LabelKind.NONE:
        return
    yield Declared(name, what_of(construct.keyword), start, end, construct.keyword, decay=_decay(line.opens))


def what_of(keyword: str) -> What:
    """What the label of a construct names."""
    construct = registry.load()[keyword]
    if keyword == REGION:
        return What.REGION
    if keyword in VALUES:
        return What.VALUE
    if "choose" in construct.fields:
        return What.FIT
    if construct.default_list or keyword in LISTS:
        return What.LIST
    return What.OUTPUT if construct.quiet else What.CUT


def _identified(line: Line) -> Iterator[Declared]:
    """The lists of `identify :pip, :pim` and of `identify :pip, as: :other`."""
    symbols = [place for place, lexeme in enumerate(line.lexemes) if lexeme.kind is Kind.SYMBOL]
    other = next((line.lexemes[place] for place in symbols if place > 1 and line.lexemes[place - 2].is_("as") and line.lexemes[place].text != ":most_probable"), None)
    if other is not None:
        yield _list(other)
        return
    for place in symbols:
        if line.lexemes[place - 1].text in ("identify", ","):
            yield _list(line.lexemes[place])


def _list(symbol: Lexeme) -> Declared:
    return Declared(symbol.text[1:], What.LIST, symbol.start + 1, symbol.end, "identify")


def _decay(block: Block | None) -> Decay | None:
    """The decay that a block is written with."""
    for line in block.lines if block is not None else ():
        if line.word == "decay" and len(line.lexemes) > 1 and line.lexemes[1].kind is Kind.STRING:
            try:
                return parse_decay(line.lexemes[1].text[1:-1])
            except DecayError:
                return None  # `check` says what is wrong with it
    return None


def _included(line: Line, loader: Loader, name: str, depth: int) -> tuple[Declared, ...]:
    path = next((lexeme.text[1:-1] for lexeme in line.lexemes if lexeme.kind is Kind.STRING), "")
    if fault_of(path):
        return ()
    found = loader.load(path, name)
    if not isinstance(found, Loaded):
        return ()
    inside = declared(structure(lexemes(found.source.text), len(found.source.text)), loader, found.source.name, depth + 1)
    return tuple(replace(each, file=each.file or found.source) for each in inside if each.what is not What.PARAMETER)
