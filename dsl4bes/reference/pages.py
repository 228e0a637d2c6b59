"""Reference text, made from what the compiler itself uses: blocks, fields, functions, units.

In: the registry, the table of functions, the units. Out: Markdown, one page for the whole language or one entry.
Nothing is written by hand here that the registry could say; nothing is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from inspect import cleandoc

from dsl4bes.constructs import registry
from dsl4bes.constructs.base import TERM, Block, LabelKind
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
    Line,
    Number,
    Sources,
    Text,
)
from dsl4bes.constructs.shapes import registry as shapes
from dsl4bes.constructs.shapes.base import Shape
from dsl4bes.ir.functions import FUNCTIONS, Function
from dsl4bes.ir.types import Dimension, Kind
from dsl4bes.physics.units import base_word, dimension_name, words_of
from dsl4bes.reference.code import code_of, code_of_field


def page() -> str:
    """The whole reference."""
    parts = [_HEAD]
    for keyword, block in registry.load().items():
        parts.append(block_entry(keyword, block))
    parts.append(_SHAPES)
    parts += [shape_entry(word, shape) for word, shape in shapes.load().items()]
    parts.append("# Functions\n")
    parts.append(_functions_table())
    parts.append(
        "# Units\n\nNo unit means the base unit. Base units are GeV, cm, ns and rad; angles always need a unit.\n"
    )
    parts.append(_units_table())
    return "\n".join(parts).rstrip() + "\n"


_HEAD = """\
<!-- GENERATED from the registry by `python -m dsl4bes.devtools.generate`; do not edit. -->
# Reference of the language

Blocks in alphabetical order, then functions and units. A cut may be written `name < 1 cm`, `name 0.1..0.2`, or with a bare number, which
means the comparison shown under *bare*. Every number in a cut is a property of the package, named `block_field`.

# Blocks
"""


_SHAPES = """\
# Shapes of fits

The word behind `signal`, `background`, `component` or `convolve` is a shape; its parameters and settings are fields of the block. A parameter is a start value with `range:`, `fixed: true`
or `constraint:` (a standard deviation), or a formula of other parameters. Densities are normalised over the range of the fit.
"""


def shape_entry(word: str, shape: type[Shape]) -> str:
    """One shape: its formula, its parameters and settings."""
    lines = [f"## {word}", "", cleandoc(shape.__doc__ or ""), ""]
    fields = [*shape.fields.values(), *([shape.free] if shape.free else [])]
    if fields:
        lines += ["| field | type | default | example | bare | meaning |", "|---|---|---|---|---|---|"]
        lines += [_field_row((field.name, field)) for field in fields]
        lines.append("")
    return "\n".join(lines)


_PLACES = {"": "the file itself", TERM: "a term of a fit"}


def block_entry(keyword: str, block: type[Block]) -> str:
    """One block: what it is, where it stands, its fields, its examples."""
    lines = [f"## {keyword}", "", cleandoc(block.__doc__ or ""), ""]
    lines.append(
        f"*Stands in:* {', '.join(_PLACES.get(parent, f'`{parent}`') for parent in block.parents)}."
    )
    if block.label is LabelKind.NAME:
        needed = (
            "needed"
            if block.label_required
            else f"default `{block.default_list}`"
            if block.default_list
            else "optional"
        )
        lines[-1] += f" *Label:* a name, {needed}."
    elif block.label is LabelKind.TITLE:
        lines[-1] += " *Label:* a title in quotes."
    if block.counts:
        lines[-1] += " *Counts:* `n<list>` with a comparison."
    lines.append("")
    if block.fields:
        lines += ["| field | type | default | example | bare | meaning |", "|---|---|---|---|---|---|"]
        lines += [_field_row(field) for field in _flat(block.fields.values())]
        lines.append("")
    if block.standard:
        lines += ["Assumed when the program has none:", "", "```ruby", block.standard.strip("\n"), "```", ""]
    for example in block.examples:
        lines += [
            f"{example.intent[:1].upper()}{example.intent[1:].rstrip('.')}:",
            "",
            "```ruby",
            example.source.strip("\n"),
            "```",
        ]
        lines += [example.note, ""] if example.note else [""]
    code = code_of(block)
    if code:
        lines += ["The C++ of the first example:", "", "```cpp", code, "```", ""]
    return "\n".join(lines)


def _flat(fields: object, prefix: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:  # type: ignore[attr-defined]
        yield prefix + field.name, field
        if isinstance(field, Group):
            yield from _flat(field.fields, f"{prefix}{field.name} ")


def _field_row(entry: tuple[str, Field]) -> str:
    name, field = entry
    marks = [mark for mark, on in (("required", field.required), ("repeats", field.repeats)) if on]
    doc = field.doc + (f" ({', '.join(marks)})" if marks else "")
    cells = (f"`{name}`", type_of(field), default_of(field), f"`{field.usage}`" if field.usage else "", _bare(field), doc)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def field_entry(block: type[Block], field: Field) -> str:
    """One field: its meaning, type, default, example, and the C++ it makes."""
    lines = [f"`{block.keyword}.{field.name}`: {field.doc}.", f"  type     {type_of(field)}"]
    lines += [f"  default  {default_of(field)}"] if default_of(field) else []
    lines += [f"  example  {field.usage}"] if field.usage else []
    lines += [f"  bare     a number alone means {_bare(field)}"] if _bare(field) else []
    code = code_of_field(block, field)
    lines += ["  C++", *(f"    {line}" for line in code.splitlines())] if code else []
    return "\n".join(lines)


def default_of(field: Field) -> str:
    """What holds where the field is not written, with its source if it is a number somebody chose."""
    if field.default:
        return f"{field.default} ({field.source})" if field.source else field.default
    if field.required:
        return "needed"
    if isinstance(field, Count) or (isinstance(field, Cut) and not isinstance(field, Group)):
        return "no cut"
    return "off" if isinstance(field, Flag) else "none"


def type_of(field: Field) -> str:
    """The type of a field's value, with unit and limits."""
    if isinstance(field, Group):
        return f"cuts on {', '.join(inner.name for inner in field.fields)}"
    if isinstance(field, Choice):
        return ("some of " if field.many else "one of ") + ", ".join(f"`:{option}`" for option in field.options)
    return value_of(replace(field, usage=""))


