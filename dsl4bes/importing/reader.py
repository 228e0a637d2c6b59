"""C++ text → the small typed view of `nodes.py`, by tree-sitter.

In: text and a name. Out: a `CppFile`. What does not parse is `Unread` or `Opaque` and stays text; nothing is guessed. Without tree-sitter: `ParserMissing`, whose words say how to get it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dsl4bes.importing import nodes as cpp

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

#: Nested deeper than this is nothing that people write; such a statement is not read.
MAX_DEPTH = 60


class ParserMissing(RuntimeError):
    """tree-sitter is not installed."""


def read(name: str, text: str) -> cpp.CppFile:
    """The functions and declarations of a file; lines that end with CR LF are read as others."""
    reader = _Reader(without_dead_code(text).encode("utf-8", "replace"))
    root = _parser().parse(reader.bytes).root_node
    functions: list[cpp.Function] = []
    declarations: list[cpp.Declare] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "function_definition":
            found = reader.function(node)
            if found is not None:
                functions.append(found)
        elif node.type in ("declaration", "field_declaration"):
            declarations += reader.declarations(node)
        else:
            waiting += node.named_children
    functions.sort(key=lambda each: each.lines.first)
    declarations.sort(key=lambda each: each.lines.first)
    return cpp.CppFile(name, text, tuple(functions), tuple(declarations))


_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b[ \t]*([^\r\n]*)")


def without_dead_code(text: str) -> str:
    """The text with what stands in `#if 0` (or behind the `#else` of `#if 1`) as empty lines: nobody compiles it. Directives that do not match leave the text as it is."""
    made: list[str] = []
    open_: list[bool | None] = []  #: by nesting: whether the branch is dead; None: nobody knows
    for line in text.split("\n"):
        found = _DIRECTIVE.match(line)
        if found is None:
            made.append("" if any(open_) else line)
            continue
        word, asked = found[1], re.sub(r"//.*|/\*.*", "", found[2]).strip()
        if word.startswith("if"):
            outside = any(open_)
            open_.append({"0": True, "1": False}.get(asked) if word == "if" else None)
            made.append("" if outside or open_[-1] is not None else line)
        elif not open_:
            return text
        elif word == "endif":
            known = open_.pop() is not None
            made.append("" if known or any(open_) else line)
        elif open_[-1] is None or word == "elif" and open_[-1]:
            made.append("" if any(open_[:-1]) else line.replace("elif", "if", 1) if open_[-1] else line)
            open_[-1] = None
        else:
            open_[-1] = not open_[-1]
            made.append("")
    return text if open_ else "\n".join(made)


@functools.cache
def _parser() -> Parser:
    try:
        import tree_sitter
        import tree_sitter_cpp
    except ImportError as error:
        raise ParserMissing('C++ is read with tree-sitter: pip install "dsl4bes[llm]"') from error
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_cpp.language()))


def _lines(node: Node) -> cpp.Lines:
    return cpp.Lines(node.start_point[0] + 1, node.end_point[0] + 1)


_NUMBER = re.compile(r"([-+]?\d+\.?\d*(?:[eE][-+]?\d+)?|[-+]?\.\d+(?:[eE][-+]?\d+)?)[fFlLuU]*")


class _Reader:
    """Nodes of tree-sitter to ours; holds nothing but the text and how deep it is."""

    def __init__(self, text: bytes) -> None:
        self.bytes = text
        self._depth = 0

    def text(self, node: Node | None) -> str:
        return "" if node is None else self.bytes[node.start_byte : node.end_byte].decode("utf-8", "replace")

    # --- functions and declarations

    def function(self, node: Node) -> cpp.Function | None:
        body = node.child_by_field_name("body")
        declarator = node.child_by_field_name("declarator")
        while declarator is not None and declarator.type in ("pointer_declarator", "reference_declarator"):
            declarator = next((each for each in declarator.named_children if each.type.endswith("declarator")), None)
        if body is None or declarator is None or declarator.type != "function_declarator":
            return None
        owner, _, name = self.text(declarator.child_by_field_name("declarator")).rpartition("::")
        before = []
        for child in node.named_children:
            if child.type == "field_initializer_list":
                for each in child.named_children:
                    values = [self.expression(value) for part in each.named_children[1:] for value in part.named_children]
                    if len(values) == 1:
                        before.append((self.text(each.named_children[0]), values[0]))
        listed = declarator.child_by_field_name("parameters")
        names = tuple(self._innermost(each.child_by_field_name("declarator")) for each in listed.named_children) if listed is not None else ()
        return cpp.Function(name, owner.rpartition("::")[2], self.body(body, 0), _lines(node), names, tuple(before))

    def _innermost(self, declarator: Node | None) -> str:
        while declarator is not None and declarator.named_children and declarator.type.endswith("declarator"):
            declarator = declarator.named_children[-1]
        return self.text(declarator)

    def declarations(self, node: Node) -> list[cpp.Declare]:
        kind = " ".join(self.text(node.child_by_field_name("type")).split())
        found = []
        for child in node.children_by_field_name("declarator"):
            made = self._declared(kind, child, node)
            if made is not None:
                found.append(made)
        return found

    def _declared(self, kind: str, child: Node, whole: Node) -> cpp.Declare | None:
        value: cpp.Expr | None = None
        default = whole.child_by_field_name("default_value")
        if child.type == "init_declarator":
            given = child.child_by_field_name("value")
            if given is not None:
                value = self.expression(given) if given.type != "argument_list" else cpp.Call(cpp.Name(kind), self._arguments(given))
            declarator = child.child_by_field_name("declarator")
        else:
            declarator = child
            if child.type == "function_declarator":  # `Hep3Vector v(a, b);` may be read as a function: only names are in it then
                listed = child.child_by_field_name("parameters")
                value = cpp.Call(cpp.Name(kind), tuple(self._again(self.text(each)) for each in listed.named_children) if listed is not None else ())
                declarator = child.child_by_field_name("declarator")
        if value is None and default is not None:
            value = self.expression(default)
        while declarator is not None and declarator.type in ("pointer_declarator", "reference_declarator", "array_declarator"):
            inner = declarator.child_by_field_name("declarator")
            declarator = inner if inner is not None else next(iter(declarator.named_children), None)
        return None if declarator is None else cpp.Declare(kind, self.text(declarator), value, _lines(whole))

    def _again(self, text: str) -> cpp.Expr:
        """What was taken for a parameter, as the expression that it is."""
        inner = _Reader(f"int x = ({text});".encode())
        root = _parser().parse(inner.bytes).root_node
        found = [] if root.has_error else inner.declarations(root.named_children[0])
        return found[0].value if len(found) == 1 and found[0].value is not None else cpp.Opaque(text)

    # --- statements

    def body(self, node: Node | None, depth: int) -> tuple[cpp.Stmt, ...]:
        if node is None:
            return ()
        if depth > MAX_DEPTH:
            return (cpp.Unread(self.text(node), _lines(node)),)
        children = node.named_children if node.type in ("compound_statement", "else_clause") else [node]
        found: list[cpp.Stmt] = []
        for child in children:
            found += self.statement(child, depth)
        return tuple(found)

    def statement(self, node: Node, depth: int) -> list[cpp.Stmt]:
        lines = _lines(node)
        if node.type in ("comment", ";", "using_declaration", "alias_declaration", "type_definition") or (node.type == "expression_statement" and not node.named_children):
            return []
        if node.has_error and node.type not in ("compound_statement", "if_statement", "for_statement", "while_statement"):
            return [cpp.Unread(self.text(node), lines)]
        if node.type == "compound_statement":
            return list(self.body(node, depth + 1))
        if node.type == "declaration":
            return list(self.declarations(node)) or [cpp.Unread(self.text(node), lines)]
        if node.type in ("continue_statement", "break_statement", "return_statement"):
            inner = next((each for each in node.named_children if each.type != "comment"), None)
            return [cpp.Leave(cpp.Way(node.type.removesuffix("_statement")), None if inner is None else self.expression(inner), lines)]
        if node.type == "expression_statement":
            return [self._plain(node.named_children[0], lines)]
        if node.type == "if_statement":
            return [self._if(node, depth)]
        if node.type in ("for_statement", "while_statement"):
            return [self._loop(node, depth)]
        return [cpp.Unread(self.text(node), lines)]

    def _plain(self, node: Node, lines: cpp.Lines) -> cpp.Stmt:
        if node.type == "assignment_expression":
            operator = self.text(node.child_by_field_name("operator"))
            return cpp.Assign(self.field(node, "left"), operator, self.field(node, "right"), lines)
        return cpp.Do(self.expression(node), lines)

    def _if(self, node: Node, depth: int) -> cpp.Stmt:
        condition = node.child_by_field_name("condition")
        inner = None if condition is None else condition.child_by_field_name("value") or condition
        asked = self.expression(inner) if inner is not None else cpp.Opaque("")
        then = self.body(node.child_by_field_name("consequence"), depth + 1)
        return cpp.If(asked, then, self.body(node.child_by_field_name("alternative"), depth + 1), _lines(node))

    def _loop(self, node: Node, depth: int) -> cpp.Stmt:
        start = node.child_by_field_name("initializer")
        first: cpp.Stmt | None = None
        if start is not None:
            declared = self.declarations(start) if start.type == "declaration" else []
            first = declared[0] if len(declared) == 1 else self._plain(start, _lines(start)) if not declared and start.type == "assignment_expression" else None
        condition, step = node.child_by_field_name("condition"), node.child_by_field_name("update")
        asked = None if condition is None else self.expression(condition.child_by_field_name("value") or condition)
        return cpp.Loop(first, asked, None if step is None else self.expression(step), self.body(node.child_by_field_name("body"), depth + 1), _lines(node))

    # --- expressions

    def field(self, node: Node, name: str) -> cpp.Expr:
        child = node.child_by_field_name(name)
        return cpp.Opaque("") if child is None else self.expression(child)

    def expression(self, node: Node) -> cpp.Expr:
        make = _EXPRESSIONS.get(node.type)
        if make is None or node.has_error or self._depth > MAX_DEPTH:
            return cpp.Opaque(self.text(node))
        self._depth += 1
        made = make(self, node)
        self._depth -= 1
        return made

    def _arguments(self, node: Node | None) -> tuple[cpp.Expr, ...]:
        return () if node is None else tuple(self.expression(each) for each in node.named_children if each.type != "comment")

    def number(self, node: Node) -> cpp.Expr:
        match = _NUMBER.fullmatch(self.text(node))
        return cpp.Opaque(self.text(node)) if match is None else cpp.Number(float(match[1]))

    def name(self, node: Node) -> cpp.Expr:
        name = self.text(node).rpartition("::")[2]
        return cpp.Name(self.text(node) if name == "instance" else name)  # `ParticleID::instance()`: of whom, matters

    def member(self, node: Node) -> cpp.Expr:
        owner, name = node.child_by_field_name("argument"), self.text(node.child_by_field_name("field"))
        if owner is not None and owner.type == "this":
            return cpp.Name(name)
        return cpp.Member(self.field(node, "argument"), name)

    def call(self, node: Node) -> cpp.Expr:
        return cpp.Call(self.field(node, "function"), self._arguments(node.child_by_field_name("arguments")))

    def item(self, node: Node) -> cpp.Expr:
        indices = node.child_by_field_name("indices") or node.child_by_field_name("index")
        inside = [] if indices is None else (indices.named_children if indices.type == "subscript_argument_list" else [indices])
        return cpp.Item(self.field(node, "argument"), self.expression(inside[0])) if len(inside) == 1 else cpp.Opaque(self.text(node))

    def brackets(self, node: Node) -> cpp.Expr:
        inside = [each for each in node.named_children if each.type != "comment"]
        return self.expression(inside[0]) if len(inside) == 1 else cpp.Opaque(self.text(node))

    def binary(self, node: Node) -> cpp.Expr:
        return cpp.Binary(self.text(node.child_by_field_name("operator")), self.field(node, "left"), self.field(node, "right"))

    def unary(self, node: Node) -> cpp.Expr:
        return cpp.Unary(self.text(node.child_by_field_name("operator")), self.field(node, "argument"))

    def assigned(self, node: Node) -> cpp.Expr:
        return cpp.Binary(self.text(node.child_by_field_name("operator")), self.field(node, "left"), self.field(node, "right"))

    def cast(self, node: Node) -> cpp.Expr:
        return self.field(node, "value")

    def braces(self, node: Node) -> cpp.Expr:
        return cpp.Braces(self._arguments(node))

    def string(self, node: Node) -> cpp.Expr:
        return cpp.Text(self.text(node).strip('"'))

    def truth(self, node: Node) -> cpp.Expr:
        return cpp.Number(1.0 if node.type == "true" else 0.0)


_EXPRESSIONS: dict[str, Callable[[_Reader, Node], cpp.Expr]] = {
    "number_literal": _Reader.number,
    "identifier": _Reader.name,
    "qualified_identifier": _Reader.name,
    "field_identifier": _Reader.name,
    "field_expression": _Reader.member,
    "call_expression": _Reader.call,
    "subscript_expression": _Reader.item,
    "parenthesized_expression": _Reader.brackets,
    "binary_expression": _Reader.binary,
    "unary_expression": _Reader.unary,
    "pointer_expression": _Reader.unary,
    "update_expression": _Reader.unary,
    "assignment_expression": _Reader.assigned,
    "cast_expression": _Reader.cast,
    "initializer_list": _Reader.braces,
    "string_literal": _Reader.string,
    "true": _Reader.truth,
    "false": _Reader.truth,
}
