"""Included files: the laws (equal to the program written out), parameters, both places of an error, hostile files."""

from __future__ import annotations

import random
import re

import pytest
from fragment_tools import MAIN, Cutter, compiled, meaning, package
from front_end import EXAMPLES, GOOD, formatted, parsed
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl4bes.assets import fragments_root
from dsl4bes.constructs.style import with_signs
from dsl4bes.diagnostics.codes import CATALOGUE
from dsl4bes.diagnostics.codes import files as codes
from dsl4bes.diagnostics.fixes import apply
from dsl4bes.diagnostics.pages import page
from dsl4bes.diagnostics.render import render, summary
from dsl4bes.driver import check_source, compile_source
from dsl4bes.source import SourceFile, Span, Via
from dsl4bes.syntax.includes import Folders, Texts
from dsl4bes.syntax.printer import print_program

PROGRAMS = [path for path in (*EXAMPLES, *GOOD) if check_source(path.read_text(encoding="utf-8"), path.name).ok]
HEAD = 'analysis "Main" do\n    ecms 3.097 GeV\nend\n'
TRACKS = "parameter vr = 1 cm\nparameter least = 2\n\nevent_selection do\n    charged_tracks do\n        vr < vr\n        ngood >= least\n    end\nend\n"
USE = 'event_selection.require "two", count(good) == 2\n'
SHIPPED = sorted(fragments_root().rglob("*.bes"))


def found(text: str, **files: str) -> list:
    """What is said about a program that includes these files (`name` for `name.bes`)."""
    return list(checked(text, **files).bag)


def checked(text: str, **files: str):
    texts = {f"{name}.bes": content for name, content in files.items()}
    return check_source(text, MAIN, loader=Texts(texts), verify=True)


def names(text: str, **files: str) -> list[str]:
    return [item.code.name for item in found(text, **files) if item.severity.value != "note"]


def one(text: str, **files: str):
    (item,) = [item for item in found(text, **files) if item.severity.value == "error"]
    return item


# --- the law: including is writing out -----------------------------------------------------------------------------------


def test_there_are_programs_to_cut():
    assert len(PROGRAMS) > 15


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program_cut_into_fragments_is_the_same_program(path):
    text = path.read_text(encoding="utf-8")
    whole = compiled({MAIN: text})
    for seed in range(3):
        files = Cutter(random.Random(f"{path.stem} {seed}")).program(text)
        parts = compiled(files)
        assert meaning(parts) == meaning(whole), files
        assert package(parts) == package(whole), files


@settings(max_examples=60)
@given(st.randoms(use_true_random=False), st.sampled_from(PROGRAMS))
def test_cut_anywhere_it_means_the_same(drawn, path):
    text = path.read_text(encoding="utf-8")
    files = Cutter(drawn).program(text)
    assert meaning(compiled(files, until="ir")) == meaning(compiled({MAIN: text}, until="ir")), files


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.sampled_from(PROGRAMS))
def test_fragments_parse_print_and_format_alone(drawn, path):
    for text in Cutter(drawn).program(path.read_text(encoding="utf-8")).values():
        canonical = print_program(parsed(text), with_signs)
        assert print_program(parsed(canonical), with_signs) == canonical
        assert parsed(formatted(text)) == parsed(text)


def test_a_cutter_that_cuts_nothing_would_be_noticed():
    cut = [Cutter(random.Random(seed)).program(PROGRAMS[0].read_text(encoding="utf-8")) for seed in range(20)]
    assert max(len(files) for files in cut) >= 4
    texts = "\n".join(text for files in cut for text in files.values())
    assert "parameter" in texts and "example:" in texts and 'include "' in texts


def test_written_out():
    """The smallest case, by hand."""
    including = compiled({MAIN: 'include "t.bes", vr: 5 mm\n' + USE, "t.bes": TRACKS})
    out = compiled({MAIN: TRACKS.split("\n\n")[1].replace("vr < vr", "vr < 5 mm").replace(">= least", ">= 2") + USE})
    assert meaning(including) == meaning(out)
    assert package(including) == package(out)
    assert "parameter charged_tracks.vr = 0.5 cm" in meaning(including)


