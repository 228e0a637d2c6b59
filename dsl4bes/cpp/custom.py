"""Lowering of custom blocks: the structs of what their code sees, how they are filled, the code itself.

In: a `Custom` step. Out: its step; the structs and the code go into the builder. Only members that the code names are declared and filled, so that a package
holds nothing that nobody reads. The code is not looked at otherwise: what it may be was decided before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dsl4bes.cpp.builder import Builder
from dsl4bes.cpp.expressions import open_loop, text
from dsl4bes.cpp.model import CustomCode, Field, Line, Loop, Struct
from dsl4bes.cpp.names import comment, identifier
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.steps import CustomStep
from dsl4bes.ir.custom import ENTRIES, VIEW, Author, Custom, Member, ViewList
from dsl4bes.ir.types import ListKind

_AUTHOR = {Author.HAND: "written by hand", Author.MODEL: "written by a model"}
_WORD = re.compile(r"[A-Za-z_]\w*")
#: Headers that code needs for what it names, besides those that every package has.
_HEADERS = {"DBL_MAX": "<cfloat>", "less": "<functional>", "greater": "<functional>", "pair": "<utility>", "make_pair": "<utility>", "swap": "<utility>"}


def custom(step: Custom, build: Builder) -> CustomStep:
    """A block whose code the compiler does not write."""
    mark, words = build.mark(step), frozenset(_WORD.findall(step.body.text))
    build.symbols.includes.update(("<algorithm>", "<cmath>", *(header for word, header in _HEADERS.items() if word in words)))
    space = build.symbols.methods.new(f"{identifier(step.cut.block)}_block")
    scope = build.scope()
    view = scope.temporary("view")
    scope.statements.append(Line(f"{space}::{VIEW} {view};"))
    structs, fields = _entries(step, words), list[Field]()
    for member in _used(step.view.members, words):
        fields.append(_field(member))
        scope.statements.append(Line(f"{view}.{member.name} = {text(member.value, scope)};"))
    for group in step.view.groups:
        if group.name in words:
            members = _used(group.members, words)
            structs.append(Struct(group.type, f"{comment(group.name)}: {comment(group.doc)}.", tuple(_field(member) for member in members)))
            fields.append(Field(group.type, group.name))
            for member in members:
                scope.statements.append(Line(f"{view}.{group.name}.{member.name} = {text(member.value, scope)};"))
    for each in step.view.lists:
        if each.name in words:
            fields.append(Field(f"std::vector<{each.entry}>", each.name))
            _fill(each, f"{view}.{each.name}", f"{space}::{each.entry}", words, scope)
    title = f"What the block {comment(step.cut.block)} sees, and its code, {_AUTHOR[step.body.author]}."
    structs.append(Struct(VIEW, "What the code sees of an event.", tuple(fields)))
    lines = tuple(line.rstrip() for line in step.body.text.strip("\n").splitlines())
    build.customs.append(CustomCode(space, title, tuple(structs), lines, "in" in words, mark, build.code_mark(step, step.body.author.value)))
    return CustomStep(mark=mark, before=tuple(scope.statements), space=space, view=view, cut=build.cut(step.cut))


def _entries(step: Custom, words: frozenset[str]) -> list[Struct]:
    """The structs of entries of lists, one for tracks and one for showers."""
    structs = []
    for kind, name in ENTRIES.items():
        lists = [each for each in step.view.lists if each.list.kind is kind and each.name in words]
        if lists:
            what = "charged track" if kind is ListKind.TRACKS else "shower"
            structs.append(Struct(name, f"A {what}; absent numbers are NaN.", tuple(_field(member) for member in _used(lists[0].members, words))))
    return structs


def _used(members: Iterable[Member], words: frozenset[str]) -> tuple[Member, ...]:
    return tuple(member for member in members if member.name in words)


def _field(member: Member) -> Field:
    return Field(member.type, member.name, comment(member.doc))


def _fill(each: ViewList, target: str, kind: str, words: frozenset[str], scope: Scope) -> None:
    """A loop that copies the entries of a list."""
    loop, inner = open_loop(each.binder, {}, scope)
    entry = scope.temporary("seen")
    inner.statements.append(Line(f"{kind} {entry};"))
    for member in _used(each.members, words):
        value = text(member.value, inner)
        inner.statements.append(Line(f"{entry}.{member.name} = {value};"))
    inner.statements.append(Line(f"{target}.push_back({entry});"))
    scope.statements.append(Loop(loop.list, loop.index, loop.start, loop.variable, loop.skip, tuple(inner.statements)))
