"""What a model is told: the language in short, made from the registry; the nearest examples; the question, or what was wrong with the last answer.

In: a question, what came before, room in tokens. Out: messages. The fixed text stands first, so that servers can keep it. All of it is text: nothing in a question changes how the
answer is checked, which grammar holds, or what is done with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from inspect import cleandoc
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, LabelKind
from dsl4bes.constructs.registry import load
from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.unknown.asking.decoder_grammar import UNKNOWABLE
from dsl4bes.unknown.asking.shots import Shot, nearest, shots
from dsl4bes.unknown.asking.terms import CHINESE, chinese
from dsl4bes.unknown.backends.turns import harmless

if TYPE_CHECKING:
    from dsl4bes.unknown.backends.protocol import Message


CONTEXT = 4096  #: tokens of the smallest context that prompt and answer have to fit together
_LEAST = 1400  #: of a prompt, however long an answer may be
_WHOLE, _PARTS = 2, 1  #: examples: whole programs, those of a construct
_IN_FULL = 13  #: blocks shown with their fields as written; the others by the names of their fields
_MOST_GLOSSES = 12

_HEAD = """You write programs of DSL4BES, a block language for event selections of the BESIII experiment. Answer with one program and nothing else: no comments, no explanation.

Form: `block(:name) do`, one field a line, `end`. Numbers carry units (MeV, GeV, cm, ns, deg). Use only blocks, fields and functions named here.
Order: `analysis`; `event_selection do` with the cuts in the order in which they act; then `histogram` and `ntuple`.
`charged_tracks` makes the list good, `photons` the list gam (gam1 has the highest energy), `identify :pip` the list pip. `n` before a list counts it: `ngood == 2`.
A fit `kinematic_fit(:fit) do` makes fit.chi2 and fitted particles fit.pip, fit.gam1. Decays are strings: "J/psi -> pi+ pi- (pi0 -> gam gam)".
Lists of particles: {lists}.
Energies: J/psi is `ecms 3.097 GeV`, psi(2S), also called psi(3686), `ecms 3.686 GeV`, psi(3770) `ecms 3.773 GeV`.
Functions: {functions}.

Blocks:
{blocks}
"""


def tokens(text: str) -> int:
    """About how many tokens a text has: programs have 2.4 to 3.0 characters a token in the vocabulary of Qwen2.5, words 3.1; whole prompts are estimated 12 to 20 % too long."""
    ascii_ = sum(c.isascii() for c in text)
    return 1 + round(ascii_ / 2.6 + 1.2 * (len(text) - ascii_))


@lru_cache(maxsize=4)
def language(in_full: int = _IN_FULL) -> str:
    """The language in short."""
    from dsl4bes.resolve.functions import FUNCTIONS

    usages = [each.usage for each in FUNCTIONS.values() if each.name in _used_functions()]
    return _HEAD.format(lists=" ".join(IDENTIFIED), functions=", ".join(usages), blocks="\n".join(_block_lines(in_full)))


@lru_cache(maxsize=1)
def _uses() -> Counter[str]:
    """How many of the programs that come with the compiler begin a line with a word."""
    programs = [shot.source for shot in shots() if shot.whole]
    return Counter(word for text in programs for word in {line.split("(")[0].split()[0] for line in text.splitlines() if line.strip()})


@lru_cache(maxsize=1)
def _used_functions() -> frozenset[str]:
    """Functions that any of the programs calls."""
    from dsl4bes.resolve.functions import FUNCTIONS

    text = "\n".join(shot.source for shot in shots() if shot.whole)
    return frozenset(name for name in FUNCTIONS if f" {name}(" in text or f"({name}(" in text)


def _block_lines(in_full: int) -> list[str]:
    """One line per block, the most used first."""
    offered = [block for block in load().values() if not block.coded and block.keyword not in UNKNOWABLE]
    ordered = sorted(offered, key=lambda block: (-_uses()[block.keyword], block.keyword))
    return [_in_full(block) for block in ordered[:in_full]] + [_in_short(block) for block in ordered[in_full:]]


def _form(block: type[Block]) -> str:
    label = {LabelKind.NAME: "(:name)", LabelKind.TITLE: ' "name"'}.get(block.label, "") if block.label_required else ""
    return f"{block.keyword}{label}" + (f"{', ' if label else ' '}{block.main}" if block.main else "")


def _in_full(block: type[Block]) -> str:
    first = cleandoc(block.__doc__ or "").split("\n\n")[0].split(". ")[0].split(": ")[0].rstrip(".").replace("\n", " ")
    uses = _uses()
    fields = sorted(block.fields.values(), key=lambda field: -uses[field.name])[:9]
    shown = "; ".join(field.usage or field.name for field in fields)
    return f"- {_form(block)}: {first}" + (f" | {shown}" if shown else "")


def _in_short(block: type[Block]) -> str:
    return f"- {_form(block)}" + (f" | {', '.join(list(block.fields)[:8])}" if block.fields else "")


# --- messages ---------------------------------------------------------------------------------------------------------


def messages(question: str, answer_tokens: int, before: tuple[str, str] | None = None) -> tuple[Message, ...]:
    """System text, examples and question; `before`: the last program and what is wrong with it."""
    from dsl4bes.unknown.backends.protocol import Message

    room = max(_LEAST, CONTEXT - answer_tokens)
    asked = [Message(role="user", content=_question(question))]
    if before is not None:
        asked += [Message(role="assistant", content=before[0]), Message(role="user", content=_again(before[1]))]
    used = sum(tokens(message.content) + 8 for message in asked)
    system = next((text for count in (_IN_FULL, 8, 4, 0) if tokens(text := language(count)) + used < room or not count), language(0))
    used += tokens(system)
    return (Message(role="system", content=system + _examples(question, room - used)), *asked)


def _examples(question: str, room: int) -> str:
    """As many of the nearest examples as there is room for, nearest last, where models look most."""
    chosen: list[str] = []
    for shot in (*nearest(question, whole=True, most=_WHOLE), *nearest(question, whole=False, most=_PARTS)):
        text = _example(shot)
        if tokens(text) <= room:
            chosen.append(text)
            room -= tokens(text)
    return "".join(reversed(chosen))


def _example(shot: Shot) -> str:
    return f"\nExample. {shot.words}\n{shot.source}"


def _question(question: str) -> str:
    glosses = [f"{word} = {CHINESE[word].replace('@', '')}" for word in chinese(question)[:_MOST_GLOSSES]]
    said = f"\nWords: {'; '.join(glosses)}." if glosses else ""
    return f"Write the program for this selection:\n{harmless(question)}{said}"


def _again(wrong: str) -> str:
    return f"The compiler refuses this program:\n{harmless(wrong)}\nWrite the whole program again, mended. Change only what is wrong."


def complaint(lines: Sequence[str], most: int = 1800) -> str:
    """Lines of faults within a bound."""
    text = ""
    for line in lines:
        if len(text) + len(line) > most:
            break
        text += line + "\n"
    return text or lines[0][:most]
