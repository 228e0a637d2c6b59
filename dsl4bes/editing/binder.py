"""Walks the tree of a program and looks its names up in the scopes that the compiler had.

In: a `Compilation` and what was known at each block. Out: `Use`s. Which words of a field are names says the kind of the field; products of a block's own decay go before lists of the same name, as they do for the compiler. The tree is that of
the text, not the one with constants put in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dsl4bes.constructs import registry
from dsl4bes.constructs.base import SELECTION, TOP, Block, LabelKind, LineKind
from dsl4bes.constructs.fields import (
    Choice,
    Decay,
    Field,
    Flag,
    Formula,
    Formulas,
    Group,
    Line,
    Number,
    Sources,
    Text,
)
from dsl4bes.driver import Compilation
from dsl4bes.editing.bindings import Labels, Sort, Target, Use
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.resolve.scope import Scope, Seen
from dsl4bes.source import Span
from dsl4bes.syntax import ast

_PICK = re.compile(r"(.*?)_?[1-9][0-9]*\Z")
#: Blocks whose words are lines of the cut flow or numbers of the package, and no formulas.
EXPECT, VARY, SYSTEMATICS, REGION = "expect", "vary", "systematics", "region"


class Binder:
    """One walk over one program."""

    def __init__(self, compilation: Compilation, seen: list[Seen]) -> None:
        self._compilation = compilation
        self._file = compilation.source
        self._seen = {each.instance.head.start: each for each in seen if each.instance.head.file == self._file and each.instance.head.file.via is None}
        self._final = next((each for each in reversed(seen) if "." not in each.instance.name and not each.instance.construct.container), None)
        self._labels = Labels()
        self._regions: dict[str, Target] = {}
        self._parameters: dict[str, Target] = {}
        self._targets: dict[tuple[str, int], Target] = {}

    def program(self) -> Iterator[Use]:
        """All uses, in no special order."""
        tree = self._compilation.ast
        if tree is None:
            return
        for statement in tree.statements:
            if statement.head.name == "parameter" and statement.arguments and (key := statement.arguments[0].key) is not None:
                self._parameters[key.name] = Target(key.name, Sort.PARAMETER, key.span)
                yield Use(key.span, self._parameters[key.name], defines=True)
        later: list[ast.Statement] = []
        for statement in tree.statements:
            if statement.head.name in (EXPECT, SYSTEMATICS):
                later.append(statement)
            else:
                yield from self._statement(statement, None, "")
        for statement in later:
            yield from self._expect(statement) if statement.head.name == EXPECT else self._systematics(statement)

    # --- statements --------------------------------------------------------------------------------------------------------

    def _statement(self, statement: ast.Statement, outer: Seen | None, region: str) -> Iterator[Use]:
        word = statement.head.path[-1].name
        construct = registry.find(word)
        seen = self._seen.get(statement.head.span.start, outer)
        if word == "parameter":
            return
        if word == REGION:
            yield from self._region(statement)
            return
        if construct is not None and construct.container and construct.keyword not in (SELECTION, "for"):
            return  # a fit: its names are its own
        if seen is None or (construct is None and statement.body is None):
            yield from self._below(statement, seen, region)
            return
        if seen is not outer:
            yield from self._definitions(statement, seen, region)
        yield from self._line(statement, construct, seen)
        if construct is not None and construct.container:
            yield from self._below(statement, seen if word == "for" else None, region)
            return
        for line in statement.body or ():
            yield from self._field(line, seen, {} if construct is None else construct.fields, construct)

    def _below(self, statement: ast.Statement, seen: Seen | None, region: str) -> Iterator[Use]:
        for each in statement.body or ():
            yield from self._statement(each, seen, region)

    def _region(self, statement: ast.Statement) -> Iterator[Use]:
        label = _label(statement)
        name = ""
        if label is not None:
            place = _name_in(label.span)
            name = place.text
            target = self._regions[name] = Target(name, Sort.REGION, place)
            self._labels.add(name, target)
            yield Use(place, target, defines=True)
        for argument in (*(statement.head.arguments or ()), *statement.arguments):
            if argument.key is not None and argument.key.name == "from" and isinstance(argument.value, (ast.Name, ast.Symbol)):
                known = self._regions.get(argument.value.name)
                if known is not None:
                    yield Use(_name_in(argument.value.span), known)
        yield from self._below(statement, None, name)

    def _definitions(self, statement: ast.Statement, seen: Seen, region: str) -> Iterator[Use]:
        """What a block makes: its lists, its fit, its value; the name of its cut."""
        inside = statement.span
        made: list[Target] = []
        for names, sort in ((seen.after.lists, Sort.LIST), (seen.after.fits, Sort.FIT), (seen.after.values, Sort.VALUE)):
            for name, info in names.items():
                span = info.span
                if span is not None and span.file == self._file and inside.start <= span.start < inside.end and not getattr(info, "hidden", False):
                    made.append(self._target(name, sort, span, statement))
        yield from (Use(target.place, target, defines=True) for target in made if target.place is not None)
        for target in made:
            self._labels.add(f"list {target.name}", target)
        block = f"{region}.{seen.instance.name}" if region else seen.instance.name
        label = _label(statement)
        named = next((target for target in made if target.place is not None and (target.implicit or (label is not None and target.place.start == _name_in(label.span).start))), None)
        if named is None and label is not None and seen.instance.construct.label is not LabelKind.NONE and not seen.instance.construct.quiet:
            place = _name_in(label.span)
            named = Target(place.text, Sort.CUT, place)
            yield Use(place, named, defines=True)
        if named is not None:
            self._labels.add(block, named)

    def _target(self, name: str, sort: Sort, span: Span, statement: ast.Statement | None = None) -> Target:
        """The target of a definition, the same object for the same place."""
        implicit = statement is not None and span.start == statement.head.span.start and span.text[:1] not in (":", '"')
        place = statement.head.path[-1].span if implicit and statement is not None else _name_in(span)
        known = self._targets.get((place.file.name, place.start))
        if known is None:
            block = "" if statement is None else statement.head.path[-1].name
            known = self._targets[(place.file.name, place.start)] = Target(name, sort, place, implicit, block)
            self._targets[(span.file.name, span.start)] = known
        return known

    # --- lines -------------------------------------------------------------------------------------------------------------

    def _line(self, statement: ast.Statement, construct: type[Block] | None, seen: Seen) -> Iterator[Use]:
        """The head of a block, or a statement of one line."""
        label = _label(statement)
        fields: Mapping[str, Field] = {} if construct is None else construct.fields
        for argument in (*(statement.head.arguments or ()), *statement.arguments):
            if argument.value is label:
                continue
            if argument.key is not None and argument.key.name in fields:
                yield from self._values(fields[argument.key.name], (ast.Argument(None, argument.value, argument.span),), seen)
            elif construct is not None and construct.line in (LineKind.FORMULA, LineKind.DEFINITION, LineKind.NAME):
                yield from self._formula(argument.value, seen, symbols=construct.line is LineKind.NAME)
            elif construct is not None and construct.line is LineKind.FILE:
                yield from self._formula(argument.value, seen)

    def _field(self, line: ast.Statement, seen: Seen, fields: Mapping[str, Field], construct: type[Block] | None) -> Iterator[Use]:
        word = line.head.name
        known = fields.get(word)
        if known is None and construct is not None and construct.counts and word.startswith("n"):
            name = self._name(word[1:], line.head.span, seen, skip=1)
            if name is not None:
                yield name
        if isinstance(known, Group) and line.body is not None:
            inner = {each.name: each for each in known.fields}
            for each in line.body:
                yield from self._field(each, seen, inner, None)
            return
        yield from self._values(known, (*(line.head.arguments or ()), *line.arguments), seen)

    def _values(self, known: Field | None, arguments: tuple[ast.Argument, ...], seen: Seen) -> Iterator[Use]:
        """The names in the value of a field."""
        if isinstance(known, (Choice, Text, Flag, Decay)):
            return
        for argument in arguments:
            if isinstance(known, Sources):
                yield from self._formula(argument.value, seen, symbols=True)
            elif known is None or isinstance(known, (Number, Formula, Formulas, Line, Group)):
                yield from self._formula(argument.value, seen)

    # --- formulas ----------------------------------------------------------------------------------------------------------

    def _formula(self, value: ast.Expr, seen: Seen, symbols: bool = False) -> Iterator[Use]:
        todo: list[tuple[ast.Expr, bool]] = [(value, symbols)]
        while todo:
            node, named = todo.pop()
            if isinstance(node, ast.Name):
                use = self._name(node.name, node.span, seen)
            elif isinstance(node, ast.Symbol) and named:
                use = self._name(node.name, node.span, seen, skip=1)
            elif isinstance(node, ast.Attribute):
                use = self._owner(node, seen)
            else:
                use = None
                inner = node.function.name != "property" if isinstance(node, ast.Call) else named
                todo += ((child, inner and not isinstance(node, ast.Range)) for child in _positional(node))
            if use is not None:
                yield use

    def _name(self, name: str, span: Span, seen: Seen, skip: int = 0) -> Use | None:
        """A bare name; `skip`: signs before it in its span."""
        place = Span(span.start + skip, span.end, span.file)
        if name in self._parameters:
            return Use(place, self._parameters[name])
        if not skip and name in _own_products(seen):
            return None
        for scope in self._scopes(seen):
            for names, sort in ((scope.values, Sort.VALUE), (scope.lists, Sort.LIST), (scope.fits, Sort.FIT)):
                info = names.get(name)
                if info is not None and not getattr(info, "hidden", False):
                    return Use(place, Target(name, sort, None) if info.span is None else self._target_of(name, sort, info.span))
        match = _PICK.match(name)
        info = None if match is None or not match[1] else seen.after.lists.get(match[1])
        if match is None or info is None or info.hidden:
            return None
        target = Target(match[1], Sort.LIST, None) if info.span is None else self._target_of(match[1], Sort.LIST, info.span)
        return Use(Span(place.start, place.start + len(match[1]), place.file), target)

    def _scopes(self, seen: Seen) -> tuple[Scope, ...]:
        """Where a name of a block is looked for; what is done for every event names what the selection makes later."""
        early = self._final is not None and seen.instance.construct.parents == (TOP,)
        return (seen.after, seen.before, self._final.after) if early and self._final is not None else (seen.after, seen.before)

    def _target_of(self, name: str, sort: Sort, span: Span) -> Target:
        """The target made at a span that was met before, or of another file."""
        return self._targets.get((span.file.name, span.start)) or self._target(name, sort, span)

    def _owner(self, node: ast.Attribute, seen: Seen) -> Use | None:
        """The fit or process before the first point."""
        owner: ast.Expr = node
        while isinstance(owner, ast.Attribute):
            owner = owner.owner
        if not isinstance(owner, (ast.Name, ast.Symbol)) or owner.name in _own_products(seen, itself=False):
            return None
        for scope in self._scopes(seen):
            for names, sort in ((scope.fits, Sort.FIT), (scope.values, Sort.VALUE)):  # a process of the truth is a value with members
                info = names.get(owner.name)
                if info is not None and info.span is not None:
                    return Use(_name_in(owner.span), self._target_of(owner.name, sort, info.span))
        return None

    # --- lines of the cut flow, numbers ------------------------------------------------------------------------------------

    def _expect(self, statement: ast.Statement) -> Iterator[Use]:
        for line in statement.body or ():
            yield from self._labels.in_word(line.head.name, line.head.span, self._compilation)

    def _systematics(self, statement: ast.Statement) -> Iterator[Use]:
        for line in statement.body or ():
            arguments = [argument.value for argument in (*(line.head.arguments or ()), *line.arguments)][1:]
            yield from self._number(arguments[0]) if arguments else ()
            for argument in line.arguments:
                if argument.key is not None and argument.key.name == "without":
                    yield from self._number(argument.value)
            for inner in line.body or ():
                if inner.head.name == "without":
                    for argument in inner.arguments:
                        yield from self._number(argument.value)
                else:
                    yield from self._labels.in_number(inner.head.name, inner.head.span)

    def _number(self, value: ast.Expr) -> Iterator[Use]:
        """The number that a `vary` names, or a cut by its title."""
        if isinstance(value, (ast.Name, ast.Attribute)):
            target = self._constant(value.span.text)
            if target is not None:
                yield Use(value.span, target)
            else:
                yield from self._labels.in_number(value.span.text, value.span)
        elif isinstance(value, ast.String):
            place = _name_in(value.span)
            yield from (Use(place, use.target) for use in self._labels.in_number(place.text, place) if use.target.name == place.text)

    def _constant(self, name: str) -> Target | None:
        """A constant that `let` made."""
        for seen in self._seen.values():
            info = seen.after.values.get(name)
            if info is not None:
                return self._target_of(name, Sort.VALUE, info.span)
        return None


# --- parts of the tree --------------------------------------------------------------------------------------------------------


def _positional(node: ast.Expr) -> tuple[ast.Expr, ...]:
    """The values below one, without those that a keyword of a function takes as a word (`frame: :cm`)."""
    if not isinstance(node, ast.Call):
        return ast.children(node)
    return tuple(argument.value for argument in node.arguments if argument.key is None or not isinstance(argument.value, ast.Symbol))


def _label(statement: ast.Statement) -> ast.Symbol | ast.String | ast.Name | None:
    """The first argument, if it is a word or a text without a key."""
    for argument in (*(statement.head.arguments or ()), *statement.arguments)[:1]:
        if argument.key is None and isinstance(argument.value, (ast.Symbol, ast.String)):
            return argument.value
        construct = registry.find(statement.head.path[-1].name)
        if argument.key is None and isinstance(argument.value, ast.Name) and construct is not None and construct.label is LabelKind.NAME and construct.line is LineKind.VALUES:
            return argument.value
    return None


def _name_in(span: Span) -> Span:
    """The name in a span: without the colon of a symbol and the quotes of a text; the last word of a path."""
    text = span.text
    if text.startswith(":"):
        return Span(span.start + 1, span.end, span.file)
    if text.startswith('"') and len(text) > 1:
        return Span(span.start + 1, span.end - 1, span.file)
    return span


def _own_products(seen: Seen, itself: bool = True) -> frozenset[str]:
    """Names that a block's own fit gives to its formulas, before any list is looked up."""
    instance = seen.instance
    info = seen.after.fits.get(instance.name)
    if info is None or seen.before.fits.get(instance.name) is info:
        return frozenset()
    symbol: FitSymbol = info.symbol
    names = {role.name for role in symbol.roles} | {composite.name for composite in symbol.composites}
    if itself and symbol.particle:
        names.add(symbol.particle)
    return frozenset(names)
