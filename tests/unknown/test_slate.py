"""Several drafts of one block in one package: each climbs as if it were alone.

In: a program, bodies good and bad. Out: assertions on the rungs of every draft, and on what the compiler's words are attributed to. Slow where packages are built.
"""

from __future__ import annotations

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

from dsl4bes.driver import compile_source
from dsl4bes.unknown.candidates import Candidates
from dsl4bes.unknown.ladder import climb_each
from dsl4bes.unknown.lock import Lock
from dsl4bes.unknown.samples import sample
from dsl4bes.unknown.slate import faulty, slate

PROGRAM = """event_selection do
    charged_tracks do
        ngood >= 1
    end
    photons do
        ngam >= 1
    end
    loud_shower_limit do
        describe "reject events with a photon above the limit"
        from     gam
        limit    0.8 GeV
    end
    another_one do
        describe "not written yet"
        from gam
    end
end
"""
ANY = "for (std::size_t i = 0; i < in.gam.size(); ++i) {\n  if (in.gam[i].energy > in.limit) return false;\n}\nreturn true;\n"
SAME = "// with words\n" + ANY
FIRST = "return in.gam[0].energy < in.limit;\n"
OUTSIDE = "return in.gam[in.gam.size()].energy < in.limit;\n"
REFUSED = "return in.gam[0].enrgy > 1;\n"
LONG = "double sum = 0.0;\nfor (int i = 0; i < 1000; ++i) for (int j = 0; j < 1000; ++j) for (int k = 0; k < 1000; ++k) for (int l = 0; l < 1000; ++l) sum += std::sin(in.limit * i * j * k * l);\nreturn sum > 0.0;\n"


def test_one_body_stays_and_many_are_numbered():
    assert slate([ANY]) == ANY
    text = slate([ANY, FIRST])
    assert text.count("static bool accept(const View& in)") == 2 and "case 1: return Draft1::accept(in);" in text


def test_words_of_the_compiler_belong_to_a_draft():
    said = "draft_0:1:3: error: one\nX.cxx:3:1: error: elsewhere\ndraft_2:7:1: warning: no fault\ndraft_2:8:1: error: two\ndraft_2:9:1: error: three\n"
    assert faulty(said) == {0: "line 1: error: one", 2: "line 8: error: two\nline 9: error: three"}


@pytest.mark.cpp
@pytest.mark.slow
def test_every_draft_climbs_as_if_it_were_alone():
    candidates = Candidates(Lock(), lenient=True)

    def compile_(bodies, profile):
        return compile_source(PROGRAM, "x.bes", profile=profile or None, until="text" if profile else "ir", bodies=bodies)

    assert compile_(candidates, "").ok and set(candidates.lacking) == {"loud_shower_limit", "another_one"}
    codes = [ANY, FIRST, SAME, OUTSIDE, REFUSED, LONG, ANY]
    found = climb_each(candidates, "loud_shower_limit", codes, compile_, sample)
    names = [(each.accepted, each.rungs[-1].name) for each in found]
    assert names == [(True, "decide"), (True, "decide"), (True, "decide"), (False, "run"), (False, "policy"), (False, "run"), (True, "decide")]
    assert found[0].answers == found[2].answers == found[6].answers != found[1].answers
    assert found[2].candidate.code == SAME and "past the end of a list" in found[3].rungs[-1].words and "takes too long" in found[5].rungs[-1].words
    assert [each.candidate.author.value for each in found] == ["model"] * 7
    assert not candidates.written and not candidates.checked and set(candidates.lacking) >= {"another_one"}


@pytest.mark.cpp
@pytest.mark.slow
def test_a_draft_that_does_not_compile_takes_no_other_along(monkeypatch):
    """The policy refuses what a compiler would; should it miss something, the others climb on."""
    from dsl4bes.unknown import ladder

    def lenient(each):
        each.code = each.candidate.code
        return each.add("policy", True, "not asked")

    monkeypatch.setattr(ladder, "_policy", lenient)
    candidates = Candidates(Lock(), lenient=True)

    def compile_(bodies, profile):
        return compile_source(PROGRAM, "x.bes", profile=profile or None, until="text" if profile else "ir", bodies=bodies)

    compile_(candidates, "")
    wrong = "const double e = in.gam[0].energy;\nreturn e.wrong;\n"
    good, bad = climb_each(candidates, "loud_shower_limit", [ANY, wrong], compile_, sample)
    assert good.accepted and bad.rungs[-1].name == "compile" and "line 2" in bad.rungs[-1].words and "wrong" in bad.rungs[-1].words
