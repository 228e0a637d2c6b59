"""Pages that nobody writes by hand: blocks, shapes, functions, units, particles, fragments, errors, and the texts of the repository that are pages too.

In: the registry, the tables of the compiler, `diagnostics/explain/`, ARCHITECTURE.md. Out: path below the site's sources → Markdown, and word → page. Nothing is said here that the compiler does
not use itself.
"""

from __future__ import annotations

import re
from pathlib import Path

from dsl4bes.constructs import registry
from dsl4bes.constructs.shapes import registry as shapes
from dsl4bes.diagnostics import codes
from dsl4bes.diagnostics.pages import page as explained
from dsl4bes.reference.pages import block_entry, function_names, function_parts, shape_entry

_PACKAGE = Path(__file__).resolve().parents[1]
_ROOT = _PACKAGE.parent
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)

#: Groups of codes by their first digits, as the modules of `diagnostics/codes` are.
GROUPS = (
    ("BES01", "Syntax"), ("BES02", "Blocks, fields and values"), ("BES03", "Names"), ("BES04", "Physics"), ("BES05", "Files"), ("BES06", "Fits in a program"),
    ("BES070", "Custom blocks"), ("BES072", "Models that write code"), ("BES073", "Serving a model"), ("BES074", "Programs from words"), ("BES075", "The sandbox"), ("BES076", "ROOT"),
    ("BES077", "Fits that were run"), ("BES078", "Training"), ("BES079", "How a fit ended"), ("BES9", "Faults of the compiler"),
)  # fmt: skip


def pages() -> dict[str, str]:
    """All generated pages of the language: path → Markdown."""
    made = {f"reference/blocks/{keyword}.md": block_page(keyword) for keyword in registry.load()}
    made |= {f"reference/shapes/{word}.md": _as_page(shape_entry(word, shape)) for word, shape in shapes.load().items()}
    made |= {f"errors/{code.id}.md": error_page(code.id) for code in codes.CATALOGUE.values()}
    made["reference/blocks/index.md"] = _blocks_index()
    made["reference/shapes/index.md"] = _shapes_index()
    made["reference/functions.md"] = functions_page()
    made["reference/units.md"] = units_page()
    made["reference/particles.md"] = particles_page()
    made["reference/fragments.md"] = fragments_page()
    made["errors/index.md"] = errors_index()
    return made | repository_pages()


def words() -> dict[str, str]:
    """What `dsl4bes docs WORD` knows of the values of the language: word → page (with an anchor); what comes later wins."""
    from dsl4bes.physics.particles import all_particles
    from dsl4bes.physics.units import UNITS

    found = {word: "reference/units.md" for word in UNITS}
    for info in all_particles():
        found |= dict.fromkeys((info.pdg_name, info.evtgen_name or info.short), f"reference/particles.md#{_anchor(info.short)}")
    found |= {info.short: f"reference/particles.md#{_anchor(info.short)}" for info in all_particles()}
    return found | {name: f"reference/functions.md#{name}" for name in function_names()}


def main_words() -> dict[str, str]:
    """Shapes, fields, codes and blocks: word → page; these win over all others."""
    found: dict[str, str] = {}
    for keyword, block in registry.load().items():
        found |= {f"{keyword}.{name}": f"reference/blocks/{keyword}.md" for name in block.fields}
    for code in codes.CATALOGUE.values():
        found |= {code.id: f"errors/{code.id}.md", code.name: f"errors/{code.id}.md"}
    found |= {word: f"reference/shapes/{word}.md" for word in shapes.load()}
    return found | {keyword: f"reference/blocks/{keyword}.md" for keyword in registry.load()}


def _as_page(entry: str) -> str:
    """An entry of the reference, whose heading is of the second level, as a page of its own; it has no sections, so the room of their list is for its table."""
    return "---\nhide: [toc]\n---\n\n" + _HEADING.sub(lambda mark: f"{mark[1][1:] or '#'} ", entry, count=1).replace("```ruby", "```bes")


def block_page(keyword: str) -> str:
    """The page of a block: what the reference says, with links to the blocks it stands in."""
    text = _as_page(block_entry(keyword, registry.load()[keyword]))
    place = re.search(r"^\*Stands in:\*[^.]*", text, re.MULTILINE)
    if place is not None:
        linked = re.sub(r"`(\w+)`", lambda name: f"[`{name[1]}`]({name[1]}.md)" if name[1] in registry.load() else name[0], place[0])
        text = text[: place.start()] + linked + text[place.end() :]
    return text + "\n[All blocks](index.md)\n"


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().split("\n")[0].strip()


def _blocks_index() -> str:
    rows = [f"| [`{keyword}`]({keyword}.md) | {_first_line(block.__doc__)} |" for keyword, block in registry.load().items()]
    return "\n".join(
        [
            "# Blocks\n",
            (
                "A cut may be written `name < 1 cm`, `name 0.1..0.2`, or with a bare number, which means the comparison that the page of the block shows under *bare*. Every number in a cut becomes a "
                "property of the package, named `block_field`, so it can be changed in the job options without a new build.\n"
            ),
            "| block | what it is |\n|---|---|",
            *rows,
            "",
        ]
    )


