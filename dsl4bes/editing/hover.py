"""What the word at a place means: blocks, fields, functions, names of the program, units, particles, numbers with a unit.

In: a document and an offset. Out: a `Hover` in Markdown with the span of the word, or None where nothing is known. Texts come from the reference and from what the compiler resolved; C++ is not shown here.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc

from dsl4bes.constructs import registry
from dsl4bes.constructs.fields import Choice, Cut, Decay, Field, Number
from dsl4bes.constructs.fields import Line as LineField
from dsl4bes.editing.bindings import Sort, Use
from dsl4bes.editing.context import Context, context, fields_of
from dsl4bes.editing.declared import visible
from dsl4bes.editing.document import Document
from dsl4bes.editing.lexemes import KEYWORDS, Kind, Lexeme
from dsl4bes.ir.candidates import FitKind
from dsl4bes.ir.types import ListKind
from dsl4bes.physics.units import UNITS, base_word, dimension_name
from dsl4bes.reference.pages import default_of, function_entry, type_of
from dsl4bes.resolve.scope import Seen
from dsl4bes.source import Span


@dataclass(frozen=True, slots=True)
class Hover:
    """A text about the word at `span`."""

    markdown: str
    span: Span


def hover(document: Document, offset: int) -> Hover | None:
    """What is known about the word at an offset."""
    here = context(document, offset)
    if here.comment:
        return None
    use = None if _is_no_name(here) else document.bindings.at(offset)
    if use is not None and not (use.defines and use.target.implicit):
        return Hover(_of_use(document, use, offset), use.span)
    if here.at is None:
        return _number(here)
    text = _of_string(here) if here.at.kind in (Kind.STRING, Kind.UNCLOSED) else None
    if text is not None:
        return text
    word = _of_word(here, here.at)
    return None if not word else Hover(word, document.span(here.at.start, here.at.end))


def _is_no_name(here: Context) -> bool:
    """Whether no name of the program can stand here, which the lines alone say: then nothing is compiled for an answer. In doubt it may be one."""
    at = here.at
    if at is None:
        return True
    if here.block is not None and any(block.word in _OF_CUTS for block in here.block.around()):
        return False
    if at.kind in (Kind.STRING, Kind.UNCLOSED):
        return here.block is not None and isinstance(fields_of(here.block).get(here.word), Decay)
    if at.text in KEYWORDS:
        return True
    if here.head:
        return at.text in ({} if here.block is None else fields_of(here.block)) or (here.line is not None and here.line.opens is not None and at.text in registry.load())
    if here.before[-1].kind is Kind.NUMBER and at.text in UNITS:
        return True
    glued = at.kind is Kind.NAME and here.after is not None and here.after.is_("(") and here.after.start == at.end
    return glued and not here.before[-1].is_(".") and function_entry(at.text) is not None


#: Blocks whose lines begin with names of cuts.
_OF_CUTS = ("expect", "systematics")


# --- names of the program --------------------------------------------------------------------------------------------------


def _of_use(document: Document, use: Use, offset: int) -> str:
    target = use.target
    where = ""
    if target.place is None:
        where = "the standard one, since the program does not make it"
    elif target.place.file == document.source:
        where = f"made in line {target.place.place.line}"
    else:
        where = f"made in {target.place.file.name}"
    seen = _seen_at(document, offset)
    what = {Sort.LIST: _of_list, Sort.FIT: _of_fit}.get(target.sort)
    text = "" if what is None or seen is None else what(seen, target.name)
    lines = [f"**`{target.name}`**: {text or _plain(target.sort)}, {where}"]
    if target.place is not None and target.sort in (Sort.VALUE, Sort.CUT, Sort.PARAMETER):
        line = target.place.file.line(target.place.place.line).strip()
        lines.append(f"```bes\n{line}\n```")
    return "\n\n".join(lines)


def _plain(sort: Sort) -> str:
    return {Sort.VALUE: "value", Sort.CUT: "cut", Sort.REGION: "region", Sort.PARAMETER: "parameter of this file"}.get(sort, sort.value)


def _seen_at(document: Document, offset: int) -> Seen | None:
    """What was known at the innermost block around an offset, or at the last one before it."""
    found = [each for each in document.seen if each.instance.head.file == document.source and each.instance.span.start <= offset]
    inside = [each for each in found if offset <= each.instance.span.end]
    return max(inside or found, key=lambda each: each.instance.span.start, default=None)


def _of_list(seen: Seen, name: str) -> str:
    """Kind, species and how many entries are sure."""
    scope = seen.after if name in seen.after.lists else seen.before
    info = scope.lists.get(name)
    if info is None:
        return ""
    symbol = info.symbol
    kind = {ListKind.TRACKS: "list of charged tracks", ListKind.SHOWERS: "list of showers"}.get(symbol.kind, "list of candidates")
    species = "" if symbol.species is None else f" identified as {symbol.species.value}{'+' if symbol.charge > 0 else '-' if symbol.charge < 0 else ''}"
    count = scope.count(info)
    sure = f", exactly {count.low} here" if count.one or (count.high == count.low) else f", {count.low} to {count.high} here" if count.high is not None else f", at least {count.low} here" if count.low else ""
    return f"{kind}{species}{sure}"


def _of_fit(seen: Seen, name: str) -> str:
    """Kind and products."""
    info = seen.after.fits.get(name) or seen.before.fits.get(name)
    if info is None:
        return ""
    symbol = info.symbol
    products = [role.name for role in symbol.roles] + [composite.name for composite in symbol.composites]
    several = ", one candidate or several" if symbol.several else ""
    optional = ", which rejects nothing" if symbol.optional else ""
    listed = f" of {', '.join(f'`{product}`' for product in products)}" if products else ""
    fit = " fit" if symbol.kind in (FitKind.VERTEX, FitKind.KINEMATIC, FitKind.SECONDARY_VERTEX) else ""
    return f"{symbol.kind.value}{fit}{listed}{several}{optional}"


# --- words of the language -------------------------------------------------------------------------------------------------


def _of_word(here: Context, at: Lexeme) -> str:
    word = at.text.removeprefix(":")
    known = {} if here.block is None else fields_of(here.block)
    if here.head:
        if at.text in known and not (here.line is not None and here.line.opens is not None and at.text in registry.load()):
            return field_markdown(known[at.text], here.block.word if here.block is not None else "")
        return _block(at.text)
    if here.before and here.before[-1].kind is Kind.NUMBER and at.text in UNITS:
        return _unit(here.before[-1].text, at.text)
    if here.before and here.before[-1].is_("."):
        return _member(here, at.text)
    if at.kind is Kind.NAME and here.after is not None and here.after.is_("(") and here.after.start == at.end:
        return function_entry(at.text) or ""
    if here.after is not None and here.after.text in (":", "="):
        return _key(here, word)
    field = known.get(here.word)
    if isinstance(field, Choice) and word in field.options:
        return f"`:{word}` of `{field.name}`: {field.doc}"
    if isinstance(field, LineField) and word in field.words:
        return f"`:{word}` of `{field.name}`: {field.doc}"
    if at.text in KEYWORDS:
        return ""
    return function_entry(at.text) or _shape(at.text) or _made(here, word)


def _made(here: Context, word: str) -> str:
    """A name that the lines above make, in a program that the compiler could not resolve."""
    found = next((each for each in reversed(visible(here.document.declared, here.block, here.offset)) if each.name == word), None)
    if found is None:
        return ""
    where = f"in {found.file.name}" if found.file is not None else f"in line {here.document.source.place(found.start).line}"
    return f"**`{word}`**: {found.what.value}, made {where}"


def _block(word: str) -> str:
    """Meaning and fields of a block."""
    construct = registry.find(word)
    if construct is None:
        return ""
    fields = "\n".join(f"- `{field.name}`: {field.doc}" for field in construct.fields.values())
    return "\n\n".join(part for part in (f"**`{word}`**", cleandoc(construct.__doc__ or ""), fields) if part)


def field_markdown(field: Field, block: str = "") -> str:
    """Meaning, type, unit, default, source and example of a field."""
    lines = [f"**`{f'{block}.' if block else ''}{field.name}`**: {field.doc}", f"- type: {type_of(field)}"]
    if isinstance(field, Number):
        unit = field.bare or (base_word(field.dimension) if not field.dimension.angle else "")
        sign = f"`{field.natural}` " if isinstance(field, Cut) else ""
        lines += [f"- a number alone: {sign}{unit or ('a unit is needed' if field.dimension.angle else 'a plain number')}"]
    default = default_of(field)
    lines += [f"- default: {default}"] if default else []
    lines += [f"- example: `{field.usage}`"] if field.usage else []
    return "\n".join([lines[0], "", *lines[1:]])


def _key(here: Context, word: str) -> str:
    """A word before a colon: a field written in a line, or an option of one."""
    construct = registry.find(here.word)
    if construct is not None and word in construct.fields:
        return field_markdown(construct.fields[word], here.word)
    bracket = here.bracket
    if bracket is not None and bracket[0] is not None:
        return function_entry(bracket[0].text) or ""
    return ""


def _shape(word: str) -> str:
    from dsl4bes.constructs.shapes import registry as shapes

    shape = shapes.load().get(word)
    return "" if shape is None else f"**`{word}`**\n\n{cleandoc(shape.__doc__ or '')}"


def _member(here: Context, word: str) -> str:
    """What a fit has behind the point."""
    path = [lexeme.text for lexeme in here.before if lexeme.kind is Kind.NAME]
    seen = _seen_at(here.document, here.offset)
    info = None if seen is None else next((found for name in reversed(path) if (found := seen.after.fits.get(name) or seen.before.fits.get(name)) is not None), None)
    if info is None:
        return ""
    symbol = info.symbol
    raw = "raw" in path
    for role in symbol.roles:
        if role.name == word:
            species = "" if role.species is None else f" ({role.species.value})"
            return f"`{word}`: product{species} of `{info.symbol.name}`, {'as measured' if raw else 'as fitted'}"
    if any(composite.name == word for composite in symbol.composites):
        return f"`{word}`: four-momentum of an intermediate particle of `{symbol.name}`, {'as measured' if raw else 'as fitted'}"
    return f"`{word}` of `{symbol.name}`" + (f" ({symbol.kind.value})" if word in NUMBERS else "")


#: Numbers that fits have.
NUMBERS = ("chi2", "ndf", "vertex_chi2", "length", "length_sigma", "significance", "ctau", "mbc", "delta_e", "mode", "charm", "mass")


# --- numbers, units, particles ---------------------------------------------------------------------------------------------


def _number(here: Context) -> Hover | None:
    """A number with its unit, in base units."""
    if here.line is None:
        return None
    words = here.line.lexemes
    for place, lexeme in enumerate(words):
        if lexeme.kind is Kind.NUMBER and lexeme.start <= here.offset <= lexeme.end:
            after = words[place + 1] if place + 1 < len(words) else None
            if after is not None and after.text in UNITS and after.kind is Kind.NAME:
                return Hover(_unit(lexeme.text, after.text), here.document.span(lexeme.start, after.end))
    return None


def _unit(number: str, word: str) -> str:
    unit = UNITS[word]
    base = base_word(unit.dimension)
    return f"`{number} {word}` = {float(number) * unit.factor:.6g} {base} ({dimension_name(unit.dimension)})"


def _of_string(here: Context) -> Hover | None:
    """The particle at a place of a decay, or the text of an included file."""
    assert here.at is not None
    block = here.block
    field = None if block is None else fields_of(block).get(here.word)
    text = here.at.text
    if not (isinstance(field, Decay) or "->" in text or (here.bracket is not None and here.bracket[0] is not None and here.bracket[0].text == "mass")):
        return None
    start = end = here.offset - here.at.start
    signs = ' "\t'
    while start > 1 and text[start - 1] not in signs:
        start -= 1
    while end < len(text) and text[end] not in signs:
        end += 1
    word = text[start:end]
    while word.startswith("("):
        word, start = word[1:], start + 1
    while word.endswith(")") and word.count(")") > word.count("("):
        word, end = word[:-1], end - 1
    found = particle_markdown(word)
    return None if not found else Hover(found, here.document.span(here.at.start + start, here.at.start + end))


def particle_markdown(word: str) -> str:
    """Mass, width and names of a particle; empty if there is none of this name."""
    from dsl4bes.physics.particles import edition, find

    info = find(word) if word else None
    if info is None:
        return ""
    lines = [f"**{info.pdg_name}** ({info.evtgen_name or '-'} in EvtGen, `{info.short}` in lists, number {info.pdgid})"]
    lines += [f"- mass {info.mass:.9g} GeV"] if info.mass is not None else []
    lines += [f"- width {info.width:.4g} GeV"] if info.width else []
    lines += [f"- charge {info.charge:+d}" if info.charge else "- charge 0", f"- from {edition()}"]
    return "\n".join([lines[0], "", *lines[1:]])
