"""Hover, signatures, outline, colours, folds, layout, hints, actions; and that nothing raises on any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from front_end import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl4bes.cli.fmt import formatted as canonical
from dsl4bes.diagnostics.model import Bag
from dsl4bes.editing.actions import actions
from dsl4bes.editing.completion import complete
from dsl4bes.editing.context import context
from dsl4bes.editing.document import Document
from dsl4bes.editing.edits import Edits, Refusal, applied
from dsl4bes.editing.folding import folds
from dsl4bes.editing.hints import HintKind, hints
from dsl4bes.editing.hover import _is_no_name, hover
from dsl4bes.editing.layout import formatted
from dsl4bes.editing.navigate import definition, references
from dsl4bes.editing.rename import rename
from dsl4bes.editing.signature import signature
from dsl4bes.editing.symbols import SymbolKind, symbols
from dsl4bes.editing.tokens import TokenKind, tokens
from tests.editing.marked import FIT, SHARES, at, broken, programs

RHOPI = (ROOT / "examples/rhopi/rhopi.bes").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "word", "parts"),
    [
        ("event_selection.pho|tons do\nend\n", "photons", ["showers", "`energy`"]),
        ("event_selection.photons do\n    ener|gy > 25 MeV\nend\n", "energy", ["photons.energy", "cut on an energy", "`>` GeV", "no cut"]),
        ("event_selection.photons do\n    energy > 25 M|eV\nend\n", "MeV", ["`25 MeV` = 0.025 GeV"]),
        ("event_selection.photons do\n    energy > 2|5 MeV\nend\n", "25 MeV", ["0.025 GeV"]),
        ("event_selection.pid(meth|od=\"probability\") do\nend\n", "method", ["`:probability`", "default", "BOSS"]),
        ("event_selection.pid do\n    systems :ded|x\nend\n", ":dedx", ["`systems`"]),
        (FIT + "histogram(:x) do\n    fill |m(four.pi0)\nend\n", "m", ["Invariant mass"]),
        (FIT.replace("psi ->", "p|si ->"), "J/psi", ["3.0969 GeV", "443"]),
        (FIT.replace("(pi0", "(p|i0"), "pi0", ["0.1349768", "PDG"]),
        ("fit(:x) do\n    signal gauss|ian do\n    end\nend\n", "gaussian", ["mean"]),
    ],
)
def test_hover(text, word, parts):
    found = hover(*at(text))
    assert found is not None and found.span.text == word
    assert all(part in found.markdown for part in parts), found.markdown


@pytest.mark.parametrize("text", [RHOPI, FIT, "event_selection.photons(:soft) do\n    energy > 25 MeV\n    nsoft >= 2\nend\nexpect do\n    sample \"x\"\n    soft_nsoft 5\nend\n"])
def test_words_of_the_language_are_explained_without_a_compilation_and_names_are_not_missed(text):
    places = [offset for offset in range(len(text)) if text[offset].strip()]
    compiled = Document("p.bes", text)
    names = compiled.bindings
    spared = 0
    for offset in places:
        document = Document("p.bes", text)
        document.__dict__.update(lexemes=compiled.lexemes, structure=compiled.structure)
        if _is_no_name(context(document, offset)):
            spared += 1
            use = names.at(offset)
            assert use is None or (use.defines and use.target.implicit), text[offset : offset + 20]
            hover(document, offset)
            assert "bindings" not in document.__dict__
    assert spared > len(places) // 3


def test_hover_on_names_says_what_is_sure_at_the_place():
    document = Document("rhopi.bes", RHOPI)
    first = hover(document, RHOPI.index("ngood") + 2)
    assert first is not None and "exactly 2 here" in first.markdown and "line 9" in first.markdown
    member = hover(document, RHOPI.index("fit4c.gam1") + 7)
    assert member is not None and "`fit4c`, as fitted" in member.markdown
    fit = hover(document, RHOPI.index("fit4c.gam1"))
    assert fit is not None and "kinematic fit of `pip`, `pim`, `gam1`, `gam2`" in fit.markdown
    value = "event_selection do\n    let a = 2\n    require \"x\", a > 1\nend\n"
    shown = hover(Document("x", value), value.index("a > 1"))
    assert shown is not None and "let a = 2" in shown.markdown


@pytest.mark.parametrize(
    ("text", "label", "active"),
    [
        ("histogram(:x) do\n    fill angle(a, |", "angle(a, b)", 1),
        ("histogram(:x) do\n    fill angle(m(a, b), |", "angle(a, b)", 1),
        ("histogram(:x) do\n    fill angle(m(|a, b), c)\nend\n", "m(a, ...)", 0),
        ("histogram(:x) do\n    fill m(a, b, c, |", "m(a, ...)", 1),
    ],
)
def test_signature(text, label, active):
    found = signature(*at(text))
    assert found is not None and (found.label, found.active) == (label, active)
    start, end = found.parameters[0]
    assert found.label[start:end] == "a"


def test_no_signature_outside_of_calls():
    assert signature(*at("event_selection.pid(|")) is None
    assert signature(*at("event_selection do\n    require (|a + b) > 1\nend\n")) is None


def test_outline_of_a_program_and_of_a_broken_one():
    names = [each.name for each in symbols(Document("x", RHOPI))]
    assert names == ["RhoPi", "event_selection", "m_gg", "rhopi", "expect"]
    inner = symbols(Document("x", RHOPI))[1].children
    assert [(each.name, each.detail) for each in inner][:2] == [("charged_tracks", "good"), ("photons", "gam")]
    half = symbols(Document("x", "event_selection do\n    require \"proton recoil\", m(\n    let a ="))
    assert [(each.name, each.kind) for each in half[0].children] == [("proton recoil", SymbolKind.CUT), ("a", SymbolKind.VALUE)]


def test_places_in_the_outline_lie_in_their_blocks():
    for name, text in programs()[::4]:
        todo = symbols(Document(name, text))
        while todo:
            each = todo.pop()
            assert each.span.start <= each.place.start <= each.place.end <= each.span.end
            assert all(each.span.start <= child.span.start and child.span.end <= each.span.end for child in each.children)
            todo += each.children


def test_colours():
    found = {(RHOPI[token.start : token.end], token.kind) for token in tokens(Document("x", RHOPI))}
    wanted = {("photons", TokenKind.BLOCK), ("energy", TokenKind.FIELD), ("MeV", TokenKind.UNIT), ("fit4c", TokenKind.FIT), ("gam", TokenKind.LIST), ("helicity", TokenKind.FUNCTION),
              ("of", TokenKind.KEY), (":dedx", TokenKind.OPTION), ("do", TokenKind.KEYWORD), ("gam1", TokenKind.MEMBER), (":pip", TokenKind.LIST)}  # fmt: skip
    assert wanted <= found
    for name, text in programs()[::4]:
        made = tokens(Document(name, text))
        assert all(before.end <= after.start for before, after in pairwise(made))


def test_folds():
    text = "# one\n# two\nevent_selection do\n    photons do\n    end\n"
    assert [(fold.first, fold.last, fold.comment) for fold in folds(Document("x", text))] == [(0, 1, True), (2, 4, False), (3, 4, False)]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_layout_is_that_of_fmt(ending):
    for name, text in programs()[::4]:
        document = Document(name, text.replace("\n", ending))
        found = formatted(document)
        assert isinstance(found, Edits)
        wanted = canonical(Document(name, text).source, Bag())
        assert wanted is not None
        assert applied(document.text, found.edits) == wanted.replace("\n", ending)


def test_layout_of_a_part_leaves_the_rest():
    document = Document("x", "event_selection do\n  photons do\n   cos<1\n  end\nend\nhistogram(:x) do\n fill   1\n bins 1, 0..1\nend\n")
    start = document.text.index("fill")
    found = formatted(document, document.span(start, start + 1))
    assert isinstance(found, Edits)
    new = applied(document.text, found.edits)
    assert new.startswith("event_selection do\n  photons do\n   cos<1\n") and "    fill 1\n" in new.replace("fill  ", "fill ")
    assert isinstance(formatted(Document("x", "photons do\n  energy > > 1\nend\n")), Refusal)


def test_hints_of_defaults_bare_numbers_and_events():
    found = hints(Document("x", RHOPI), {"events": 10, "photons": 7, "pid.npip": 6})
    texts = {(each.kind, each.text) for each in found}
    assert (HintKind.EVENTS, "7 events (70 %)") in texts and (HintKind.EVENTS, "6 events (60 %)") in texts
    assert any(each.kind is HintKind.DEFAULT and "iterations 10" in each.text for each in found)
    bare = hints(Document("x", "event_selection.charged_tracks do\n    vr 1\nend\n"))
    assert [(each.text, each.kind) for each in bare] == [("<", HintKind.SIGN), ("cm", HintKind.UNIT)]
    assert not any(each.kind is HintKind.EVENTS for each in hints(Document("x", RHOPI)))


def test_actions_mend_what_they_are_about():
    text = "event_selection do\n    photons do\n        isolation > 20\n        energyy > 30 MeV\n        ngamm >= 1\n    end\nend\n"
    document = Document("x", text)
    found = actions(document, document.span(0, len(text)))
    titles = [each.title for each in found]
    assert "write `energy`" in titles and "write `20 deg`" in titles and any(title.startswith("mend ") for title in titles) == (sum(bool(item.fixes) for item in document.diagnostics) > 1)
    degrees = next(each for each in found if each.title == "write `20 deg`")
    assert "isolation > 20 deg\n" in applied(text, degrees.edits) and degrees.code == "BES0306"
    assert not [each for each in actions(document, document.span(0, 5)) if each.code]


@pytest.mark.parametrize("head", ["event_selection do\n    pid do\n", "event_selection.pid do\n"])
def test_an_assumed_block_is_written_where_it_was_assumed(head):
    nested = head.count("do") > 1
    text = head + "        identify :pip, \"from_kaon\"\n        npip == 1\n" + ("    end\nend\n" if nested else "end\n")
    document = Document("x", text)
    place = text.index("pid")
    action = next(each for each in actions(document, document.span(place, place)) if "charged_tracks" in each.title)
    new = Document("x", applied(text, action.edits))
    assert new.compilation.ok and "BES0401" not in [item.code.id for item in new.diagnostics]
    assert document.compilation.program == new.compilation.program or document.compilation.program is not None


def _every_service(document: Document, offset: int) -> None:
    complete(document, offset)
    hover(document, offset)
    signature(document, offset)
    definition(document, offset)
    references(document, offset)


def _whole(document: Document) -> None:
    symbols(document)
    tokens(document)
    folds(document)
    hints(document, {"events": 3})
    formatted(document)
    actions(document, document.span(0, len(document.text)))


@pytest.mark.parametrize("share", SHARES)
def test_no_service_raises_on_programs_and_their_prefixes(share):
    """Law: of right and of broken programs, whole and cut off, at one of 20 places."""
    count = 0
    for place, (name, text) in enumerate((*programs(), *broken())):
        if place % 12 != share and not (share and place % 4 == share) or len(text) > 20_000:
            continue
        whole = Document(name, text)
        _whole(whole)
        for offset in range(share, len(text) + 1, 20):
            _every_service(whole, offset)
            count += 1
        for cut in range(share, len(text), max(40, len(text) // 6)):
            prefix = Document(name, text[:cut])
            _whole(prefix)
            _every_service(prefix, cut)
            rename(prefix, cut, "fresh")
    assert count > 300


@settings(max_examples=60)
@given(st.text(alphabet="abdoen_ .:,\"()[]<>=0123456789\n\r#-+*光𝛾\x00\ud800\t", max_size=80), st.data())
def test_no_service_raises_on_any_text(text, data):
    document = Document("<drawn>", text)
    _whole(document)
    _every_service(document, data.draw(st.integers(0, len(text) + 1)))


def test_texts_that_are_no_programs_have_one_finding():
    for text in ("x" * 2_000_000, "a\x00b" * 100, "vr < 1 cm\n" * 200_000):
        document = Document("big.bes", text)
        assert len(document.diagnostics) == 1
        _every_service(document, 5)
