"""Statements of a body: declarations, changes, `if`, counting `for`, and ways out, the last of which returns.

In: the `Names` of a view. Out: rules in a `Grammar`. A body ends with a statement that returns on all its paths, and nothing stands behind a `return`, so
the end of an answer is where its grammar ends. `break` and `continue` are in loops only. How many statements there are is bounded.
"""

from __future__ import annotations

from dsl4bes.unknown.policy.names import Names
from dsl4bes.unknown.policy.tables import CONSTRUCTORS, ORDERS, methods
from dsl4bes.unknown.policy.types import LORENTZ, THREE, Type, vector_of
from dsl4bes.unknown.writing.lark_text import Grammar, one_of
from dsl4bes.unknown.writing.slot_tokens import COUNTERS, FLOATS, LORENTZES, THREES, WHOLES
from dsl4bes.unknown.writing.slot_values import ANY, call, elements, list_of, rows, signatures, sizes

#: Statements of the body, and of a block in it.
MAX_STATEMENTS, MAX_INNER = 60, 30
_CONST = "(const )?"
_NUMBERS = [*FLOATS, *WHOLES]


def statements(grammar: Grammar, names: Names) -> None:
    """All rules for statements; `body` is the way in."""
    _declarations(grammar, names)
    _changes(grammar, names)
    for where, leave in (("", "RETURN flag END"), ("_in_loop", "RETURN flag END | LEAVE")):
        _blocks(grammar, where, leave)
    _loops(grammar)
    grammar.rule("last", "RETURN flag END", "IF flag RPAR last_of LINES? ELSE (GAP last | LINES? last_block)")
    grammar.rule("last_of", "GAP? last", "LINES? last_block")
    grammar.rule("last_block", f"OPEN LINES? (statement LINES?){{0,{MAX_INNER}}} last LINES? CLOSE")
    grammar.rule("body", f"(LINES | INDENT)? ((if | for) LINES?){{0,{MAX_INNER}}} (declaration END LINES? (statement LINES?){{0,{MAX_STATEMENTS}}})? last")


def _blocks(grammar: Grammar, where: str, leave: str) -> None:
    """Statements with the ways out of their place."""
    inner = f"statement{where}"
    grammar.rule(f"leave{where}", leave)
    grammar.rule(f"block{where}", f"OPEN LINES? ((" f"{inner} LINES?){{1,{MAX_INNER}}} (leave{where} LINES?)? | leave{where} LINES?) CLOSE")
    grammar.rule(f"one{where}", f"action{where}", f"leave{where}")
    grammar.rule(f"then{where}", f"GAP? one{where}", f"LINES? block{where}")
    grammar.rule(f"if{where}", f"IF flag RPAR then{where} (LINES? ELSE (GAP one{where} | LINES? block{where}))?")
    grammar.rule(f"action{where}", "change END", f"if{where}", "for")
    grammar.rule(inner, f"action{where}", "declaration END")


def _loops(grammar: Grammar) -> None:
    """A loop counts up to a size or a small number; its header is of one counter, where that has a usual name."""
    grammar.terminal("FOR", r"for ?\(")
    grammar.rule("counter_type", grammar.words("OF_COUNTER", _without_unsigned(WHOLES), "", " "), "UNSIGNED_COUNTER INT?")
    grammar.terminal("UNSIGNED_COUNTER", "unsigned ")
    grammar.rule("for", "for_header RPAR then_in_loop")
    grammar.rule("bound_value", "WHOLE", "place", "WHOLE_CAST number RPAR", "WHOLE_OF number RPAR", "LPAR WHOLE_TYPE CAST_END number_operand", "WHOLE_EXTREME whole COMMA whole RPAR")
    grammar.rule("bound_sum", "bound_value", "bound_sum ADD bound_value", "bound_sum MULTIPLY bound_value", "bound_sum REST POSITIVE")
    grammar.rule("bound_size", "place SIZE", *sizes(grammar)[1:])
    for counter in (*COUNTERS, ""):
        own = f'"{counter}"' if counter else "OTHER_COUNTER"
        name = f"until_{counter}" if counter else "until"
        left = f"{own} (PLUS POSITIVE)?"
        grammar.rule(name, f"{left} LESS (bound_sum | bound_size)", f"{left} UP_TO bound_sum", f"(bound_sum | bound_size) MORE {own}", f"{name} AND comparison")
        step = f"STEP {own} | {own} STEP | {own} FURTHER POSITIVE"
        grammar.rule("for_header", f"FOR counter_type {own} ASSIGN bound_value (PLUS POSITIVE)? SEMI {name} SEMI ({step})")


