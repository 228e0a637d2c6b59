"""Words and signs of other languages: the help says what this language has instead."""

from __future__ import annotations

import pytest

from dsl4bes.constructs.registry import load
from dsl4bes.diagnostics.fixes import apply
from dsl4bes.diagnostics.model import Diagnostic, Severity
from dsl4bes.driver import check_source
from dsl4bes.resolve.functions import FUNCTIONS
from dsl4bes.source import SourceFile
from dsl4bes.syntax import foreign

START = (
    'analysis "A" do\n    ecms 3.097 GeV\nend\nevent_selection do\n    charged_tracks do\n        vr < 1 cm\n%s    end\n'
    "    photons do\n        ngam >= 2\n    end\n    pid do\n        prob_cut 0.001\n        identify :pip, :pim\n%s        npim == 1\n    end\n%s\nend\n"
)


def program(*, tracks: str = "ngood == 2", pid: str = "npip == 1", after: str = "") -> str:
    return START % (f"        {tracks}\n", f"        {pid}\n", f"    {after}")


def errors(text: str) -> list[Diagnostic]:
    return [item for item in check_source(SourceFile("a.bes", text)).bag if item.severity is Severity.ERROR]


FIT = 'kinematic_fit(:f) do\n        decay "J/psi -> pi+ pi- gam gam"\n        %s\n        choose :min_chi2\n    end'

HELPS = (
    (program(after="if ngood == 2 do\n    end"), "BES0201", "`require "),
    ("if ngood == 2\n    a < 1\nend\n" + program(), "BES0123", "`require "),
    (program(after="for x in gam do\n    end"), "BES0207", "there are no loops"),
    (program(after="return false"), "BES0201", "ends an event"),
    ("def f(x)\n    x\nend\n" + program(), "BES0123", "`let x = formula`"),
    (program(tracks="while true"), "BES0202", "there are no loops"),
    (program(after='require "x", momentum(pip) > 1 GeV'), "BES0302", "here it is called `p`"),
    (program(after='require "x", pow(p(pip), 2) > 1'), "BES0302", "`x ** 2`"),
    (program(tracks="vz < 10 cm2"), "BES0215", "write `cm`"),
    (program(tracks="p < 1 GeVc"), "BES0215", "write `GeV`"),
    (program(after="vertex_fit(:v) do\n        from pip, pim\n        chi2 < 100 GeV\n    end"), "BES0216", "without a unit"),
    (program(pid="pip >= 1"), "BES0202", "`npip`"),
    (program(tracks="good == 2"), "BES0202", "`ngood`"),
    (program(tracks="-10 cm < vz < 10 cm"), "BES0127", "write `vz < 10 cm`"),
    (program(tracks="10 cm >= vz >= -10"), "BES0127", "write `vz <= 10 cm`"),
    (program(tracks="0.05 < p < 1 GeV"), "BES0127", "write `p 0.05 GeV..1 GeV`"),
    (program(tracks="2 <= ngood"), "BES0127", "write `ngood >= 2`"),
    (program(after='require "x", -10 < px(pip) < 10'), "BES0136", "write `px(pip) in -10..10`"),
    (program(after='require "x", 0.1 < m(gam1, gam2) < 0.15 GeV'), "BES0136", "`m(gam1, gam2) in 0.1 GeV..0.15 GeV`"),
    (program(after='require "x", p(pip) < p(pim) < e(gam1)'), "BES0136", "`p(pip) < p(pim) and p(pim) < e(gam1)`"),
    (program(pid="identify :pi+"), "BES0120", "`:pip`"),
    (program(after=FIT % "constrain :4c"), "BES0146", ":four_momentum"),
    (program(after=FIT % 'constrain "4C"'), "BES0420", ":four_momentum"),
    (program(after=FIT % "constrain :fourc"), "BES0420", ":four_momentum"),
    (program(after='require "x", p(pip) > 1 && p(pim) > 1'), "BES0117", "write `and`"),
    (program(after='require "x", p(pip) > 1 || p(pim) > 1'), "BES0117", "write `or`"),
    (program(after='require "x", p(pip) > 1 | p(pim) > 1'), "BES0117", "write `or`"),
    (program(after='require "x", !(p(pip) > 1)'), "BES0117", "write `not`"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "code", "help"), HELPS)
def test_help_says_what_to_write(text: str, code: str, help: str) -> None:
    (error,) = errors(text)
    assert error.code.id == code
    assert help in error.help


@pytest.mark.parametrize(
    "text",
    [
        program(tracks="2 <= ngood"),
        program(tracks="0.05 <= p <= 1 GeV"),
        program(pid="pip >= 1"),
        program(after='require "x", p(pip) > 1 && !(p(pim) > 1)').replace("npim", "npip == 1\n        npim"),
    ],
)
def test_fixes_of_these_make_a_right_program(text: str) -> None:
    text = text.replace("        npip == 1\n        npip == 1\n", "        npip == 1\n")
    source = SourceFile("a.bes", text)
    fixed = apply(source, check_source(source).bag)
    assert fixed.applied
    assert errors(fixed.text) == []


def test_what_is_proposed_exists_and_what_exists_is_not_foreign() -> None:
    assert set(foreign.FUNCTIONS.values()) <= set(FUNCTIONS)
    assert not set(foreign.FUNCTIONS) & set(FUNCTIONS)
    assert not [keyword for keyword in load() if foreign.statement(keyword)]


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("photons.energy", "shower_p4(ctx.at(x)).e() > m_photons_energy"),
        ("kinematic_fit.chi2", "chi2 < m_"),
        ("kinematic_fit.iterations", "setIterNumber(m_kinematic_fit_iterations)"),
        ("secondary_vertex.length", "m_ks_length"),
    ],
)
def test_a_field_shows_the_cpp_it_makes(field, line):
    from dsl4bes.reference.lookup import explanation

    text = explanation(field)
    assert text is not None and line in text.partition("C++")[2]


def test_every_field_says_its_type_and_what_holds_without_it():
    from dsl4bes.constructs import registry
    from dsl4bes.reference.pages import _flat, default_of, type_of

    for keyword, block in registry.load().items():
        for name, field in _flat(block.fields.values()):
            assert type_of(field) and default_of(field), f"{keyword}.{name}"
