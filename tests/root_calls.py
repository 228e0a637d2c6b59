"""Which classes, calls, options and enumerators of ROOT a macro uses, as facts: `Class::member`, `RooFit::Option`, `kRed`, `Header.h`.

In: the text of a macro in C++. Out: facts, each with the class that declares it: types are followed from declarations through calls, with what `reference/root_calls.txt` says a call gives.
A receiver whose class is not found is a fact of its own (`?`), so that nothing passes unseen. Nothing of ROOT is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import tree_sitter_cpp
from tree_sitter import Language, Node, Parser

LIST = Path(__file__).parent / "reference" / "root_calls.txt"

#: What the standard library's own classes hold; their members are no facts.
_STANDARD = ("std::", "string", "vector<", "unique_ptr<", "shared_ptr<", "function<", "double", "float", "int", "bool", "char", "unsigned", "Long64_t", "size_t", "exception", "ifstream", "ofstream")
_GLOBAL = re.compile(r"^[kg][A-Z]\w*$")
_IN_TEXT = re.compile(r"\b(?:ROOT::Math|TMath)::\w+")


@dataclass(frozen=True)
class Line:
    """One line of the list: what it is, its signature, where ROOT 6.24 has it."""

    fact: str
    signature: str
    where: str

    @property
    def gives(self) -> str:
        """The class or type of what a call gives."""
        return plain(self.signature.rpartition("->")[2])


@cache
def lines() -> tuple[Line, ...]:
    """The list, in its order."""
    rows = [row.strip() for row in LIST.read_text(encoding="utf-8").splitlines()]
    cells = [[cell.strip() for cell in row.split("|")] for row in rows if row and not row.startswith("#")]
    assert all(len(row) == 3 for row in cells), [row for row in cells if len(row) != 3]
    return tuple(Line(*row) for row in cells)


@cache
def known() -> dict[str, Line]:
    return {line.fact: line for line in lines()}


@cache
def bases(of: str) -> tuple[str, ...]:
    """The classes that a class derives from, as its line says: `: A, B`."""
    line = known().get(of)
    return tuple(name.strip() for name in line.signature[1:].split(",")) if line and line.signature.startswith(":") else ()


def declared(of: str, member: str) -> str:
    """`Class::member` of the nearest class that has it on the list; of the class itself where none has."""
    todo = [of]
    while todo:
        name = todo.pop(0)
        if f"{name}::{member}" in known():
            return f"{name}::{member}"
        todo += bases(name)
    return f"{of}::{member}"


def plain(text: str) -> str:
    """A type without const, references, pointers and namespace std."""
    text = re.sub(r"\b(?:const|static|inline|explicit)\b", " ", text).replace("std::", "")
    return re.sub(r"\s+", " ", text).strip(" *&")


def inside(text: str) -> str:
    """What a container or a pointer of the standard library holds: `vector<X>` → `X`."""
    found = re.fullmatch(r"(?:vector|unique_ptr|shared_ptr)<(.*)>", text)
    return plain(found[1]) if found else text


@dataclass
class Own:
    """What a macro defines itself: functions with what they give, and for each struct its fields and methods."""

    functions: dict[str, str] = field(default_factory=dict)
    structs: dict[str, dict[str, str]] = field(default_factory=dict)


class Macro:
    """Reads one macro."""

    def __init__(self, text: str) -> None:
        self.tree = Parser(Language(tree_sitter_cpp.language())).parse(text.encode()).root_node
        self.own = Own()
        self.facts: set[str] = set(re.findall(r'^#include "([^"]+)"', text, re.MULTILINE))
        self._define(self.tree, "")
        self._read(self.tree, [{}])

    # --- what the macro defines ------------------------------------------------------------------------------------------

    def _define(self, node: Node, struct: str) -> None:
        for each in node.named_children:
            if each.type == "struct_specifier" and (body := each.child_by_field_name("body")) is not None:
                name = text_of(each.child_by_field_name("name"))
                self.own.structs[name] = {}
                self._define(body, name)
            elif each.type in ("function_definition", "field_declaration"):
                self._define_one(each, struct)
            else:
                self._define(each, struct)

    def _define_one(self, node: Node, struct: str) -> None:
        kind = plain(text_of(node.child_by_field_name("type")))
        for declarator in node.children_by_field_name("declarator"):
            name = name_in(declarator)
            if name and struct:
                self.own.structs[struct][name] = kind
            elif name:
                self.own.functions[name] = kind

    # --- what it uses ----------------------------------------------------------------------------------------------------

    def _read(self, node: Node, scopes: list[dict[str, str]]) -> None:
        if node.type in ("compound_statement", "for_statement", "for_range_loop", "lambda_expression", "function_definition", "struct_specifier"):
            scopes = [*scopes, {}]
        if node.type == "struct_specifier" and node.child_by_field_name("name") is not None:
            scopes[-1].update(self.own.structs.get(text_of(node.child_by_field_name("name")), {}))
        if node.type in ("declaration", "parameter_declaration", "for_range_loop", "field_declaration", "optional_parameter_declaration"):
            self._declare(node, scopes)
        if node.type in ("call_expression", "new_expression", "subscript_expression"):
            self._type(node, scopes, True)
        elif node.type == "qualified_identifier" and node.parent is not None and node.parent.type != "qualified_identifier":
            self._qualified(text_of(node))
        elif node.type == "type_identifier" and (node.parent is None or node.parent.type != "qualified_identifier"):
            self._class(text_of(node))
        elif node.type == "identifier" and _GLOBAL.match(text_of(node)) and (node.parent is None or node.parent.type != "qualified_identifier"):
            self.facts.add(text_of(node))
        elif node.type == "string_literal":
            self.facts.update(_IN_TEXT.findall(text_of(node)))
        for each in node.children:
            self._read(each, scopes)

    def _declare(self, node: Node, scopes: list[dict[str, str]]) -> None:
        kind = plain(text_of(node.child_by_field_name("type")))
        for declarator in node.children_by_field_name("declarator"):
            name = name_in(declarator)
            value = declarator.child_by_field_name("value")
            if node.type == "for_range_loop":
                gone_through = self._type(node.child_by_field_name("right"), scopes)
                if self._is_root(gone_through):
                    self.facts.add(declared(gone_through, "begin"))
                kind = inside(gone_through) if kind == "auto" else kind
            scopes[-1][name] = kind
            # RooFit's `variables(x)` reads like the declaration of a function; a reference or a pointer makes nothing
            made = value is not None and value.type in ("argument_list", "initializer_list") or declarator.type == "function_declarator" or declarator.type == "identifier"
            if made and node.type == "declaration":
                self._made(kind)

    def _made(self, kind: str) -> None:
        if self._is_root(kind):
            self.facts.add(f"{kind}::{kind.rpartition('::')[2]}")

    def _is_root(self, kind: str) -> bool:
        return bool(re.fullmatch(r"(?:ROOT::\w+::)?(?:Roo|T|ROOT::)?[A-Z]\w*", kind)) and kind not in self.own.structs and (kind.startswith(("Roo", "ROOT::")) or bool(re.match(r"T[A-Z]", kind)))

    def _class(self, name: str) -> None:
        if self._is_root(name):
            self.facts.add(name)

    def _qualified(self, name: str) -> None:
        name = re.sub(r"<.*", "", name)
        if not name.startswith("std::"):
            self.facts.add(name)

    def _type(self, node: Node | None, scopes: list[dict[str, str]], note: bool = False) -> str:
        """The type of an expression; `note`: what it calls is a fact."""
        if node is None:
            return "?"
        kind = node.type
        if kind in ("identifier", "field_identifier"):
            name = text_of(node)
            for scope in reversed(scopes):
                if name in scope:
                    return scope[name]
            return known()[name].gives if name in known() else "?"
        if kind == "this":
            return "?"
        if kind == "parenthesized_expression" or kind == "pointer_expression":
            inner = self._type(node.named_children[0], scopes)
            return inside(inner) if kind == "pointer_expression" and text_of(node).startswith("*") and inner.startswith(("unique_ptr<", "shared_ptr<")) else inner
        if kind == "conditional_expression":
            return self._type(node.child_by_field_name("alternative"), scopes)
        if kind == "new_expression":
            made = plain(text_of(node.child_by_field_name("type")))
            if note:
                self._made(made)
            return made
        if kind == "subscript_expression":
            return self._element(node, scopes, note)
        if kind == "field_expression":
            return self._member(node, scopes, False)
        if kind == "call_expression":
            return self._called(node, scopes, note)
        if kind == "string_literal":
            return "char"
        if kind == "binary_expression":
            return self._type(node.child_by_field_name("left"), scopes)
        return "double" if kind == "number_literal" else "?"

    def _element(self, node: Node, scopes: list[dict[str, str]], note: bool) -> str:
        holder = self._type(node.child_by_field_name("argument"), scopes)
        if holder.startswith(("vector<", "unique_ptr<")):
            return inside(holder)
        if not self._is_root(holder):
            return "?" if holder == "?" else holder
        fact = declared(holder, "operator[]")
        if note:
            self.facts.add(fact)
        return known()[fact].gives if fact in known() else "?"

    def _called(self, node: Node, scopes: list[dict[str, str]], note: bool) -> str:
        function = node.child_by_field_name("function")
        assert function is not None
        name = text_of(function)
        if function.type == "field_expression":
            return self._member(function, scopes, note)
        cast = re.fullmatch(r"(?:static_cast|dynamic_cast|std::make_shared|std::make_unique)<(.*)>", name, re.DOTALL)
        if cast:
            if "make_" in name and note:
                self._made(plain(cast[1]))
            return f"shared_ptr<{plain(cast[1])}>" if "make_" in name else plain(cast[1])
        if function.type == "identifier" and any(name in scope for scope in scopes):
            return "?"
        if name in self.own.functions:
            return self.own.functions[name]
        if function.type == "identifier" and self._is_root(name):
            if note:
                self.facts.add(name)
                self._made(name)
            return name
        fact = re.sub(r"<.*", "", name)
        return known()[fact].gives if fact in known() else "?"

    def _member(self, node: Node, scopes: list[dict[str, str]], note: bool) -> str:
        """The type of `object.member` or `object->member`, and of a call of it."""
        holder = self._type(node.child_by_field_name("argument"), scopes)
        arrow = text_of(node)[len(text_of(node.child_by_field_name("argument"))) :].strip().startswith("->")
        member = re.sub(r"<.*", "", text_of(node.child_by_field_name("field")))
        template = re.search(r"<(.*)>", text_of(node.child_by_field_name("field")))
        if arrow:
            holder = inside(holder)
        if holder in self.own.structs:
            return self.own.structs[holder].get(member, "?")
        if holder.startswith(_STANDARD):
            return _of_the_standard(holder, member)
        fact = declared(holder, member)
        if note:
            self.facts.add(fact)
        if template:
            return plain(template[1])
        return known()[fact].gives if fact in known() else "?"


def _of_the_standard(holder: str, member: str) -> str:
    if member in ("back", "front", "at", "get", "release"):
        return inside(holder)
    return "string" if holder == "string" else "?"


def text_of(node: Node | None) -> str:
    return node.text.decode() if node is not None and node.text is not None else ""


def name_in(declarator: Node) -> str:
    """The name that a declarator declares."""
    if declarator.type in ("identifier", "field_identifier"):
        return text_of(declarator)
    inner = declarator.child_by_field_name("declarator")
    if inner is not None:
        return name_in(inner)
    for each in declarator.named_children:
        if found := name_in(each):
            return found
    return ""


def used(text: str) -> set[str]:
    """All facts of a macro in C++."""
    return Macro(text).facts


def formulas(text: str) -> set[str]:
    """Functions of ROOT that a formula calls."""
    return set(_IN_TEXT.findall(text))


@dataclass
class Script:
    """What a macro in Python uses: what it takes from ROOT's module, the names of methods it calls, and the names that it defines itself."""

    facts: set[str]
    methods: set[str]
    own: set[str]


def used_in_python(text: str) -> Script:
    """`ROOT.Fit.BinData` is `ROOT::Fit::BinData`; `x.frame()` and `ROOT.RooAbsData.get()` call `frame` and `get`."""
    found = Script(set(), set(), set())
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and (path := _path(node)) and path[0] == "ROOT":
            scope = "ROOT::" if path[1] in ("Fit", "Math") else ""
            found.facts.add(scope + "::".join(path[1:]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.methods.add(node.func.attr)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.own.add(node.name)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.own.add(node.attr)
    return found


def _path(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    inner = _path(node.value) if isinstance(node, ast.Attribute) else ()
    return (*inner, node.attr) if inner and isinstance(node, ast.Attribute) else ()


def members(facts: Iterable[str]) -> set[str]:
    """The names behind the last `::`."""
    return {fact.rpartition("::")[2] for fact in facts}