def _changes(grammar: Grammar, names: Names) -> None:
    """Statements that change a local variable."""
    grammar.rule("assigned", ANY, *(list_of(of) for of in elements(names)))
    grammar.rule("raised", "number_sum", "lorentz_sum", "three_sum", "comparison ASK number ELSE_VALUE number")
    grammar.rule("change", "place ASSIGN assigned", "place RAISE raised", "place SCALE number", "STEP place", "place COUNT")
    changing = [each for of in (LORENTZ, THREE, vector_of(Type("T"))) for each in methods(of) if each.changes]
    for number, (_, arguments, words) in enumerate(signatures(changing)):
        terminal = grammar.words(f"CHANGE_{number}", words, r"\.", r"\(" if arguments else r"\(\)")
        grammar.rule("change", f"place {terminal}{call(arguments)}")
    grammar.terminal("SWAP", r"std::swap\(")
    grammar.terminal("SORT", r"std::sort\(")
    grammar.terminal("BEGIN", r"\.begin\(\)")
    grammar.terminal("FINISH", r"\.end\(\)")
    numbers = one_of(_NUMBERS)
    grammar.terminal("ORDER", rf"std::{one_of(ORDERS)}<({numbers}|std::pair<{numbers}, ?{numbers}> )>\(\)")
    grammar.rule("change", "SWAP place COMMA place RPAR", "SORT place BEGIN COMMA place FINISH (COMMA ORDER)? RPAR")


def _declarations(grammar: Grammar, names: Names) -> None:
    grammar.rule("number_type", grammar.words("OF_NUMBER_TYPE", _without_unsigned(_NUMBERS), _CONST, " "), "UNSIGNED INT?")
    grammar.terminal("UNSIGNED", f"{_CONST}unsigned ")
    grammar.terminal("INT", "int ")
    grammar.rule("flag_type", grammar.words("OF_FLAG_TYPE", ["bool"], _CONST, " "))
    for value in ("number", "flag"):
        more = f"NAME ASSIGN {value} | NAME LBRACKET POSITIVE RBRACKET ASSIGN OPEN {value} (COMMA {value})* CLOSE"
        _declared(grammar, f"{value}_type", value, more, f"NAME LPAR {value} RPAR")
    for kind, types, of in (("lorentz", LORENTZES, LORENTZ), ("three", THREES, THREE)):
        terminal = grammar.words(f"OF_{kind.upper()}_TYPE", types, _CONST, " ")
        made = [call(one) for one in CONSTRUCTORS[of] if one]
        of_numbers = [each.replace("number", "NUMBER", 1) for each in made if each.startswith(" number")]
        more = f"NAME (ASSIGN {kind} | LPAR {kind}_value RPAR | LBRACKET POSITIVE RBRACKET)? | " + " | ".join(f"NAME LPAR{each}" for each in of_numbers)
        _declared(grammar, terminal, kind, more, f"NAME LPAR {kind} RPAR", *(f"NAME LPAR{each}" for each in made))
    reference = grammar.words("REFERENCE_LORENTZ", LORENTZES, "const ", " ?& ?")
    grammar.rule("declaration", f"{reference} NAME ASSIGN lorentz_sum")
    for struct, row in rows(grammar, names).items():
        _view_declared(grammar, row, struct)
    _lists(grammar, names)


def _without_unsigned(types: list[str]) -> list[str]:
    """`unsigned` and `unsigned int` are two tokens where a name follows: `unsigned i` begins like both."""
    return [each for each in types if not each.startswith("unsigned")]


def _declared(grammar: Grammar, terminal: str, kind: str, more: str, *first: str) -> None:
    """Variables of one type. Brackets with names alone construct the first of a line only: parsers take `T a, b(c)` to declare a function `b`."""
    grammar.rule(f"{kind}_more", more)
    grammar.rule(f"{kind}_first", f"{kind}_more", *first)
    grammar.rule("declaration", f"{terminal} {kind}_first (COMMA {kind}_more)*")


def _lists(grammar: Grammar, names: Names) -> None:
    """Lists and pairs; a list of the view by reference, or copied."""
    simple = one_of([*_NUMBERS, "bool", *LORENTZES, *THREES, *names.structs])
    pair = f"std::pair<{simple}, ?{simple}>"
    element = f"({simple}|({pair}|std::vector<{simple}>) )"
    grammar.terminal("OF_LIST", rf"{_CONST}std::vector<{element}> ")
    grammar.terminal("OF_PAIR_TYPE", f"{_CONST}{pair} ")
    grammar.rule("new_list", f"NAME (LPAR whole (COMMA ({ANY} | NEW_LIST whole (COMMA {ANY})? RPAR))? RPAR)?")
    grammar.terminal("NEW_LIST", rf"std::vector<{simple}>\(")
    grammar.rule("declaration", "OF_LIST new_list (COMMA NAME)*", f"OF_PAIR_TYPE NAME (ASSIGN (pair | place) | LPAR {ANY} COMMA {ANY} RPAR)")
    for of in elements(names):
        _view_declared(grammar, list_of(of), str(vector_of(of)))


def _view_declared(grammar: Grammar, rule: str, of: str) -> None:
    """A row or list of the view: copied, or by reference."""
    grammar.terminal(f"OF_{rule.upper()}", f"{_CONST}{of} ")
    grammar.terminal(f"REFERENCE_{rule.upper()}", f"const {of} ?& ?")
    grammar.rule("declaration", f"OF_{rule.upper()} NAME (ASSIGN ({rule} | place) | LPAR {rule} RPAR)", f"REFERENCE_{rule.upper()} NAME ASSIGN ({rule} | place)")
