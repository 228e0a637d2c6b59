"""Pygments lexer of the language: `pygmentize -l bes`, Sphinx, Jupyter, the terminal.

In: program text, also incomplete or wrong. Out: coloured tokens that give the text again. Regular expressions and `words.py` only, no registry: a block is what stands before `do`, a field what stands first on a line,
whatever they are called. Texts have parts: particles and arrows of a decay, comparison and number of a count (`npip ">=1"`). Nothing is an error here; the compiler says what is wrong.
"""

from __future__ import annotations

from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups, default, include, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

from dsl4bes.syntax.words import FUNCTIONS, LISTS, STATEMENTS, UNITS

__all__ = ["BesLexer"]  # Pygments loads what is named here

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = rf"{_NAME}(?:\.{_NAME})*"
_NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_UNIT = rf"(?:{'|'.join(sorted((unit for unit in UNITS if unit != '%'), key=len, reverse=True))})(?![A-Za-z0-9_])|%"
#: The line ends with `do`, before which signs of comments stand in texts only.
_OPENS = r"(?![A-Za-z0-9_.])(?=[^\n#\"]*(?:\"(?:\\.|[^\n\"\\])*\"[^\n#\"]*)*(?<![A-Za-z0-9_])do[ \t\r]*(?:#.*)?$)"
#: Where a bracket that was never closed ends: the compiler gives it up at the same lines.
_GIVEN_UP = rf"(?=^[ \t]*end[ \t\r]*(?:#.*)?$|^[ \t]*{_PATH}{_OPENS})"
#: A particle: `J/psi`, `rho(770)0`, `anti-D*0`, `K_S0`.
_SIGN = r"(?:[A-Za-z0-9_*'/~+]|-(?!>))"
_PARTICLE = rf"[A-Za-z]{_SIGN}*(?:\([A-Za-z0-9]+\){_SIGN}*)*"


class BesLexer(RegexLexer):
    """Tokens of `.bes` programs."""

    name = "DSL4BES"
    aliases: ClassVar = ["bes", "dsl4bes"]
    filenames: ClassVar = ["*.bes"]
    mimetypes: ClassVar = ["text/x-bes"]
    url = ""

    tokens: ClassVar = {
        "root": [
            (r"\ufeff", Whitespace),
            (r"^([ \t]*)(end)\b", bygroups(Whitespace, Keyword), "rest"),
            # a block: the path before its bracket, label or `do`
            (rf"^([ \t]*)({_PATH}){_OPENS}", bygroups(Whitespace, Name.Class), "rest"),
            (rf"^([ \t]*)((?:{_NAME}\.)*(?:{'|'.join(STATEMENTS)}))(?![A-Za-z0-9_.(])", bygroups(Whitespace, Keyword.Declaration), "rest"),
            (rf"^([ \t]*)({_PATH})", bygroups(Whitespace, Name.Attribute), "rest"),
            (r"[ \t\r]*\n", Whitespace),
            (r"[ \t\r]+", Whitespace),
            default("rest"),
        ],
        "rest": [(r"\n", Whitespace, "#pop"), (_GIVEN_UP, bygroups(), "#pop"), include("value")],
        "bracket": [
            (_GIVEN_UP, bygroups(), "#pop"),
            (r"\n", Whitespace),
            (r"[)\]]", Punctuation, "#pop"),
            include("value"),
        ],
        "value": [
            (r"[ \t\r]+", Whitespace),
            (r"#.*", Comment.Single),
            (r'"(?=(?:\\.|[^"\\\n])*->)', String.Double, "decay"),
            (r'"(?=[ \t]*(?:[<>=!]=|[<>]|in\b|\d[^"\n]*\.\.)[^"\n]*")', String.Double, "count"),
            (r'"', String.Double, "text"),
            (rf"(?<![A-Za-z0-9_]):{_NAME}", String.Symbol),
            (rf"({_NUMBER})([ \t]*)({_UNIT})", bygroups(Number, Whitespace, Keyword.Type)),
            (_NUMBER, Number),
            (words(("do", "end"), suffix=r"(?![A-Za-z0-9_])"), Keyword),
            (words(("and", "or", "not", "in"), suffix=r"(?![A-Za-z0-9_])"), Operator.Word),
            (words(("true", "false"), suffix=r"(?![A-Za-z0-9_])"), Keyword.Constant),
            (rf"({_NAME})(\()", bygroups(Name.Function, Punctuation), "bracket"),
            (rf"({_NAME})(:|[ \t]*:(?![A-Za-z_])|[ \t]*=(?!=))", bygroups(Name.Label, Punctuation)),
            (rf"(\.)({_NAME})", bygroups(Punctuation, Name)),
            (words(LISTS, suffix=r"(?![A-Za-z0-9_.])"), Name.Builtin),
            (words(FUNCTIONS, suffix=r"(?![A-Za-z0-9_.])"), Name.Function),
            (_NAME, Name),
            (r"\.\.|\*\*|[-+*/^]|[<>=!]=|[<>=]", Operator),
            (r"[(\[]", Punctuation, "bracket"),
            (r"[)\],.:%]", Punctuation),
            (r".", Text),
        ],
        "text": [
            (r'"', String.Double, "#pop"),
            (r"\\[^\r\n]", String.Escape),
            (r'[^"\\\r\n]+', String.Double),
            (r"(?=\r?\n)", bygroups(), "#pop"),
            (r"\r|\\", String.Double),
        ],
        "decay": [
            (r"->", String.Interpol),
            (_PARTICLE, String.Other),
            (r"[ \t]+|[(),;]", String.Double),
            (r"[^\"\\\r\nA-Za-z]", String.Double),
            include("text"),
        ],
        "count": [
            (r"[<>=!]=|[<>]|\.\.|\bin\b", String.Interpol),
            (_NUMBER, String.Other),
            (r"[^\"\\\r\n]", String.Double),
            include("text"),
        ],
    }
