"""Pygments lexer of the language: `pygmentize -l bes`, editors, documentation, the `repl`.

In: program text, also incomplete or wrong. Out: coloured tokens. Regular expressions only, no knowledge of the registry:
a block is what stands before `do`, a field what stands first on a line.
"""

from __future__ import annotations

from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

__all__ = ["BesLexer"]  # Pygments loads what is named here

_UNIT = r"(?:[kMGT]?eV|[num]?m|cm|[pnum]?s|m?rad|deg)\b|%"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_BLOCK = rf"^([ \t]*)({_NAME}(?:\.{_NAME})*)(?=[^\n#\"]*(?:\"[^\n\"]*\"[^\n#\"]*)*\bdo[ \t\r]*(?:#.*)?$)"


class BesLexer(RegexLexer):
    """Tokens of `.bes` programs."""

    name = "DSL4BES"
    aliases: ClassVar = ["bes", "dsl4bes"]
    filenames: ClassVar = ["*.bes"]
    mimetypes: ClassVar = ["text/x-bes"]
    url = ""

    tokens: ClassVar = {
        "root": [
            (r"^([ \t]*)(let|parameter|include)\b", bygroups(Whitespace, Keyword.Declaration), "rest"),
            (r"^([ \t]*)(end)\b", bygroups(Whitespace, Keyword)),
            # a block: the path before its bracket, label or `do`
            (_BLOCK, bygroups(Whitespace, Name.Class), "rest"),
            (rf"^([ \t]*)({_NAME}(?:\.{_NAME})*)", bygroups(Whitespace, Name.Attribute), "rest"),
            (r"[ \t\r]*\n", Whitespace),
            (r"[ \t\r]+", Whitespace),
            (r"#.*", Comment.Single),
            (r".", Text, "rest"),
        ],
        "rest": [
            (r"\n", Whitespace, "#pop"),
            (r"[ \t\r]+", Whitespace),
            (r"#.*", Comment.Single),
            (r'"(?:\\.|[^"\\\n])*"', String.Double),
            (r'"[^\n]*', String.Double),
            (rf":{_NAME}", String.Symbol),
            (words(("do", "end"), prefix=r"\b", suffix=r"\b"), Keyword),
            (words(("and", "or", "not", "in"), prefix=r"\b", suffix=r"\b"), Operator.Word),
            (words(("true", "false"), prefix=r"\b", suffix=r"\b"), Keyword.Constant),
            (
                rf"(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)([ \t]*)({_UNIT})",
                bygroups(Number, Whitespace, Keyword.Type),
            ),
            (r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", Number),
            (rf"({_NAME})(\()", bygroups(Name.Function, Punctuation)),
            (rf"({_NAME})([ \t]*)([:=])(?!=)", bygroups(Name.Label, Whitespace, Punctuation)),
            (_NAME, Name),
            (r"\.\.|\*\*|[-+*/^]|[<>=!]=?", Operator),
            (r"[()\[\],.:]", Punctuation),
            (r".", Text),
        ],
    }
