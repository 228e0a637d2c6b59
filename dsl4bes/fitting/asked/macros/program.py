"""From an answer to a macro that ROOT can run.

In: the text that a model answered. Out: a `Program`: the code and the name under which its file must lie, as `root NAME.C` calls the function NAME; None if there is no code. A `main` is given another name,
since ROOT calls none. Nothing else of the code is changed, and nothing of it is run here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)(?:^[ \t]*```|\Z)", re.MULTILINE | re.DOTALL)
_FUNCTION = re.compile(r"^[ \t]*(?:static\s+|inline\s+)?(?:void|int|Int_t|double|Double_t|bool|auto|TFitResultPtr|TCanvas\s*\*|[A-Za-z_][\w:<>]*\s*[*&]?)\s+\**(?P<name>[A-Za-z_]\w*)\s*\((?P<arguments>[^(){};]*(?:\([^(){};]*\)[^(){};]*)*)\)\s*\{", re.MULTILINE)
_NOT_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_CODE = re.compile(r"\b(?:void|int|TH[123]|TF[12]|TFile|Roo[A-Z]\w+|#include)\b|^\s*#include", re.MULTILINE)
_WORDS = {"else", "return", "new", "if", "for", "while", "switch", "do"}
_UNNAMED = "program"
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Program:
    """`name` is that of the function that ROOT calls; the file is `NAME.C`."""

    code: str
    name: str

    @property
    def file(self) -> str:
        return f"{self.name}.C"


def program_of(answer: str) -> Program | None:
    """The program of an answer: its longest block between fences, or all of it if there is none and it looks like code.

    >>> program_of("Here:\\n```cpp\\nvoid fit() {\\n}\\n```\\nDone.").file
    'fit.C'
    >>> program_of("I cannot do that.") is None
    True
    """
    answer = answer[:_MOST]
    blocks = [block for block in _FENCE.findall(answer) if block.strip()]
    code = max(blocks, key=len) if blocks else answer if _CODE.search(answer) and "{" in answer else ""
    return of_code(code) if code.strip() else None


def of_code(code: str) -> Program:
    """A program from code alone."""
    hidden = _NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), code)
    if hidden.lstrip().startswith("{"):
        return Program(code, _UNNAMED)
    found = [match for match in _FUNCTION.finditer(hidden) if match["name"] not in _WORDS and not _leading_word(match[0]) and _depth(hidden, match.start()) == 0]
    callable_ = [match for match in found if _may_be_called(match)]
    if not callable_:
        return Program(code, _UNNAMED)
    chosen = next((match for match in callable_ if match["name"] == "main"), callable_[-1])
    if chosen["name"] != "main":
        return Program(code, chosen["name"])
    start, end = chosen.span("name")
    arguments = chosen.span("arguments")
    return Program(code[:start] + _UNNAMED + code[end : arguments[0]] + _with_defaults(chosen["arguments"]) + code[arguments[1] :], _UNNAMED)


def called(program: Program, name: str) -> Program:
    """The program for a file `NAME.C`: with a function of that name, which ROOT calls. A name that no function can have leaves it as it is.

    >>> called(of_code("void fit() {\\n}\\n"), "mine").code.splitlines()[-1]
    'void mine() { fit(); }'
    """
    has_function = re.search(rf"\b{re.escape(program.name)}\s*\(", program.code) is not None
    if program.name == name or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        return program
    if not has_function:
        return Program(program.code, name)  # statements between braces run under any name
    return Program(f"{program.code.rstrip()}\n\n// ROOT calls the function with the name of the file.\nvoid {name}() {{ {program.name}(); }}\n", name)


def _leading_word(text: str) -> bool:
    return text.split()[0] in _WORDS


def _may_be_called(match: re.Match[str]) -> bool:
    """Without arguments: there are none, or all have defaults; `main` gets some."""
    arguments = match["arguments"].strip()
    return match["name"] == "main" or arguments in ("", "void") or all("=" in each for each in arguments.split(","))


def _with_defaults(arguments: str) -> str:
    given = [each.strip() for each in arguments.split(",") if each.strip() not in ("", "void")]
    return ", ".join(f"{each} = {'nullptr' if '*' in each or '[' in each else '0'}".replace("[]", "").replace("char argv", "char **argv") for each in given)


def _depth(code: str, end: int) -> int:
    """How many braces are open: a function within a namespace or a class is not called by ROOT."""
    return code.count("{", 0, end) - code.count("}", 0, end)