@pytest.mark.parametrize(
    "text",
    [
        'include "t.bes"\n' + USE,
        'event_selection do\n    include "t.bes"\n    require "two", count(good) == 2\nend\n',
        'event_selection.include "t.bes"\n' + USE,
        'include("t.bes")\n' + USE,
    ],
)
def test_places_of_an_include(text):
    assert meaning(compiled({MAIN: text, "t.bes": TRACKS})) == meaning(compiled({MAIN: TRACKS + USE}))


def test_include_in_a_region():
    cuts = 'let hard = 100 MeV\nevent_selection do\n    require "hard", e(gam1) > hard\nend\nhistogram("e") do\n    fill e(gam1)\n    bins 10, 0..1 GeV\nend\n'
    base = "event_selection.photons do\n    energy > 25 MeV\n    ngam >= 1\nend\n"
    made = checked(f'{base}region(:one) do\n    include "cuts.bes"\nend\nregion(:two) do\n    require "x", e(gam1) > 1\nend\n', cuts=cuts)
    assert made.ok, [item.message for item in made.bag]
    assert [block.construct for block in made.program.regions[0].blocks] == ["require", "histogram"]
    assert [parameter.name for parameter in made.program.parameters][-3:] == ["photons.ngam", "one.hard", "two.x_1"]


PAIRS = (
    "event_selection do\n    charged_tracks do\n        ngood >= 2\n    end\n    assign do\n        identify :ep, charge > 0\n        identify :em, charge < 0\n"
    '    end\n    combine(:pair) do\n        decay "pair -> e+ e-"\n        keep :all\n    end\nend\n'
)


def test_include_per_candidate():
    """In a `for`, and with the combination as a parameter."""
    cuts = 'let wide = 90 deg\nrequire "open", angle(pair.ep, pair.em) > wide\nntuple("t") do\n    column m: m(pair)\nend\n'
    fragment = f"event_selection do\n{cuts.partition('ntuple')[0]}end\nntuple{cuts.partition('ntuple')[2]}"
    out = checked(f"{PAIRS}event_selection.for pair do\n{cuts}end\n")
    assert out.ok, [item.message for item in out.bag]
    inside = checked(f'{PAIRS}event_selection do\n    for pair do\n        include "c.bes"\n    end\nend\n', c=fragment)
    assert meaning(inside) == meaning(out)
    whole = f"parameter which, example: :pair\n{PAIRS}event_selection.for which do\n{cuts.replace('pair', 'which')}end\n"
    for given_value in (":pair", "pair"):
        assert meaning(checked(f'include "w.bes", which: {given_value}\n', w=whole)) == meaning(out)
    assert "unknown-name" in names(f'{PAIRS}event_selection do\n    for pair do\n        include "c.bes"\n    end\n    require "x", p(good1) > wide\nend\n', c=fragment)


def test_what_cannot_stand_in_a_region_is_shown_at_both_places():
    item = one('region(:a) do\n    include "x.bes"\nend\n' + TRACKS.split("\n\n")[1].replace("vr < vr", "vr < 1").replace("least", "2"), x=HEAD)
    assert item.code.name == "misplaced-block"
    assert [label.span.file.name for label in item.related] == [MAIN]


# --- parameters -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("default", "use", "given_value", "written"),
    [
        ("25 MeV", "energy > x", "40 MeV", "energy > 40 MeV"),
        ("0..14", "time in x", "0..60", "time 0..60"),
        ("25 MeV", "energy x..2 GeV", "0.03 GeV", "energy 0.03 GeV..2 GeV"),
        (":gam", "from x", ":other", "from other"),
        (":gam", "from x", "other", "from other"),
        ("2", "nsoft >= x", "3", "nsoft >= 3"),
        ("25 MeV", "barrel energy > x", "30 MeV", "barrel energy > 30 MeV"),
        ("0.8", "barrel do\n cos < x\n end", "0.7", "barrel do\n cos < 0.7\n end"),
        ("10 deg", "isolation > x", "0", "isolation > 0"),
    ],
)
def test_parameters_of_every_kind(default, use, given_value, written):
    before = "event_selection.photons(:other) do\n    energy > 20 MeV\nend\nevent_selection.photons(:gam) do\n    energy > 20 MeV\nend\n"
    body = "event_selection.photons(:soft) do\n    {}\nend\n"
    after = 'event_selection.require "s", count(soft) > 1 and count(gam) > 1 and count(other) > 1\n'
    including = checked(f'{before}include "f.bes", x: {given_value}\n{after}', f=f"parameter x = {default}\n" + body.format(use))
    out = checked(before + body.format(written) + after)
    assert meaning(including) == meaning(out)


