"""What can begin a statement, and what can be the value of a field, from the registry.

In: a `Context`. Out: `Offer`s. Formulas are `formula_offers.py`, texts in quotes `text_offers.py`. Nothing is known here about single blocks: a new construct is offered by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc

from dsl4bes.constructs import registry
from dsl4bes.constructs.base import FIT, SELECTION, TOP, Block, LabelKind, LineKind
from dsl4bes.constructs.fields import (
    Choice,
    Count,
    Cut,
    Decay,
    Field,
    Flag,
    Floating,
    Formula,
    Formulas,
    Group,
    Number,
    Sources,
    Text,
)
from dsl4bes.constructs.fields import Line as LineField
from dsl4bes.editing import formula_offers
from dsl4bes.editing.context import Context, fields_of, place_of
from dsl4bes.editing.declared import What
from dsl4bes.editing.lexemes import Kind
from dsl4bes.editing.offer import CompletionKind, Offer
from dsl4bes.physics.units import UNITS, dimension_name, words_of
from dsl4bes.reference.pages import default_of, type_of

_INDENT = "    "
_FILLED = re.compile(r'"[^"]*"|(?<![A-Za-z0-9_])[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')


# --- the first word --------------------------------------------------------------------------------------------------------


def heads(here: Context) -> Iterator[Offer]:
    """Fields of the block around, blocks and lines that can stand here, and `end`."""
    path = [lexeme.text for lexeme in here.before if lexeme.kind is Kind.NAME]
    if path:
        yield from _blocks(here, path[-1] if path[-1] != FIT else "", inner=True)
        return
    block = here.block
    if block is not None:
        written = {line.word for line in block.lines if line is not here.line}
        yield from (field_offer(field) for field in fields_of(block).values() if field.repeats or field.name not in written)
        yield from _counts(here)
        yield from _cuts(here)
    yield from _blocks(here, place_of(block))
    if block is not None and not block.closed:
        yield Offer("end", CompletionKind.KEYWORD, f"ends `{'.'.join(block.words)}`")


def field_offer(field: Field) -> Offer:
    """A field with a value to fill in."""
    usage = field.usage.strip()
    written = usage if usage.split(" ")[0] == field.name else f"{field.name} {'< 1' if isinstance(field, Cut) else ''}".strip()
    detail = type_of(field)
    return Offer(field.name, CompletionKind.FIELD, detail, field_text(field), filled(written))


def field_text(field: Field) -> str:
    """Meaning, default and example of a field as Markdown."""
    parts = [f"{field.doc[:1].upper()}{field.doc[1:]}."]
    default = default_of(field)
    parts += [f"*Default:* {default}"] if default else []
    parts += [f"*Example:* `{field.usage}`"] if field.usage else []
    return "\n\n".join(parts)


def filled(written: str) -> str | None:
    """An example as a snippet: its numbers and texts are places to fill in."""
    count = 0

    def place(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        text = match[0]
        return f'"${{{count}:{_escaped(text[1:-1])}}}"' if text.startswith('"') else f"${{{count}:{text}}}"

    made = _FILLED.sub(place, written)
    return None if count == 0 else made


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def _blocks(here: Context, place: str, inner: bool = False) -> Iterator[Offer]:
    """Constructs that stand in a place; at the top level `event_selection.` goes before those of the selection."""
    for keyword, construct in registry.load().items():
        if place in construct.parents or (place == TOP and construct.selects):
            if not (inner and not construct.body):
                yield block_offer(construct, _indent(here))
        elif place == TOP and not inner and SELECTION in construct.parents and construct.body:
            yield block_offer(construct, _indent(here), f"{SELECTION}.{keyword}")


def _indent(here: Context) -> str:
    start = here.document.text.rfind("\n", 0, here.offset) + 1
    text = here.document.text[start : here.offset]
    return text[: len(text) - len(text.lstrip())]


def block_offer(construct: type[Block], indent: str = "", written: str = "") -> Offer:
    """A block with its `do ... end`, or a statement of one line."""
    word = written or construct.keyword
    doc = cleandoc(construct.__doc__ or "")
    head, snippet, count = word, word, 1
    if construct.label_required or construct.label is LabelKind.TITLE:
        if construct.label is LabelKind.NAME:
            head, snippet = f"{word}(:name)", f"{word}(:${{1:name}})"
        else:
            head, snippet = (f'{word}("name")', f'{word}("${{1:name}}")') if construct.body else (f'{word} "name"', f'{word} "${{1:name}}"')
        count = 2
    if construct.line is LineKind.SHAPE:
        head, snippet = f"{head} gaussian", f"{snippet} ${{{count}:gaussian}}"
    elif construct.line is LineKind.NAME:
        head, snippet = f"{head} name", f"{snippet} ${{{count}:name}}"
    if not construct.body:
        line = snippet_of_line(construct, snippet, count)
        return Offer(word, CompletionKind.BLOCK, doc.split("\n")[0], doc, line)
    return Offer(f"{head} do\n{indent}end", CompletionKind.BLOCK, doc.split("\n")[0], doc, f"{snippet} do\n{_INDENT}$0\nend", label=word)


def snippet_of_line(construct: type[Block], snippet: str, count: int) -> str:
    """A statement of one line with what goes behind its label."""
    if construct.line is LineKind.FORMULA:
        return f"{snippet}, ${{{count}:formula}}"
    if construct.line is LineKind.DEFINITION:
        return f"{construct.keyword} ${{1:name}} = ${{2:1}}"
    if construct.line is LineKind.FILE:
        return f'{construct.keyword} "${{1:besiii/standard_tracks.bes}}"'
    return snippet


def _counts(here: Context) -> Iterator[Offer]:
    """`n<list>` for the lists of the block."""
    construct = here.construct
    if here.block is None or construct is None or not construct.counts:
        return
    for each in here.document.declared:
        own = here.block.start <= each.start < here.block.end
        if own and each.what in (What.LIST, What.FIT):
            yield Offer(f"n{each.name}", CompletionKind.COUNT, f"how many `{each.name}` there are", "", f"n{each.name} ${{1:>= 1}}")


def _cuts(here: Context) -> Iterator[Offer]:
    """Lines of the cut flow, where `expect` names them."""
    if here.block is None or here.block.word != "expect":
        return
    program = here.document.compilation.program
    if program is None:
        return
    from dsl4bes.resolve.from_ast import cut_flow_keys

    for key in sorted({key.replace(".", "_") for key in cut_flow_keys(program)}):
        if key.isidentifier():
            yield Offer(key, CompletionKind.COUNT, "line of the cut flow", "", f"{key} ${{1:0}}")


# --- values ----------------------------------------------------------------------------------------------------------------


def behind(here: Context) -> Iterator[Offer]:
    """What can follow a value: a unit behind a number."""
    last = here.before[-1]
    if last.kind is not Kind.NUMBER:
        return
    if here.at is None and here.after is not None and here.after.kind in (Kind.NAME, Kind.NUMBER, Kind.STRING, Kind.SYMBOL):
        return
    field = field_here(here)
    words = list(words_of(field.dimension)) if isinstance(field, Number) else []
    for word in dict.fromkeys([*words, *UNITS]):
        if word.isidentifier():
            unit = UNITS[word]
            yield Offer(word, CompletionKind.UNIT, dimension_name(unit.dimension), f"{unit.factor:g} in base units")


def field_here(here: Context) -> Field | None:
    """The field whose value is written at a place."""
    if here.bracket is not None and here.bracket[0] is not None and not _own_bracket(here):
        return None
    block = here.block
    known = {} if block is None else fields_of(block)
    if here.word in known:
        field = known[here.word]
        if isinstance(field, Group):
            inner = {each.name: each for each in field.fields}
            return next((inner[lexeme.text] for lexeme in reversed(here.before) if lexeme.text in inner), field)
        return field
    construct = registry.find(here.word)
    return None if construct is None else next((construct.fields[lexeme.text] for lexeme in reversed(here.before[1:]) if lexeme.text in construct.fields), None)


def _own_bracket(here: Context) -> bool:
    """Whether the open bracket is that of the block's own head: `pid(method=...)`."""
    bracket = here.bracket
    return bracket is not None and bracket[0] is not None and bracket[0].text == here.word and registry.find(here.word) is not None and here.before.index(bracket[0]) <= 2


