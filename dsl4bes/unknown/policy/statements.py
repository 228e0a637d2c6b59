"""Statements and declarations of a body.

In: the nodes of statements. Out: findings, local variables in the context, and whether every path returns. Types of values come from `expressions.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dsl4bes.ir.reserved import RESERVED
from dsl4bes.unknown.policy import calls
from dsl4bes.unknown.policy.context import IN, Change, Context, Local, Write, children, first, part, plain
from dsl4bes.unknown.policy.expressions import Expressions
from dsl4bes.unknown.policy.finding import Fix
from dsl4bes.unknown.policy.loops import understand
from dsl4bes.unknown.policy.names import Names
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.tables import CONSTANTS, MATHS, SPECIAL, STD_MATHS
from dsl4bes.unknown.policy.typenames import read_type
from dsl4bes.unknown.policy.types import (
    BOOL,
    DOUBLE,
    FRACTIONS,
    INTEGERS,
    MOMENTA,
    SIMPLE,
    UNSIGNED_TYPES,
    Type,
    array_of,
    needs_value,
)
from dsl4bes.unknown.policy.writes import is_of_in, write

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_LOOPS = 5
MAX_ARRAY = 1000
_TAKEN = frozenset(RESERVED - {"pi", "twopi"}) | {IN, "CLHEP", *SIMPLE, *CONSTANTS, *MATHS, *SPECIAL, *STD_MATHS}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


def taken(names: Names) -> frozenset[str]:
    """Names that mean something already, so that no local variable takes them."""
    return _TAKEN.union(names.structs, (names.view, names.function))


class Statements:
    """Reads statements in order; `block` is the way in."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.expressions = Expressions(context)

    def block(self, node: Node) -> None:
        """A compound statement with its own scope."""
        self.context.scopes.append({})
        for each in children(node):
            self.statement(each)
        self.context.scopes.pop()

    def statement(self, node: Node) -> None:
        if self.context.is_refused(node):
            return
        method = getattr(self, f"_{node.type}", None)
        if method is not None:
            method(node)
        else:
            self._refuse(node, Rule.FORM, f"`{self.expressions.short(node)}` is not a statement a body may have")

    def _refuse(self, node: Node, rule: Rule, message: str, help_: str = "") -> None:
        self.context.refuse(node, rule, message, help_)

    def _compound_statement(self, node: Node) -> None:
        self.block(node)

    def _inner(self, node: Node) -> None:
        """The statement that an `if` or `for` governs: a scope of its own, with or without braces."""
        self.context.scopes.append({})
        self.statement(node)
        self.context.scopes.pop()

    def _break_statement(self, node: Node) -> None:
        if not self.context.loop_depth:
            self._refuse(node, Rule.FORM, f"`{self.context.text(node)}` stands outside of a loop", "`return false;` rejects the event")

    _continue_statement = _break_statement

    def _return_statement(self, node: Node) -> None:
        values = children(node)
        if not values:
            self._refuse(node, Rule.RETURN, "a bool is returned", "write `return true;` or `return false;`")
        elif not self.context.is_refused(values[0]):
            got = self.expressions.infer(values[0])
            if got is not None and got != BOOL:
                message = f"a bool is returned, and `{self.expressions.short(values[0])}` is {got}"
                self._refuse(values[0], Rule.RETURN, message, "write `true`, `false` or a comparison")

    def _if_statement(self, node: Node) -> None:
        condition = part(node, "condition")
        inner = children(condition)
        if len(inner) != 1 or inner[0].type == "declaration":
            self._refuse(condition, Rule.FORM, "a condition is one formula", "declare variables before the `if`")
        else:
            self.expressions.condition(inner[0])
        self._inner(part(node, "consequence"))
        otherwise = node.child_by_field_name("alternative")
        if otherwise is not None:
            self._inner(first(otherwise))

    def _for_statement(self, node: Node) -> None:
        context = self.context
        context.scopes.append({})
        context.loop_depth += 1
        if context.loop_depth > MAX_LOOPS:
            self._refuse(node, Rule.NESTING, f"more than {MAX_LOOPS} loops are nested", "split the work")
        header = node.child_by_field_name("initializer")
        if header is not None and header.type == "declaration" and not context.is_refused(header):
            self._declaration(header)
            understand(self.expressions, node)
        else:
            self._refuse(node, Rule.LOOP, "a loop declares its counter", "write `for (int i = 0; i < n; ++i)`")
        self._inner(part(node, "body"))
        context.loop_depth -= 1
        context.scopes.pop()

    def _expression_statement(self, node: Node) -> None:
        inner = children(node)
        if not inner:
            self._refuse(node, Rule.NO_EFFECT, "an empty statement does nothing", "remove the `;`")
            return
        value = inner[0]
        if self.context.is_refused(value):
            return
        if value.type == "assignment_expression":
            self._assignment(value)
        elif value.type == "update_expression":
            self._update(value)
        elif value.type == "call_expression":
            calls.effect(self.expressions, value)
        elif self.expressions.infer(value) is not None:
            self._refuse(value, Rule.NO_EFFECT, f"`{self.expressions.short(value)}` does nothing", "assign it, return it or remove it")

    # ---- changes

    def _assignment(self, node: Node) -> None:
        operator = self.context.text(part(node, "operator"))
        left, right = part(node, "left"), part(node, "right")
        to, got = self.expressions.infer(left), self.expressions.infer(right)
        if to is None or got is None:
            return
        if to.size:
            self._refuse(node, Rule.TYPE, "an array is not assigned", "assign its elements")
            return
        if operator == "=":
            fits = self.expressions.converts(right, got, to, f"`{self.expressions.short(left)}`")
        else:
            fits = self._combined(node, operator, (left, to), (right, got))
        if fits:
            write(self.expressions, left, node, Change.WHOLE, operator, right)

    def _combined(self, node: Node, operator: str, target: tuple[Node, Type], value: tuple[Node, Type]) -> bool:
        (left, to), (right, got) = target, value
        if to == BOOL:
            self._refuse(node, Rule.TYPE, f"`{operator}` does not work on bool", "write `flag = flag && ...`")
            return False
        made = self.expressions.arithmetic(node, operator[0], target, value)
        if made is None:
            return False
        if to in MOMENTA:
            if made != to:
                self._refuse(node, Rule.TYPE, f"`{operator}` does not work on {to} and {got}")
            return made == to
        if to in INTEGERS and made in FRACTIONS:
            self.expressions.converts(right, DOUBLE, to, f"`{self.expressions.short(left)}`")
            return False
        return True

    def _update(self, node: Node) -> None:
        target, operator = part(node, "argument"), self.context.text(part(node, "operator"))
        of = self.expressions.infer(target)
        if of is None:
            return
        if of not in INTEGERS:
            name = self.context.text(target)
            fix = Fix(self.context.text(node), f"{name} {operator[0]}= 1") if of in FRACTIONS and target.type == "identifier" and node.parent is not None and node.parent.type == "expression_statement" else None
            self.context.refuse(node, Rule.TYPE, f"`{operator}` counts integers, and `{self.expressions.short(target)}` is {of}", fix=fix)
        elif operator == "--" and of in UNSIGNED_TYPES:
            self._refuse(node, Rule.UNSIGNED_MINUS, f"`{self.expressions.short(node)}` makes a huge number of zero", "use an int")
        else:
            write(self.expressions, target, node, Change.WHOLE, operator)

    # ---- declarations

    def _declaration(self, node: Node) -> None:
        qualifiers = [child for child in node.children if child.type == "type_qualifier"]
        declarators = node.children_by_field_name("declarator")
        written = part(node, "type")
        if not declarators:
            self._refuse(node, Rule.NO_EFFECT, f"`{self.expressions.short(node)}` declares nothing", "remove it")
        of = None if self.context.is_refused(written) else read_type(self.context, written)
        if len(qualifiers) > 1:
            self._refuse(qualifiers[1], Rule.FORM, "`const` stands here twice", "write it once")
        broken = any(self.context.is_refused(child) for child in node.children if child not in declarators and child != written)
        for each in declarators:
            self._declarator(each, None if broken else of, bool(qualifiers), written)

    def _declarator(self, node: Node, of: Type | None, constant: bool, written: Node) -> None:
        named, value = node, None
        if node.type == "init_declarator":
            named, value = part(node, "declarator"), part(node, "value")
        reference, size = named.type == "reference_declarator", None
        if named.type == "array_declarator":
            size, named = named.child_by_field_name("size"), part(named, "declarator")
            of = self._array(node, of, size)
        elif reference:
            if named.children[0].type != "&":
                self._refuse(named, Rule.STANDARD, "C++98 has no `&&` references", "write `const T& t = in....`")
            named = first(named)
        if named.type != "identifier" or self.context.is_refused(node):
            if not (self.context.is_refused(node) or self.context.is_refused(named)):
                self._refuse(node, Rule.FORM, f"`{self.expressions.short(node)}` is not a variable a body may declare", "declare plain variables")
            self._forget(node)
            return
        auto = of is None and self.context.text(written) == "auto"
        local = Local(self.context.text(named), of, constant)
        if reference:
            self._reference(node, local, value)
        elif value is not None:
            self._start(node, local, value, auto)
        elif of is not None and needs_value(of):
            sample = f"{of.arguments[0]} {local.name}[{of.size}] = {{...}};" if of.size else f"{of} {local.name} = ...;"
            self._refuse(named, Rule.UNINITIALISED, f"`{local.name}` has no value yet", f"give it one: `{sample}`")
        if auto and local.type is not None:
            self._refuse(written, Rule.STANDARD, "C++98 has no `auto`", f"write `{local.type} {local.name} = ...`")
        local.writes.insert(0, Write(Change.START, node, "=", self._single(value)))
        self._check_name(named, local.name)
        self.context.declare(local)

    def _forget(self, node: Node) -> None:
        """Names of a refused declaration are known, and nothing else is said about them."""
        if node.type == "identifier":
            self.context.declare(Local(self.context.text(node), None, constant=False))
        inner = node.child_by_field_name("declarator") or (first(node) if node.type == "reference_declarator" else None)
        if inner is not None:
            self._forget(inner)

    def _array(self, node: Node, of: Type | None, size: Node | None) -> Type | None:
        text = self.context.text(size)
        if not text.isdigit():
            local = self.context.lookup(size) if size is not None and size.type == "identifier" else None
            text = self.context.text(plain(local.writes[0].value)) if local is not None and local.constant and local.writes[0].value is not None else ""
        if not text.isdigit() or not 0 < int(text[:9]) <= MAX_ARRAY:
            self._refuse(node, Rule.LOCAL_TYPE, f"the length of an array is a number from 1 to {MAX_ARRAY}", "use `std::vector<T> v(n, value)`")
            return None
        return array_of(of, int(text)) if of is not None else None

    def _single(self, value: Node | None) -> Node | None:
        """The one expression a number starts from: of `= x` and of `(x)`."""
        if value is None or value.type not in ("initializer_list", "argument_list"):
            return value
        inner = children(value)
        return inner[0] if len(inner) == 1 else None

    def _reference(self, node: Node, local: Local, value: Node | None) -> None:
        if value is None or value.type in ("initializer_list", "argument_list"):
            self._refuse(node, Rule.REFERENCE, "a reference names a value with `=`", "write `const T& t = in....`")
            local.type = None
            return
        got = self.expressions.infer(value)
        if local.type is None:
            local.type = got
        elif got is not None and not local.constant:
            self._refuse(node, Rule.REFERENCE, f"`{local.name}` is a reference that is not const", f"write `const {local.type}& {local.name}` or `{local.type} {local.name}`")
            local.type = None
        elif got is not None and (got != local.type or not is_of_in(self.expressions, value)):
            message = f"`{self.expressions.short(value)}` is not {local.type} of `in`, which a reference could name"
            self._refuse(node, Rule.REFERENCE, message, f"copy the value: `const {got} {local.name} = ...;`")
        local.of_in, local.constant = got is not None and is_of_in(self.expressions, value), True

    def _start(self, node: Node, local: Local, value: Node, auto: bool) -> None:
        """The first value of a variable: `= x`, `(a, b)`, or `= {a, b}` for arrays."""
        if value.type not in ("initializer_list", "argument_list"):
            got = self.expressions.infer(value)
            if auto:
                local.type = got
            elif got is not None and local.type is not None:
                self.expressions.converts(value, got, local.type, f"`{local.name}`")
            return
        arguments = children(value)
        if self.context.text(value).startswith("{"):
            if local.type is None or not local.type.size or not any(child.type == "=" for child in node.children):
                self._refuse(value, Rule.STANDARD, "C++98 takes `= {...}` for arrays only", "construct with round brackets, or use push_back")
            elif len(arguments) > local.type.size:
                self._refuse(value, Rule.TYPE, f"{local.type} does not hold {len(arguments)} values")
            else:
                for each in arguments:
                    self.expressions.fits(each, local.type.arguments[0], "an element")
        elif sum(child.type == "," for child in value.children) != len(arguments) - 1:
            self._refuse(value, Rule.SYNTAX, "a value is missing beside a comma")
        elif local.type is not None and calls.construct(self.expressions, node, local.type, arguments):
            counted = local.type.name == "std::vector" and arguments and self.expressions.infer(arguments[0]) in INTEGERS
            local.length = arguments[0] if counted else None

    def _check_name(self, node: Node, name: str) -> None:
        names = self.context.names
        if not _NAME.fullmatch(name) or "__" in name or (len(name) > 1 and not re.search("[a-z]", name)):
            self._refuse(node, Rule.LOCAL_NAME, f"`{name}` may be a macro or belongs to the compiler", "use a name with small letters that begins with one")
        elif name in taken(names):
            self._refuse(node, Rule.LOCAL_NAME, f"`{name}` means something else", "use another name")
        elif any(name in scope for scope in self.context.scopes):
            self._refuse(node, Rule.LOCAL_NAME, f"`{name}` is a variable already, which this would hide", "use another name")


def meaning(context: Context, body: Node) -> None:
    """Reads the body, then asks the questions that need all of it."""
    Statements(context).block(body)
    for ask in context.later:
        ask()
