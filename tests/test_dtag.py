"""D tags: the table of modes against BOSS's enum, the package against DTagTool, both roads on programs, and mutants that the cross-check must find."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check
from standin_collections import BEAM, D0, ECMS, STANDIN_HEADER, Probe, chain, ks_chain, plus_chain

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events
from dsl4bes.physics import tag_modes
from dsl4bes.physics.decays import parse_decay
from dsl4bes.run.runner import Settings
from dsl4bes.run.session import JobSession
from dsl4bes.run.vertex import VertexTable
from dsl4bes.source import SourceFile

HEAD = f'analysis "Tags" do\n    ecms {ECMS} GeV\nend\nevent_selection do\n'
SIGNAL = f"""{HEAD}    dtag(:tag) do
        modes     "D0 -> K- pi+", "D0 -> K- pi+ pi+ pi-", delta_e: -12 MeV..12 MeV
        modes     "D0 -> K- pi+ pi0"
        delta_e   -60 MeV..40 MeV
        mbc       1.855 GeV..1.875 GeV
        choose    :min_abs_delta_e, per: :mode_and_charm
        require   "slow", abs(p(tag, frame: :cm) - 0.286 GeV) < 0.05 GeV
    end
    for tag do
        charged_tracks(:side) do
            from     tag.other_tracks
            vr       < 2 cm
            nside    >= 2
        end
        photons(:rest_of_it) do
            from     tag.other_showers
            energy   > 30 MeV
        end
        require "kaon", any(charge(side) == tag.charm)
        ntuple("signal") do
            column u: missing_e(tag, side1) - missing_p(tag, side1), mbc: tag.mbc, de: tag.delta_e, mode: tag.mode, charm: tag.charm
            column k: index(tag.km), pk: p(tag.km), rec: recoil2(tag.nominal), n: count(rest_of_it), e: sum(e(tag.other_showers))
        end
    end
    require "few", count(tag) <= 3
end
histogram("mbc", per: tag) do
    fill tag.mbc
    bins 40, 1.85 GeV..1.88 GeV
end
"""
LOOSE = f"""{HEAD}    dtag(:tag) do
        modes     100, 101, "D0 -> K_S0 pi0", "D0 -> K_S0 K_S0"
        type      :loose
        mbc       > 1.84 GeV
        keep      :all
        ntag      < 40
    end
end
ntuple("ks", per: tag) do
    column ks: m(tag), n: tag.mode, mbc: tag.mbc, charm: tag.charm, charge: tag.charge
end
"""
ONE = f"""{HEAD}    dtag(:tag) do
        modes     "D+ -> K- pi+ pi+", "D+ -> K- K+ pi+", "D_s+ -> K- K+ pi+"
        choose    min: abs(tag.mbc - 1.8697 GeV)
        delta_e   > -50 MeV
        optional
    end
    require "tagged", passed(tag)
    charged_tracks(:side) do
        from      tag.other_tracks
    end
end
ntuple("one") do
    column km: index(tag.km), pip: mm, n: count(side), mode: tag.mode, e: missing_e(tag), p: missing_p(tag), m2: missing_m2(tag)
end
""".replace(", pip: mm", "")
DOUBLE = f"""{HEAD}    dtag(:tag) do
        modes     0, 1, 3
        keep      :all
    end
    dtag(:other) do
        modes     "D0 -> K- pi+ pi0", "D0 -> K- pi+", 100, "D0 -> K- pi+ pi+ pi-"
        delta_e   -60 MeV..60 MeV
        keep      :all
    end
    double_tag(:pair) do
        from      tag, other
        require   "delta E", tag.delta_e + other.delta_e < 80 MeV
        choose    :nearest_mass
        mbc       1.85 GeV..1.88 GeV
    end
    for pair do
        require "rest", count(pair.other_tracks) <= 2
        require "k", charge(tag.km) == -tag.charm
    end
end
ntuple("pairs", per: pair) do
    column mbc: pair.mbc, m: m(pair), a: tag.mbc, b: other.mbc, am: tag.mode, bm: other.mode, ac: tag.charm, n: count(pair.other_showers)
end
"""
CHAIN = f"""{HEAD}    dtag(:tag) do
        modes     "anti-D0 -> K+ pi-", 1, 3
        conjugate false
        choose    :min_abs_delta_e, per: :mode
    end
end
ntuple("chain", per: tag) do
    column mode: tag.mode, charm: tag.charm
