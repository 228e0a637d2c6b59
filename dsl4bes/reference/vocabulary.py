"""All words of the language as plain data, for completion and hints in editors.

In: the registry, the table of functions, the particles, the units: what the compiler itself uses. Out: dictionaries of strings, numbers and lists
that JSON can hold. A new construct is in it without being named here. Nothing is printed, and no program is looked at.
"""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

from dsl4bes.constructs import registry
from dsl4bes.constructs.base import Block
from dsl4bes.constructs.fields import Choice, Cut, Field, Formula, Group, Line, Number, Sources, Text
from dsl4bes.constructs.shapes import registry as shapes
from dsl4bes.constructs.shapes.base import Shape
from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.physics.units import UNITS, base_word, dimension_name, words_of
from dsl4bes.reference.pages import function_names, function_parts

SCHEMA = 1  #: grows when a key goes or changes its meaning


def vocabulary() -> dict[str, Any]:
    """Blocks with their fields, functions, lists, particles, units and reserved words; each sorted and complete."""
    from dsl4bes.syntax.tables import KEYWORDS

    return {
        "schema": SCHEMA,
        "keywords": sorted(KEYWORDS),
        "blocks": {keyword: block_data(block) for keyword, block in registry.load().items()},
        "shapes": {word: _shape(shape) for word, shape in shapes.load().items()},
        "functions": {name: _function(name) for name in function_names()},
        "lists": {name: {"species": str(species), "charge": charge} for name, (species, charge) in sorted(IDENTIFIED.items())},
        "units": {
            word: {"of": dimension_name(unit.dimension), "factor": unit.factor, "base": base_word(unit.dimension)}
            for word, unit in UNITS.items()
        },
        "particles": _particles(),
    }  # fmt: skip


def block_data(block: type[Block]) -> dict[str, Any]:
    """One block: where it stands, its label, its fields, its examples."""
    data: dict[str, Any] = {
        "doc": cleandoc(block.__doc__ or ""),
        "parents": list(block.parents),
        "label": block.label.value,
        "label_required": block.label_required,
        "body": block.body,
        "container": block.container,
        "counts": block.counts,
        "rejects": not block.quiet,
        "fields": {field.name: field_data(field) for field in block.fields.values()},
        "examples": [{"intent": each.intent, "source": each.source} for each in block.examples],
    }
    given = {"list": block.default_list, "main": block.main, "assumed": block.standard}
    data.update((key, value) for key, value in given.items() if value)
    if block.free is not None:
        data["other_fields"] = field_data(block.free)
    return data


def _shape(shape: type[Shape]) -> dict[str, Any]:
    """One shape of a fit: its formula, its parameters and settings."""
    data: dict[str, Any] = {"doc": cleandoc(shape.__doc__ or ""), "observables": shape.dimensions, "fields": {field.name: field_data(field) for field in shape.fields.values()}}
    if shape.free is not None:
        data["other_fields"] = field_data(shape.free)
    return data


def field_data(field: Field) -> dict[str, Any]:
    """One field: kind, meaning, and what its kind has: units, natural comparison, limits, options, words."""
    data: dict[str, Any] = {
        "kind": field.kind,
        "doc": field.doc,
        "required": field.required,
        "repeats": field.repeats,
    }
    if field.usage:
        data["usage"] = field.usage
    if isinstance(field, Number):
        data["quantity"] = dimension_name(field.dimension)
        data["units"] = list(words_of(field.dimension))
        limits = {
            "bare_unit": field.bare or None,
            "low": field.low,
            "high": field.high,
            "whole": field.whole or None,
        }
        data.update((key, value) for key, value in limits.items() if value is not None)
        if field.words:
            data["words"] = list(field.words)
    if isinstance(field, Cut):
        data["natural"] = field.natural
    if isinstance(field, Choice):
        data["options"] = list(field.options)
    if isinstance(field, (Choice, Text, Sources)):
        data["many"] = field.many
    if isinstance(field, Sources):
        data["roles"] = field.roles
    if isinstance(field, Line):
        data["keys"], data["words"] = list(field.keys), list(field.words)
    if isinstance(field, Formula):
        data["condition"] = field.flag
    if isinstance(field, Group):
        data["fields"] = {inner.name: field_data(inner) for inner in field.fields}
    return data


def _function(name: str) -> dict[str, Any]:
    usage, gives, doc = function_parts(name)
    return {"usage": usage, "gives": gives, "doc": doc}


def _particles() -> dict[str, dict[str, Any]]:
    """Particles by the name they have in decays and lists."""
    from dsl4bes.physics.particles import all_particles

    return {
        info.short: {"pdg": info.pdg_name, "evtgen": info.evtgen_name, "id": info.pdgid, "mass": info.mass, "charge": info.charge}
        for info in sorted(all_particles(), key=lambda info: info.short)
    }  # fmt: skip
