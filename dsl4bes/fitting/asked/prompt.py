"""What a model is told that is to write a fit in the language: fields and shapes, made from the registry; the nearest examples; the data; the question.

In: a question, its data, the last answer and what was wrong with it. Out: messages. All of it is text: nothing in a question or in the name of a branch changes how the answer is checked or what is done with it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from inspect import cleandoc

from dsl4bes.constructs.base import FIT, SAMPLE, TERM, Block
from dsl4bes.constructs.fields import Field, Floating
from dsl4bes.constructs.registry import load
from dsl4bes.constructs.shapes.registry import load as shapes
from dsl4bes.fitting.asked.data import Named
from dsl4bes.fitting.asked.words import spoken, terms
from dsl4bes.unknown.asking.prompt import CONTEXT, tokens
from dsl4bes.unknown.backends.protocol import Message
from dsl4bes.unknown.backends.turns import harmless

_LEAST = 1400  #: tokens of a prompt, however long an answer may be
_EXAMPLES = 3
_MOST_GLOSSES = 14
_LONGEST = 0.02  #: what a term that nobody asked for costs

_HEAD = """You write fits in DSL4BES, a block language. Answer with one `fit` block and nothing else: no comments, no explanation, no C++.

Form: `fit("name") do`, one field a line, then the terms of the model, `end`. A model is the sum of its terms: `signal SHAPE do`, `background SHAPE do`, `component SHAPE do`; two of a kind need names: `background(:flat) polynomial do`.
A parameter is `mean 0.135 GeV, range: 0.13 GeV..0.14 GeV`: where it starts and its limits; `fixed: true` fixes it. Parameters that float need no range. Numbers are written as the question writes them, without units if it has none.
Yields, errors, chi2/ndf and all parameters are always printed: nothing says so. Write only what is asked for.

Fields of `fit`:
{fields}

Terms may have: {amounts}.
{blocks}

Shapes and their parameters:
{shapes}
"""


@lru_cache(maxsize=1)
def language() -> str:
    """Fits of the language in short."""
    registry = load()
    amounts = "; ".join(field.usage for field in registry["signal"].fields.values() if isinstance(field, Floating))
    return _HEAD.format(
        fields="\n".join(_field(field) for field in registry[FIT].fields.values() if field.name != "title"), amounts=amounts,
        blocks="\n".join(f"`{_form(block)}`: {_first(block.__doc__)}." for block in registry.values() if set(block.parents) & {FIT, SAMPLE, TERM} and block.keyword not in ("signal", "background", "component")),
        shapes="\n".join(_shape(word) for word in shapes()),
    )  # fmt: skip


def _field(field: Field) -> str:
    return f"- {field.usage or field.name}  ({field.doc.split('; ')[0][:130]})"


def _form(block: type[Block]) -> str:
    return f"{block.keyword}(:name) do" if block.label_required else f"{block.keyword} gaussian do"


def _first(doc: str | None) -> str:
    """The first sentence of a docstring."""
    return cleandoc(doc or "").split("\n\n")[0].split(". ")[0].rstrip(".").replace("\n", " ")


def _shape(word: str) -> str:
    shape = shapes()[word]
    names = [field.name if isinstance(field, Floating) else field.usage for field in shape.fields.values()]
    own = ", and a line for each parameter of the formula" if shape.free is not None else ""
    return f"- {word}: {', '.join(names)}{own} | {_first(shape.__doc__)[:150]}"


# --- messages ---------------------------------------------------------------------------------------------------------


def messages(question: str, data: Named, answer_tokens: int, before: tuple[str, str] | None = None) -> tuple[Message, ...]:
    """System text, examples and question; `before`: the last program and what is wrong with it."""
    room = max(_LEAST, CONTEXT - answer_tokens)
    asked = [Message(role="user", content=_question(question, data))]
    if before is not None:
        asked += [Message(role="assistant", content=before[0]), Message(role="user", content=_again(before[1]))]
    used = sum(tokens(message.content) + 8 for message in asked) + tokens(language())
    return (Message(role="system", content=language() + _examples(question, data, room - used)), *asked)


def _question(question: str, data: Named) -> str:
    known = [f"- data {harmless(line.text)}" + (f"  ({line.about})" if line.about else "") for line in data.lines]
    if data.generated:
        known.append("- data :generated, events: 1000  (drawn from the model itself)")
    glosses = [f"{word} = {meant}" for word, meant in spoken(question).items() if word not in meant][:_MOST_GLOSSES]
    said = f"\nIn the language: {'; '.join(glosses)}." if glosses else ""
    return f"The data there are, each as its line:\n{chr(10).join(known)}\n\nThe question (what it says of C++, macros and printing is done by the compiler):\n{harmless(question)}{said}\n\nWrite the fit block."


def _again(wrong: str) -> str:
    return f"This fit is refused:\n{harmless(wrong)}\nWrite the whole fit block again, mended. Change only what is wrong."


# --- examples ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _shots() -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Words, source and terms of every example of a fit alone; those that need a selection are too long to be shown."""
    found = []
    for block in load().values():
        if {FIT, SAMPLE, TERM} & {block.keyword, *block.parents}:
            found += [(example.intent, example.source, terms(f"{example.intent}\n{example.source}")) for example in block.examples if example.source.startswith(FIT)]
    return tuple(found)


def nearest(question: str, data: Named) -> Iterator[tuple[str, str]]:
    """Examples as words and source, nearest first."""
    wanted = terms(question) | ({"component", "graph"} if any(line.points for line in data.lines) else set())
    often = Counter(term for _, _, own in _shots() for term in own)
    weights = {term: math.log(1 + len(_shots()) / (1 + often[term])) for term in wanted}
    scored = sorted((-round(sum(weights[term] for term in wanted & own) - _LONGEST * len(own), 9), at) for at, (_, _, own) in enumerate(_shots()))
    return ((_shots()[at][0], _shots()[at][1]) for _, at in scored)


def _examples(question: str, data: Named, room: int) -> str:
    """As many of the nearest examples as there is room for, nearest last, where models look most."""
    chosen: list[str] = []
    for words, source in nearest(question, data):
        text = f"\nExample. {words}\n{source}"
        if len(chosen) < _EXAMPLES and tokens(text) <= room:
            chosen.append(text)
            room -= tokens(text)
    return "".join(reversed(chosen))