def test_text_and_switch_parameters():
    fragment = 'parameter file = "a.root"\nparameter on = true\nanalysis "A" do\n    output file\nend\nevent_selection do\n    require "x", count(good) == 2, when: property("Use", on)\nend\n'
    made = checked('include "f.bes", file: "b.root", on: false\n', f=fragment)
    assert made.program is not None and made.program.analysis.output == "b.root"
    assert [p.value for p in made.program.parameters if p.name == "Use"] == [False]


def test_every_use_of_a_parameter_is_a_number_of_its_own():
    """As written out: the same value twice is two properties, numbered in the order of the formula."""
    cut = 'require "x", e(gam1) > {} and e(gam2) > {} and e(gam1) < 5 GeV and m(gam1, gam2) > {}\n'
    photons = "event_selection.photons do\n    energy > 25 MeV\n    ngam >= 2\nend\n"
    including = checked(f'{photons}include "c.bes", a: 0.2 GeV\n', c="parameter a = 1 GeV\nevent_selection." + cut.format("a", "a", "a"))
    out = checked(photons + "event_selection." + cut.format("0.2 GeV", "0.2 GeV", "0.2 GeV"))
    assert meaning(including) == meaning(out)
    assert [p.value for p in including.program.parameters if p.name.startswith("x_")] == [0.2, 0.2, 5.0, 0.2]


def test_parameters_are_private_and_passed_on_by_name():
    inner = "parameter vr = 9 cm\nevent_selection.charged_tracks do\n    vr < vr\nend\n"
    text = 'include "outer.bes", vr: 2 cm\n' + USE
    passed = checked(text, outer='parameter vr = 1 cm\ninclude "inner.bes", vr: vr\n', inner=inner)
    private = checked(text, outer='parameter vr = 1 cm\ninclude "inner.bes"\n', inner=inner)
    assert "charged_tracks.vr = 2.0 cm" in meaning(passed)
    assert "charged_tracks.vr = 9.0 cm" in meaning(private)


@pytest.mark.parametrize(
    ("arguments", "name", "places"),
    [
        ("vr: 1 GeV", "parameter-mismatch", {"main.bes:1:27", "t.bes:1:11"}),
        ("vr: 1", "parameter-mismatch", {"main.bes:1:27", "t.bes:1:11"}),
        ("vr: 1 cm..2 cm", "parameter-mismatch", {"main.bes:1:27", "t.bes:1:11"}),
        ('vr: "1 cm"', "parameter-mismatch", {"main.bes:1:27", "t.bes:1:11"}),
        ("least: 1 cm", "parameter-mismatch", {"main.bes:1:30", "t.bes:2:11"}),
        ("least: [1]", "parameter-mismatch", {"main.bes:1:30", "t.bes:2:11"}),
        ("least: p(good)", "parameter-mismatch", {"main.bes:1:30", "t.bes:2:11"}),
        ("vr: 1 furlong", "unknown-unit", {"main.bes:1:29"}),
        ("vz: 1 cm", "unknown-parameter", {"main.bes:1:23", "t.bes:1:11"}),
        ("vr: 1 cm, vr: 2 cm", "duplicate-field", {"main.bes:1:33", "main.bes:1:23"}),
        ("1 cm", "bad-include", {"main.bes:1:23"}),
        ("vr: -1 cm", "impossible-value", {"main.bes:1:27", "t.bes:6:14"}),
        ("least: 1.5", "not-whole", {"main.bes:1:30", "t.bes:7:18"}),
    ],
)
def test_wrong_values_show_both_places(arguments, name, places):
    item = one(f'include "tracks.bes", {arguments}\n{USE}'.replace("tracks.bes", "t.bes").replace('"t.bes",', '"t.bes",     '), t=TRACKS)
    assert item.code.name == name
    assert places == {str(label.span) for label in (item.primary, *item.related)}


