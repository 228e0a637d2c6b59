"""Words of other languages and packages, and what this language has instead.

In: a word nobody here knows (`if`, `return`, `momentum`, `4c`). Out: one sentence for the help line, or nothing.
Only texts: whether a word is known is decided by who asks.
"""

from __future__ import annotations

_CUTS = 'a condition is a cut: `require "name", condition` keeps events, `veto "name", condition` rejects them; several selections are `region` blocks'
LOOPS = "there are no loops: a function of a list has a value per entry, and `any`, `all`, `count`, `sum`, `min` or `max` make one of them"
_ORDER = 'blocks run as written, and `require "name", condition` or `veto` ends an event'
_NAMES = "a formula gets a name with `let x = formula`"
_FILES = 'another file is included: `include "file.bes"`'
_OUTPUT = "numbers of events go to an `ntuple` or a `histogram`, the counts to the cut flow"

_WORDS: dict[str, str] = {
    **dict.fromkeys(("if", "unless", "when", "case", "switch", "else", "elif", "elsif", "then", "assert", "cut", "select"), _CUTS),
    **dict.fromkeys(("foreach", "while", "until", "loop", "each", "repeat"), LOOPS),
    **dict.fromkeys(("return", "break", "continue", "next", "exit", "skip", "goto", "yield", "pass"), _ORDER),
    **dict.fromkeys(("def", "function", "func", "fn", "lambda", "proc", "class", "struct", "module"), _NAMES + "; there are no functions to define"),
    **dict.fromkeys(("var", "const", "auto", "int", "float", "double", "bool", "define", "set", "val"), _NAMES),
    **dict.fromkeys(("import", "source", "load", "use", "using", "input_file"), _FILES),
    **dict.fromkeys(("print", "println", "printf", "puts", "echo", "cout", "log"), _OUTPUT),
}  # fmt: skip

#: Functions of other packages → the one here.
FUNCTIONS: dict[str, str] = {
    **dict.fromkeys(("momentum", "mom", "ptot", "p_tot", "mag", "rho"), "p"),
    **dict.fromkeys(("energy", "en"), "e"),
    **dict.fromkeys(("invariant_mass", "inv_mass", "invmass", "minv", "m_inv", "im"), "m"),
    **dict.fromkeys(("mass2", "msq", "m_squared"), "m2"),
    **dict.fromkeys(("transverse_momentum", "perp", "pperp", "p_t"), "pt"),
    **dict.fromkeys(("recoil_mass", "mrec", "m_recoil", "missing_mass", "mm", "mmiss", "recoilmass"), "recoil"),
    **dict.fromkeys(("missing_mass2", "mm2", "mmiss2", "recoil_mass2"), "recoil2"),
    **dict.fromkeys(("delta_phi", "deltaphi"), "dphi"),
    **dict.fromkeys(("opening_angle", "angle_between", "delta_angle"), "angle"),
    **dict.fromkeys(("costheta", "cos_theta", "costh"), "cos"),
    **dict.fromkeys(("helicity_angle", "cos_helicity", "coshel", "cos_hel"), "helicity"),
    **dict.fromkeys(("length", "len", "size", "number", "num", "n"), "count"),
    **dict.fromkeys(("ln", "log_e"), "log"),
    **dict.fromkeys(("fabs", "magnitude"), "abs"),
    **dict.fromkeys(("missing_energy", "emiss"), "missing_e"),
    **dict.fromkeys(("e_over_p", "ep_ratio"), "eop"),
    **dict.fromkeys(("pdg_mass", "nominal_mass"), "mass"),
}  # fmt: skip

_FORMULAS: dict[str, str] = {
    **dict.fromkeys(("pow", "power", "sqr", "square"), "a power is written `x ** 2`"),
    **dict.fromkeys(("mean", "average", "avg"), "write `sum(x) / count(x)`"),
    **dict.fromkeys(("pid_prob", "probability"), "one function per hypothesis: `prob_pi(x)`, `prob_k(x)`, `prob_p(x)`, `prob_e(x)`, `prob_mu(x)`"),
}  # fmt: skip

#: Names of fits in talks → words of `constrain`.
CONSTRAINTS: dict[str, str] = {
    **dict.fromkeys(("4c", "fourc", "four_c", "4_momentum", "p4", "fourmomentum", "momentum", "energy_momentum"), ":four_momentum"),
    **dict.fromkeys(("3c", "threec", "3_momentum", "p3"), ":three_momentum"),
    **dict.fromkeys(("energy", "ecms", "e"), ":total_energy"),
    **dict.fromkeys(("5c", "6c", "fivec", "five_c", "sixc"), ":four_momentum, :pi0"),
}  # fmt: skip


def statement(word: str) -> str:
    """What the language has instead of a statement of another one; empty if nothing is known.

    >>> statement("while").startswith("there are no loops")
    True
    """
    return _WORDS.get(word.lower(), "")


def function(word: str) -> str:
    """What the language has instead of a function of another package; empty if nothing is known.

    >>> function("momentum")
    'here it is called `p`'
    """
    folded = word.lower()
    if folded in FUNCTIONS:
        return f"here it is called `{FUNCTIONS[folded]}`"
    return _FORMULAS.get(folded) or statement(word)


def constraint(word: str) -> str:
    """What to write for a constraint with the name it has in talks; empty if nothing is known.

    >>> constraint("4C")
    'write `constrain :four_momentum`'
    """
    known = CONSTRAINTS.get(word.lower())
    return f"write `constrain {known}`" if known else ""
