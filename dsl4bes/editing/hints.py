"""Small notes behind lines: what holds where nothing is written, and how many events were left in the last run.

In: a document, and counts by the lines of the cut flow (`{"events": 1000, "photons": 985, "pid.npip": 700, "signal.pi0": 12}`), from wherever a run was kept. Out: `Hint`s. Counts are shown where the lines that they count
stand; whether the program was changed since is not known here, so who gives them says of which run they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from dsl4bes.constructs import registry
from dsl4bes.constructs.fields import Cut, Field
from dsl4bes.constructs.words import public_name
from dsl4bes.editing.context import fields_of
from dsl4bes.editing.declared import label_of
from dsl4bes.editing.document import Document
from dsl4bes.editing.lexemes import Kind
from dsl4bes.editing.structure import Block, Line
from dsl4bes.physics.units import base_word


class HintKind(Enum):
    """What a hint tells."""

    DEFAULT = "default"
    SIGN = "sign"
    UNIT = "unit"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Hint:
    """`text` is shown at `offset`; `tip` says more."""

    offset: int
    text: str
    kind: HintKind
    tip: str = ""


_LONGEST = 60  #: of the defaults behind a head
_MOST = 4


def hints(document: Document, counts: Mapping[str, int] | None = None) -> list[Hint]:
    """All hints of a document, by place."""
    found: list[Hint] = []
    for line in document.structure.lines:
        if line.opens is not None:
            found += _defaults(line.opens)
        elif line.block is not None:
            found += _bare(line, line.block)
        if counts:
            found += _events(line, counts)
    return sorted(found, key=lambda hint: hint.offset)


def _defaults(block: Block) -> Iterator[Hint]:
    """Fields with a value that somebody chose and that are not written."""
    written = {line.word for line in block.lines} | {lexeme.text for lexeme in block.head.lexemes}
    missing = [field for field in fields_of(block).values() if field.default and field.source and field.name not in written]
    missing += [field for field in fields_of(block).values() if field.default.startswith("`") and not field.source and field.name not in written]
    if not missing:
        return
    texts = [f"{field.name} {field.default.strip('`')}" for field in missing]
    shown = ", ".join(texts[:_MOST])
    if len(texts) > _MOST or len(shown) > _LONGEST:
        shown = f"{shown[:_LONGEST].rstrip(' ,')} ..."
    tip = "Not written, so this holds:\n\n" + "\n".join(f"- `{field.name}`: {field.default}" + (f" ({field.source})" if field.source else "") for field in missing)
    yield Hint(block.body, shown, HintKind.DEFAULT, tip)


def _bare(line: Line, block: Block) -> Iterator[Hint]:
    """The comparison and the unit that a bare number means: `vr 1`."""
    field = fields_of(block).get(line.word)
    if not isinstance(field, Cut) or len(line.lexemes) < 2:
        return
    numbers = [lexeme for lexeme in line.lexemes[1:] if lexeme.kind is Kind.NUMBER]
    if len(numbers) != 1 or any(lexeme.kind is Kind.NAME for lexeme in line.lexemes[1:]):
        return
    if line.lexemes[1] is numbers[0]:
        yield Hint(numbers[0].start, field.natural, HintKind.SIGN, "A number alone means this comparison.")
    unit = _unit(field)
    if unit:
        yield Hint(numbers[0].end, unit, HintKind.UNIT, "A number without a unit means this one.")


def _unit(field: Field) -> str:
    if not isinstance(field, Cut) or field.dimension.angle:
        return ""
    return field.bare or base_word(field.dimension)


def _events(line: Line, counts: Mapping[str, int]) -> Iterator[Hint]:
    """Events left behind a block, a cut or a count."""
    key = _key(line)
    if key not in counts:
        return
    events, total = counts[key], counts.get("events", 0)
    share = f" ({100 * events / total:.3g} %)" if total else ""
    yield Hint(line.lexemes[-1].end, f"{events:,} events{share}", HintKind.EVENTS, f"`{key}` in the last run, of {total:,} events" if total else "")


def _key(line: Line) -> str:
    """The line of the cut flow that a statement makes, if it makes one."""
    region = next((label_of(block.head)[0] for block in (line.block.around() if line.block else ()) if block.word == "region"), "")
    construct = registry.find(line.word)
    if construct is not None and not construct.quiet and not construct.container and (line.opens is not None or not construct.body):
        own = public_name(label_of(line)[0] or construct.keyword)
    elif line.block is not None and line.word.startswith("n") and registry.find(line.block.word) is not None:
        inner = registry.find(line.block.word)
        own = f"{public_name(label_of(line.block.head)[0] or line.block.word)}.{line.word}" if inner is not None and inner.counts else ""
    else:
        return ""
    return f"{region}.{own}" if region else own