def _shapes_index() -> str:
    rows = [f"| [`{word}`]({word}.md) | {_first_line(shape.__doc__).replace('|', chr(92) + '|')} |" for word, shape in shapes.load().items()]
    return "\n".join(
        [
            "# Shapes of fits\n",
            (
                "The word behind `signal`, `background`, `component` or `convolve` is a shape. Its parameters and settings are fields of the block. A parameter is a start value with `range:`, `fixed: true` or "
                "`constraint:` (a standard deviation), or a formula of other parameters. Densities are normalised over the range of the fit. The blocks around them: [`fit`](../blocks/fit.md).\n"
            ),
            "| shape | what it is |\n|---|---|",
            *rows,
            "",
        ]
    )


def functions_page() -> str:
    """Every function of formulas, each with an anchor of its name."""
    lines = ["# Functions\n", "What a formula may call. A formula stands in `require`, `veto`, `let`, `column`, `fill` and wherever a field takes one.\n"]
    for name in function_names():
        usage, unit, meaning = function_parts(name)
        lines += [f"## `{name}` {{ #{name} }}\n", f"`{usage}`{f', gives: {unit}' if unit else ''}. {meaning}\n"]
    return "\n".join(lines)


def units_page() -> str:
    """Every unit with its factor to the base unit."""
    from dsl4bes.physics.units import UNITS, base_word, dimension_name

    rows = [f"| `{word}` | {dimension_name(unit.dimension)} | {unit.factor:g} {base_word(unit.dimension)} |" for word, unit in UNITS.items()]
    return "\n".join(["# Units\n", "A number without a unit is in the base unit: GeV, cm, ns. Angles always need a unit.\n", "| unit | of | is |\n|---|---|---|", *rows, ""])


def _anchor(name: str) -> str:
    """An anchor that no two particles share: signs are spelt out."""
    spelt = name.replace("+", "-plus").replace("*", "-star").replace("/", "-").replace("'", "-prime")
    return "particle-" + re.sub(r"[^A-Za-z0-9_-]", "_", spelt if not name.endswith("-") else f"{spelt}minus")


def particles_page() -> str:
    """Every particle of the table: names, mass, width."""
    from dsl4bes.physics.particles import all_particles, edition

    rows = []
    for info in all_particles():
        mass = "" if info.mass is None else f"{info.mass:.9g}"
        rows.append(f'| <a id="{_anchor(info.short)}"></a>`{info.short}` | {info.pdgid} | `{info.evtgen_name or "-"}` | {mass} | {f"{info.width:.4g}" if info.width else ""} |')
    head = f"# Particles\n\nNames, masses and widths are those of {edition()}; the compiler knows no others. `dsl4bes explain NAME` says the same in the terminal.\n"
    return "\n".join([head, "| name | PDG number | EvtGen | mass (GeV) | width (GeV) |\n|---|---|---|---|---|", *rows, ""])


def fragments_page() -> str:
    """The fragments that a program may include, in full."""
    from dsl4bes.assets import fragments_root

    lines = ["# Shipped fragments\n", 'What `include "besiii/..."` brings in. How to write your own: [Share blocks between programs](../howto/includes.md).\n']
    root = fragments_root()
    for path in sorted(root.rglob("*.bes")):
        lines += [f"## {path.relative_to(root).as_posix()}\n", f"```bes\n{path.read_text(encoding='utf-8').rstrip()}\n```\n"]
    return "\n".join(lines)


def error_page(identity: str) -> str:
    """The page of a code: what `dsl4bes explain` shows."""
    code = codes.CATALOGUE[identity]
    text = explained(code) or f"# {code.id} {code.name}\n\n{code.summary}\n"
    return f"{text.rstrip()}\n\n*Severity:* {code.severity.value}. In the terminal: `dsl4bes explain {code.id}`. [All codes](index.md)\n"


def errors_index() -> str:
    """All codes in their groups."""
    lines = ["# Errors and warnings\n", "Each finding of `dsl4bes check` has a code. A code is never given to something else later.\n"]
    for start, title in GROUPS:
        rows = [f"| [{code.id}]({code.id}.md) | {code.name} | {code.severity.value} | {code.summary} |" for code in codes.CATALOGUE.values() if _group(code.id) == start]
        lines += [f"## {title}\n", "| code | name | severity | what is wrong |\n|---|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _group(identity: str) -> str:
    return max((start for start, _ in GROUPS if identity.startswith(start)), key=len, default="")


#: Texts of the repository that are pages: where they lie, the page they become. Those beside the package are absent in a wheel, whose site was built before.
_TEXTS = (
    (_ROOT / "ARCHITECTURE.md", "architecture.md"),
    (_ROOT / "CONTRIBUTING.md", "contributing.md"),
    (_ROOT / "CHANGELOG.md", "changelog.md"),
    (_PACKAGE / "unknown/policy/RULES.md", "reference/policy.md"),
    (_PACKAGE / "standin/COLLECTIONS.md", "reference/collections.md"),
)


def repository_pages() -> dict[str, str]:
    """The texts of the repository that are pages of the site, too."""
    return {page: path.read_text(encoding="utf-8") for path, page in _TEXTS if path.is_file()}