end
"""
PROGRAMS = {"chain": CHAIN, "signal": SIGNAL, "loose": LOOSE, "one": ONE, "double": DOUBLE}

#: What goes wrong: the program and text of the generated source → what it becomes.
MUTANTS: dict[str, tuple[str, str, str]] = {
    "the sign of the charm": ("signal", "candidate.charm = entry->charm();", "candidate.charm = -entry->charm();"),
    "delta E of another mode": ("signal", "candidate.delta_e >= m_tag_delta_e_mode_0_low && candidate.delta_e <= m_tag_delta_e_mode_0_high", "candidate.delta_e >= m_tag_delta_e_low && candidate.delta_e <= m_tag_delta_e_high"),
    "own tracks among the others": ("signal", "if (!contains(ctx.tag.used, ctx.all_tracks[k]))", "if (true)"),
    "own showers among the others": ("signal", "if (!contains(ctx.tag.used, ctx.all_showers[k]))", "if (true)"),
    "tags that are not identified": ("signal", "m_tag_identified && ", "false && "),
    "only what is not identified is looked at": ("loose", "m_tag_identified && ", "!m_tag_identified && "),
    "the charm does not make a group": ("signal", " || ctx.tag_kept[same].charm != candidate.charm", ""),
    "the first tag of a group": ("signal", "} else if (better(key, keys[same])) {", "} else if (false) {"),
    "the energy as measured": ("signal", "(std::sqrt(momentum2) / cm.rho()), half);", "(std::sqrt(momentum2) / cm.rho()), cm.e());"),
    "the mass of another meson": ("one", "nominal_mass = 1.86966;", "nominal_mass = 1.86484;"),
    "the producer's m_BC at another frame": ("signal", "boosted(candidate.tag_p4, ctx.beam)", "HepLorentzVector(candidate.tag_p4)"),
    "the kaon is the second track": ("signal", "candidate.km = tracks[0];", "candidate.km = tracks[1];"),
    "pairs share tracks": ("double", "if (contains(candidate.tag.used, candidate.other.used[i])) return false;", ""),
    "pairs of one charm": ("double", "if (candidate.tag.charm * candidate.other.charm > 0) return false;", ""),
    "one mass decides": ("double", "candidate.mbc - candidate.nominal_mass", "candidate.tag.mbc - candidate.nominal_mass"),
    "the second tag is not bound": ("double", "each.other = each.pair.other;", "each.other = each.pair.other; each.tag = TagResult();"),
    "the other charm": ("chain", "if (candidate.charm != -1) return false;", "if (candidate.charm != 1) return false;"),
    "a window of m_BC": ("signal", "candidate.mbc <= m_tag_mbc_high", "candidate.mbc <= 2. * m_tag_mbc_high"),
}  # fmt: skip


@cache
def batches() -> tuple[Batch, ...]:
    options = ToyOptions(extra_photons=1.0)
    semileptonic = toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ e- anti-nu_e)", 120, 12, ecms=ECMS, options=options)
    wrong_sign = toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K- pi+ (pi0 -> gam gam))", 60, 13, ecms=ECMS)  # two tags of one charm
    return (chain().slice(0, 120), ks_chain().slice(0, 80), plus_chain().slice(0, 80), semileptonic, wrong_sign, random_batch(31, 100))


@cache
def program(name: str) -> Compiled:
    return compiled(PROGRAMS[name], f"{name}.bes")


PROGRAM_11 = """event_selection do
    dtag(:tag) do
        modes     "D0 -> K- pi+", "D0 -> K- pi+ pi0", "D0 -> K- pi+ pi+ pi-"
        delta_e   -30 MeV..30 MeV
        mbc       1.859 GeV..1.871 GeV
        choose    :min_abs_delta_e, per: :mode_and_charm
    end
    for tag do                                 # per candidate; cuts in here reject the candidate
        charged_tracks(:signal_side) do
            from      tag.other_tracks
            nsignal_side == 2
            net_charge 0
        end
        pid do
            from      signal_side
            identify  :ka, "from_pion"         # either charge
            identify  :el, "from_pion_and_kaon"
            nka == 1
            nel == 1
        end
        require "charge of the kaon", charge(el) == charge(tag.km)
        ntuple("semileptonic") do
            column u_miss: missing_e(tag, ka, el) - missing_p(tag, ka, el), mbc: tag.mbc
        end
    end
