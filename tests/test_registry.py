"""The registry: every construct is documented, its examples are programs, and what its fields say is true."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from meaning import checked

from dsl4bes.constructs.base import Block, LabelKind
from dsl4bes.constructs.fields import Choice, Cut, Field, Group, Number
from dsl4bes.constructs.registry import load
from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir.types import NUMBER
from dsl4bes.physics.units import base_word
from dsl4bes.source import SourceFile
from dsl4bes.syntax.parser import parse

CONSTRUCTS = list(load().values())
EXAMPLES = [(construct, number) for construct in CONSTRUCTS for number in range(len(construct.examples))]
FIELDS = [(construct, field) for construct in CONSTRUCTS for field in construct.fields.values()]


def names(value: object) -> str:
    return getattr(value, "keyword", None) or getattr(value, "name", None) or str(value)


def test_sorted_and_read_only():
    assert list(load()) == sorted(load())
    with pytest.raises(TypeError):
        load()["new"] = Block  # type: ignore[index]


def test_two_constructs_of_a_keyword_are_refused(tmp_path, monkeypatch):
    import dsl4bes.constructs as package

    text = "from dsl4bes.constructs.base import Block\nclass Again(Block):\n    keyword = 'photons'\n"
    (tmp_path / "zz_again.py").write_text(text)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    load.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="two constructs are called `photons`"):
            load()
    finally:
        monkeypatch.undo()
        load.cache_clear()
        sys.modules.pop("dsl4bes.constructs.zz_again", None)


def test_a_new_construct_is_one_module(tmp_path, monkeypatch):
    """A module dropped into the package is a block of the language, with checks and spelling help, and nothing else changes."""
    import dsl4bes.constructs as package

    (tmp_path / "zz_lucky.py").write_text(
        "from dsl4bes.constructs.base import Block\nfrom dsl4bes.constructs.fields import Number\n"
        "from dsl4bes.ir import nodes\n"
        "class Lucky(Block):\n    '''Events with a lucky number.'''\n    keyword = 'lucky_event'\n"
        "    modulus = Number(whole=True, low=1, required=True, doc='the number')\n"
        "    @classmethod\n    def desugar(cls, here, to):\n        from dsl4bes.ir.expr import Comparison\n"
        "        number = nodes.call('event', (), here.head)\n"
        "        to.require(here.name, '', nodes.compare(Comparison.GE, number, nodes.constant(here.get(cls.modulus).value, here.head), here.head), here.span)\n"
    )
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    load.cache_clear()
    try:
        assert [
            b.name for b in checked("event_selection.lucky_event do\n modulus 7\nend\n").program.blocks
        ] == ["lucky_event"]
        assert [d.code.name for d in checked("event_selection.lucky_event do\n modulo 7\nend\n").bag] == [
            "unknown-field",
            "missing-field",
        ]
        bag = checked("event_selection.luky_event do\n modulus 7\nend\n").bag
        assert "lucky_event" in bag.items[0].help
    finally:
        monkeypatch.undo()
        load.cache_clear()
        sys.modules.pop("dsl4bes.constructs.zz_lucky", None)


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=names)
def test_documented(construct: type[Block]):
    assert construct.__doc__ and construct.__doc__ != Block.__doc__
    assert len(construct.examples) >= 2
    assert all(example.intent.endswith(".") for example in construct.examples)
    assert construct.label is not LabelKind.NONE or not construct.label_required


@pytest.mark.parametrize(("construct", "field"), FIELDS, ids=names)
def test_field_described(construct: type[Block], field: Field):
    assert len(field.doc) > 5
    if isinstance(field, Number) and field.dimension != NUMBER and field.bare:
        assert field.bare == base_word(field.dimension)
    if isinstance(field, Choice):
        assert field.options
    if isinstance(field, Group):
        assert field.fields and all(inner.doc for inner in field.fields)
    if field.usage:
        assert field.name in field.usage


@pytest.mark.parametrize(("construct", "number"), EXAMPLES, ids=names)
def test_example_is_a_program(construct: type[Block], number: int):
    """Every example resolves, uses its construct, and has no warning but assumed blocks."""
    example = construct.examples[number]
    result = checked(example.source)
    if construct.coded:
        assert [item.code.name for item in result.bag] == ["code-missing"]
        return
    assert result.ok, [f"{item.code.id} {item.message}" for item in result.bag]
    assert {item.code.name for item in result.bag} <= {"assumed-block"}
    assert re.search(rf"\b{construct.keyword}\b", example.source)


def test_examples_use_every_field():
    """What the reference lists can be seen in use, at least as the field's own usage line."""
    for construct, field in FIELDS:
        texts = " ".join(example.source for example in construct.examples)
        assert field.usage or isinstance(field, Number) or re.search(rf"\b{field.name}\b", texts), (
            construct.keyword,
            field.name,
        )


