"""What is known about a word: a code, a block, a field, a function, a particle, a unit or a shipped fragment.

In: a word as a user writes it. Out: text (Markdown), or data that JSON can hold, from the tables the compiler itself uses; None for what nothing is called. Several
meanings are all given. Nothing is printed, and no program is looked at.
"""

from __future__ import annotations

from importlib import resources
from typing import Any


def explanation(word: str) -> str | None:
    """What is known about a word, or None. Several meanings are all given."""
    parts = [
        part
        for part in (
            _code(word),
            _block(word),
            _shape(word),
            _field(word),
            _function(word),
            _unit(word),
            _particle(word),
            _fragment(word),
        )
        if part
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n" if parts else None


def entries(word: str) -> dict[str, Any]:
    """What is known about a word as data, by what it is: `block`, `shape`, `fields`, `function`, `unit`, `particle`, `code`; empty if nothing."""
    from dsl4bes.diagnostics import codes
    from dsl4bes.physics.particles import find
    from dsl4bes.reference.vocabulary import vocabulary

    words = vocabulary()
    plain = word.removeprefix("event_selection.").removesuffix("()")
    block, _, name = plain.rpartition(".")
    fields = {
        f"{keyword}.{name}": each["fields"][name]
        for keyword, each in words["blocks"].items()
        if name in each["fields"] and block in ("", keyword)
    }
    info, code = find(word), codes.find(word)
    found = {
        "code": code
        and {"id": code.id, "name": code.name, "severity": code.severity.value, "summary": code.summary},
        "block": words["blocks"].get(plain),
        "shape": words["shapes"].get(plain),
        "fields": fields,
        "function": words["functions"].get(plain),
        "unit": words["units"].get(word),
        "particle": info and {"name": info.short, **words["particles"][info.short]},
    }
    return {what: data for what, data in found.items() if data}


def _code(word: str) -> str | None:
    from dsl4bes.diagnostics import codes

    code = codes.find(word)
    if code is None:
        return None
    head = f"{code.id} {code.name} ({code.severity.value}): {code.summary}"
    page = resources.files("dsl4bes") / "diagnostics" / "explain" / f"{code.id}.md"
    return f"{head}\n\n{page.read_text(encoding='utf-8')}" if page.is_file() else head


def _block(word: str) -> str | None:
    from dsl4bes.constructs import registry
    from dsl4bes.reference.pages import block_entry

    keyword = word.removeprefix("event_selection.")
    block = registry.find(keyword)
    return None if block is None else block_entry(keyword, block)


def _shape(word: str) -> str | None:
    """A shape of a fit."""
    from dsl4bes.constructs.shapes import registry
    from dsl4bes.reference.pages import shape_entry

    shape = registry.load().get(word)
    return None if shape is None else shape_entry(word, shape)


def _field(word: str) -> str | None:
    """`photons.energy`, or `energy` in every block that has it."""
    from dsl4bes.constructs import registry
    from dsl4bes.reference.pages import field_entry

    *path, name = word.removeprefix("event_selection.").split(".")
    found = []
    for keyword, block in registry.load().items():
        if path and path[0] != keyword:
            continue
        field = block.fields.get(name)
        if field is not None:
            found.append(field_entry(block, field))
    return "\n".join(found) or None


def _function(word: str) -> str | None:
    from dsl4bes.reference.pages import function_entry

    return function_entry(word.removesuffix("()"))


def _unit(word: str) -> str | None:
    from dsl4bes.physics.units import base_word, dimension_name, find_unit

    unit = find_unit(word)
    if unit is None:
        return None
    base = base_word(unit.dimension)
    return f"`{word}` is a unit of {dimension_name(unit.dimension)}: {unit.factor:g} {base}".rstrip()


def _particle(word: str) -> str | None:
    from dsl4bes.physics.particles import edition, find

    info = find(word)
    if info is None:
        return None
    lines = [
        f"`{info.short}`: {info.pdg_name} (PDG), {info.evtgen_name or '-'} (EvtGen), ${info.latex}$, number {info.pdgid}"
    ]
    if info.mass is not None:
        lines.append(f"  mass      {info.mass:.9g} GeV")
    if info.width:
        lines.append(f"  width     {info.width:.4g} GeV")
    if info.ctau is not None and 1e-5 < info.ctau < 1e12:
        lines.append(f"  c tau     {info.ctau:.4g} cm")
    lines.append(f"  charge    {info.charge:+d}" if info.charge else "  charge    0")
    lines.append(f"  anti      {info.antiparticle.short}")
    lines.append(f"  from      {edition()}")
    return "\n".join(lines)


def _fragment(word: str) -> str | None:
    """The text of a shipped fragment: `besiii/standard_tracks.bes`."""
    from dsl4bes.syntax.includes import Loaded, fault_of, shipped

    if fault_of(word):
        return None
    found = shipped().load(word, "")
    return found.source.text if isinstance(found, Loaded) else None


def near(word: str) -> str:
    """`; did you mean ...?` for a word that nothing is called, or nothing."""
    from dsl4bes.constructs import registry
    from dsl4bes.constructs.shapes import registry as shapes
    from dsl4bes.diagnostics.codes import CATALOGUE
    from dsl4bes.diagnostics.suggest import nearest
    from dsl4bes.physics import particles
    from dsl4bes.reference.pages import function_names

    blocks = registry.load()
    fields = {name for block in blocks.values() for name in block.fields}
    near = nearest(word, {*blocks, *shapes.load(), *fields, *function_names(), *CATALOGUE}) or particles.nearest(word)
    return f"; did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
