"""Code to tree: tree-sitter's C++ grammar, and what must be true of its result.

In: code and its tokens. Out: a `Tree`: the nodes of the body's statements, texts and places, or findings. The tree is used only if it has no errors, is
not too deep, is one body, and ends its tokens where a compiler ends them. tree-sitter is imported here and nowhere else.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.finding import Finding, Fix
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.tokens import Token, for_parser

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_DEPTH = 100

_HEAD = "bool body(const View& in) {\n"
_TAIL = "\n}\n"


class ParserMissing(RuntimeError):
    """tree-sitter is not installed; the message says how to get it. Without it no body is accepted."""


class Tree:
    """The parsed body. Texts come from the code as it is, not from what the parser was given."""

    def __init__(self, code: str, found: list[Token], structs: Collection[str]) -> None:
        self.findings: list[Finding] = []
        self._bytes = (_HEAD + code + _TAIL).encode()
        self._tree = _parser().parse((_HEAD + for_parser(code, found, structs) + _TAIL).encode())
        root = self._tree.root_node
        self.whole = not root.has_error
        if root.has_error:
            self.findings += self._errors(root)
        self.body = self._body(root)
        too_deep = _too_deep(root)
        if too_deep is not None:
            self.whole = False
            self.findings.append(self.finding(too_deep, Rule.NESTING, f"this is nested more than {MAX_DEPTH} deep", "split it into steps with names"))
        if self.whole:
            self.findings += self._other_tokens(found)

    def text(self, node: Node | None) -> str:
        return self._bytes[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""

    def finding(self, node: Node, rule: Rule, message: str, help_: str = "", fix: Fix | None = None) -> Finding:
        """A finding at the node's place in the body."""
        row, column = node.start_point
        return Finding(rule, max(row, 1), column + 1 if row else 1, message, help_, fix)

    def walk(self) -> Iterator[Node]:
        """All nodes of the body, in the order of the text, without recursion."""
        return _walk(self.body) if self.body else iter(())

    def _body(self, root: Node) -> Node | None:
        """The compound statement of our function; None (with a finding) if the text made anything else of it."""
        first = root.children[0] if root.children else None
        body = first.child_by_field_name("body") if first is not None and first.type == "function_definition" else None
        end = len(self._bytes) - 1
        if len(root.children) == 1 and body is not None and body.start_byte == len(_HEAD) - 2 and body.end_byte == end:
            return body
        if self.whole:
            self.whole = False
            self.findings.append(Finding(Rule.BRACKETS, 1, 1, "this is not the body of one function"))
        return None

    def _errors(self, root: Node) -> list[Finding]:
        """The innermost places that do not parse, at most ten."""
        found = []
        for node in _walk(root):
            if node.is_missing:
                found.append(self.finding(node, Rule.SYNTAX, f"`{node.type}` is missing here"))
            elif node.is_error:
                words = " ".join(self.text(node).split())
                shown = f"`{words[:40]}`" if words else "this"
                found.append(self.finding(node, Rule.SYNTAX, f"{shown} is not C++ here"))
        return found[:10] or [Finding(Rule.SYNTAX, 1, 1, "this is not C++")]

    def _other_tokens(self, found: list[Token]) -> list[Finding]:
        """The first place where the parser's tokens are not the compiler's."""
        shift = len(_HEAD)
        ours = [(token.start + shift, token.start + shift + len(token.text)) for token in found]
        leaves = [span for node in self.walk() if not node.child_count and node.end_byte > node.start_byte for span in self._spans(node)]
        theirs = leaves[1:-1]  # without the braces of the function
        if ours == theirs:
            return []
        self.whole = False
        index = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)) - 1)
        token = found[max(index, 0)]
        if token.text == ">>":
            message = "C++98 reads `>>` as one sign"
            return [Finding(Rule.STANDARD, token.line, token.column, message, "write `> >` at the end of nested templates")]
        return [Finding(Rule.SYNTAX, token.line, token.column, f"`{token.text}` can be read in two ways", "write it with blanks or brackets")]


    def _spans(self, node: Node) -> list[tuple[int, int]]:
        """Where a leaf begins and ends; the grammar takes `-1` as one leaf, C++ as two tokens."""
        start, end = node.start_byte, node.end_byte
        if node.type == "number_literal" and self._bytes[start : start + 1] in (b"-", b"+"):
            return [(start, start + 1), (start + 1, end)]
        return [(start, end)]


@functools.cache
def _parser() -> Parser:
    try:
        import tree_sitter
        import tree_sitter_cpp
    except ImportError as error:
        raise ParserMissing("bodies of unknown blocks are parsed with tree-sitter: pip install 'dsl4bes[llm]'") from error
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_cpp.language()))


def _walk(root: Node) -> Iterator[Node]:
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None:
            yield node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _too_deep(root: Node) -> Node | None:
    cursor = root.walk()
    depth = 0
    while True:
        if depth > MAX_DEPTH + 2:
            return cursor.node
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return None
            depth -= 1