def value_of(field: Field) -> str:
    """What a field's value is, in words."""
    if field.usage:
        return f"`{field.usage}`"
    if isinstance(field, Count):
        return "a count"
    if isinstance(field, Number):
        kind = "cut on " if isinstance(field, Cut) else ""
        what = "a whole number" if field.whole else dimension_name(field.dimension)
        limits = [
            f"from {field.low:g}" if field.low is not None else "",
            f"to {field.high:g}" if field.high is not None else "",
        ]
        return " ".join(word for word in (kind + what, *limits) if word)
    if isinstance(field, Choice):
        return ("some of " if field.many else "") + ", ".join(f"`:{option}`" for option in field.options)
    names = {
        Text: "text in quotes", Flag: "nothing (on), or `true`, `false`", Sources: "lists, fits or candidates", Decay: "a decay in quotes",
        Floating: "a parameter", Formula: "a formula", Formulas: "`name: formula`, ...", Group: "a block or a line of fields", Line: "a line",
    }  # fmt: skip
    return names.get(type(field), field.kind)


def _bare(field: Field) -> str:
    if not isinstance(field, Number):
        return ""
    unit = field.bare or (base_word(field.dimension) if field.dimension.angle == 0 else "(with a unit)")
    sign = f"`{field.natural}` " if isinstance(field, Cut) else ""
    return (sign + unit).strip()


#: Names without arguments that are sums over the event; the others are in the table of `ir.functions`.
_SUMS = {
    "visible_energy": (
        "GeV",
        "Energies of the showers of `gam` and of the tracks of `good` (assigned mass, else pion), laboratory.",
    ),
    "simulated": ("yes or no", "Whether the event is simulated: its run number is negative."),
    "balance_z": ("number", "Sum of p_z of the same particles over `visible_energy`."),
    "balance_t": ("number", "Length of the vector sum of their transverse momenta over `visible_energy`."),
}


#: What functions give that have no namesake in the table of `ir.functions`.
_MADE_OF_OTHERS = {
    "recoil": "GeV", "recoil2": "GeV^2", "recoil_p4": "four-momentum", "missing_e": "GeV", "missing_p": "GeV", "missing_m2": "GeV^2",
    "sigma": "GeV", "mass": "GeV", "p4": "four-momentum", "boost": "four-momentum", "first": "particle", "nth": "particle",
    "rest": "list", "passed": "condition", "any": "condition", "all": "condition", "count": "number",
}  # fmt: skip


def function_names() -> tuple[str, ...]:
    """Everything a formula may call or name."""
    from dsl4bes.resolve.functions import EVENT
    from dsl4bes.resolve.functions import FUNCTIONS as SURFACE

    return tuple(sorted({*SURFACE, *EVENT}))


def function_parts(name: str) -> tuple[str, str, str]:
    """How a function is written, what it gives, what it means."""
    from dsl4bes.resolve.functions import FUNCTIONS as SURFACE

    known = FUNCTIONS.get(name)
    unit = _gives(known) if known is not None else _MADE_OF_OTHERS.get(name, "")
    if name in SURFACE:
        doc, usage = SURFACE[name].doc, SURFACE[name].usage
        if SURFACE[name].keys:
            doc += " Keywords: " + ", ".join(f"`{key}:`" for key in SURFACE[name].keys) + "."
    elif name in _SUMS:
        usage, (unit, doc) = name, _SUMS[name]
    else:
        usage, doc = name, "" if known is None else known.doc
    absent = (
        " May be absent: a comparison with it is then false." if known is not None and known.maybe else ""
    )
    return usage or name, unit, doc + absent


def _gives(function: Function) -> str:
    named = {Kind.FLAG: "condition", Kind.P4: "four-momentum", Kind.VECTOR: "direction"}.get(function.result)
    if named:
        return named
    return "as its argument" if function.dimension is None else base_word(function.dimension) or "number"


def function_entry(name: str) -> str | None:
    """One function, in one paragraph; None if there is none of this name."""
    if name not in function_names():
        return None
    usage, unit, doc = function_parts(name)
    return f"`{usage}`{f' ({unit})' if unit else ''}: {doc}"


def _functions_table() -> str:
    lines = ["| function | gives | meaning |", "|---|---|---|"]
    for name in function_names():
        cells = [cell.replace("|", "\\|") for cell in function_parts(name)]
        lines.append(f"| `{cells[0]}` | {cells[1]} | {cells[2]} |")
    return "\n".join(lines) + "\n"


def _units_table() -> str:
    dimensions = [
        Dimension(energy=1),
        Dimension(length=1),
        Dimension(time=1),
        Dimension(angle=1),
        Dimension(),
    ]
    lines = ["| what | units |", "|---|---|"]
    lines += [
        f"| {dimension_name(each)} | {', '.join(f'`{word}`' for word in words_of(each))} |"
        for each in dimensions
    ]
    return "\n".join(lines) + "\n"
