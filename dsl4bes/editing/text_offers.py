"""What can stand between quotes: particles of decays, files of includes, species, lines of comparisons.

In: a `Context` in a string. Out: `Offer`s and the part of the string that they replace; nothing for free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsl4bes.constructs.fields import Choice, Decay
from dsl4bes.editing.context import Context, fields_of
from dsl4bes.editing.offer import CompletionKind, Offer
from dsl4bes.source import Span

#: Signs that part the particles of a decay, and no name of a particle has.
_PART = re.compile(r'[\s"]|->')


def in_text(here: Context) -> tuple[list[Offer], Span]:
    """What can be written in the string at hand, and what it replaces."""
    assert here.at is not None
    text, start = here.document.text, here.at.start + 1
    end = here.at.end - 1 if here.at.text.endswith('"') and len(here.at.text) > 1 else here.at.end
    whole = Span(start, max(start, end), here.document.source)
    block = here.block
    field = None if block is None else fields_of(block).get(here.word)
    if here.word == "include":
        return list(_files()), whole
    if isinstance(field, Choice):
        return [Offer(option, CompletionKind.VALUE, field.doc) for option in field.options], whole
    if isinstance(field, Decay) or here.word in ("modes", "process", "topology", "match") or "->" in whole.text:
        begin = max([start, *(start + match.end() for match in _PART.finditer(text[start : here.offset]))])
        rest = _PART.search(text, here.offset, whole.end)
        begin += len(text[begin : here.offset]) - len(text[begin : here.offset].lstrip("("))
        return list(_particles()), Span(begin, max(here.offset, _end(text, here.offset, whole.end if rest is None else rest.start())), here.document.source)
    bracket = here.bracket
    if bracket is not None and bracket[0] is not None and bracket[0].text == "mass":
        return list(_particles()), whole
    return [], whole


def _end(text: str, offset: int, end: int) -> int:
    """Behind the word at an offset, without the brackets that close around it."""
    word = text[offset:end]
    while word.endswith(")") and word.count(")") > word.count("("):
        word = word[:-1]
    return offset + len(word)


def _particles() -> Iterator[Offer]:
    from dsl4bes.physics.particles import all_particles

    for info in sorted(all_particles(), key=lambda info: (_rank(info.pdgid), info.evtgen_name or "")):
        if info.evtgen_name:
            mass = "" if info.mass is None else f"{info.mass:.6g} GeV"
            yield Offer(info.evtgen_name, CompletionKind.PARTICLE, mass, f"`{info.short}` in lists, number {info.pdgid}")


def _rank(pdgid: int) -> int:
    """What is in the detector and the resonances that are produced come first."""
    return 0 if abs(pdgid) in (11, 13, 22, 111, 211, 221, 310, 321, 443, 2212, 3122, 411, 421, 100443) else 1


def _files() -> Iterator[Offer]:
    from dsl4bes.assets import fragments_root

    root = fragments_root()
    for file in sorted(root.rglob("*.bes")):
        name = file.relative_to(root).as_posix()
        first = file.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        yield Offer(name, CompletionKind.FILE, first)