end
"""


def test_the_program_of_the_design():
    """PROGRAMS 11 with an `analysis` in front: a note that a track may be both kaon and electron, nothing else."""
    made = compile_source(SourceFile("program_11.bes", f'analysis "DTags" do\n    ecms {ECMS} GeV\nend\n{PROGRAM_11}'))
    assert made.files and {item.code.name for item in made.bag} == {"overlapping-lists"}


# --- the table ---------------------------------------------------------------------------------------------------------------


def test_modes_are_those_of_the_enum():
    text = STANDIN_HEADER.read_text(encoding="utf-8")
    known = {int(code): name for name, code in re.findall(r"kD(?:0|p|s)to(\w+) = (\d+)", text)}
    assert {mode.code for mode in tag_modes.all_modes()} == set(known)
    letters = {"K_S0": "Ks", "pi0": "Pi0", "eta": "Eta", "etap": "EPPiPiEta", "etap_rho": "EPRhoGam", "eta_3pi": "EtaPiPiPi0", "etap_3pi": "EPPiPiEtaPiPiPi0"}
    for mode in tag_modes.all_modes():
        words = [letters.get(word, word.rstrip("+-").capitalize()) for word in mode.products]
        name = known[mode.code].replace("Kplus", "K").replace("Kminus", "K")
        assert sorted(re.findall("[A-Z][a-z]*0?", "".join(words))) == sorted(re.findall("[A-Z][a-z]*0?", name)), (mode, name)


def test_a_mode_is_found_in_any_order_and_as_its_conjugate():
    for mode in tag_modes.all_modes():
        assert tag_modes.by_decay(parse_decay(mode.text)) == mode and tag_modes.by_code(mode.code) == mode
    for text, code in (("D0 -> pi0 pi+ K-", 1), ("anti-D0 -> pi- K+", 0), ("D- -> pi- K+ pi-", 200), ("D_s- -> K+ K- pi-", 401), ("D+ -> (K_S0 -> pi+ pi-) pi+", 202)):
        found = tag_modes.by_decay(parse_decay(text))
        assert found is not None and found.code == code
    for text in ("D0 -> K+ pi-", "D0 -> K- K-", "D+ -> K+ pi+ pi-", "J/psi -> K+ K-", "D0 -> (K_S0 -> pi0 pi0) pi0"):
        assert tag_modes.by_decay(parse_decay(text)) is None


# --- both roads --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_package_and_judge_agree(name):
    report = cross_check(program(name), batches())
    assert_agree(report, tolerated=0.0)
    assert not report.tolerated


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_is_found(name):
    which, before, after = MUTANTS[name]
    made = program(which)
    text = made.files[made.source]
    assert before in text, f"the generated source no longer has: {before}"
    wrong = replace(made, files={**made.files, made.source: text.replace(before, after)})
    assert not cross_check(made, batches(), selection=built(wrong)).agrees


def test_numbers_are_properties():
    overrides = {"tag_delta_e_low": -0.02, "tag_mbc_high": 1.868, "tag_identified": False}
    assert_agree(cross_check(program("signal"), batches()[:1], overrides))


def test_an_event_without_the_list_has_no_tags_and_is_counted():
    made = program("one")
    text = made.files[made.source].replace("EventModel::EvtRec::EvtRecDTagCol", '"/Event/EvtRec/NothingHere"')
    session = JobSession(built(replace(made, files={**made.files, made.source: text})), Settings(vertex=VertexTable({})))
    chunk = session.process(chain().slice(0, 20))
    assert not chunk.tables["one"].rows
    assert any("tag: events without EvtRecDTagCol" in line and line.endswith(": 20") for line in session.close())


def test_job_options_tell_the_producers_the_energy():
    options = next(text for path, text in program("one").files.items() if path.endswith("jobOptions_Tags.txt"))
    assert "ChargedDReconstruction.BeamE = 1.8865;" in options and "DsReconstruction.BeamE = 1.8865;" in options and "NeutralD" not in options
    job = next(text for path, text in program("one").files.items() if path.endswith("ana_Tags.txt"))
    assert job.index("jobOptions_Pi0EtaToGGRec") < job.index("jobOptions_dTag") < job.index("jobOptions_Tags")


# --- the tool of BOSS -----------------------------------------------------------------------------------------------------------

_FIND = """DTagTool tool; if (!tool.isDTagListEmpty()) for (int charm = -1; charm < 2; charm += 2) for (int mode = 0; mode < 4; ++mode)
if (tool.findSTag(mode, charm)) { EvtRecDTag* tag = *tool.stag(); m_event = head->eventNumber(); m_mode = mode; m_charm = charm;
m_mbc = tag->mBC(); m_de = tag->deltaE(); m_first = tag->tracks()[0]->trackId(); m_tuple->write(); }"""
_FOUND = f"""{HEAD}    dtag(:tag) do
        modes     0, 1, 2, 3
        choose    :min_abs_delta_e, per: :mode_and_charm
    end