def test_missing_parameter_shows_both_places():
    item = one('include "t.bes"\n' + USE, t=TRACKS.replace("vr = 1 cm", "vr, example: 1 cm"))
    assert item.code is codes.MISSING_PARAMETER
    assert {str(item.primary.span), str(item.related[0].span)} == {"main.bes:1:1", "t.bes:1:11"}
    assert "vr: 1 cm" in item.help


def test_example_stands_for_the_value_when_a_fragment_is_checked_alone():
    made = check_source(TRACKS.replace("vr = 1 cm", "vr, example: 3 cm"), "t.bes")
    assert not len(made.bag) and "charged_tracks.vr = 3.0 cm" in meaning(made)


def test_misspelt_parameter_is_respelled_in_the_program():
    text = 'include "t.bes", leasst: 3\n' + USE
    item = one(text, t=TRACKS)
    fixed = apply(SourceFile(MAIN, text), [item])
    assert fixed.text.startswith('include "t.bes", least: 3\n')


@pytest.mark.parametrize(
    "declaration",
    [
        "parameter", "parameter vr", "parameter 3", "parameter vr = p(good)", "parameter vr = 1 cm\nparameter vr = 2 cm", "parameter vr do\nend",
        'parameter vr = [1, 2]', "parameter _x = 1", "parameter a, b", "event_selection do\nend\nparameter vr = 1 cm", "parameter(1)", "parameter x = 1..good",
    ],
)  # fmt: skip
def test_bad_declarations_are_diagnostics(declaration):
    assert codes.BAD_PARAMETER.name in names(declaration + "\nevent_selection do\nend\n")


def test_parameter_stands_outside_of_blocks_only():
    assert "misplaced-block" in names("event_selection do\n    parameter x = 1\nend\n")


def test_unused_parameter_is_a_warning_when_the_file_is_checked_alone():
    text = TRACKS.replace("vr < vr", "vr < 1 cm")
    assert names(text) == ["unused-parameter"]
    assert names('include "t.bes"\n' + USE, t=text) == []


# --- both places ---------------------------------------------------------------------------------------------------------------

BROKEN = "event_selection do\n    charged_tracks do\n        vr < 1 GeV\n    end\nend\n"


def test_an_error_in_a_fragment_is_shown_there_and_at_the_include():
    text = 'event_selection do\n    include "outer.bes"\nend\n'
    bag = checked(text, outer='# shared\ninclude "broken.bes"\n', broken=BROKEN).bag
    assert render(bag) == (
        "error[BES0216]: `vr` is a length, and `GeV` is an energy\n"
        " --> broken.bes:3:14\n"
        "  |\n"
        "3 |         vr < 1 GeV\n"
        "  |              ^^^^^ an energy\n"
        "  |\n"
        " ::: outer.bes:2:1\n"
        "  |\n"
        '2 | include "broken.bes"\n'
        "  | -------------------- included here\n"
        "  |\n"
        " ::: main.bes:2:5\n"
        "  |\n"
        '2 |     include "outer.bes"\n'
        "  |     ------------------- included here\n"
        "  |\n"
        "  = help: write `nm` or `um` or `mm` or `cm` or `m`\n"
    )
    assert "(included at main.bes:2:5)" in render(bag, "concise")
    assert "(included at main.bes%3A2" not in render(bag, "github") and "(included at main.bes:2:5)" in render(bag, "github")
    assert '"file": "outer.bes"' in render(bag, "json") and '"uri": "outer.bes"' in render(bag, "sarif")


def test_a_value_that_is_wrong_inside_is_shown_at_both_places():
    bag = checked('include "t.bes", vr: -1 cm\n' + USE, t=TRACKS).bag
    assert render(bag) == (
        "error[BES0406]: `vr` cannot be -1 cm\n"
        " --> main.bes:1:22\n"
        "  |\n"
        '1 | include "t.bes", vr: -1 cm\n'
        "  |                      ^^^^^\n"
        "  |\n"
        " ::: t.bes:6:14\n"
        "  |\n"
        "6 |         vr < vr\n"
        "  |              -- used here\n"
        "  |\n"
        "  = help: it is at least 0 cm\n"
    )


