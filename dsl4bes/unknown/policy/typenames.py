"""Types as they are written in a body.

In: nodes of types. Out: a `Type`, or None after a finding. Only the types of `types.py` and the rows of the view exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.context import Context, children, part
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.types import SIMPLE, Type

if TYPE_CHECKING:
    from tree_sitter import Node

_TEMPLATES = {"vector": 1, "pair": 2}
_INSTEAD = {
    "TLorentzVector": "write `HepLorentzVector`", "TVector3": "write `Hep3Vector`", "HepPoint3D": "write `Hep3Vector`",
    "string": "a body has no texts", "std::string": "a body has no texts", "vector": "write `std::vector<...>`", "pair": "write `std::pair<...>`",
    "char": "write `int`", "short": "write `int`", "long long": "write `long`", "unsigned long": "write `size_t`", "long double": "write `double`",
    "std::map": "write `std::vector<std::pair<K, V> >`", "std::set": "write `std::vector<T>`", "std::array": "write `std::vector<T>` or `T a[n]`",
    "void": "a body has no pointers and no functions",
}  # fmt: skip


def read_type(context: Context, node: Node) -> Type | None:
    """The type that a node names; a finding if a body may not use it."""
    if node.type == "type_descriptor":
        inner = children(node)
        if len(inner) == 1:
            return read_type(context, inner[0])
        context.refuse(node, Rule.LOCAL_TYPE, f"`{context.text(node)}` is not a type a body may use here", "write the plain type")
        return None
    found = _known(context, node)
    if found is None:
        text = " ".join(context.text(node).split())
        base = text.split("<")[0].strip()
        known = [*SIMPLE, "std::vector", "std::pair", *context.names.structs]
        help_ = _INSTEAD.get(base) or (context.near(base, known) if base not in known else "") or f"types are {', '.join(str(each) for each in known)}"
        context.refuse(node, Rule.LOCAL_TYPE, f"`{text[:60]}` is not a type a body may use", help_)
    return found


def written_type(context: Context, node: Node) -> Type | None:
    """As `read_type` for what stands before `(`: None without a finding if it is no type at all."""
    return _known(context, node)


def _known(context: Context, node: Node) -> Type | None:
    text = " ".join(context.text(node).split())
    if node.type in ("primitive_type", "sized_type_specifier", "type_identifier", "identifier", "qualified_identifier"):
        if text in SIMPLE:
            return SIMPLE[text]
        if text in context.names.structs:
            return Type(text)
    if node.type != "qualified_identifier":
        return None
    name = node.child_by_field_name("name")
    if context.text(node.child_by_field_name("scope")) != "std" or name is None or name.type not in ("template_type", "template_function"):
        return None
    base = context.text(part(name, "name"))
    arguments = [_argument(context, each) for each in children(part(name, "arguments"))]
    if _TEMPLATES.get(base) != len(arguments) or None in arguments:
        return None
    return Type(f"std::{base}", tuple(each for each in arguments if each is not None))


def _argument(context: Context, node: Node) -> Type | None:
    inner = children(node)
    return _known(context, inner[0]) if node.type == "type_descriptor" and len(inner) == 1 else None
