"""The grammar that holds a model's pen: every text it allows is a program that the parser reads, and blocks, fields, functions, units and particles exist.

In: the texts of `grammar/*.lark`, the registry. Out: a `Grammar`, and its text in the dialect of llguidance (vLLM's `structured_outputs`). A pure function of both: a new
construct is in it by itself. Narrower than the language on purpose: no comments, one statement a line, bounded names, texts, lists and depths, no blocks of the
user's own; fields of a physical dimension take numbers with units only. What a grammar cannot know (names that exist, charges, sense) is for `check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from dsl4bes.assets import fragments_root, grammar_path
from dsl4bes.constructs.base import Block
from dsl4bes.constructs.registry import load
from dsl4bes.ir.types import Dimension
from dsl4bes.unknown.asking import blocks, formulas, values
from dsl4bes.unknown.asking.ebnf import Grammar, Node, Ref, Terminal, glued, optional, reached
from dsl4bes.unknown.asking.fit_rules import FitRules
from dsl4bes.unknown.asking.lark_reader import Rules, read_grammar
from dsl4bes.unknown.asking.merging import merged
from dsl4bes.unknown.asking.patterns import bounded, parts, without_lookaround
from dsl4bes.unknown.asking.sharing import shared
from dsl4bes.unknown.asking.spacing import spaced

FILES = ("dsl4bes.lark", "expressions.lark")
#: Blocks that state what only a run can know: a model would invent the numbers.
UNKNOWABLE = ("expect",)

LONGEST_NAME = 30
LONGEST_TEXT = 80
_DIGITS = 9
_INDENT = 32
#: Letters and signs that texts may hold: printable ASCII, Latin, Greek, Chinese. Quotes and backslashes are added with their escape.
_LETTERS = r"[ !#-\[\]-~\u00a1-\u00ac\u00ae-\u024f\u0370-\u03ff\u2190-\u2193\u3001-\u3003\u4e00-\u9fff\uff08\uff09\uff0c]"
#: `1 GeV / c` is a compound unit, which the language refuses.
_LIGHT = ("c", "c2")


def derive(texts: Iterable[str], registry: Mapping[str, type[Block]], without: Iterable[str] = ()) -> Grammar:
    """The grammar for the grammar files and the registry. `without`: keywords that are not offered."""
    return _finished(read_grammar(texts), blocks.block_rules(registry, without), blocks.dimensions(registry))


def _finished(written: Rules, own: Mapping[str, Node], dimensions: set[Dimension], units: bool = True) -> Grammar:
    """The grammar of rules above the values, with those and the terminals that they need."""
    number, number_terminals = _number(written)
    rules: dict[str, Node] = {**own, **values.unit_rules(dimensions), **values.decay_rules(), **formulas.formula_rules(written), **number}
    terminals = {**_terminals(written, units), **number_terminals}
    names = set(reached(rules, "start"))
    missing = names - set(rules) - set(terminals)
    assert not missing, f"nothing is called {sorted(missing)}"
    kept = {name: node for name, node in rules.items() if name in names}
    return Grammar(*merged(*spaced(shared(kept), terminals)))


@lru_cache(maxsize=2)
def decoder_grammar(everything: bool = False) -> Grammar:
    """The grammar of this version, made once; `everything`: with the blocks that a model is not asked for."""
    return derive(_texts(), load(), () if everything else UNKNOWABLE)


def fit_grammar(rules: FitRules) -> Grammar:
    """The grammar of one fit."""
    return _finished(read_grammar(_texts()), rules.rules(), blocks.dimensions(load()), units=rules.units)


def _texts() -> list[str]:
    return [grammar_path(name).read_text(encoding="utf-8") for name in FILES]


@lru_cache(maxsize=1)
def decoder_text() -> str:
    """What goes with a request."""
    return decoder_grammar().text()


def _number(written: Rules) -> tuple[dict[str, Node], dict[str, Terminal]]:
    """A number in pieces: digits, fraction, exponent of one digit (larger ones are an error of their own)."""
    names = ("DIGITS", "FRACTION", "EXPONENT")
    found = parts(written.patterns["NUMBER"])
    assert len(found) == len(names), "the pattern of numbers has other parts than it had"
    terminals = {
        name: Terminal(bounded(pattern, 1 if name == "EXPONENT" else _DIGITS), ends=True)
        for name, (pattern, _) in zip(names, found)
    }  # fmt: skip
    pieces = [optional(Ref(name)) if may_lack else Ref(name) for name, (_, may_lack) in zip(names, found)]
    return {"number_text": glued(*pieces), "integer": Ref("DIGITS")}, terminals


def _terminals(written: Rules, units: bool = True) -> dict[str, Terminal]:
    """Terminals of the grammar, bounded; and those that stand in its place where the registry knows more. Without `units` a name may be `c`."""
    from dsl4bes.physics.particles import spellings
    from dsl4bes.physics.units import UNITS
    from dsl4bes.resolve.functions import FUNCTIONS

    keywords = tuple(sorted(word for word in written.words.values() if word.isalpha()))
    own = {name: _bounded(pattern) for name, pattern in written.patterns.items()}
    name = own["NAME"].pattern
    letter_first = name.replace("_", "", 1)
    text = f"(?:{_LETTERS}|" + r'\\[A-Za-z"\\])'
    keys = sorted({key for each in FUNCTIONS.values() for key in each.keys})
    return {
        **own,
        **{name: Terminal(words=(word,)) for name, word in written.words.items()},
        "NAME": Terminal(name, but_not=(*keywords, *(_LIGHT if units else ())), ends=True),
        "FIRST_IN": Terminal(f"{written.words['IN']} {{1,4}}"),
        "WORD": Terminal(name, but_not=keywords, ends=True),
        "COUNTED": Terminal("n" + letter_first, but_not=("not",), ends=True),
        "NEW_NAME": Terminal(f":{letter_first}", but_not=tuple(f":{word}" for word in keywords), ends=True),
        "QUOTED_NAME": Terminal(f'"{letter_first}"'),
        "QUOTED_CUT": Terminal('"[<>=!]=? ?[0-9]{1,4}"', but_not=('"[=!] ?[0-9]+"',)),
        "STRING": Terminal(f'"{text}{{0,{LONGEST_TEXT}}}"'),
        "TITLE": Terminal(f'"[A-Za-z0-9]{text}{{0,{LONGEST_TEXT}}}"'),
        "CALL": Terminal(words=tuple(f"{word}(" for word in sorted(FUNCTIONS))),
        "KEY": Terminal(words=tuple(keys)),
        "UNIT": Terminal(words=tuple(word for word in UNITS if word.isalpha())),
        "PARTICLE": Terminal(words=spellings()),
        "SEVERAL": Terminal("[2-9]", ends=True),
        "FRAGMENT": Terminal(words=tuple(f'"{each}"' for each in _fragments())),
        "BLANK": Terminal(" {1,16}"),
        "NL": Terminal(rf"\n{{1,2}} {{0,{_INDENT}}}"),
    }


def _bounded(pattern: str) -> Terminal:
    plain = without_lookaround(pattern)
    words = "A-Za-z" in plain
    return Terminal(bounded(plain, LONGEST_NAME), ends=words)


def _fragments() -> list[str]:
    """The fragments that are shipped: a model cannot know others."""
    root = fragments_root()
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*.bes"))