def test_a_file_included_twice_shows_both_includes():
    bag = checked('include "t.bes"\ninclude "t.bes", vr: 2 cm\n' + USE, t=TRACKS).bag
    assert [item.code.name for item in bag] == ["duplicate-block"]
    assert [f"{label.span}: {label.text}" for label in bag.items[0].related] == [
        "t.bes:5:5: the first one", "main.bes:2:1: included here", "main.bes:1:1: included here (the first one)",
    ]  # fmt: skip
    assert bag.items[0].primary.span.position > bag.items[0].related[0].span.position


def test_cuts_of_the_program_and_of_a_fragment_that_clash():
    item = one('event_selection do\n    require "two", count(good) > 1\n    include "c.bes"\nend\n', c='event_selection.require "two", count(good) < 4\n')
    assert item.code.name == "cut-name-clash"
    places = [str(item.primary.span), *(str(label.span) for label in item.related)]
    assert places == ["c.bes:1:25", "main.bes:2:13", "main.bes:3:5"]


def test_a_file_included_twice_under_two_names_is_fine():
    text = 'event_selection do\n    include "c.bes"\nend\nregion(:a) do\n    include "d.bes"\nend\nregion(:b) do\n    include "d.bes", least: 4\nend\n'
    made = checked(text, c="event_selection.charged_tracks do\n    ngood >= 2\nend\n", d='parameter least = 3\nevent_selection.require "many", count(good) >= least\n')
    assert made.ok and [p.value for p in made.program.parameters][1:] == [2, 3.0, 4.0]


def test_syntax_errors_of_a_fragment_are_shown_at_both_places():
    item = one('include "t.bes"\n', t="event_selection do\n    charged_tracks do\n    ngood == 2\nend\n")
    assert item.code.name == "missing-end" and item.related[-1].text.startswith("included here")


def test_echoes_know_the_order_of_included_text():
    """A list that a wrong block of a fragment was to make is not reported a second time where the program uses it."""
    text = 'include "p.bes"\nntuple("t") do\n    column c: count(pipp)\nend\n'
    assert names(text, p="# a\n" * 50 + "event_selection.pid do\n    identify :pipp\nend\n") == ["unknown-particle"]


def test_used_before_the_include_that_makes_it():
    text = "# a\n" * 50 + 'event_selection do\n    require "q", count(kept) > 1\n    include "k.bes"\nend\n'
    item = one(text, k="event_selection.charged_tracks(:kept) do\n    vr < 1 cm\nend\n")
    assert item.code.name == "used-before-made" and {str(label.span) for label in item.related} == {"k.bes:1:32", "main.bes:53:5"}


# --- fixes ------------------------------------------------------------------------------------------------------------------------


def test_fixes_never_touch_a_fragment():
    text = 'include "t.bes"\nevent_selection.require "two", count(goood) == 2\n'
    bag = checked(text, t=TRACKS.replace("ngood", "ngoood")).bag
    assert sorted(fix.span.file.name for item in bag for fix in item.fixes) == [MAIN, "t.bes"]
    fixed = apply(SourceFile(MAIN, text), bag)
    assert fixed.text == text.replace("goood", "good") and fixed.applied == 1
    assert "(1 can be mended by --fix)" in summary(bag)


# --- what travels into the package --------------------------------------------------------------------------------------------------


def test_comments_and_source_map_name_the_fragment():
    import json

    from dsl4bes.cpp.sourcemap import locate

    made = compiled({MAIN: HEAD + 'include "cuts/t.bes", vr: 5 mm\n' + USE, "cuts/t.bes": TRACKS})
    source = next(text for path, text in made.files.items() if path.endswith("Main.cxx"))
    assert "// charged_tracks (t.bes:5, included at main.bes:4)\n//   charged_tracks do\n//       vr < 5 mm\n//       ngood >= 2\n" in source
    assert "// vr < 5 mm\n" in source
    data = json.loads(next(text for path, text in made.files.items() if path.endswith("sourcemap.json")))
    line = source[: source.index("m_charged_tracks_vr)")].count("\n") + 1
    place = locate(data, "src/Main.cxx", line)
    assert str(place) == "t.bes:5:5 (block charged_tracks)"
    line = source[: source.index("m_two_1)")].count("\n") + 1
    assert str(locate(data, "src/Main.cxx", line)).startswith("main.bes:5:")


