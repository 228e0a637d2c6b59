"""The tokens of a body: signs with the blanks around them, numbers, names of local variables, comments between statements.

In: the `Names` of a view. Out: terminals in a `Grammar`. Blanks are parts of tokens, so that each is bounded: two empty lines, 40 columns of indentation,
comments of 80 characters. No token may begin with all of another one and go on in a way that cannot end (` else` beside ` `): llguidance does not go back.
"""

from __future__ import annotations

from dsl4bes.unknown.policy.names import Names
from dsl4bes.unknown.policy.statements import taken
from dsl4bes.unknown.policy.types import INTEGERS, LORENTZ, SIMPLE, THREE, Type
from dsl4bes.unknown.writing.lark_text import Grammar, one_of

_BREAK = r"( |\n {1,40})"
_COMMENT = r"\/\/[ ->@-\[\]-~]{0,80}"  # no backslash, no question mark: no continued lines, no trigraphs
_NEW_LINE = r"\n{1,3} {0,40}"
#: Counters that a loop keeps to: its condition and its step are of the same one.
COUNTERS = ("i", "j", "k", "l", "m", "n")

SIGNS = {
    "LPAR": r"\(", "RPAR": r"\)", "CAST_END": r"\) ?", "COMMA": f",{_BREAK}", "END": ";", "SEMI": "; ", "OPEN": r"\{", "CLOSE": r"\}",
    "LBRACKET": r"\[", "RBRACKET": r"\]", "ASSIGN": f" ={_BREAK}", "RAISE": " [+-]= ", "SCALE": r" [*\/]= ", "STEP": r"\+\+", "COUNT": r"(\+\+|--)",
    "ADD": r"( ?|\n {1,40})[+-] ?", "MULTIPLY": r" ?\* ?", "ARITHMETIC": r"( ?|\n {1,40})[-+*\/] ?", "SCALED": r" ?[*\/] ?", "MINUS": "-", "NOT": "!",
    "COMPARE": " (<|<=|>|>=|==|!=) ", "SAME": " [=!]= ", "LESS": " < ", "UP_TO": " <= ", "MORE": " > ", "PLUS": r" ?\+ ?", "FURTHER": r" \+= ",
    "AND": f"{_BREAK}&&{_BREAK}", "LOGIC": rf"{_BREAK}(&&|\|\|){_BREAK}", "ASK": rf"{_BREAK}\? ", "ELSE_VALUE": f"{_BREAK}: ", "REST": r" ?[\/%] ?", "MODULO": " ?% ?",
    "IF": r"if ?\(", "ELSE": "else", "RETURN": "return ", "LEAVE": "(break|continue);", "FLAG": "(true|false)",
    "GAP": r"( |\n {1,40})", "LINES": rf"( {{0,40}}{_COMMENT})?{_NEW_LINE}({_COMMENT}{_NEW_LINE}){{0,3}}|[ ]", "INDENT": " {1,40}", "LAST": r"\n",
    "NUMBER": r"(0|[1-9][0-9]{0,8})(\.[0-9]{0,15})?([eE][+-]?[0-9]{1,2})?", "WHOLE": "(0|[1-9][0-9]{0,8})", "POSITIVE": "[1-9][0-9]{0,2}",
    "SIZE": r"\.size\(\)", "EMPTY": r"\.empty\(\)", "AT": r"\.at\(", "AT_END": r"\.(front|back)\(\)", "PART": r"\.(front\(\)|back\(\)|first|second)",
}  # fmt: skip


def tokens(grammar: Grammar, names: Names) -> None:
    """All signs, and names of local variables: what the policy lets a variable be called, up to 32 characters.

    A name in capitals is turned aside at its second letter, where a model still says `pi0_mass` for `PI0_MASS`.
    """
    for name, regex in SIGNS.items():
        grammar.terminal(name, regex)
    regex = "([a-z][A-Za-z0-9_]{0,31}|[A-Z]([a-z][A-Za-z0-9_]{0,30})?)"
    not_names = (".*__.*", one_of(word for word in sorted(taken(names)) if word.isidentifier()))
    grammar.terminal("NAME", regex, not_names)
    grammar.terminal("OTHER_COUNTER", regex, (*not_names, one_of(COUNTERS)))


def spellings(*types: Type) -> list[str]:
    """How these types are written.

    >>> spellings(LORENTZ)
    ['HepLorentzVector', 'CLHEP::HepLorentzVector']
    """
    return [text for text, of in SIMPLE.items() if of in types]


WHOLES = spellings(*sorted(INTEGERS, key=str))
FLOATS = ["double", "float"]
LORENTZES, THREES = spellings(LORENTZ), spellings(THREE)
