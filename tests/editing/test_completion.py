"""What is offered at a place: the right things, and nothing that breaks the line it goes into."""

from __future__ import annotations

import pytest

from dsl4bes.constructs import registry
from dsl4bes.diagnostics.model import Bag
from dsl4bes.driver import compile_source
from dsl4bes.editing.completion import Completion, CompletionKind, complete
from dsl4bes.editing.declared import What, what_of
from dsl4bes.editing.document import Document
from dsl4bes.editing.edits import Edit, applied
from dsl4bes.source import SourceFile
from dsl4bes.syntax.parser import parse
from tests.editing.marked import FIT, SHARES, at, programs


def offered(text: str) -> dict[str, Completion]:
    return {each.label: each for each in complete(*at(text))}


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("|", {"analysis", "event_selection", "event_selection.photons", "fit"}, {"end", "energy", "vary"}),
        ("event_selection do\n    |\nend\n", {"photons", "require", "let"}, {"analysis", "end"}),
        ("event_selection do\n    |\n", {"end"}, set()),
        ("event_selection.photons do\n    |\nend\n", {"energy", "barrel", "ngam"}, {"vr", "photons"}),
        ("event_selection.photons do\n    energy > 1 GeV\n    |\nend\n", {"cos"}, {"energy"}),
        ("event_selection.photons(:soft) do\n    n|\nend\n", {"nsoft"}, {"ngam"}),
        ("event_selection.photons do\n    barrel do\n        |\n    end\nend\n", {"cos", "energy"}, {"isolation"}),
        ("event_selection.photons do\n    energy > 25 M|\nend\n", {"MeV", "GeV"}, {"photons"}),
        ("event_selection.pid do\n    systems :dedx, :t|\nend\n", {":tof1"}, {":pip"}),
        ("event_selection.pid do\n    identify |\nend\n", {":pip", ":kp"}, {":tof1"}),
        ("event_selection.pid(|", {"method:"}, {"m"}),
        ("event_selection.pid(method=|", {":likelihood"}, {"m"}),
        (FIT + "histogram(:x) do\n    fill four.|", {"chi2", "pip", "pi0", "gam1", "raw"}, {"m", "good"}),
        (FIT + "histogram(:x) do\n    fill m(four.raw.|", {"pip"}, {"chi2"}),
        (FIT + "histogram(:x) do\n    fill m(four.pip, |", {"frame:", "four", "angle"}, {"photons"}),
        ("event_selection.kinematic_fit(:four) do\n    decay \"J/psi -> pi+ p|\"\n", {"pi-", "J/psi"}, {"m"}),
        ("event_selection.kinematic_fit(:four) do\n    choose :|\n", {":min_chi2"}, {":pip"}),
        ("fit(:peak) do\n    signal |", {"gaussian", "crystal_ball"}, {"data"}),
        ("fit(:peak) do\n    signal gaussian do\n        |", {"mean", "sigma", "yield"}, {"data"}),
        ("fit(:peak) do\n    signal gaussian do\n        mean 0.1, |", {"range:", "fixed:"}, set()),
        ("include \"|\"", {"besiii/standard_tracks.bes"}, set()),
        ("include \"besiii/standard_tracks.bes\"\nevent_selection.pid do\n    from |\nend\n", {"good"}, set()),
        ("analysis \"X\" do\n    ecms |\nend\n", {":database", "3.097 GeV"}, set()),
        ("event_selection.photons do\n    ngam >= 1\nend\nexpect(sample: \"x\") do\n    |\nend\n", {"events", "photons"}, set()),
        ("systematics do\n    vary \"x\", four.|\nend\nevent_selection.kinematic_fit(:four) do\n    decay \"J/psi -> pi+ pi- gam gam\"\n    constrain :mass\nend\n", set(), {"m"}),
    ],
)  # fmt: skip
def test_what_is_offered(text, wanted, unwanted):
    labels = set(offered(text))
    assert wanted <= labels
    assert not unwanted & labels


@pytest.mark.parametrize("text", ["# ener|", "event_selection.photons do\n    energy > 2|5 MeV\nend\n", 'require "na|me", true', "event_selection do\n    photons do\n    en|d\nend"])
def test_nothing_is_offered_in_comments_numbers_titles_and_on_words_of_the_language(text):
    assert offered(text) == {} or "end" not in text.split("|")[0][-2:]
    assert not any(each.kind is CompletionKind.FUNCTION for each in offered(text).values())


def test_the_word_at_hand_is_replaced_as_a_whole():
    document, offset = at("event_selection.photons do\n    ene|rgy > 25 MeV\nend\n")
    found = next(each for each in complete(document, offset) if each.label == "energy")
    assert (found.replace.text, found.text) == ("energy", "energy")
    assert "> 40 MeV" in found.documentation and "GeV" not in found.detail


def test_a_block_comes_with_its_end_and_its_indentation():
    found = offered("event_selection do\n    phot|\nend\n")["photons"]
    assert found.text == "photons do\n    end"
    assert found.snippet == "photons do\n    $0\nend"  # editors indent a snippet themselves


def test_regions_do_not_see_each_others_names():
    text = "region(:a) do\n    photons(:only_a) do\n    end\nend\nregion(:b) do\n    require \"x\", e(|)\nend\n"
    assert "only_a" not in offered(text)
    assert "only_a" in offered(text.replace("region(:b)", "region(:b, from: a)"))


def test_what_a_label_names_agrees_with_the_compiler():
    """`declared.py` tells from the lines what the compiler knows: for every example of every construct."""
    known = {What.LIST: "lists", What.FIT: "fits", What.VALUE: "values"}
    for keyword, construct in registry.load().items():
        for example in construct.examples:
            document = Document("<example>", example.source)
            scopes = [seen.after for seen in document.compilation.seen or ()]
            for each in document.declared:
                if each.keyword != keyword or each.what not in known or each.file is not None:
                    continue
                where = known[what_of(keyword)] if keyword not in ("let", "identify", "parameter") else known[each.what]
                assert any(each.name in getattr(scope, where) for scope in scopes) or not document.compilation.ok, (keyword, each.name, where)


def _errors(text: str) -> int:
    bag = Bag()
    parse(SourceFile("<law>", text), bag)
    return bag.errors


@pytest.mark.parametrize("share", SHARES)
def test_completions_never_break_a_program(share):
    """Law: put in their place, one of each kind leaves a right program without syntax errors (a key waits for its value)."""
    count = 0
    for name, text in programs()[share::4]:
        if _errors(text) or len(text) > 3000:
            continue
        document = Document(name, text)
        for offset in range(share, len(text), 41):
            kinds = {(each.kind, each.text[:1] in ':"', "(" in each.text): each for each in complete(document, offset)}
            for each in kinds.values():
                waits = each.kind is CompletionKind.KEY and each.text.endswith(" ")
                new = applied(text, [Edit(each.replace, each.text + ("1" if waits else ""))])
                assert not _errors(new), (name, offset, each.text)
                count += 1
    assert count > 40


def test_offered_fields_and_lists_compile():
    """What is offered for a field is a value of it: the natural cut of each field of `photons`."""
    found = offered("event_selection.photons do\n    energy |\nend\n")
    text = f"event_selection.photons do\n    energy {next(iter(found.values())).text}\n    ngam >= 1\nend\n"
    assert compile_source(text, until="ir").ok
