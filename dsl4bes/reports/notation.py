"""Two notations of a description: LaTeX, and plain text with the formulas in Unicode.

In: pieces of sentences; formulas in the small LaTeX that `formula.py` writes. Out: text. Whatever a program says is escaped, so that no name of it is a command
of TeX. A command that is not in the table is an error of ours, not of the user.
"""

from __future__ import annotations

import re
import unicodedata

from dsl4bes.reports.said import Math, Name, Piece, Said

#: Commands of the formulas and their signs.
SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "Gamma": "Γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "eta": "η", "theta": "θ", "kappa": "κ", "zeta": "ζ", "Theta": "Θ", "Pi": "Π", "lambda": "λ", "Lambda": "Λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "Xi": "Ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "Sigma": "Σ", "tau": "τ", "phi": "φ", "Phi": "Φ", "chi": "χ", "psi": "ψ", "Psi": "Ψ", "omega": "ω", "Omega": "Ω", "Upsilon": "ϒ",
    "sum": "∑", "min": "min", "max": "max", "ln": "ln", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "arccos": "arccos", "arcsin": "arcsin", "bmod": " mod ",
    "le": " ≤ ", "ge": " ≥ ", "ne": " ≠ ", "in": " ∈ ", "notin": " ∉ ", "exists": "∃", "forall": "∀", "wedge": " ∧ ", "vee": " ∨ ", "neg": "¬", "times": " × ", "cdot": " · ", "pm": "±", "to": " → ", "angle": "∠", "infty": "∞",
    "left": "", "right": "", "vec": "", "circ": "°", "prime": "′", ",": " ", ";": " ", "!": "", "{": "{", "}": "}", "_": "_", "%": "%", "#": "#", "&": "&", "$": "$", " ": " ", "colon": ": ", "quad": "  ",
}  # fmt: skip
#: Commands that take one group, and how it is shown.
WRAPPED = {"mathrm": "{}", "mathcal": "{}", "mathit": "{}", "text": "{}", "sqrt": "√({})"}
_UP = dict(zip("0123456789+-*n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻*ⁿ", strict=True)) | {"°": "°", "′": "′", "±": "±"}
_DOWN = dict(zip("0123456789+-ijn", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₙ", strict=True))
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_~]|[^\\{}^_~]")
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\^{}", "~": r"\~{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''",
}  # fmt: skip


#: A blank at which no line is broken.
BOUND = "\u00a0"


def plain(latex: str, bound: bool = False) -> str:
    """A formula in Unicode; `bound`: a number keeps its unit on its line.

    >>> plain(r"|\\cos\\theta| < 0.93"), plain(r"\\chi^{2}_{\\mathrm{fit4c}} < 200"), plain(r"E > 25~\\mathrm{MeV}")
    ('|cosθ| < 0.93', 'χ²_fit4c < 200', 'E > 25 MeV')
    """
    tokens = _TOKEN.findall(latex)
    text, rest = _row(tokens, 0)
    if rest != len(tokens):
        raise ValueError(f"the formula {latex!r} has brackets that do not fit")
    return re.sub(r" +", " ", text if bound else text.replace(BOUND, " ")).strip()


def _row(tokens: list[str], at: int) -> tuple[str, int]:
    """What stands up to the end of the group."""
    found: list[str] = []
    while at < len(tokens) and tokens[at] != "}":
        shown, at = _next(tokens, at)
        found.append(shown)
    return "".join(found), at


def _next(tokens: list[str], at: int) -> tuple[str, int]:
    """One token with what belongs to it, and the place behind it."""
    token = tokens[at]
    if token in "^_" and len(token) == 1:
        inner, at = _next(tokens, at + 1)
        return (_raised(inner) if token == "^" else _lowered(inner)), at
    if token == "{":
        inner, at = _row(tokens, at + 1)
        if at == len(tokens):
            raise ValueError("a formula has a bracket that is not closed")
        return inner, at + 1
    if token == "~":
        return BOUND, at + 1
    if not token.startswith("\\"):
        return token, at + 1
    return _command(token[1:], tokens, at + 1)


def _command(name: str, tokens: list[str], at: int) -> tuple[str, int]:
    if name == "frac":
        above, at = _next(tokens, at)
        below, at = _next(tokens, at)
        return f"{_bracketed(above)}/{_bracketed(below)}", at
    if name in ("overline", "bar"):
        inner, at = _next(tokens, at)
        return "".join(f"{sign}\u0304" if sign.isalpha() else sign for sign in inner), at
    if name in WRAPPED:
        inner, at = _next(tokens, at)
        if name == "sqrt" and len(inner) == 1:
            return f"√{inner}", at
        return WRAPPED[name].format(inner), at
    if name.isalpha() and at + 1 < len(tokens) and tokens[at] == " " and tokens[at + 1].isalpha():
        at += 1  # a blank ends the name of a command and is not shown
    return SIGNS[name], at


def _bracketed(text: str) -> str:
    """A part of a quotient, in brackets if it is a sum, a product or a quotient itself."""
    depth = 0
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and sign in " +-/×":
            return f"({text})"
    return text


def _raised(text: str) -> str:
    return "".join(_UP[sign] for sign in text) if all(sign in _UP for sign in text) else f"^({text})"


def _lowered(text: str) -> str:
    if all(sign in _DOWN for sign in text):
        return "".join(_DOWN[sign] for sign in text)
    return f"_({text})" if re.search(r"[\s,()\[\]]", text) else f"_{text}"


def escaped(text: str) -> str:
    """A text of the user's or of a language inside LaTeX: no sign of it is a command; what does not print is shown as U+FFFD."""
    return "".join(_SPECIAL.get(sign) or ("\ufffd" if _hidden(sign) else sign) for sign in text)


def shown(text: str) -> str:
    """A text of the user's on one line, without signs that move the cursor."""
    return "".join("\ufffd" if _hidden(sign) else sign for sign in text)


def _hidden(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029"


def _han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _piece(piece: Piece, latex: bool, chinese: bool) -> str:
    if isinstance(piece, Math):
        return f"${piece.latex}$" if latex else plain(piece.latex, bound=True)
    if isinstance(piece, Name):
        text = escaped(piece.text) if latex else shown(piece.text)
        if chinese:
            return f"“{text}”"
        return f"``{text}''" if latex else f"“{text}”"
    return escaped(piece.text) if latex else piece.text


def text_of(said: Said, *, latex: bool = False, chinese: bool = False, bound: bool = False) -> str:
    """Pieces as one text; in Chinese with a blank between characters and formulas. `bound` as in `plain`."""
    found = ""
    for piece in said:
        part = _piece(piece, latex, chinese)
        if chinese and found and part and _apart(found[-1], part[0]):
            found += " "
        found += part
    return found if latex else re.sub(r" +", " ", found if bound else found.replace(BOUND, " "))


def _apart(before: str, after: str) -> bool:
    return (_han(before) and (after == "$" or (not _han(after) and (after.isalnum() or after in "|−-∑√∠¬"))) and not unicodedata.category(after).startswith("P")) or (
        _han(after) and (before in "$|°²³" or (before.isalnum() and not _han(before)))
    )
