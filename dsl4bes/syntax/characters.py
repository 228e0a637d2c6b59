"""Characters that begin no token: what each is, what it should be, and how the lexer goes on.

In: the text and the place of a character. Out: a `Repair`: the code and words of the diagnostic, the fix, and the token that
was surely meant, if any. Data and pure functions; nothing is reported here and nothing raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Code
from dsl4bes.syntax.tables import PUNCTUATION


@dataclass(frozen=True, slots=True)
class Repair:
    """What to say about `text[start:end]` and how to go on.

    `kind` and `text`: the token that was meant (None: as if nothing stood there). `fix`: the replacement (None: there is no
    sure one). `breaks`: the rest of the line makes no sense, skip it.
    """

    code: Code
    end: int
    message: str
    help: str = ""
    fix: str | None = None
    kind: str | None = None
    text: str = ""
    breaks: bool = False


_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u0085\u2028\u2029"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u061c"
_LOOKALIKES = {
    "\u2212": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u00d7": "*",
    "\u00b7": "*",
    "\u2219": "*",
    "\u22c5": "*",
    "\u00f7": "/",
    "\u2215": "/",
    "\u2044": "/",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2a7d": "<=",
    "\u2a7e": ">=",
    "\u2260": "!=",
    "\u2026": "..",
    "\u2025": "..",
    "\u2208": "in",
    "\u2227": "and",
    "\u2228": "or",
    "\u00ac": "not",
    "\u3001": ",",
    "\u3002": ".",
}
_WORDS = {"in": "IN", "and": "AND", "or": "OR", "not": "NOT"}
_OPEN_QUOTES = "\u201c\u201d\u201e\u00ab\u00bb\u300c\u300e\u2018\u2019\uff02"
_CLOSE_QUOTES = "\u201c\u201d\u201f\u00ab\u00bb\u300d\u300f\u2018\u2019\uff02"
_FOREIGN = {"&&": ("and", "AND"), "||": ("or", "OR"), "!": ("not ", "NOT")}
_REST_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
_ALONE_BEFORE = re.compile(r"(?:^|\n)[ \t]*$")
_TO_LINE_END = re.compile(r"[^\r\n]*")
_WORD = re.compile(r"\w+")
_SINGLE = re.compile(r"'([^'\"\r\n\\]*)'")
_NOTHING_MORE = "the language has only plain signs; strings and comments may hold any text"


def repair(text: str, at: int) -> Repair:
    """What to say about the character at `at`, and how to go on."""
    character = text[at]
    for handler in (_blank, _quote, _brace, _operator, _semicolon, _unit_sign, _lookalike):
        found = handler(text, at, character)
        if found is not None:
            return found
    return _strange(text, at, character)


def _blank(text: str, at: int, character: str) -> Repair | None:
    if character in "\f\v":
        message = "a form feed or vertical tab stands in the text"
        return Repair(codes.FORM_FEED, at + 1, message, "remove it", "")
    if character == "\ufeff":
        message = "a byte order mark stands inside the text, as when two files were joined"
        return Repair(codes.BYTE_ORDER_MARK, at + 1, message, "remove it", "")
    if character in _BLANKS:
        message = f"this blank is not a plain space but {_name(character)}"
        return Repair(codes.NO_BREAK_SPACE, at + 1, message, "write a plain space", " ")
    if character in _INVISIBLE:
        message = f"an invisible sign stands here: {_name(character)}"
        return Repair(codes.NO_BREAK_SPACE, at + 1, message, "remove it", "")
    return None


def _quote(text: str, at: int, character: str) -> Repair | None:
    if character == '"':
        end = _line_end(text, at)
        help = 'a string begins and ends with `"` on one line; a quote inside is written `\\"`'
        return Repair(codes.UNCLOSED_STRING, end, "this string is never closed", help, breaks=True)
    if character == "'":
        match = _SINGLE.match(text, at)
        help = "strings are written in double quotes"
        if match is None:
            end = _line_end(text, at)
            return Repair(codes.SINGLE_QUOTES, end, "a single quote stands here", help, breaks=True)
        string = f'"{match[1]}"'
        message = "this string is in single quotes"
        return Repair(codes.SINGLE_QUOTES, match.end(), message, help, string, "STRING", string)
    if character in _OPEN_QUOTES:
        match = re.compile(f'[^{_CLOSE_QUOTES}"\r\n\\\\]*([{_CLOSE_QUOTES}"])').match(text, at + 1)
        message = "this string is in typographic quotes"
        if match is None:
            end = _line_end(text, at)
            return Repair(codes.LOOKALIKE_CHARACTER, end, message, 'write `"`', breaks=True)
        string = '"' + text[at + 1 : match.end() - 1] + '"'
        return Repair(codes.LOOKALIKE_CHARACTER, match.end(), message, 'write `"`', string, "STRING", string)
    return None


def _brace(text: str, at: int, character: str) -> Repair | None:
    if character not in "{}":
        return None
    help = "a block is written `name do ... end`"
    message = f"`{character}` is not used in the language"
    if character == "{" and _REST_BLANK.match(text, at + 1):
        fix = "do" if text[at - 1 : at].isspace() else " do"
        return Repair(codes.CURLY_BRACE, at + 1, message, help, fix, "DO", "do")
    line_start = text.rfind("\n", 0, at) + 1
    if character == "}" and not text[line_start:at].strip() and _REST_BLANK.match(text, at + 1):
        return Repair(codes.CURLY_BRACE, at + 1, message, help, "end", "END", "end")
    return Repair(codes.CURLY_BRACE, at + 1, message, help, breaks=True)


def _operator(text: str, at: int, character: str) -> Repair | None:
    for sign, (word, kind) in _FOREIGN.items():
        if text.startswith(sign, at):
            end = at + len(sign)
            fix = _spaced(text, at, end, word.strip()) if kind != "NOT" else word
            message = f"`{sign}` is an operator of other languages"
            return Repair(
                codes.FOREIGN_OPERATOR, end, message, f"write `{word.strip()}`", fix, kind, word.strip()
            )
    if character in "&|":
        help = f"write `{'and' if character == '&' else 'or'}`; a formula has no bit operators"
        return Repair(codes.FOREIGN_OPERATOR, at + 1, f"`{character}` is not an operator", help, breaks=True)
    return None


def _spaced(text: str, start: int, end: int, word: str) -> str:
    """A word in place of a sign, with blanks where the neighbours would run into it."""
    before = "" if text[start - 1 : start].isspace() else " "
    after = "" if text[end : end + 1].isspace() else " "
    return before + word + after


def _semicolon(text: str, at: int, character: str) -> Repair | None:
    if character not in ";\uff1b":
        return None
    message = "statements are not separated by `;`"
    if _REST_BLANK.match(text, at + 1):
        return Repair(codes.SEMICOLON, at + 1, message, "the line end is enough: remove it", "")
    return Repair(codes.SEMICOLON, at + 1, message, "write each statement on a line of its own", breaks=True)


def _unit_sign(text: str, at: int, character: str) -> Repair | None:
    if character in "\u00b5\u03bc":
        rest = _WORD.match(text, at + 1)
        end = rest.end() if rest else at + 1
        word = "u" + text[at + 1 : end]
        if not word.isascii():
            return None
        return Repair(
            codes.MICRO_SIGN,
            end,
            "the micro sign is no letter of a unit",
            f"write `{word}`",
            word,
            "NAME",
            word,
        )
    if character in "\u00b0\u00ba":
        fix = "deg" if text[at - 1 : at].isspace() else " deg"
        message = "the degree sign is no unit"
        return Repair(codes.LOOKALIKE_CHARACTER, at + 1, message, "write `deg`", fix, "NAME", "deg")
    if character == "\u00b1":
        help = "`mass_window 12 MeV` is a window of 12 MeV to both sides; elsewhere write a range `low..high`"
        return Repair(codes.PLUS_MINUS_SIGN, at + 1, "the language has no plus-minus sign", help, breaks=True)
    return None


def _lookalike(text: str, at: int, character: str) -> Repair | None:
    if character == "\u2192":
        help = 'a decay is a string: `decay "J/psi -> pi+ pi-"`'
        return Repair(codes.DECAY_WITHOUT_QUOTES, at + 1, "this decay is not in quotes", help, breaks=True)
    plain = _LOOKALIKES.get(character)
    if plain is None and 0xFF01 <= ord(character) <= 0xFF5E:  # the full-width forms of Chinese input methods
        plain = chr(ord(character) - 0xFEE0)
    if plain is None:
        return None
    message = f"this is not the plain `{plain}` but {_name(character)}"
    kind = _kind(plain)
    fix = _spaced(text, at, at + 1, plain) if plain in _WORDS else plain
    return Repair(
        codes.LOOKALIKE_CHARACTER, at + 1, message, f"write `{plain}`", fix, kind, plain, breaks=kind is None
    )


def _kind(plain: str) -> str | None:
    if plain in ("<", ">", "<=", ">=", "!="):
        return "COMPARATOR"
    return _WORDS.get(plain) or PUNCTUATION.get(plain)


def _strange(text: str, at: int, character: str) -> Repair:
    if character == "\\" and _REST_BLANK.match(text, at + 1):
        help = "a formula may go on over several lines inside brackets"
        return Repair(codes.LINE_CONTINUED, at + 1, "a backslash does not continue a line", help, breaks=True)
    match = _WORD.match(text, at)
    if match is None or character.isascii():
        help = _NOTHING_MORE
        return Repair(
            codes.STRANGE_CHARACTER, at + 1, f"`{character}` is not used in the language", help, breaks=True
        )
    greek = _greek(character)
    help = f"write `{greek}`" if greek else "names are made of the letters a to z, digits and `_`"
    message = f"`{match[0][:20]}` has letters that names cannot have"
    return Repair(codes.STRANGE_CHARACTER, match.end(), message, help, breaks=True)


def _name(character: str) -> str:
    """What Unicode calls a character."""
    import unicodedata  # only on the way to an error: half a millisecond

    number = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower()
    return f"{name} ({number})" if name else number


def _greek(character: str) -> str | None:
    import unicodedata

    words = unicodedata.name(character, "").split()
    if words[:1] != ["GREEK"] or len(words) < 4:
        return None
    return words[-1].capitalize() if words[1] == "CAPITAL" else words[-1].lower()


def _line_end(text: str, at: int) -> int:
    match = _TO_LINE_END.match(text, at)
    return match.end() if match else at + 1