def test_package_does_not_depend_on_where_the_fragment_lies(tmp_path):
    packages = []
    for folder in ("one", "another"):
        (tmp_path / folder / "cuts").mkdir(parents=True)
        (tmp_path / folder / "cuts" / "t.bes").write_text(TRACKS)
        source = SourceFile(str(tmp_path / folder / "main.bes"), 'include "cuts/t.bes"\n' + USE)
        packages.append(compile_source(source, loader=Folders()).files)
    assert packages[0] == packages[1]


def test_package_follows_the_included_text():
    """What is built and cached is keyed by the package: another fragment is another package."""
    first = compiled({MAIN: 'include "t.bes"\n' + USE, "t.bes": TRACKS}).files
    second = compiled({MAIN: 'include "t.bes"\n' + USE, "t.bes": TRACKS.replace("1 cm", "2 cm")}).files
    assert first != second


def test_expect_names_the_lines_of_fragments():
    text = 'include "t.bes"\n' + USE + 'expect(sample: "s") do\n    charged_tracks 3\n    charged_tracks.ngood 3\n    two 1\nend\n'
    assert names(text, t=TRACKS) == []


# --- shipped fragments ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_fragments_are_clean_and_canonical(path):
    text = path.read_text(encoding="utf-8")
    assert [item.code.id for item in check_source(text, path.name).bag if item.severity.value != "note"] == []
    assert print_program(parsed(text), with_signs) == text


def test_shipped_fragments_are_the_standard_that_is_assumed():
    """SEMANTICS rule 9: an omitted block and the shipped fragment are the same cuts."""
    use = 'event_selection.require "u", count(good) == 2 and count(gam) >= 2\n'
    assumed = compiled({MAIN: use})
    written = compiled({MAIN: 'include "besiii/standard_tracks.bes"\ninclude "besiii/standard_photons.bes"\n' + use})
    assert meaning(written) == meaning(assumed).replace(" (assumed)", "")


def test_there_are_tracks_photons_and_identification():
    assert {path.name for path in SHIPPED} >= {"standard_tracks.bes", "standard_photons.bes", "standard_pid.bes"}


# --- pages -----------------------------------------------------------------------------------------------------------------------------

PAGES = [code for code in CATALOGUE.values() if "BES0520" <= code.id <= "BES0528" and "```bes" in page(code)]


@pytest.mark.parametrize("code", PAGES, ids=lambda code: code.id)
def test_examples_of_the_pages_hold(code):
    wrong, _, right = page(code).partition("## Use instead")
    fences = re.compile(r"^```bes\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    assert all(code.id in [item.code.id for item in check_source(text).bag] for text in fences.findall(wrong))
    assert all(not check_source(text).bag.has_errors for text in fences.findall(right)) and fences.findall(right)


# --- places of a text that is included -----------------------------------------------------------------------------------------------


def test_positions_follow_the_text_as_it_is_read():
    main = SourceFile("m", "0123456789")
    inside = SourceFile("f", "abcdef", Via(Span(4, 6, main), "included here"))
    again = SourceFile("f", "abcdef", Via(Span(7, 9, main), "included here"))
    order = [Span(3, 4, main), Span(5, 6, inside), Span(6, 7, main), Span(0, 1, again)]
    assert sorted(order, key=lambda span: span.position) == order
    assert Span(0, 2, main).to(Span(5, 6, inside)) == Span(0, 6, main)
    assert Span(1, 2, inside).to(Span(3, 4, main)) == Span(1, 2, inside)
    assert Span(1, 2, main) != Span(1, 2, inside) and Span(1, 2, inside) == Span(1, 2, again)