end
ntuple("found", per: tag) do
    column mode: tag.mode, charm: tag.charm, mbc: tag.mbc, de: tag.delta_e, first: index(tag.km)
end
"""


def test_the_single_tags_are_those_of_dtagtool():
    """`findSTag` of the stand-in: the smallest |delta E| of a mode and charm, identified tags; at the default crossing angle the same numbers."""
    with Probe(_FIND, "event", "mode", "charm", "mbc", "de", "first", options=BEAM) as probe:
        theirs = probe.rows(chain())
    session = JobSession(built(compiled(_FOUND)), Settings(vertex=VertexTable({})))
    ours = session.process(chain()).tables["found"].columns
    session.close()

    def rows(table):
        order = np.lexsort((table["charm"], table["mode"], table["event"]))
        return np.stack([np.asarray(table[name], float)[order] for name in ("event", "mode", "charm", "first", "mbc", "de")], axis=1)

    a, b = rows(ours), rows(theirs)
    assert len(a) == len(b) > 300 and np.array_equal(a[:, :4], b[:, :4]) and np.allclose(a[:, 4:], b[:, 4:], atol=2e-6)
    right = (ours["mode"] == 0) & (ours["charm"] == 1)
    assert abs(np.median(ours["mbc"][right]) - D0) < 3e-4


_FIND_PAIR = """DTagTool tool; if (!tool.isDTagListEmpty() && tool.findDTag(0, 1)) { m_event = head->eventNumber();
m_one = (*tool.dtag1())->mBC(); m_two = (*tool.dtag2())->mBC(); m_charm = (*tool.dtag1())->charm(); m_tuple->write(); }"""
_PAIR = f"""{HEAD}    dtag(:tag) do
        modes "D0 -> K- pi+"
        keep  :all
    end
    dtag(:other) do
        modes "D0 -> K- pi+ pi0"
        keep  :all
    end
    double_tag(:pair) do
        from   tag, other
        choose :nearest_mass
    end
end
ntuple("pair", per: pair) do
    column one: tag.mbc, two: other.mbc, charm: tag.charm
end
"""


def test_the_double_tags_are_those_of_dtagtool():
    """`findDTag` of the stand-in, best by the mean of both m_BC."""
    with Probe(_FIND_PAIR, "event", "one", "two", "charm", options=BEAM) as probe:
        theirs = probe.rows(chain())
    session = JobSession(built(compiled(_PAIR)), Settings(vertex=VertexTable({})))
    ours = session.process(chain()).tables["pair"].columns
    session.close()
    assert len(ours["event"]) > 80 and np.array_equal(ours["event"], theirs["event"])
    same = np.isclose(ours["one"], theirs["one"], atol=2e-6) & np.isclose(ours["two"], theirs["two"], atol=2e-6)
    assert same.mean() > 0.99  # the masses of the D0 differ in the last digit


def test_another_energy_of_the_producer_changes_no_number():
    """Its windows move, so that tags may be missing; what is selected has the same m_BC and delta E."""
    made = compiled(_FOUND)
    tables = []
    for energy in (ECMS / 2, ECMS / 2 + 0.01):
        selection = built(made)
        options = f"{selection.options}\nNeutralDReconstruction.BeamE = {energy};"
        session = JobSession(replace(selection, options=options), Settings(vertex=VertexTable({})))
        columns = session.process(chain().slice(0, 100)).tables["found"].columns
        session.close()
        tables.append({tuple(row[:3]): row[3:] for row in np.stack([columns[n] for n in ("event", "mode", "charm", "mbc", "de")], axis=1).tolist()})
    common = set(tables[0]) & set(tables[1])
    same = [key for key in common if tables[0][key] == tables[1][key]]
    assert len(same) > 0.8 * len(tables[0]) > 40