# --- mutated examples: each gives the code its field metadata promise ------------------------------------------------


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


def _field_lines(construct: type[Block], source: str):
    """Line numbers of the fields in the block of the construct."""
    lines = _lines(source)
    inside = 0
    for number, line in enumerate(lines):
        word = re.match(r"\s*(?:event_selection\.)?([a-z_0-9]+)", line)
        if word and word[1] == construct.keyword and line.rstrip().endswith("do"):
            inside = 1
        elif inside and line.strip() == "end":
            inside = 0
        elif inside and word and word[1] in construct.fields and number:
            yield number, word[1]


MUTABLE = [(c, n, line, name) for c, n in EXAMPLES for line, name in _field_lines(c, c.examples[n].source)]


@pytest.mark.parametrize(("construct", "number", "line", "name"), MUTABLE)
def test_misspelt_field_is_found_and_respelled(construct, number, line, name):
    lines = _lines(construct.examples[number].source)
    wrong = name[:-1] + ("x" if name[-1] != "x" else "y") if len(name) > 3 else name + "qq"
    lines[line] = lines[line].replace(name, wrong, 1)
    bag = checked("".join(lines)).bag
    found = [item for item in bag if item.code.name in ("unknown-field", "unknown-expectation")]
    assert found, [item.code.name for item in bag]
    assert found[0].primary.span.text.startswith(wrong[:2])


ONCE = [(c, n, line, name) for c, n, line, name in MUTABLE if not c.fields[name].repeats]


@pytest.mark.parametrize(("construct", "number", "line", "name"), ONCE)
def test_field_twice_is_refused(construct, number, line, name):
    lines = _lines(construct.examples[number].source)
    lines.insert(line, lines[line])
    assert "duplicate-field" in [item.code.name for item in checked("".join(lines)).bag]


UNITS = [
    (c, n, line, name)
    for c, n, line, name in MUTABLE
    if isinstance(c.fields[name], Cut) and c.fields[name].dimension != NUMBER
]


@pytest.mark.parametrize(("construct", "number", "line", "name"), UNITS)
def test_wrong_unit_is_refused(construct, number, line, name):
    lines = _lines(construct.examples[number].source)
    field = construct.fields[name]
    wrong = "ns" if base_word(field.dimension) != "ns" else "cm"
    lines[line] = re.sub(r"(\d+(?:\.\d+)?) [A-Za-z]+", rf"\1 {wrong}", lines[line])
    assert "unit-mismatch" in [item.code.name for item in checked("".join(lines)).bag]


@pytest.mark.parametrize(
    "construct", [c for c in CONSTRUCTS if any(f.required for f in c.fields.values())], ids=names
)
def test_missing_required_field_points_at_the_keyword(construct: type[Block]):
    source = construct.examples[0].source
    required = {field.name for field in construct.fields.values() if field.required}
    lines = [
        line for number, line in enumerate(_lines(source))
        if not any(number == n and name in required for n, name in _field_lines(construct, source))
    ]  # fmt: skip
    text = re.sub(r"\(sample: \"[^\"]*\"\)", "", "".join(lines))
    found = [item for item in checked(text).bag if item.code.name == "missing-field"]
    assert found and found[0].primary.span.text == construct.keyword


def test_standard_blocks_are_programs():
    for construct in CONSTRUCTS:
        if construct.standard:
            text = construct.standard.replace("<species>", ":pip, :pim")
            bag = Bag()
            assert parse(SourceFile("standard", text), bag) is not None and not len(bag)
            assert checked(text).ok


def test_nothing_heavy_is_imported_by_check():
    code = (
        "import sys; from dsl4bes.driver import check_source; from dsl4bes.constructs.registry import load\n"
        "for c in load().values():\n    [check_source(e.source) for e in c.examples]\n"
        "heavy = {'pydantic', 'numpy', 'awkward', 'lark', 'particle', 'typer', 'rich', 'jinja2', 'matplotlib', 'uproot'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"
