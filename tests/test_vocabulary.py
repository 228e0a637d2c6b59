"""The words of the language as data: complete, JSON, and grown by a new construct without being told."""

from __future__ import annotations

import json
import sys

import pytest

from dsl4bes.api import vocabulary
from dsl4bes.constructs.fields import Cut, Field
from dsl4bes.constructs.registry import load
from dsl4bes.physics.particles import all_particles
from dsl4bes.physics.units import UNITS
from dsl4bes.reference.lookup import entries
from dsl4bes.resolve.functions import EVENT, FUNCTIONS

LUCKY = '''
from dsl4bes.constructs.base import Block, Example
from dsl4bes.constructs.fields import Choice, Cut, Group
from dsl4bes.ir.types import ENERGY
class Lucky(Block):
    """Events with a lucky number."""
    keyword = "lucky_event"
    energy = Cut(dimension=ENERGY, bare="GeV", natural=">", low=0, doc="least energy")
    mood = Choice(options=("good", "bad"), doc="of the day")
    inner = Group(fields=(Cut(name="p", dimension=ENERGY, natural="<", doc="momentum"),), doc="a group")
'''


def test_it_is_json_and_complete() -> None:
    words = json.loads(json.dumps(vocabulary(), allow_nan=False))
    assert list(words["blocks"]) == list(load())
    for keyword, block in load().items():
        assert list(words["blocks"][keyword]["fields"]) == list(block.fields)
        assert words["blocks"][keyword]["doc"]
    assert set(words["functions"]) == {*FUNCTIONS, *EVENT}
    assert all(entry["doc"] and entry["usage"] for entry in words["functions"].values())
    assert list(words["units"]) == list(UNITS)
    assert len(words["particles"]) == len(all_particles())
    assert {"do", "end", "and", "or", "not", "in", "true", "false"} <= set(words["keywords"])


@pytest.mark.parametrize(
    "field", [field for block in load().values() for field in block.fields.values() if isinstance(field, Cut)]
)
def test_a_cut_says_its_comparison_and_units(field: Field) -> None:
    (data,) = [
        block["fields"][field.name]
        for keyword, block in vocabulary()["blocks"].items()
        if load()[keyword].fields.get(field.name) is field
    ][:1]
    assert data["kind"] == field.kind
    assert data["natural"] in ("<", ">", "==", "<=", ">=")
    assert data["quantity"]
    assert ("GeV" in data["units"]) == (data["quantity"] == "an energy")


def test_a_new_construct_is_in_it(tmp_path, monkeypatch) -> None:
    import dsl4bes.constructs as package

    (tmp_path / "zz_lucky_words.py").write_text(LUCKY)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    load.cache_clear()
    try:
        entry = vocabulary()["blocks"]["lucky_event"]
        from dsl4bes.devtools import generate

        assert generate.outdated() == ["grammar/REFERENCE.md", "grammar/vocabulary.json", "dsl4bes/editors/vscode/syntaxes/bes.tmLanguage.json"]
    finally:
        monkeypatch.undo()
        load.cache_clear()
        sys.modules.pop("dsl4bes.constructs.zz_lucky_words", None)
    assert entry["doc"] == "Events with a lucky number."
    energy, mood, inner = (entry["fields"][name] for name in ("energy", "mood", "inner"))
    assert (energy["natural"], energy["bare_unit"], energy["low"], energy["units"][-2:]) == (
        ">",
        "GeV",
        0,
        ["GeV", "TeV"],
    )
    assert mood["options"] == ["good", "bad"]
    assert inner["fields"]["p"]["natural"] == "<"


def test_entries_of_a_word() -> None:
    assert entries("photons")["block"]["list"] == "gam"
    assert list(entries("photons.energy")["fields"]) == ["photons.energy"]
    assert entries("p")["function"]["usage"].startswith("p(")
    assert entries("K_S0")["particle"]["name"] == "ks"
    assert entries("MeV")["unit"]["factor"] == 1e-3
    assert entries("BES0201")["code"]["name"]
    assert entries("nothing_of_this_name") == {}
