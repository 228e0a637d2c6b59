"""Definition, references, rename: the compiler's own names, and no rename that changes what a program does."""

from __future__ import annotations

import pytest

from dsl4bes.driver import compile_source
from dsl4bes.editing.document import Document
from dsl4bes.editing.edits import Edits, Refusal, applied
from dsl4bes.editing.navigate import definition, references
from dsl4bes.editing.rename import rename
from dsl4bes.editing.same import same_but
from dsl4bes.syntax.includes import Texts
from tests.editing.marked import SHARES, at, programs

PROGRAM = """include "besiii/standard_tracks.bes"
event_selection do
    photons(:soft) do
        energy > 30 MeV
        nsoft >= 2
    end
    let best = e(soft1)   # soft in a comment
    require "hard photon", best > 50 MeV and count(soft) > 1 and count(good) >= 0
end
histogram("soft") do
    fill e(soft)
    bins 10, 0 GeV..1 GeV
end
expect(sample: "a") do
    soft 5
    soft_nsoft 4
    hard_photon 3
end
systematics do
    vary "soft photons", soft.energy, 25 MeV
    vary "hard", hard_photon_1, 60 MeV
    vary "none", without: hard_photon
end
"""


def renamed(text: str, word: str, new: str, inside: int = 1) -> str:
    document = Document("<test>", text)
    found = rename(document, text.index(word) + inside, new)
    assert isinstance(found, Edits), found
    return applied(text, found.edits)


def refused(text: str, word: str, new: str) -> str:
    found = rename(Document("<test>", text), text.index(word) + 1, new)
    assert isinstance(found, Refusal)
    return found.words


def test_a_list_is_renamed_in_counts_picks_formulas_and_lines_of_the_cut_flow_alone():
    new = renamed(PROGRAM, "soft)", "low")
    assert "photons(:low)" in new and "nlow >= 2" in new and "e(low1)" in new and "count(low)" in new
    assert "    low 5\n    low_nlow 4\n" in new and 'vary "soft photons", low.energy' in new
    assert "# soft in a comment" in new and 'histogram("soft")' in new and "fill e(low)" in new
    assert renamed(new, "low)", "soft") == PROGRAM


def test_a_cut_is_renamed_where_it_is_referred_to():
    new = renamed(PROGRAM, "hard photon", "a big one")
    assert 'require "a big one"' in new and "    a_big_one 3\n" in new and "a_big_one_1" in new and "without: a_big_one" in new


def test_a_value_is_renamed_in_its_formulas():
    new = renamed(PROGRAM, "best = ", "top")
    assert "let top = e(soft1)" in new and '"hard photon", top > 50 MeV' in new


def test_a_default_list_gets_a_label_and_loses_it_again():
    text = "event_selection.photons do\n    energy > 30 MeV\n    ngam >= 1\nend\nexpect(sample: \"a\") do\n    photons 3\nend\n"
    new = renamed(text, "ngam", "soft", inside=2)
    assert new.startswith("event_selection.photons(:soft) do") and "nsoft >= 1" in new and "    soft 3\n" in new
    assert renamed(new, "nsoft", "gam", inside=2) == text


def test_identified_lists_are_renamed_by_as():
    text = "event_selection.pid do\n    prob_cut 0.001\n    identify :ep, \"from_pion\"\n    nep == 1\nend\n"
    new = renamed(text, "nep", "lepton", inside=2)
    assert 'identify :ep, as: :lepton, "from_pion"' in new and "nlepton == 1" in new
    assert renamed(new, "nlepton", "ep", inside=2) == text


@pytest.mark.parametrize(
    ("word", "new", "words"),
    [
        ("soft)", "1x", "is no name"),
        ("soft)", "end", "means something"),
        ("soft)", "m", "means something"),
        ("soft)", "best", "would not compile"),
        ("good)", "tracks", "<dsl4bes>/besiii/standard_tracks.bes: change it there"),
        ("count", "number", "no name that this program makes"),
        ("30 MeV", "x", "no name that this program makes"),
        ("hard photon", 'a "b"', "without quotes"),
    ],
)
def test_what_cannot_be_renamed_is_refused_in_words(word, new, words):
    assert words in refused(PROGRAM, word, new)


def test_a_program_with_errors_is_not_renamed():
    assert "mend them first" in refused(PROGRAM.replace("fill e(soft)", "fill ee(soft)"), "soft)", "low")


def test_a_list_that_an_included_file_uses_is_not_renamed():
    text = 'event_selection.photons do\n    ngam >= 1\nend\ninclude "cut.bes"\n'
    loader = Texts({"cut.bes": 'event_selection.require "x", count(gam) > 0\n'})
    document = Document("main.bes", text, loader=loader)
    assert document.compilation.ok
    found = rename(document, text.index("gam") + 1, "soft")
    assert isinstance(found, Refusal) and "would not compile" in found.words


def test_names_of_a_file_that_is_made_to_be_included_stay():
    text = "parameter most = 1 cm\nevent_selection.charged_tracks do\n    vr < most\n    ngood >= 1\nend\n"
    assert "made to be included" in refused(text, "most\n", "limit") and "made to be included" in refused(text, "good", "tracks")
    assert [span.text for span in references(Document("x", text), text.index("most\n"))] == ["most", "most"]


