"""Values of a body by their kind: numbers, whole numbers, flags, four-momenta, three-vectors, rows of the view's lists.

In: the `Names` of a view and the tables of the policy. Out: rules in a `Grammar`. What begins with `in.` has members and methods of its own type only; a
local variable may be of any type, so after its name come the members of all types, and each says of what kind the whole is. Names exist or cannot be
written. What would need another word earlier in the line (`int m = p.m()`) can be written: a model that is turned aside there writes something else that
fits and is wrong, where the policy would say what to mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from itertools import groupby

from dsl4bes.unknown.policy.names import Names
from dsl4bes.unknown.policy.tables import CONSTANTS, CONSTRUCTORS, MATHS, STD_MATHS, Method, methods
from dsl4bes.unknown.policy.types import (
    BOOL,
    FRACTIONS,
    INTEGERS,
    LORENTZ,
    SIZE,
    THREE,
    VOID,
    Type,
    vector_of,
)
from dsl4bes.unknown.writing.lark_text import Grammar
from dsl4bes.unknown.writing.slot_tokens import FLOATS, LORENTZES, THREES, WHOLES


class Kind(Enum):
    """What a value is; the text is the rule for all values of the kind, and the beginning of the names of its parts."""

    NUMBER = "number"
    WHOLE = "whole"
    FLAG = "flag"
    LORENTZ = "lorentz"
    THREE = "three"

    @property
    def primary(self) -> str:
        """The rule for values of this kind that `.` may follow."""
        return f"{self.value}_value"


#: Any value of an expression; a variable of any type is among the numbers.
ANY = "any_value"


def kind_of(of: Type) -> Kind | None:
    """None for rows and lists."""
    if of in INTEGERS:
        return Kind.WHOLE
    if of in FRACTIONS:
        return Kind.NUMBER
    return {BOOL: Kind.FLAG, LORENTZ: Kind.LORENTZ, THREE: Kind.THREE}.get(of)


def list_of(element: Type) -> str:
    """The rule for the lists of the view with such elements."""
    return f"list_{_small(element)}"


def row_of(struct: str) -> str:
    """The rule for rows of the view of this type."""
    return f"row_{_small(Type(struct))}"


def values(grammar: Grammar, names: Names) -> None:
    """All rules for values."""
    _variables(grammar, names)
    _view(grammar, names)
    for kind, of in ((Kind.LORENTZ, LORENTZ), (Kind.THREE, THREE)):
        _methods(grammar, kind.primary, kind.name, [each for each in methods(of) if not each.changes])
    _sizes(grammar, names)
    _functions(grammar)
    _made(grammar)
    _formulas(grammar, names)


def signatures(of: Iterable[Method]) -> list[tuple[Type, tuple[Type, ...], list[str]]]:
    """Methods of one result and one list of arguments together: result, arguments, names."""

    def key(each: Method) -> tuple[str, str]:
        return str(each.result), str(each.arguments)

    groups = [list(group) for _, group in groupby(sorted(of, key=key), key)]
    return [(group[0].result, group[0].arguments, [each.name for each in group]) for group in groups]


def call(arguments: tuple[Type, ...]) -> str:
    """Arguments and the closing bracket; nothing where there are none."""
    if not arguments:
        return ""
    written = [kind.value if (kind := kind_of(each)) is not None else ANY for each in arguments]
    return " " + " COMMA ".join(written) + " RPAR"


def _add(grammar: Grammar, of: Type, alternative: str) -> None:
    """An alternative for values of this type: a whole number is a number too."""
    kind = kind_of(of)
    if kind is None:
        if of != VOID:
            grammar.rule(row_of(of.name) if of.name != "std::vector" else list_of(of.arguments[0]), alternative)
        return
    grammar.rule(kind.primary, alternative)
    if kind is Kind.WHOLE:
        grammar.rule(Kind.NUMBER.primary, alternative)


def _variables(grammar: Grammar, names: Names) -> None:
    """A local variable, or what it holds by index or as a part of a pair: of any type, with the members and methods of all types.

    It is no `lorentz_value` that a method may follow: its methods are here once, and not once for each type that it may be of. What has no arguments is one
    token for each kind, since the work of a decoder grows with the number of ways to go on after a name.
    """
    grammar.rule("place", "NAME", "place LBRACKET whole RBRACKET", "place AT whole RPAR", "place PART")
    known = [each for of in (LORENTZ, THREE, vector_of(BOOL)) for each in methods(of) if not each.changes]
    plain: dict[Kind, list[str]] = {}
    for row in names.structs.values():
        for of, members in _by_type(row).items():
            kind = kind_of(of)
            if kind is not None:
                plain.setdefault(kind, []).extend(members)
    for each in known:
        kind = kind_of(each.result)
        if kind is not None and not each.arguments and each.name not in ("front", "back"):
            plain.setdefault(kind, []).append(f"{each.name}()")
    plain.setdefault(Kind.NUMBER, []).extend(plain.get(Kind.WHOLE, ()))
    for kind, members in plain.items():
        terminal = grammar.words(f"VARIABLE_{kind.name}", members, r"\.")
        grammar.rule(kind.primary, f"place {terminal}")
    _methods(grammar, "place", "VARIABLE", [each for each in known if each.arguments and each.name != "at"])
    for kind in Kind:
        grammar.rule(f"{kind.value}_operand", kind.primary, "place")


def _methods(grammar: Grammar, receiver: str, prefix: str, known: list[Method]) -> None:
    for number, (result, arguments, words) in enumerate(signatures(known)):
        terminal = grammar.words(f"{prefix}_{number}", words, r"\.", r"\(" if arguments else r"\(\)")
        _add(grammar, result, f"{receiver} {terminal}{call(arguments)}")


def _view(grammar: Grammar, names: Names) -> None:
    """What begins with `in.`, and the members of what it gives."""
    for of, members in _by_type(names.members).items():
        terminal = grammar.words(f"IN_{_small(of).upper()}", members, r"in\.")
        _add(grammar, of, terminal)
        if of.name == "std::vector":
            element = of.arguments[0]
            for step in ("LBRACKET whole RBRACKET", "AT whole RPAR", "AT_END"):
                _add(grammar, element, f"{list_of(element)} {step}")
    for struct, row in names.structs.items():
        for of, members in _by_type(row).items():
            terminal = grammar.words(f"{row_of(struct).upper()}_{_small(of).upper()}", members, r"\.")
            if row_of(struct) in grammar.rules:
                _add(grammar, of, f"{row_of(struct)} {terminal}")


def _sizes(grammar: Grammar, names: Names) -> None:
    for of in elements(names):
        grammar.rule("size", f"{list_of(of)} SIZE")
        grammar.rule(Kind.FLAG.primary, f"{list_of(of)} EMPTY")
    if "size" in grammar.rules:
        _add(grammar, SIZE, "size")


def _functions(grammar: Grammar) -> None:
    one, two = ([name for name, count in MATHS.items() if count == wanted] for wanted in (1, 2))
    of_one = grammar.words("OF_ONE", one, "(std::)?", r"\(")
    of_two = grammar.words("OF_TWO", two, "(std::)?", r"\(")
    flags = grammar.words("OF_NUMBER", STD_MATHS, "std::", r"\(")
    constants = grammar.words("CONSTANT", CONSTANTS)
    grammar.terminal("NUMBER_EXTREME", r"std::(min|max)(<double>)?\(")
    grammar.terminal("WHOLE_EXTREME", r"std::(min|max)(<(int|size_t)>)?\(")
    grammar.terminal("ABSOLUTE", r"std::abs\(")
    grammar.rule(Kind.NUMBER.primary, f"{of_one} number RPAR", f"{of_two} number COMMA number RPAR", constants)
    grammar.rule(Kind.FLAG.primary, f"{flags} number RPAR")
    for kind in (Kind.NUMBER, Kind.WHOLE):
        grammar.rule(kind.primary, f"{kind.name}_EXTREME {kind.value} COMMA {kind.value} RPAR", f"ABSOLUTE {kind.value} RPAR")


def _made(grammar: Grammar) -> None:
    """Numbers as they are written, casts, constructors, brackets."""
    for name, types in (("FLOAT", FLOATS), ("WHOLE", WHOLES)):
        grammar.words(f"{name}_TYPE", types)
        grammar.terminal(f"{name}_CAST", rf"static_cast<({'|'.join(types)})>\(")
        grammar.words(f"{name}_OF", [each for each in types if " " not in each], "", r"\(")
    for kind, name in ((Kind.NUMBER, "FLOAT"), (Kind.NUMBER, "WHOLE"), (Kind.WHOLE, "WHOLE")):
        grammar.rule(kind.primary, f"{name}_CAST number RPAR", f"{name}_OF number RPAR", f"LPAR {name}_TYPE CAST_END number_operand")
    grammar.rule(Kind.NUMBER.primary, "NUMBER", "LPAR number RPAR", "LPAR lorentz_operand MULTIPLY lorentz_operand RPAR", "LPAR three_operand MULTIPLY three_operand RPAR")
    grammar.rule(Kind.WHOLE.primary, "WHOLE", "LPAR whole RPAR")
    grammar.rule(Kind.FLAG.primary, "FLAG", "LPAR flag RPAR", "NOT flag_operand")
    for kind, of, types in ((Kind.LORENTZ, LORENTZ, LORENTZES), (Kind.THREE, THREE, THREES)):
        made = grammar.words(f"{kind.name}_OF", types, "", r"\(")
        grammar.rule(kind.primary, f"LPAR {kind.value} RPAR", *(f"{made}{call(one)}" for one in CONSTRUCTORS[of] if one))


def _formulas(grammar: Grammar, names: Names) -> None:
    """Operators, all of a kind on one level: the policy's parser knows which binds tighter. A minus stands only where a formula begins, so that no `--` comes of two."""
    grammar.rule("number_operand", *(f"{each} MODULO POSITIVE" for each in sizes(grammar)))
    grammar.rule("number_sum", "number_operand", "MINUS number_operand", "number_sum ARITHMETIC number_operand")
    grammar.rule("whole_sum", "whole_operand", "whole_sum ADD whole_operand", "whole_sum MULTIPLY whole_operand", "whole_sum REST POSITIVE")
    for kind in (Kind.LORENTZ, Kind.THREE):
        term = f"{kind.value}_term"
        grammar.rule(term, f"{kind.value}_operand", f"{kind.value}_operand SCALED number_operand", f"number_value MULTIPLY {kind.value}_operand")
        grammar.rule(f"{kind.value}_sum", term, f"MINUS {term}", f"{kind.value}_sum ADD {term}")
    grammar.rule("comparison", "flag_operand", "flag_operand SAME flag_operand", "number_sum COMPARE number_sum")
    grammar.rule("flag_sum", "comparison", "flag_sum LOGIC comparison")
    for kind in Kind:
        grammar.rule(kind.value, f"{kind.value}_sum", f"comparison ASK {kind.value} ELSE_VALUE {kind.value}")
    grammar.rule(ANY, "number", "flag", "lorentz_sum", "three_sum", "pair", *rows(grammar, names).values())
    grammar.rule("pair", f"MAKE_PAIR {ANY} COMMA {ANY} RPAR")
    grammar.terminal("MAKE_PAIR", r"std::make_pair\(")


def rows(grammar: Grammar, names: Names) -> dict[str, str]:
    """Types of rows that the view has, with their rules."""
    return {struct: row_of(struct) for struct in names.structs if row_of(struct) in grammar.rules}


def _by_type(members: Mapping[str, Type]) -> dict[Type, list[str]]:
    found: dict[Type, list[str]] = {}
    for name, of in members.items():
        found.setdefault(of, []).append(name)
    return found


def sizes(grammar: Grammar) -> list[str]:
    """Rules of what may be the size of a list: those of the view, if it has any, and variables."""
    return ["place", *(["size"] if "size" in grammar.rules else [])]


def elements(names: Names) -> list[Type]:
    """Types of the elements of the view's lists."""
    return list(dict.fromkeys(of.arguments[0] for of in names.members.values() if of.name == "std::vector"))


def _small(of: Type) -> str:
    """A type as part of a name of a rule, which has small letters only; no two types have the same.

    >>> _small(vector_of(Type("TrackView"))), _small(Type("Fit_xFit"))
    ('vector__track_view', '_fit__x_fit')
    """
    name = of.name.removeprefix("std::").replace("_", "__").replace(" ", "_")
    return "_".join([re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", name), *(_small(each) for each in of.arguments)])
