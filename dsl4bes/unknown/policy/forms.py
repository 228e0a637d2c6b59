"""Which nodes of the grammar a body may have: an allow-list. What is not in it is refused, whether it is known by name or not.

In: a tree. Out: findings. Names, types and what a form means where it stands are looked at elsewhere (`statements.py`, `expressions.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.finding import Finding
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.tree import Tree

if TYPE_CHECKING:
    from tree_sitter import Node

STATEMENTS = frozenset(
    {"compound_statement", "declaration", "init_declarator", "expression_statement", "if_statement", "condition_clause", "else_clause",
     "for_statement", "return_statement", "break_statement", "continue_statement", "reference_declarator", "array_declarator", "initializer_list"}
)  # fmt: skip
EXPRESSIONS = frozenset(
    {"identifier", "field_expression", "field_identifier", "call_expression", "argument_list", "binary_expression", "unary_expression",
     "update_expression", "assignment_expression", "parenthesized_expression", "conditional_expression", "subscript_expression",
     "subscript_argument_list", "number_literal", "true", "false", "cast_expression", "qualified_identifier", "namespace_identifier",
     "template_function"}
)  # fmt: skip
TYPES = frozenset(
    {"template_type", "template_argument_list", "type_descriptor", "type_identifier", "primitive_type", "sized_type_specifier", "type_qualifier"}
)  # fmt: skip
#: Signs and keywords between the named nodes.
SIGNS = frozenset(["{", "}", "(", ")", "[", "]", ";", ",", ".", "=", "+=", "-=", "*=", "/=", "+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "!", "?", ":", "::", "++", "--", "&", "if", "else", "for", "return", "break", "continue", "const"])
_MORE_SIGNS = frozenset({"unsigned", "long", "static_cast"})
NAMED = STATEMENTS | EXPRESSIONS | TYPES

_Reason = tuple[Rule, str, str]
_FUNCTION: _Reason = (Rule.FUNCTION, "a body declares no function, class or type", "write the steps in the body itself")
_CASE: _Reason = (Rule.JUMP, "a body has no switch", "write `if ... else if ...`")
_POINTER: _Reason = (Rule.POINTER, "a body has no pointers", "use the value, or a `const T&` to a value of `in`")
_ATTRIBUTE: _Reason = (Rule.ATTRIBUTE, "a body has no attributes", "remove it")
_OPERATOR: _Reason = (Rule.OPERATOR, "this is not an operator a body may use", "use arithmetic, comparisons, `&&`, `||`, `!` and `?:`")
_STORAGE: _Reason = (Rule.STORAGE, "nothing in a body outlives the call", "declare a plain local variable")
_TRY: _Reason = (Rule.EXCEPTION, "a body throws and catches nothing", "`return false;` rejects the event")
_TEXT: _Reason = (Rule.TEXT_LITERAL, "text in quotes has no place in a body", "a body reads numbers and returns a bool; it prints nothing")

#: Node types that people do write: rule, what is wrong, what to write.
REFUSED: dict[str, _Reason] = {
    **dict.fromkeys(("string_literal", "raw_string_literal", "char_literal", "concatenated_string"), _TEXT),
    **dict.fromkeys(
        ("function_declarator", "abstract_function_declarator", "struct_specifier", "class_specifier", "union_specifier",
         "enum_specifier", "template_declaration", "template_instantiation", "using_declaration", "namespace_definition", "namespace_alias_definition",
         "type_definition", "alias_declaration", "linkage_specification", "concept_definition", "friend_declaration", "import_declaration",
         "module_declaration", "export_declaration", "static_assert_declaration", "explicit_function_specifier", "virtual"), _FUNCTION
    ),
    **dict.fromkeys(("case_statement", "switch_statement"), _CASE),
    **dict.fromkeys(
        ("pointer_declarator", "abstract_pointer_declarator", "pointer_expression", "new_expression", "delete_expression", "null", "this",
         "pointer_type_declarator", "abstract_reference_declarator"), _POINTER
    ),
    **dict.fromkeys(
        ("attribute_specifier", "attribute_declaration", "attributed_statement", "attributed_declarator", "attribute", "ms_declspec_modifier",
         "ms_based_modifier", "ms_call_modifier", "ms_pointer_modifier", "alignas_qualifier", "alignas_specifier"), _ATTRIBUTE
    ),
    **dict.fromkeys(
        ("comma_expression", "sizeof_expression", "alignof_expression", "offsetof_expression", "generic_expression", "operator_name", "operator_cast",
         "fold_expression", "requires_expression", "requires_clause", "destructor_name", "template_method", "dependent_name", "dependent_type"), _OPERATOR
    ),
    **dict.fromkeys(("throw_statement", "throw_expression", "try_statement", "catch_clause", "throw_specifier", "noexcept", "seh_try_statement", "seh_leave_statement"), _TRY),
    **dict.fromkeys(("gnu_asm_expression", "gnu_asm_qualifier"), (Rule.ASSEMBLER, "a body has no assembler", "write C++")),
    **dict.fromkeys(("goto_statement", "labeled_statement", "statement_identifier"), (Rule.JUMP, "a body does not jump", "use `if`, `for` with `break`, or `return`")),
    **dict.fromkeys(
        ("while_statement", "do_statement"),
        (Rule.LOOP, "a body loops only a known number of times", "write `for (int i = 0; i < n; ++i)` and leave it with `break`"),
    ),
    **dict.fromkeys(("co_await_expression", "co_return_statement", "co_yield_statement"), _OPERATOR),
    **dict.fromkeys(("decltype", "auto", "structured_binding_declarator", "init_statement"), (Rule.STANDARD, "C++98 does not have this", "write the type")),
    "function_definition": (
        Rule.FUNCTION, "a body is not a function, and declares none", "write only what stands between the braces of the function"
    ),
    "compound_literal_expression": (Rule.STANDARD, "C++98 constructs with round brackets", "write `T(...)`"),
    "lambda_expression": (Rule.LAMBDA, "C++98 has no lambdas", "write a loop"),
    "storage_class_specifier": _STORAGE,
    "user_defined_literal": (Rule.NUMBER, "numbers have no suffix", "write the number in GeV, cm, ns, rad"),
    "comment": (Rule.COMMENT, "the parser sees a comment where there is none", "remove it"),
}
_PLACEHOLDER = "placeholder_type_specifier"
_RANGE_LOOP = "for_range_loop"


def forms(tree: Tree) -> tuple[list[Finding], list[tuple[int, int]]]:
    """Findings for every node that is not in the list, and where these nodes begin and end; nothing below a refused node is looked at."""
    found: list[Finding] = []
    spans: list[tuple[int, int]] = []
    skip_to = -1
    for node in tree.walk():
        if node.start_byte < skip_to or node.is_error or node.is_missing:
            continue
        reason = _reason(tree, node)
        if reason:
            found.append(tree.finding(node, *reason))
            skip_to = node.end_byte
            spans.append((node.start_byte, node.end_byte))
    return found, spans


def _reason(tree: Tree, node: Node) -> _Reason | None:
    kind = node.type
    if not node.is_named:
        return None if kind in SIGNS or kind in _MORE_SIGNS else _of_sign(kind)
    if kind == "type_qualifier":
        return None if tree.text(node) == "const" else _STORAGE if tree.text(node) in ("volatile", "mutable", "_Atomic") else _standard(tree, node)
    if kind == "field_expression":
        return _POINTER if any(child.type in ("->", ".*", "->*") for child in node.children) else None
    if kind in NAMED:
        return None
    if kind.startswith("preproc_"):
        return Rule.PREPROCESSOR, "a body has no pre-processor", "what a body may use is there already"
    if kind == _RANGE_LOOP:
        return Rule.STANDARD, "C++98 has no `for (... : ...)`", _indexed(tree, node)
    if kind == _PLACEHOLDER:
        return Rule.STANDARD, "C++98 has no `auto`", _written_type(tree, node)
    return REFUSED.get(kind, (Rule.FORM, f"a body has no {kind.replace('_', ' ')}", "write it with declarations, `if`, `for`, `return` and formulas"))


def _standard(tree: Tree, node: Node) -> _Reason:
    text = tree.text(node)
    return _ATTRIBUTE if text.startswith("alignas") else (Rule.STANDARD, f"C++98 has no `{text}`", "remove it")


#: Keywords that stand alone where the parser could not place them.
_KEYWORDS: dict[str, _Reason] = {
    **dict.fromkeys(("goto", "switch", "case", "default"), (Rule.JUMP, "a body does not jump", "use `if`, `for` with `break`, or `return`")),
    **dict.fromkeys(("throw", "try", "catch"), _TRY),
    **dict.fromkeys(("static", "extern", "register", "thread_local", "volatile", "mutable", "inline"), _STORAGE),
    **dict.fromkeys(("new", "delete", "nullptr", "NULL", "this"), _POINTER),
    **dict.fromkeys(("struct", "class", "union", "enum", "typedef", "using", "namespace", "template", "operator"), _FUNCTION),
    **dict.fromkeys(("while", "do"), REFUSED["while_statement"]),
    **dict.fromkeys(("asm", "__asm__", "__asm"), REFUSED["gnu_asm_expression"]),
}


def _of_sign(kind: str) -> _Reason:
    if kind in _KEYWORDS:
        return _KEYWORDS[kind]
    if kind in ("and", "or", "not", "not_eq", "bitand", "bitor", "compl", "xor", "and_eq", "or_eq", "xor_eq"):
        plain = {"and": "&&", "or": "||", "not": "!", "not_eq": "!="}.get(kind, "&&")
        return Rule.OPERATOR, f"`{kind}` is another spelling of an operator", f"write `{plain}`"
    if kind in ("->", "->*", ".*"):
        return _POINTER
    if kind in ("constexpr", "final", "override", "typename"):
        return Rule.STANDARD, f"`{kind}` has no place in a body", "remove it"
    return Rule.OPERATOR, f"`{kind}` is not an operator a body may use", "use arithmetic, comparisons, `&&`, `||`, `!` and `?:`"


def _indexed(tree: Tree, node: Node) -> str:
    """The C++98 form of a range-for."""
    values = tree.text(node.child_by_field_name("right")) or "in.tracks"
    name = tree.text(node.child_by_field_name("declarator")).lstrip("&* ") or "item"
    return f"write `for (size_t i = 0; i < {values}.size(); ++i)` and use `{values}[i]` for `{name}`"


def _written_type(tree: Tree, node: Node) -> str:
    declaration = node.parent
    value = tree.text(declaration.child_by_field_name("declarator")) if declaration else ""
    return f"write the type of `{value.split('=')[0].strip('& ')}`" if value else "write the type"