def values(here: Context) -> Iterator[Offer]:
    """What can be written where a value begins."""
    bracket = here.bracket
    key = _key(here)
    if bracket is not None and bracket[0] is not None and not _own_bracket(here):
        yield from formula_offers.arguments(here, bracket[0].text, key)
        return
    block = here.block
    known = {} if block is None else fields_of(block)
    construct = registry.find(here.word)
    if here.word in known and not _own_bracket(here):
        yield from of_field(here, known[here.word], key)
    elif construct is not None:
        yield from _of_head(here, construct, key)
    elif block is not None:
        yield from formula_offers.formula(here)


def _key(here: Context) -> str:
    """`per` behind `per:` or `per=`; empty without a key."""
    if len(here.before) < 2 or here.before[-1].text not in (":", "=") or here.before[-2].kind is not Kind.NAME:
        return ""
    return here.before[-2].text


def _of_head(here: Context, construct: type[Block], key: str) -> Iterator[Offer]:
    """Behind the word of a block or statement: its fields as keys, and what its line takes."""
    if key in construct.fields:
        yield from of_field(here, construct.fields[key], "")
        return
    last = here.before[-1]
    if last.is_(here.word) and construct.label is LabelKind.TITLE:
        yield Offer('"name"', CompletionKind.SNIPPET, "the name that it has in the cut flow", "", '"${1:name}"' + (", ${2:formula}" if construct.line is LineKind.FORMULA else ""))
    begun = last.is_(",") or last.is_("(") or last.is_(here.word)
    if construct.line is LineKind.SHAPE and not last.is_("("):
        from dsl4bes.constructs.shapes import registry as shapes

        yield from (Offer(word, CompletionKind.SHAPE, cleandoc(shape.__doc__ or "").split("\n")[0], cleandoc(shape.__doc__ or "")) for word, shape in shapes.load().items())
        return
    if construct.line is LineKind.NAME:
        yield from formula_offers.names(here, (What.FIT,))
        return
    if construct.line in (LineKind.FORMULA, LineKind.DEFINITION) and not (last.is_(here.word) and construct.label is not LabelKind.NONE):
        yield from formula_offers.formula(here)
    if begun and construct.line is not LineKind.DEFINITION and not (last.is_(here.word) and construct.body):
        yield from (_key_offer(field.name, field.doc, field.usage) for field in construct.fields.values())


