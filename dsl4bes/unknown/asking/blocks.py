"""The rules of blocks and lines, one set per construct of the registry: what may stand where, with which fields.

In: the registry. Out: rules from `start` down to the values of fields. A construct that is added to the registry is here by itself. Blocks whose code is not
part of a program are left out, and files that nobody but the user can know (`.csv`, `.inc`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dsl4bes.constructs.base import SELECTION, TERM, TOP, Block, LabelKind, LineKind
from dsl4bes.constructs.fields import Field, Formulas, Group, Number, Text
from dsl4bes.constructs.shape import COUNT
from dsl4bes.ir.types import Dimension
from dsl4bes.unknown.asking import values
from dsl4bes.unknown.asking.ebnf import MANY, Node, Ref, Rep, Seq, alt, glued, listed, seq

Registry = Mapping[str, type[Block]]

STATEMENTS = 40  #: of a program, and blocks in a block
LINES = 30  #: of a block
NESTING = 3  #: containers in containers
_NL, _DO, _END = Ref("NL"), Ref("DO"), Ref("END")


def block_rules(registry: Registry, without: Iterable[str] = ()) -> dict[str, Node]:
    """All rules above the values."""
    left_out = set(without)
    offered = {keyword: each for keyword, each in registry.items() if keyword not in left_out and not each.coded}
    return _Blocks(offered).rules()


def dimensions(registry: Registry) -> set[Dimension]:
    """The dimensions of all fields that are numbers."""
    fields = [field for block in registry.values() for field in block.fields.values()]
    inner = [field for group in fields if isinstance(group, Group) for field in group.fields]
    numbers = [field for field in (*fields, *inner) if isinstance(field, Number)]
    return {field.dimension for field in numbers} | {field.other[0] for field in numbers if field.other is not None}


def _known(field: Field) -> bool:
    """Whether somebody who does not see the user's files can write it."""
    return not (isinstance(field, Text) and field.ending)


def _lines(item: Node, least: int, most: int) -> Node:
    return Rep(Seq((item, _NL)), least, most)


def _path() -> Node:
    return glued(values.NAME, Rep(glued(".", values.NAME), 0, 3))


class _Blocks:
    """Rules made so far."""

    def __init__(self, offered: Registry) -> None:
        self._offered = offered
        self._rules: dict[str, Node] = {}

    def rules(self) -> dict[str, Node]:
        self._rules["start"] = _lines(Ref(self._place(TOP, 0)), 1, STATEMENTS)
        return self._rules

    def _place(self, place: str, depth: int) -> str:
        """The rule of what may stand in a place."""
        name = f"in_{place or 'program'}_{depth}"
        if name not in self._rules:
            self._rules[name] = ""  # it is being made
            inside = [each for each in self._offered.values() if place in each.parents or (place == TOP and each.selects)]
            found = [made for each in inside if (made := self._statement(each, depth)) is not None]
            if place == TOP and SELECTION in self._offered:
                dotted = [each for each in self._offered.values() if SELECTION in each.parents and each.body and not each.container]
                found += [glued(f"{SELECTION}.", made) for each in dotted if (made := self._statement(each, depth)) is not None]
            self._rules[name] = alt(*found)
        return name

    def _statement(self, block: type[Block], depth: int) -> Node | None:
        """The rule of one construct; None for a container that stands too deep."""
        if block.container and depth >= NESTING and block.line is not LineKind.SHAPE:
            return None
        shaped = block.line is LineKind.SHAPE
        name = f"block_{block.keyword}" + (f"_{depth}" if block.container and not shaped else "")
        if name not in self._rules:
            self._rules[name] = ""
            head = alt(*_heads(block))
            if shaped:
                self._rules[name] = seq(head, self._shapes(block))
            elif not block.body:
                self._rules[name] = head
            else:
                body = Seq((_DO, _NL, self._body(block, depth), _END))
                whole = Seq((head, body))
                has_line = bool(block.main) and not block.container  # then it may do without its body
                self._rules[name] = alt(whole, _main(block)) if has_line else whole
        return Ref(name)

    def _shapes(self, block: type[Block]) -> Node:
        """The shapes that a term of a fit may have, each with its own fields; blocks that take the same shapes share them."""
        from dsl4bes.constructs.shapes.registry import load

        convolved = [each for each in self._offered.values() if TERM in each.parents]
        resolution = block in convolved
        found: list[Node] = []
        for word, shape in load().items():
            if resolution and not shape.resolves:
                continue
            name = f"shape_{word}" + ("_resolution" if resolution else "")
            if name not in self._rules:
                lines = [made for field in (*shape.fields.values(), *block.fields.values()) if _known(field) for made in _field(field)]
                lines += [seq(values.NAME, values.values(shape.free))] if shape.free is not None else []
                lines += [] if resolution else [Ref(f"block_{each.keyword}") for each in convolved if self._statement(each, 0) is not None]
                self._rules[name] = Seq((word, _DO, _NL, _lines(alt(*lines), 0, LINES), _END))
            found.append(Ref(name))
        return alt(*found)

    def _body(self, block: type[Block], depth: int) -> Node:
        if block.container:
            inside: Node = Ref(self._place(block.holds or block.keyword, depth + 1))
            own = [made for field in block.fields.values() if _known(field) for made in _field(field)] if block.mixed else []
            return _lines(alt(*own, inside), 0, STATEMENTS)
        name = f"fields_{block.keyword}"
        found = [made for field in block.fields.values() if _known(field) for made in _field(field)]
        if block.counts:
            found.append(seq(Ref("COUNTED"), values.values(COUNT)))
        if block.free is not None:
            found.append(seq(_path(), values.values(block.free)))
        self._rules[name] = alt(*found)
        return _lines(Ref(name), 0, LINES)


