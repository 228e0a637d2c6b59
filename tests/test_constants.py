"""Named constants: one property for all uses, units checked at every one, the same events as with the number written out."""

from __future__ import annotations

import re

import pytest
from meaning import checked

from dsl4bes.diagnostics.render import render
from dsl4bes.ir.dump import program as ir_text
from dsl4bes.syntax.includes import Texts

TRACKS = "charged_tracks do\n    vr < {}\n    ngood >= 2\nend\n"
PHOTONS = "photons do\n    {}\n    ngam >= 1\nend\n"


def text_of(text: str) -> str:
    made = checked(text)
    assert made.program is not None, [f"{item.code.id} {item.message}" for item in made.bag]
    return ir_text(made.program)


def selection(*blocks: str) -> str:
    return f"event_selection do\n{''.join(blocks)}end\n"


def names(text: str) -> list[str]:
    return [item.code.name for item in checked(text).bag if item.severity.value != "note"]


def parameters(text: str) -> dict[str, tuple[object, str]]:
    made = checked(text)
    assert made.program is not None, [f"{item.code.id} {item.message}" for item in made.bag]
    return {each.name: (each.value, each.unit) for each in made.program.parameters}


# --- one property, the same meaning --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constant", "field", "property"),
    [
        ("25 MeV", "energy > {}", "photons.energy"),
        ("25 MeV", "energy {}", "photons.energy"),
        ("0.9", "cos < {}", "photons.cos"),
        ("20 deg", "isolation > {}", "photons.isolation"),
        ("30 MeV", "energy {}..2 GeV", "photons.energy.low"),
        ("30 MeV", "energy in {} .. 2 GeV", "photons.energy.low"),
        ("30 MeV", "barrel energy > {}", "photons.barrel.energy"),
        ("-1", "time > {}", "photons.time"),
        ("14", "time < {}", "photons.time"),
    ],
)
def test_a_cut_with_a_constant_is_the_cut_with_its_number(constant, field, property):
    """The same IR with another name of the number."""
    named = text_of(f"let my = {constant}\n" + selection(PHOTONS.format(field.format("my"))))
    number = text_of(selection(PHOTONS.format(field.format(constant))))
    assert "{my}" in named and re.search(r"^parameter my = ", named, re.MULTILINE)

    def without(text: str) -> str:
        return re.sub(r"^parameter .*\n", "", text, flags=re.MULTILINE)

    assert without(named).replace("{my}", f"{{{property}}}") == without(number)


def test_it_is_one_property_for_all_uses():
    text = "let close = 1 cm\n" + selection(
        "charged_tracks(:a) do\n    vr < close\n    na >= 2\nend\ncharged_tracks(:b) do\n    from a\n    vz in -1 cm .. close\n    nb >= 1\nend\n"
        .replace("vz in -1 cm .. close", "vz < close"),
        'require "near", any(vr(b) < close)\n',
    )  # fmt: skip
    found = parameters(text)
    assert found["close"] == (1.0, "cm")
    assert not {"a.vr", "b.vz", "near_1"} & set(found)


def test_numbers_beside_a_constant_keep_their_names():
    found = parameters(
        "let least = 100 MeV\n" + selection(PHOTONS.format("energy > 25 MeV"), 'require "c", e(gam1) > least and e(gam1) < 2 GeV\n')
    )
    assert found["c_1"] == (2.0, "GeV") and found["least"] == (0.1, "GeV") and "c_2" not in found


def test_a_constant_in_ns_for_a_time_in_ticks():
    """700 ns are 14 ticks of 50 ns: the property stays in ns."""
    text = "let late = 700 ns\n" + selection(PHOTONS.format("time < late"))
    assert parameters(text)["late"] == (700.0, "ns")
    assert "({late} * 0.02)" in text_of(text)


def test_counts_guarantee_what_a_constant_says():
    text = "let n = 2\n" + selection("photons do\n    energy > 25 MeV\n    ngam >= n\nend\n", 'require "two", e(gam2) > 0.1\n')
    assert names(text) == []
    assert names(text.replace("let n = 2", "let n = 1")) == ["not-guaranteed"]


def test_settings_take_the_number_and_keep_their_property():
    text = (
        'let energy = 3.097 GeV\nlet angle_of_beams = 22 mrad\nlet n = 60\nlet low = 0.1 GeV\n'
        'analysis "A" do\n    ecms energy\n    crossing_angle angle_of_beams\nend\n'
        + selection(PHOTONS.format("energy > 25 MeV"), 'require "e", visible_energy / ecms > 0.5\n')
        + 'histogram("h") do\n    fill e(gam1)**2 / 1 GeV\n    bins n, low..1 GeV\nend\n'
    )  # fmt: skip
    found = parameters(text)
    assert found["ecms"] == (3.097, "GeV") and found["crossing_angle"][0] == 0.022
    assert not {"energy", "n", "low", "angle_of_beams"} & set(found)


def test_constants_of_constants_and_of_signs():
    text = "let low = -30 MeV\nlet also = low\n" + selection(PHOTONS.format("energy > 25 MeV"), 'require "d", e(gam1) - 1 GeV > also\n')
    assert parameters(text)["low"] == (-0.03, "GeV") and "also" not in parameters(text)


def test_constants_in_columns_are_properties_too():
    text = "let scale = 2\n" + selection(PHOTONS.format("energy > 25 MeV")) + 'ntuple("t") do\n    column e: scale * e(gam1)\nend\n'
    assert parameters(text)["scale"] == (2.0, "")


# --- where it is known -----------------------------------------------------------------------------------------------------


