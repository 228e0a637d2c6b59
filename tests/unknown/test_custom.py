"""Custom blocks: what is one, what its code sees, how accepted code gets into a package, when it is refused; on events, package against judge.

In: programs, code written here, lock files. Out: assertions. The ladder itself is tried in `test_ladder.py`.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from cross_check_tools import Compiled, assert_agree, cross_check
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl4bes.driver import Compilation, compile_source
from dsl4bes.events.toy import toy_events
from dsl4bes.ir.custom import Author
from dsl4bes.source import SourceFile
from dsl4bes.syntax.includes import Texts
from dsl4bes.unknown.candidates import Candidates
from dsl4bes.unknown.lock import SOURCE, Entry, Lock, LockError, digest, read, tidy
from dsl4bes.unknown.task import declaration

HEAD = """analysis "Custom" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        ngam >= 2
    end
    pid do
        prob_cut 0.001
        identify :pip
        identify :pim
        npip == 1
        npim == 1
    end
    kinematic_fit(:fit) do
        decay "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        choose :min_chi2
        optional
    end
    let pair = m(pip, pim)
"""
BLOCK = """    time_veto do
        describe "reject events whose tracks are too far apart in time of flight"
        {lines}
    end
"""
CODE = """double first = 0., last = 0.;
int seen = 0;
for (std::size_t i = 0; i < in.good.size(); ++i) {
  const TrackView& track = in.good[i];
  if (!track.has_tof) continue;
  if (seen == 0 || track.tof < first) first = track.tof;
  if (seen == 0 || track.tof > last) last = track.tof;
  ++seen;
}
return seen < 2 || last - first <= in.most;
"""
RHOPI = "J/psi -> pi+ pi- (pi0 -> gam gam)"


def program(lines: str = "from good, gam, fit, pair\n        most 0.5 ns", after: str = "") -> str:
    return f"{HEAD}{BLOCK.format(lines=lines)}end\n{after}"


def task(text: str):
    candidates = Candidates(Lock())
    compile_source(text, "custom.bes", until="ir", bodies=candidates, loader=Texts({"veto.inc": CODE}))
    return candidates.lacking["time_veto"] if candidates.lacking else candidates.found["time_veto"].task


def accepted(text: str, code: str = CODE, **changes) -> Lock:
    wanted = task(text)
    entry = Entry("time_veto", Author.HAND, wanted.block, wanted.context, tidy(code), {"policy": "accepted"}, changes.pop("origin", {}))
    return Lock({"time_veto": entry.sealed()})


def compiled(text: str, lock: Lock | None, **settings) -> Compilation:
    return compile_source(SourceFile("custom.bes", text), bodies=lock, verify=True, **settings)


def codes(made: Compilation) -> list[str]:
    return [item.code.name for item in made.bag]


# --- what is such a block ----------------------------------------------------------------------------------------------


def test_a_name_far_from_all_is_a_block_of_the_users_own():
    made = compiled(program(), None)
    assert codes(made) == ["code-missing"]
    assert "no block is called `time_veto`" in made.bag.items[0].message


@pytest.mark.parametrize("name", ["photon", "charged_track", "kinematicfit", "vertex_fits"])
def test_a_misspelt_name_stays_a_mistake(name):
    made = compiled(program().replace("time_veto", name), None)
    assert "unknown-block" in codes(made) and "did you mean" in made.bag.items[0].help


def test_a_misspelt_field_is_no_value():
    assert "unknown-field" in codes(compiled(program("form good\n        most 0.5 ns"), None))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("from nothing", "unknown-name"),
        ("from good\n        most 1 ns, 2 ns", "bad-value"),
        ("from good\n        most 1 ns..2 ns", "bad-value"),
        ('from good\n        most "text"', "bad-value"),
        ("from good\n        most gam", "bad-value"),
        ("from good\n        good 5", "list-defined-twice"),
        ("from good\n        run 5", "list-defined-twice"),
        ("from rest(good, pip)", "wrong-kind"),
        ("from good\n        register 5", "reserved-name"),
        ("from good\n        TrackView 5", "list-defined-twice"),
        ('from good\n        code "veto.cxx"', "bad-value"),
        ('from good\n        code "/etc/passwd"', "bad-value"),
        ('from good\n        code "none.inc"', "fragment-not-found"),
    ],
)
def test_what_the_code_cannot_take_is_said(lines, code):
    made = compiled(program(lines), None)
    assert code in codes(made), [str(item) for item in made.bag]
    assert "internal-error" not in codes(made)


# --- what the code sees -------------------------------------------------------------------------------------------------


def test_the_view_is_what_the_block_takes():
    text = "\n".join(declaration(task(program("from pip, gam\n        most 0.5 ns\n        reference p(pip)\n        strict true"))))
    for line in ("std::vector<TrackView> pip;", "std::vector<ShowerView> gam;", "double most;", "double reference;", "bool strict;"):
        assert line in text.replace("  ", " ").replace("  ", " ")
    assert "good;" not in text and "FitView" not in text


def test_without_from_it_is_everything_in_scope():
    text = "\n".join(declaration(task(program("most 0.5 ns"))))
    for name in ("good", "gam", "pip", "pim", "fit", "pair", "ecms", "beam"):
        assert f" {name};" in text


def test_two_fits_are_two_types_whatever_their_names():
    text = program().replace("    let pair", '    vertex_fit(:track) do\n        from pip, pim\n    end\n    let pair').replace("from good, gam, fit, pair", "from good, gam, fit, track, pair")
    code = "return in.track.passed && in.fit.passed && in.good[0].tof > 0;\n"
    made = compiled(text, accepted(text, code))
    source = next(each for path, each in made.files.items() if path.endswith("Custom.cxx"))
    assert all(f"struct {name} {{" in source for name in ("TrackFit", "FitFit", "TrackView"))


def test_a_block_in_a_for_is_refused():
    pairs = '    combine(:two) do\n        decay "two -> pi+ pi-"\n        keep :all\n    end\n    for two do\n'
    text = program().replace("    time_veto do", pairs + "    time_veto do").rstrip()[: -len("end")] + "end\nend\n"
    assert codes(compiled(text, None)) == ["misplaced-block"]


def test_regions_may_have_a_block_of_the_same_name_each():
    body = BLOCK.format(lines="from {list}\n        most 0.5 ns")
    regions = "".join(f"region(:{name}, from: baseline) do\n{body.format(list=lists)}end\n" for name, lists in (("one", "good"), ("two", "pip, good")))
    text = f"{HEAD}end\n{regions}"
    candidates = Candidates(Lock())
    compile_source(text, "custom.bes", until="ir", bodies=candidates)
    assert list(candidates.lacking) == ["one.time_veto", "two.time_veto"]
    entries = {
        name: Entry(name, Author.HAND, each.block, each.context, tidy(CODE), {"policy": "accepted"}).sealed() for name, each in candidates.lacking.items()
    }
    made = compiled(text, read(Lock(entries).text("custom.bes"), "lock"))
    assert made.ok and not codes(made)
    assert sum(text.count("bool accept(const View& in)") for text in made.files.values()) == 2


def test_numbers_are_no_part_of_the_task_and_words_are():
    first, other = task(program()), task(program().replace("0.5 ns", "2 ns"))
    assert (first.block, first.context) == (other.block, other.context)
    assert task(program().replace("too far", "far")).block != first.block
    elsewhere = task(program().replace("ngam >= 2", "ngam >= 3").replace("prob_cut 0.001", "prob_cut 0.01"))
    assert (elsewhere.block, elsewhere.context) == (first.block, first.context)
    assert task(program("from good, fit, pair\n        most 0.5 ns")).context != first.context


def test_units_are_shown_and_part_of_the_task():
    """The code gets numbers in base units: 0.5 ns and 0.5 cm are other tasks, 0.5 ns and 500 ps are one."""
    text = "\n".join(declaration(task(program("from good\n        most 0.5 ns\n        reference p(pip)\n        turns 3\n        area 2 GeV * 3 cm"))))
    for words in ("`most` of the block (ns)", "`reference` of the block (GeV)", "`area` of the block (GeV cm)", "Depth in the MUC (cm)", "(ns)"):
        assert words in text, text
    assert "`turns` of the block\n" in text
    assert "`let pair` (GeV)" in "\n".join(declaration(task(program())))
    first, length, small = (task(program().replace("0.5 ns", value)) for value in ("0.5 ns", "0.5 cm", "500 ps"))
    assert first.block != length.block and first.block == small.block
    assert codes(compiled(program().replace("0.5 ns", "0.5 cm"), accepted(program()))) == ["code-stale"]


# --- accepted code ------------------------------------------------------------------------------------------------------


def test_accepted_code_is_in_the_package_and_nothing_else_is_filled():
    made = compiled(program(), accepted(program()))
    assert made.ok and not codes(made)
    source = next(text for path, text in made.files.items() if path.endswith("Custom.cxx"))
    assert "return seen < 2 || last - first <= in.most;" in source
    assert "view.most = m_time_veto_most;" in source and "struct ShowerView" not in source and "FitView" not in source
    assert 'declareProperty("time_veto_most"' in source


@pytest.mark.parametrize(
    ("code", "headers"),
    [
        ("return in.most < DBL_MAX;\n", {"<cfloat>"}),
        ("std::vector<double> v(2, in.most);\nstd::sort(v.begin(), v.end(), std::greater<double>());\nreturn v[0] > 0;\n", {"<functional>"}),
        ("const std::pair<double, int> p = std::make_pair(in.most, 1);\nreturn p.first > 0;\n", {"<utility>"}),
        (CODE, set()),
    ],
)
def test_the_package_has_the_headers_of_what_the_code_names(code, headers):
    made = compiled(program(), accepted(program(), code))
    assert made.ok, [str(item) for item in made.bag]
    source = next(text for path, text in made.files.items() if path.endswith("Custom.cxx"))
    found = {name for name in ("<cfloat>", "<functional>", "<utility>") if f"#include {name}" in source}
    assert headers <= found and found - headers <= {"<utility>"}  # which the program itself may need


@pytest.mark.cpp
@pytest.mark.parametrize("profile", ["7.0.x", "8"])
def test_package_and_judge_agree_and_the_cut_is_what_the_code_says(profile):
    text = program(after='ntuple("t") do\n column d: max(tof(good)) - min(tof(good))\nend\n')
    made = compiled(text, accepted(text), profile=profile)
    assert made.program is not None
    report = cross_check(Compiled(made.program, made.files), [toy_events(RHOPI, 150, 3)])
    assert_agree(report)


@pytest.mark.cpp
def test_the_code_decides_as_a_formula_of_the_language_does():
    """The same cut as `require`, in the same package: no event that passes one is rejected by the other."""
    same = '    require "formula", count(has_tof(good)) < 2 or max(tof(good)) - min(tof(good)) <= 0.5 ns\n'
    text = program().replace("end\n", "end\n").rstrip()
    text = text[: -len("end")] + same + "end\n"
    made = compiled(text, accepted(text))
    assert made.ok, [str(item) for item in made.bag]
    from cross_check_tools import built

    from dsl4bes.run.runner import Settings
    from dsl4bes.run.session import JobSession

    session = JobSession(built(Compiled(made.program, made.files)), Settings())
    records = session.process(toy_events(RHOPI, 200, 4)).records
    session.close()
    assert records is not None
    by_code, by_formula = np.asarray(records.passed)[:, -2:].T
    assert (by_code == by_formula).all() and 0 < by_code.sum() < len(by_code)


def test_a_systematic_variation_of_a_value_needs_no_new_code():
    text = program(after='systematics do\n vary "time", time_veto.most, 0.3 ns, 0.7 ns\nend\n')
    made = compiled(text, accepted(text))
    assert made.ok and len(made.program.variations) == 2, [str(item) for item in made.bag]


# --- refused ------------------------------------------------------------------------------------------------------------


def test_another_task_makes_an_entry_stale():
    lock = accepted(program())
    assert codes(compiled(program().replace("too far", "very far"), lock)) == ["code-stale"]
    assert codes(compiled(program("from good, fit, pair\n        most 0.5 ns"), lock)) == ["code-stale"]
    assert compiled(program().replace("0.5 ns", "3 ns"), lock).ok


def test_a_changed_letter_breaks_the_seal():
    text = accepted(program()).text("custom.bes")
    for old, new in (("<= in.most", ">= in.most"), ('policy = "accepted"', 'policy = "fine"'), ('author = "hand"', 'author = "model"')):
        assert codes(compiled(program(), read(text.replace(old, new), "lock"))) == ["code-tampered"]
    assert compiled(program(), read(text, "lock")).ok


@pytest.mark.parametrize(
    ("code", "words"),
    [('system("id"); return true;', "quotes"), ("int n = system(0); return true;", "system"), ("return true; // fine", "comments"), ("static int n = 0; return true;", "outlives")],
)
def test_a_new_seal_makes_no_code_accepted(code, words):
    """A seal anyone can compute: what is pinned meets the policy again, in the compiler and in `accept`."""
    pytest.importorskip("tree_sitter_cpp")
    lock = accepted(program(), code)
    for bodies in (lock, Candidates(lock)):
        made = compiled(program(), bodies)
        assert codes(made) == ["code-tampered"] and words in made.bag.items[0].message, made.bag.items[0]
        assert not any("Custom.cxx" in path for path in made.files)


def test_without_the_parser_a_lock_file_is_trusted_like_code(monkeypatch):
    from dsl4bes.unknown.policy import tree

    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    tree._parser.cache_clear()
    made = compiled(program(), accepted(program()))
    tree._parser.cache_clear()
    assert made.ok


def test_a_question_for_code_makes_one_task_and_one_seal(monkeypatch):
    from dsl4bes.unknown import candidates, lock

    asked = []
    made = accepted(program())
    seal, of = Entry.computed_seal, candidates.task_of
    monkeypatch.setattr(Entry, "computed_seal", lambda self: asked.append("seal") or seal(self))
    for module in (candidates, lock):
        monkeypatch.setattr(module, "task_of", lambda *given: asked.append("task") or of(*given))
    compile_source(program(), "custom.bes", until="ir", bodies=Candidates(made))
    assert sorted(asked) == ["seal", "task"]


def test_a_program_without_such_blocks_does_not_load_the_policy(tmp_path):
    (tmp_path / "x.bes").write_text("event_selection do\n    photons do\n        ngam >= 1\n    end\nend\n")
    text = "import sys\nfrom dsl4bes.__main__ import main\ntry:\n    main()\nexcept SystemExit:\n    pass\nprint([name for name in sys.modules if 'tree_sitter' in name or 'unknown.policy' in name or name == 'dsl4bes.unknown.lock'])"
    done = subprocess.run([sys.executable, "-c", text, "check", "x.bes"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


def test_a_file_that_changed_since_is_not_accepted():
    text = program('from good, gam, fit, pair\n        most 0.5 ns\n        code "veto.inc"')
    lock = accepted(text, origin={SOURCE: digest(tidy(CODE))})
    assert compiled(text, lock, loader=Texts({"veto.inc": CODE})).ok
    assert codes(compiled(text, lock, loader=Texts({"veto.inc": CODE.replace("<= in", "< in")}))) == ["code-not-accepted"]
    assert codes(compiled(text, None, loader=Texts({"veto.inc": CODE}))) == ["code-not-accepted"]


@pytest.mark.parametrize(
    "text",
    ["not toml [", "version = 2\n", "version = true\n", "version = 1.0\n", "x = " + "[" * 5000 + "]" * 5000, 'version = 1\nblock = "x"\n', "version = 1\n[[block]]\nname = 'x'\n", "version = 1\n[[block]]\nname = 3\n", ""],
)
def test_what_is_no_lock_file_is_said(text):
    with pytest.raises(LockError):
        read(text, "x.bes.lock")


@given(
    code=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    words=st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
)
@settings(max_examples=100, deadline=None)
def test_a_lock_file_is_read_as_it_was_written(code, words):
    entry = Entry("x", Author.MODEL, "sha256:1", "sha256:2", tidy(code), {"policy": words}, {"model": words}).sealed()
    lock = read(Lock({"x": entry}).text("x.bes"), "x")
    assert lock.entries == {"x": entry}
    assert lock.entries["x"].computed_seal() == entry.seal


def test_the_library_takes_the_lock_file_of_the_folder(tmp_path):
    import dsl4bes

    text = program()
    assert [item.code.name for item in dsl4bes.check(text, "x.bes", base=str(tmp_path))] == ["code-missing"]
    (tmp_path / "x.bes.lock").write_text(accepted(text).text("x.bes"))
    assert not list(dsl4bes.check(text, "x.bes", base=str(tmp_path)))
    assert any("in.most" in each for each in dsl4bes.compile(text, "x.bes", base=str(tmp_path)).values())
    assert not list(dsl4bes.check(text, "selections/x.bes", base=str(tmp_path)))  # `base` is the folder, whatever the name says
    assert not list(dsl4bes.check(text, str(tmp_path / "elsewhere/x.bes"), base=str(tmp_path)))
    (tmp_path / "x.bes.lock").write_text("not toml [")
    assert [item.code.name for item in dsl4bes.check(text, "x.bes", base=str(tmp_path))] == ["bad-lock"]