def _field(field: Field) -> list[Node]:
    """A field on its line, and a group as a block of its own, too."""
    if not isinstance(field, Group):
        return [values.line(field)]
    inner = alt(*(values.line(each) for each in field.fields))
    return [values.line(field), Seq((field.name, _DO, _NL, _lines(inner, 1, len(field.fields)), _END))]


# --- heads -------------------------------------------------------------------------------------------------------------


def _label(block: type[Block]) -> Node | None:
    if block.label is LabelKind.NAME:
        return alt(Ref("NEW_NAME"), Ref("QUOTED_NAME"))
    return Ref("TITLE") if block.label is LabelKind.TITLE else None


def _keyed(block: type[Block]) -> list[Node]:
    """`key: value` for every field that can stand in the head: those with one value that has no key of its own."""
    fields = [field for field in block.fields.values() if _known(field) and not isinstance(field, Group | Formulas)]
    return [seq(field.name, ":", values.single(field)) for field in fields]


def _heads(block: type[Block]) -> list[Node]:
    """The ways to begin the block: with its label and fields in brackets, or behind it."""
    if block.line is LineKind.SHAPE:
        label = _label(block)
        return [block.keyword, *([seq(f"{block.keyword}(", label, ")")] if label is not None else [])]
    if block.main and (block.container or not block.body):
        return [_main(block)]
    label = _label(block)
    if not block.body:
        return _one_line(block, label)
    keyed = _keyed(block)
    found: list[Node] = [] if block.label_required else [block.keyword]
    more = [Rep(Seq((",", alt(*keyed))), 0, MANY)] if keyed else []
    if label is not None:
        found.append(seq(f"{block.keyword}(", label, *more, ")"))
        if block.label is LabelKind.TITLE:
            found.append(seq(block.keyword, label))
    if keyed and not block.label_required:
        found.append(seq(f"{block.keyword}(", listed(alt(*keyed)), ")"))
    return found


def _one_line(block: type[Block], label: Node | None) -> list[Node]:
    """`trigger channel: 2, data_only: true`, `filter`."""
    plain = [seq(field.name, ":", values.single(field)) for field in block.fields.values() if _known(field)]
    found: list[Node] = [] if block.label_required else [block.keyword]
    if plain:
        found.append(seq(block.keyword, listed(alt(*plain))))
    if label is not None:
        found.append(seq(block.keyword, label, *([Rep(Seq((",", alt(*plain))), 0, MANY)] if plain else [])))
    return found


def _main(block: type[Block]) -> Node:
    """A line with values of its own."""
    keyed = [seq(field.name, ":", values.VALUE) for field in block.fields.values() if _known(field)]
    if block.line is LineKind.DEFINITION:
        return seq(block.keyword, values.NAME, "=", values.FORMULA)
    if block.line is LineKind.NAME:
        return seq(block.keyword, values.NAME)
    if block.line is LineKind.FILE:
        return seq(block.keyword, Ref("FRAGMENT"), Rep(Seq((",", values.NAME, ":", values.VALUE)), 0, MANY))
    label = _label(block)
    first: list[Node] = [label] if label is not None else []
    if block.line is LineKind.FORMULA:
        return seq(block.keyword, *first, ",", values.FORMULA, *([Rep(Seq((",", alt(*keyed))), 0, MANY)] if keyed else []))
    items = listed(alt(values.VALUE, *keyed))
    return seq(block.keyword, *first, *([","] if first else []), items)
