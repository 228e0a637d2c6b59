"""Slips that can be meant in one way only are mended, everything else stays as it was written."""

from __future__ import annotations

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

from test_writing import task_of

from dsl4bes.unknown.policy import check
from dsl4bes.unknown.task import names_of
from dsl4bes.unknown.writing.slips import mended

NAMES = names_of(task_of())
LOOP = "for (std::size_t i = 0; i < in.gam.size(); ++i) {{\n  {}\n}}\nreturn {};\n"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (LOOP.format("if (in.gam[i].energy > limit) return false;", "true"), LOOP.format("if (in.gam[i].energy > in.limit) return false;", "true")),
        ("double n = 0.0;\n" + LOOP.format("if (in.gam[i].energy > in.limit) n++;", "n < 2"), "double n = 0.0;\n" + LOOP.format("if (in.gam[i].energy > in.limit) n += 1;", "n < 2")),
        ("const HepLorentzVector p = in.gam[0].p4;\np.boost(-in.gam[0].p4.boostVector());\nreturn p.e() > limit;\n", "HepLorentzVector p = in.gam[0].p4;\np.boost(-in.gam[0].p4.boostVector());\nreturn p.e() > in.limit;\n"),
        ("const HepLorentzVector& p = in.gam[0].p4;\np.boost(-in.gam[0].p4.boostVector());\nreturn p.e() > in.limit;\n", "HepLorentzVector p = in.gam[0].p4;\np.boost(-in.gam[0].p4.boostVector());\nreturn p.e() > in.limit;\n"),
    ],
    ids=["member", "increment", "constant", "reference"],
)
def test_slips_are_mended(body, wanted):
    assert not check(body, NAMES).accepted
    assert mended(body, NAMES) == wanted and check(wanted, NAMES).accepted


@pytest.mark.parametrize(
    "body",
    [
        "return in.gam.size() > 2;\n",
        "return limits > 2.0;\n",  # near a name is not that name
        "double limit = 1.0;\nreturn in.gam[0].energy > limit;\n",  # a variable of its own
        "return in.gam.size() / 2 > in.limit;\n",  # with or without the fraction?
        "in.limit = 2.0;\nreturn true;\n",
        'system("true"); return limit;',
        "#define limit 2\nreturn true;",
        "return \x00;",
        "}{",
        "",
    ],
)
def test_what_is_right_or_doubtful_stays(body):
    again = mended(body, NAMES)
    if "limit;" in body and "system" in body:
        assert "system" in again and not check(again, NAMES).accepted
    else:
        assert again == body


def test_a_mended_body_is_judged_like_any_other():
    body = mended('std::cout << limit;\nreturn n++ > limit;\n', NAMES)
    assert not check(body, NAMES).accepted