def _key_offer(name: str, doc: str = "", usage: str = "") -> Offer:
    return Offer(f"{name}: ", CompletionKind.KEY, doc, f"*Example:* `{usage}`" if usage else "", label=f"{name}:")


def of_field(here: Context, field: Field, key: str) -> Iterator[Offer]:
    """The values of a field."""
    if isinstance(field, Group):
        inner = next((each for lexeme in reversed(here.before) for each in field.fields if lexeme.text == each.name), None)
        if here.before[-1].is_(",") or here.before[-1].is_(field.name) or inner is None:
            yield from (field_offer(each) for each in field.fields)
        else:
            yield from of_field(here, inner, key)
    elif isinstance(field, Choice):
        yield from _options(field.options, field.doc)
    elif isinstance(field, Flag):
        yield from (Offer(word, CompletionKind.VALUE, field.doc) for word in ("true", "false"))
    elif isinstance(field, Sources):
        yield from formula_offers.names(here, (What.LIST, What.FIT))
        if not here.before[-1].is_(":"):
            yield Offer("rest()", CompletionKind.FUNCTION, "the others of a list", "", "rest(${1:good}, ${2:pip})")
    elif isinstance(field, (Decay, Text)):
        if here.before[-1].is_(field.name):
            yield Offer('""', CompletionKind.VALUE, type_of(field), "", filled(_value_of(field)))
    elif isinstance(field, Number):
        yield from _number(here, field)
    elif isinstance(field, Floating):
        yield from (_key_offer(word) for word in ("range", "fixed", "constraint") if here.before[-1].is_(","))
        yield from formula_offers.formula(here)
    elif isinstance(field, LineField):
        yield from _line(here, field, key)
    elif isinstance(field, (Formula, Formulas)):
        yield from formula_offers.formula(here)


def _options(words: Iterable[str], doc: str) -> Iterator[Offer]:
    for word in words:
        yield Offer(f":{word}" if word.isidentifier() else f'"{word}"', CompletionKind.VALUE, doc)


def _value_of(field: Field) -> str:
    """The value in the example of a field."""
    return field.usage.removeprefix(field.name).strip() or '""'


def _number(here: Context, field: Number) -> Iterator[Offer]:
    yield from _options(field.words, field.doc)
    value = _value_of(field)
    if value and value != '""' and here.before[-1].is_(field.name):
        yield Offer(value, CompletionKind.VALUE, type_of(field), field_text(field), filled(value))
    if isinstance(field, (Cut, Count)):
        yield from formula_offers.names(here, (What.VALUE, What.PARAMETER))


def _line(here: Context, field: LineField, key: str) -> Iterator[Offer]:
    """A line of its own shape: its words and keys, lists that can be identified, formulas."""
    yield from _options(field.words, field.doc)
    if here.before[-1].is_(","):
        yield from (_key_offer(word) for word in field.keys)
    if field.name == "identify":
        from dsl4bes.constructs.species import IDENTIFIED

        yield from (Offer(f":{name}", CompletionKind.LIST, f"{species} of charge {charge:+d}" if charge else f"{species} of either charge") for name, (species, charge) in IDENTIFIED.items())
    elif not field.words or key in ("min", "max", "per") or here.before[-1].is_(","):
        yield from formula_offers.formula(here)
