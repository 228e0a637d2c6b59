"""Bytes to code: the characters a body may have, and the comments out of it.

In: the text as it came. Out: ASCII code with blanks where comments were (lines and columns stay), findings about characters, comments, digraphs,
trigraphs and backslashes. What is compiled later is this code, never the text as it came. No token and no tree is known here.
"""

from __future__ import annotations

import re
import unicodedata

from dsl4bes.unknown.policy.finding import Finding
from dsl4bes.unknown.policy.rules import Rule

MAX_BYTES = 16_384

_DIGRAPHS = ("<%", "%>", "<:", ":>", "%:")
_TRIGRAPH = re.compile(r"\?\?[=/'()!<>-]")
_SPLICE = re.compile(r"\\[ \t]*$")
_PIECE = re.compile(
    r"""(?P<line>//[^\n]*) | (?P<block>/\*.*?\*/) | (?P<open>/\*) | (?P<quoted>"(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'?)""", re.DOTALL | re.VERBOSE
)


def decode(text: bytes | str) -> tuple[str, list[Finding]]:
    """The text with unix line ends; empty with a finding if it is too long or not UTF-8."""
    try:
        data = text.encode() if isinstance(text, str) else bytes(text)
    except UnicodeEncodeError as error:
        before = str(text)[: error.start]
        return "", [_at(before, len(before), Rule.ENCODING, "the text has half a character (a lone surrogate)")]
    if len(data) > MAX_BYTES:
        return "", [Finding(Rule.SIZE, 1, 1, f"the body has {len(data):,} bytes, {MAX_BYTES:,} are allowed", "make it shorter")]
    try:
        return data.decode().replace("\r\n", "\n"), []
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        return "", [_at(before, len(before), Rule.ENCODING, f"byte 0x{data[error.start]:02x} is not UTF-8")]


def clean(text: str) -> tuple[str, list[Finding]]:
    """Code without comments, and what its characters break.

    >>> clean("return true; // all\\n")
    ('return true;\\n', [])
    """
    findings: list[Finding] = []
    pieces: list[str] = []
    end = 0
    for match in _PIECE.finditer(text):
        kind, piece = match.lastgroup, match.group()
        pieces.append(text[end : match.start()])
        end = match.end()
        if kind == "quoted":
            pieces.append(piece)
            continue
        if kind == "open":
            findings.append(_at(text, match.start(), Rule.COMMENT, "this comment is not closed", "close it with `*/`"))
        findings += _of_comment(text, match.start(), match.end())
        pieces.append(re.sub(r"[^\n]", " ", piece))
    pieces.append(text[end:])
    code = "".join(pieces)
    findings += _of_code(code)
    findings += [
        _at(text, m.start(), Rule.PREPROCESSOR, f"`{m.group()}` is a trigraph, which C++98 replaces") for m in _TRIGRAPH.finditer(text)
    ]
    return "\n".join(line.rstrip(" \t") for line in code.split("\n")), findings


def _of_comment(text: str, start: int, end: int) -> list[Finding]:
    found = []
    for at in range(start, end):
        char = text[at]
        if char not in "\n\t" and (not char.isprintable() or unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF")):
            found.append(_at(text, at, Rule.CHARACTER, f"a comment has the invisible character U+{ord(char):04X}"))
    for line in re.finditer(r"[^\n]+", text[start:end]):
        if _SPLICE.search(line.group()):
            message = "a backslash at the end of a comment line takes the next line into the comment"
            found.append(_at(text, start + line.end() - 1, Rule.LINE_SPLICE, message, "remove the backslash"))
    return found


_NAMED: dict[str, tuple[Rule, str, str]] = {
    "#": (Rule.PREPROCESSOR, "`#` belongs to the pre-processor", "a body has no #include and no #define: what it may use is there already"),
    "\\": (Rule.LINE_SPLICE, "a backslash has no place in a body", "write the line without it"),
    '"': (Rule.TEXT_LITERAL, "text in quotes has no place in a body", "a body reads numbers and returns a bool; it prints nothing"),
    "'": (Rule.TEXT_LITERAL, "a quote has no place in a body", "use numbers; digits are not separated"),
}


def _of_code(code: str) -> list[Finding]:
    found = []
    for at, char in enumerate(code):
        if at and char == code[at - 1] and char not in " \n\t" and (char in _NAMED or not " " <= char <= "~" or char in "@$`"):
            continue  # several of a kind are one fault
        if char in _NAMED:
            found.append(_at(code, at, *_NAMED[char]))
        elif not (char in "\n\t" or " " <= char <= "~") or char in "@$`":
            shown = f"`{char}` " if char.isprintable() and char.isascii() and char != "`" else ""
            message = f"the character {shown}U+{ord(char):04X} has no place in code"
            help_ = "answer with the code alone, without a fence around it" if char == "`" else "write code in plain ASCII"
            found.append(_at(code, at, Rule.CHARACTER, message, help_))
        elif code[at : at + 2] in _DIGRAPHS:
            message = f"`{code[at : at + 2]}` is a digraph, another spelling of a bracket or of `#`"
            found.append(_at(code, at, Rule.PREPROCESSOR, message, "put a blank between the two"))
    return found


def _at(text: str, offset: int, rule: Rule, message: str, help_: str = "") -> Finding:
    line = text.count("\n", 0, offset) + 1
    return Finding(rule, line, offset - (text.rfind("\n", 0, offset) + 1) + 1, message, help_)
