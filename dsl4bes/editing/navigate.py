"""Where a name is made, and where it is used.

In: a document and an offset. Out: spans, of included files as well (their `file` says which). Names are those that the compiler resolved; in a program that it could not resolve, the nearest definition above
that the lines show. Nothing is guessed for words that no program makes: functions, fields, particles.
"""

from __future__ import annotations

from itertools import pairwise

from dsl4bes.editing.context import Context, context
from dsl4bes.editing.declared import Declared, What, visible
from dsl4bes.editing.document import Document
from dsl4bes.editing.formula_offers import roles
from dsl4bes.editing.lexemes import Kind, lexemes
from dsl4bes.source import Span
from dsl4bes.syntax.includes import Loaded, fault_of


def definition(document: Document, offset: int) -> list[Span]:
    """Where the name at an offset is made; the file of an `include`; the decay that names a product."""
    use = document.bindings.at(offset)
    if use is not None:
        return [] if use.target.place is None else [use.target.place]
    here = context(document, offset)
    if here.at is None or here.comment:
        return []
    if here.at.kind is Kind.STRING:
        return _file(here)
    if here.before and here.before[-1].is_("."):
        return _product(here)
    if here.word == "include" and here.after is not None and here.after.is_(":"):
        return _parameter(here)
    return _declared(here)


def references(document: Document, offset: int) -> list[Span]:
    """Every place in this text that stands for the name at an offset, where it is made among them."""
    use = document.bindings.at(offset)
    return [] if use is None else [each.span for each in document.bindings.of(use.target)]


def _file(here: Context) -> list[Span]:
    """The included file, from its begin."""
    loaded = _loaded(here)
    return [] if loaded is None else [Span(0, 0, loaded.source)]


def _loaded(here: Context) -> Loaded | None:
    if here.line is None or here.line.word != "include":
        return None
    path = next((lexeme.text[1:-1] for lexeme in here.line.lexemes if lexeme.kind is Kind.STRING), "")
    found = None if fault_of(path) else here.document.loader.load(path, here.document.source.name)
    return found if isinstance(found, Loaded) else None


def _parameter(here: Context) -> list[Span]:
    """Where the file of an `include` declares the parameter that is given a value."""
    loaded = _loaded(here)
    if loaded is None or here.at is None:
        return []
    words = lexemes(loaded.source.text)
    return [Span(name.start, name.end, loaded.source) for word, name in pairwise(words) if word.is_("parameter") and name.is_(here.at.text)]


def _product(here: Context) -> list[Span]:
    """The particle in the decay of the fit before the point."""
    assert here.at is not None
    path = [lexeme.text for lexeme in here.before if lexeme.kind is Kind.NAME]
    names = visible(here.document.declared, here.block, here.offset)
    for word in reversed(path):
        fit = next((each for each in reversed(names) if each.name == word and each.what is What.FIT), None)
        if fit is not None:
            return _in_decay(here, fit, here.at.text)
    return []


def _in_decay(here: Context, fit: Declared, role: str) -> list[Span]:
    if fit.decay is None or fit.file is not None or role not in roles(fit.decay):
        return []
    block = next((block for block in here.document.structure.blocks if block.head.start <= fit.start < block.head.end), None)
    line = next((line for line in block.lines if line.word == "decay"), None) if block is not None else None
    text = line.lexemes[1] if line is not None and len(line.lexemes) > 1 else None
    node = next(node for node in fit.decay.mother.walk() if node.role == role)
    return [] if text is None else [here.document.span(text.start + 1 + node.start, text.start + 1 + node.end)]


def _declared(here: Context) -> list[Span]:
    """The nearest definition above, where the compiler did not come as far as the names."""
    if here.document.bindings.uses or here.at is None or here.head:
        return []
    name = here.at.text.removeprefix(":")
    found = next((each for each in reversed(visible(here.document.declared, here.block, here.offset)) if each.name == name), None)
    if found is None or found.file is not None:
        return []
    return [here.document.span(found.start, found.end)]
