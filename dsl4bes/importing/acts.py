"""What statements do besides calculating: leave, fill, make lists, fit, print.

In: statements and expressions. Out: yes or no. What a statement means is looked at elsewhere; here a doubt counts as yes.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl4bes.importing import nodes as cpp

_FILLS = ("write", "Fill", "fill", "addItem", "setFilterPassed")


def always_leaves(body: Sequence[cpp.Stmt]) -> bool:
    """Whether statements end with the one jump that is in them."""
    return bool(body) and isinstance(body[-1], cpp.Leave) and not any(isinstance(each, cpp.Leave) for each in body[:-1])


def prints(value: cpp.Expr) -> bool:
    """`log << ...`."""
    while isinstance(value, cpp.Binary) and value.operator == "<<":
        value = value.left
        if isinstance(value, (cpp.Name, cpp.Call)):
            return True
    return False


def leaves(body: Sequence[cpp.Stmt]) -> bool:
    """Whether there is a `return` anywhere."""
    return any(isinstance(each, cpp.Leave) and each.way is cpp.Way.RETURN for each in cpp.statements(tuple(body)))


def is_macro(value: cpp.Expr) -> bool:
    """`REJECT_IF(...)`, or a name that stands by itself: in capital letters as macros are, which may reject."""
    name = value.function if isinstance(value, cpp.Call) else value
    return isinstance(name, cpp.Name) and len(name.name) > 1 and name.name.upper() == name.name and name.name[0].isalpha()


def fills(value: cpp.Expr | None) -> bool:
    """Whether an expression writes a tuple or fills a histogram."""
    return any(isinstance(part, cpp.Call) and isinstance(part.function, cpp.Member) and part.function.name in _FILLS for part in cpp.parts(value))


def text_acts(text: str) -> bool:
    """Whether text that is not read may reject, fill or make lists."""
    return any(word in text for word in ("return", "continue", "break", "goto", "throw", "push_back", *(f"{name}(" for name in _FILLS)))


def acts(body: Sequence[cpp.Stmt]) -> bool:
    """Whether statements do more than calculate and reject: make lists, fit, fill."""
    for each in cpp.statements(tuple(body)):
        if isinstance(each, cpp.Unread) and text_acts(each.text):
            return True
        for value in cpp.values(each):
            if fills(value) or any(isinstance(part, cpp.Call) and isinstance(part.function, cpp.Member) and part.function.name in ("push_back", "Fit") for part in cpp.parts(value)):
                return True
    return False