def test_it_is_known_below_its_line_only():
    use = selection(PHOTONS.format("energy > my"))
    assert names("let my = 25 MeV\n" + use) == []
    assert names(use + "let my = 25 MeV\n") == ["used-before-made"]
    inside = selection(PHOTONS.format("energy > 25 MeV"), 'require "x", e(gam1) > my\n')
    assert names(inside + "let my = 25 MeV\n") == ["used-before-made"]
    assert names("let my = 25 MeV\n" + inside) == []


def test_inside_a_selection_and_inside_a_region():
    base = selection("let my = 25 MeV\n", PHOTONS.format("energy > my"))
    assert parameters(base)["my"] == (0.025, "GeV")
    regions = base + 'region(:a) do\n    let hard = 1 GeV\n    require "h", e(gam1) > hard\nend\nregion(:b) do\n    require "h", e(gam1) > {}\nend\n'
    found = parameters(regions.format("my"))
    assert found["a.hard"] == (1.0, "GeV")
    assert names(regions.format("hard")) == ["unknown-name"]


def test_constants_of_a_fragment_are_seen_below_its_include():
    from dsl4bes.driver import check_source

    loader = Texts({"numbers.bes": "let my_vr = 0.5 cm\n"})
    text = 'include "numbers.bes"\ninclude "numbers.bes"\n' + selection(TRACKS.format("my_vr"), 'require "g", count(good) < 9\n')
    made = check_source(text, "main.bes", loader=loader)  # the same line twice is one constant
    assert made.ok and [p.value for p in made.program.parameters if p.name == "my_vr"] == [0.5]
    loader = Texts({"a.bes": "let my_vr = 0.5 cm\n", "b.bes": "let my_vr = 2 cm\n"})
    made = check_source(text.replace("numbers", "a", 1).replace("numbers", "b", 1), "main.bes", loader=loader)
    (item,) = [item for item in made.bag if item.severity.value == "error"]
    assert [str(item.primary.span), *(str(label.span) for label in item.related)] == [
        "b.bes:1:1", "a.bes:1:1", "main.bes:2:1", "main.bes:1:1",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["p", "count", "ecms", "vr"])
def test_words_of_the_language_cannot_be_constants(name):
    assert "reserved-name" in names(f"let {name} = 1\n" + selection(TRACKS.format("1 cm"), 'require "g", count(good) < 9\n'))


def test_what_a_block_names_itself_stands_before_a_constant():
    """The products of a fit."""
    fit = (
        'analysis "F" do\n    ecms 3.097\nend\n{}event_selection.kinematic_fit(:f) do\n    decay "J/psi -> pi+ pi- (pi0 -> gam gam)"\n'
        '    constrain :four_momentum\n    choose :min_chi2\n    require "near", m(pi0) < 0.15\nend\n'
    )
    assert text_of(fit.format("let pi0 = 0.135 GeV\n")) == text_of(fit.format(""))


def test_lists_and_constants_share_their_names():
    found = names("let good = 1\n" + selection(TRACKS.format("1 cm")))
    assert "list-defined-twice" in found


# --- units -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constant", "block", "code"),
    [
        ("1 GeV", TRACKS.format("my"), "unit-mismatch"),
        ("1", TRACKS.format("my"), "unit-mismatch"),
        ("2.5", "charged_tracks do\n    ngood >= my\nend\n", "not-whole"),
        ("1 cm", "charged_tracks do\n    ngood >= my\nend\n", "unit-mismatch"),
        ("-1 cm", TRACKS.format("my"), "impossible-value"),
        ("20", PHOTONS.format("isolation > my"), "unit-mismatch"),
        ("1 cm", PHOTONS.format("time > my"), "unit-mismatch"),
        ("1 cm", PHOTONS.format("energy my..2 GeV"), "unit-mismatch"),
        ("3 GeV", PHOTONS.format("energy my..2 GeV"), "reversed-range"),
        ("1 cm", PHOTONS.format("energy > 1") + 'require "x", e(gam1) > my\n', "dimension-mismatch"),
        ("1", PHOTONS.format("energy > 1") + 'require "x", e(gam1) > my\n', "dimension-mismatch"),
    ],
)
def test_a_constant_that_does_not_fit_is_shown_at_both_places(constant, block, code):
    bag = checked(f"let my = {constant}\n" + selection(block)).bag
    (item,) = [item for item in bag if item.severity.value == "error"]
    assert item.code.name == code
    if code != "reversed-range":
        assert "test.bes:1:5" in {str(label.span) for label in item.related}, render(bag)
        assert item.primary.span.place.line > 1 and not item.fixes


def test_the_words_of_a_wrong_unit():
    bag = checked("let my = 1 GeV\n" + selection(TRACKS.format("my"))).bag
    assert render([item for item in bag if item.severity.value == "error"]) == (
        "error[BES0216]: `vr` is a length, and `GeV` is an energy\n"
        " --> test.bes:4:10\n"
        "  |\n"
        "1 | let my = 1 GeV\n"
        "  |     -- `my` is made here\n"
        "...\n"
        "4 |     vr < my\n"
        "  |          ^^ an energy\n"
        "  |\n"
        "  = help: write `nm` or `um` or `mm` or `cm` or `m`\n"
    )


def test_zero_needs_a_unit_as_well():
    """It is one property: it cannot be an energy here and an angle there."""
    text = "let nothing = 0\n" + selection(PHOTONS.format("energy > nothing"))
    assert names(text) == ["unit-mismatch"]
    assert names(text.replace("= 0", "= 0 GeV")) == []


def test_an_unknown_unit_is_said_once():
    assert names("let my = 1 furlong\n" + selection(TRACKS.format("my"))) == ["unknown-unit"]
