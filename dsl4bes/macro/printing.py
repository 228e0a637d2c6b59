"""Statements of a macro as text: `Cpp` and `Python` write the same statements in their language.

In: `macro.model`. Out: lines. Nothing is decided here but spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dsl4bes.macro.model import (
    OWN,
    Argument,
    Call,
    Do,
    Enumerator,
    Flag,
    Macro,
    Make,
    Many,
    Number,
    Option,
    Ref,
    Section,
    Statement,
    Take,
    Text,
    Times,
    Whole,
)


def number(value: float) -> str:
    """A number that reads back as itself."""
    return repr(float(value))


def quoted(text: str) -> str:
    """A string literal of either language; what is not printable ASCII is escaped."""
    out = []
    for c in text:
        if c in '"\\':
            out.append("\\" + c)
        elif c == "\n":
            out.append("\\n")
        elif c == "\t":
            out.append("\\t")
        elif ord(c) < 32 or ord(c) == 127:
            out.append(f"\\{ord(c):03o}")
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


#: As many objects as RooArgList and RooArgSet took at once before they took any number.
MOST = 9


def in_sets(items: Sequence[Argument]) -> Sequence[Argument]:
    """The objects of a collection of RooFit: where they are more than it takes at once, as one set of sets of them, in the same order. No object is there twice."""
    if len(items) <= MOST:
        return items
    first, rest = in_sets(items[:MOST]), in_sets(items[MOST:])
    return (Many((Many(tuple(first), "RooArgSet"), rest[0] if len(items) > 2 * MOST else Many(tuple(rest), "RooArgSet")), "RooArgSet"),)


class Cpp:
    """C++ of ROOT's interpreter."""

    ending = ".C"

    def __init__(self, macro: Macro) -> None:
        statements = [statement for section in macro.sections for statement in section.statements]
        self.owned = {statement.name for statement in statements if isinstance(statement, Take) and not statement.plain}

    def section(self, section: Section) -> Iterator[str]:
        yield f"// {section.title}"
        for statement in section.statements:
            yield self.statement(statement) + ";"

    def statement(self, statement: Statement) -> str:
        if isinstance(statement, Make):
            if statement.of == "double":
                return f"const double {statement.name} = {self._list(statement.arguments)}"
            return f"{statement.of} {statement.name}({self._list(statement.arguments)})"
        if isinstance(statement, Take):
            if statement.plain:
                return f"const {statement.of} {statement.name} = {self.argument(statement.call)}"
            return f"std::unique_ptr<{statement.of}> {statement.name}({self.argument(statement.call)})"
        assert isinstance(statement, Do)
        return self.argument(statement.call)

    def argument(self, value: Argument) -> str:
        if isinstance(value, Number):
            return number(value.value)
        if isinstance(value, Whole):
            return str(value.value)
        if isinstance(value, Flag):
            return "true" if value.value else "false"
        if isinstance(value, Text):
            return quoted(value.value)
        if isinstance(value, Ref):
            return f"*{value.name}" if value.name in self.owned else value.name
        if isinstance(value, Times):
            return f"{number(value.factor)} * {value.name}"
        if isinstance(value, Many) and value.kind == "functions":
            return f"std::vector<TF1*>{{{', '.join(f'&{self.argument(item)}' for item in value.items)}}}"
        if isinstance(value, Many):
            kind = {"numbers": "std::vector<double>", "texts": "std::vector<std::string>"}.get(value.kind)
            return f"{kind}{{{self._list(value.items)}}}" if kind else f"{value.kind}({self._list(in_sets(value.items))})"
        if isinstance(value, Option):
            return f"RooFit::{value.name}({self._list(value.arguments)})"
        if isinstance(value, Enumerator):
            return f"{value.scope}::{value.name}"
        assert isinstance(value, Call)
        if not value.target:
            return f"{value.method}({self._list(value.arguments)})"
        return f"{value.target}{'->' if value.target in self.owned else '.'}{value.method}({self._list(value.arguments)})"

    def _list(self, values: Sequence[Argument]) -> str:
        return ", ".join(self.argument(value) for value in values)


class Python:
    """Python with ROOT's own bindings."""

    ending = ".py"

    def __init__(self, macro: Macro) -> None:
        pass

    def section(self, section: Section) -> Iterator[str]:
        yield f"# {section.title}"
        for statement in section.statements:
            yield self.statement(statement)

    def statement(self, statement: Statement) -> str:
        if isinstance(statement, Make):
            if statement.of == "double":
                return f"{statement.name} = {self._list(statement.arguments)}"
            scope = "" if statement.of in OWN else "ROOT."
            return f"{statement.name} = {scope}{statement.of}({self._list(statement.arguments)})"
        if isinstance(statement, Take):
            return f"{statement.name} = {self.argument(statement.call)}"
        assert isinstance(statement, Do)
        return self.argument(statement.call)

    def argument(self, value: Argument) -> str:
        if isinstance(value, Number):
            return number(value.value)
        if isinstance(value, Whole):
            return str(value.value)
        if isinstance(value, Flag):
            return str(value.value)
        if isinstance(value, Text):
            return quoted(value.value)
        if isinstance(value, Ref):
            return value.name
        if isinstance(value, Times):
            return f"{number(value.factor)} * {value.name}"
        if isinstance(value, Many):
            return f"[{self._list(value.items)}]" if value.kind in ("numbers", "texts", "functions") else f"ROOT.{value.kind}({self._list(in_sets(value.items))})"
        if isinstance(value, Option):
            return f"ROOT.RooFit.{value.name}({self._list(value.arguments)})"
        if isinstance(value, Enumerator):
            return f"ROOT.{value.scope}.{value.name}"
        assert isinstance(value, Call)
        return f"{value.target + '.' if value.target else ''}{value.method}({self._list(value.arguments)})"

    def _list(self, values: Sequence[Argument]) -> str:
        return ", ".join(self.argument(value) for value in values)


Printer = Cpp | Python