def test_a_constant_that_is_varied_is_renamed_there_too():
    text = "let least = 30 MeV\nevent_selection.photons do\n    energy > least\n    ngam >= 1\nend\nsystematics do\n    vary \"x\", least, 40 MeV\nend\n"
    assert renamed(text, "least", "low") == text.replace("least", "low")


def test_the_list_that_a_sum_takes_by_its_name_is_not_renamed():
    text = 'event_selection do\n    photons do\n        ngam >= 1\n    end\n    require "sum", visible_energy > 1 GeV\nend\n'
    assert "would not compile" in refused(text, "gam", "soft") or "would not do the same" in refused(text, "gam", "soft")


@pytest.mark.parametrize("share", SHARES)
def test_rename_and_back_is_the_same_text_and_the_same_program(share):
    """Law: of each kind of name in each program one is renamed; the program then makes the same primitives up to the name, and renaming back gives the text."""
    count = 0
    for name, text in programs()[share::4]:
        document = Document(name, text)
        if not document.compilation.ok or len(text) > 4000:
            continue
        first = {(use.target.sort, use.target.implicit): use for use in reversed(document.bindings.uses)}
        for use in first.values():
            found = rename(document, use.span.start, "fresh")
            if isinstance(found, Refusal):
                assert found.words
                continue
            new = Document(name, applied(text, found.edits))
            before, after = document.compilation.program, new.compilation.program
            assert before is not None and after is not None
            assert same_but(before, after, (use.target.name, "fresh", use.target.block))
            again = next(each for each in new.bindings.uses if each.target.name == "fresh")
            back = rename(new, again.span.start, use.target.name)
            assert isinstance(back, Edits), (name, use.target.name, back)
            assert applied(new.text, back.edits) == text, (name, use.target.name)
            count += 1
    assert count > 10


def test_programs_that_differ_are_told_apart():
    """`same_but` is no yes to everything: a number, a list in place of another, a step more."""
    text = 'event_selection do\n    photons(:a) do\n        na >= 1\n    end\n    photons(:b) do\n        nb >= 1\n    end\n    require "x", count(a) > 1\nend\n'
    first = compile_source(text, until="ir").program
    assert first is not None
    for old, new in (("count(a) > 1", "count(a) > 2"), ("count(a)", "count(b)"), ("nb >= 1", "nb >= 2"), ('require "x"', 'veto "x"')):
        second = compile_source(text.replace(old, new), until="ir").program
        assert second is not None
        assert not same_but(first, second, ("a", "b"))
    assert same_but(first, compile_source(text, until="ir").program, ("a", "b"))


def test_the_definition_of_a_use_has_its_name():
    """Law: in every program the definition of every use is the name itself, or the word of the block that makes it by default."""
    count = 0
    for name, text in programs()[::3]:
        document = Document(name, text)
        for use in document.bindings.uses:
            for span in definition(document, use.span.start):
                assert span.text == use.target.name or use.target.implicit or span.file != document.source, (name, use)
                assert use.span in references(document, use.span.start)
                count += 1
    assert count > 200


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('include "besiii/standard_|tracks.bes"\n', "<dsl4bes>/besiii/standard_tracks.bes:1:1"),
        ('include "besiii/standard_tracks.bes", v|r: 1 cm\n', "<dsl4bes>/besiii/standard_tracks.bes"),
        ('event_selection.kinematic_fit(:f) do\n    decay "J/psi -> pi+ pi- gam gam"\nend\nhistogram(:x) do\n    fill m(f.pi|m, f.gam1)\nend\n', ":2:25"),
        ("event_selection do\n    let a = 1\n    photons do\n        energy > |a\n", ":2:9"),
    ],
)
def test_definitions_outside_of_the_names(text, wanted):
    document, offset = at(text)
    found = definition(document, offset)
    assert len(found) == 1 and wanted in str(found[0])


def test_a_wrong_field_does_not_take_the_names_away():
    text = PROGRAM.replace("energy > 30 MeV", "energyy > 30 MeV")
    document = Document("x", text)
    assert not document.compilation.ok
    assert [span.text for span in references(document, text.index("soft)") + 1)][:2] == ["soft", "soft"]
    assert "mend them first" in refused(text, "soft)", "low")


def test_a_block_that_needs_what_is_wrong_in_it_leaves_the_names_before_it():
    text = PROGRAM + "event_selection.dtag(:tag) do\n    modes 3\n    mbc > 1\nend\nevent_selection.combine(:two) do\n    decay 3\nend\n"
    assert references(Document("x", text), text.index("soft)") + 1)


def test_two_regions_may_have_a_list_of_one_name():
    region = 'region(:{0}) do\n    photons(:soft) do\n        energy > {1} MeV\n        nsoft >= 1\n    end\nend\n'
    text = region.format("a", 30) + region.format("b", 40)
    new = renamed(text, "nsoft", "low", inside=2)
    assert new == text.replace("soft", "low", 2)
