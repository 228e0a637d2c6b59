"""Hostile names and texts in every place a program has for them: a diagnostic with a place, or C++ that compiles in both standards."""

from __future__ import annotations

import re

import pytest
from standin_tools import have_toolchain

from dsl4bes.driver import Compilation, compile_source
from dsl4bes.ir.reserved import ALGORITHM_MEMBERS, RESERVED, TYPES

TEXTS = (
    'a"b', "a\\b", "a\\", "*/", "/*", "//", "x\\", "??/", "??/ x", "a\\nb", "%s%n", "{{ 7*7 }}", "{% raw %}", "{{ undefined.x }}",
    "{# c #}", "$(rm -rf /)", "${HOME}", "`id`", "é", "日本", "😀", "אב", "a\u200fb", "a b", "a_b", "a-b", "", "  ", ".", "..",
    "../x", "a/b", "/etc/passwd", "x" * 300, "x" * 9000, "it's", "#include <x>", '"; system("x"); //', 'R"(', "\\u0041", "%", "@",
)  # fmt: skip
WORDS = (
    "int", "std", "main", "execute", "Context", "m_events", "m_h", "EvtRecTrack", "VertexFit", "VFHelix", "HepLorentzVector", "NULL",
    "EOF", "I", "this", "signals", "x__y", "n_events", "n_cuts", "signal", "chi2", "ip", "beam", "at", "records", "i", "j", "k", "ctx", "A",
    "read_event", "select", "book", "pass", "track", "shower", "ATuple", "FitResult", "string", "vector", "M_PI", "DBL_MAX", "unix",
    "linux", "pascal", "BIT", "S1", "EIO", "not_eq", "asm", "typeof", "run_2", "gam_2", "service", "index", "state", "type",
)  # fmt: skip

HEAD = 'analysis "A" do\n ecms 3.097 GeV\nend\n'
PAIR = "event_selection do\nphotons do\n ngam == 2\nend\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _failures(result: Compilation, standard: str) -> list[str]:
    from dsl4bes.standin.build import syntax_check

    folder = next(iter(result.files)).split("/")[0]
    files = {path.removeprefix(f"{folder}/"): text for path, text in result.files.items()}
    sources = [path for path in files if path.endswith(".cxx")]
    return [str(m) for path in sources for m in syntax_check(files[path], standard, files=files, name=path)]


def _refused(result: Compilation) -> set[str]:
    """The words the diagnostics speak of; every error has a place."""
    errors = [item for item in result.bag if item.severity.value == "error"]
    assert errors and all(item.primary is not None for item in errors)
    return set(re.findall(r"\w+", " ".join(f"{item.message} {item.primary.span.text}" for item in errors)))


def _lets(words):
    lines = "".join(f"let {w} = m(gam1, gam2) + {n}\n" for n, w in enumerate(words))
    lines += "".join(f'require "{w}", {w} > 1 GeV\n' for w in words)
    columns = "".join(f"column {w}: {w}\n" for w in words)
    histograms = "".join(f'histogram("{w}") do\nfill {w}\nbins 10, 0..1\nend\n' for w in words)
    return f'{HEAD}{PAIR}{lines}end\nntuple("T") do\n{columns}end\n{histograms}'


def _lists(words):
    lists = "".join(f"photons(:{w}) do\nenergy > {30 + n} MeV\nn{w} >= 2\nend\n" for n, w in enumerate(words))
    tuples = "".join(f'ntuple("{w}") do\narray :{w}, e({w}), max: 20\nend\n' for w in words)
    return f"{HEAD}event_selection do\n{lists}end\n{tuples}"


def _fits(words):
    body = 'decay "J/psi -> gam gam"\nconstrain :four_momentum\nchoose :min_chi2'
    fits = "".join(f"kinematic_fit(:{w}) do\n{body}\nend\n" for w in words)
    columns = "".join(f"column {w}: m({w}.gam1, {w}.gam2), c_{w}: {w}.chi2\n" for w in words)
    return f'{HEAD}event_selection do\nphotons do\nngam >= 2\nend\n{fits}end\nntuple("t") do\n{columns}end\n'


def _switches(words):
    lines = "".join(f'require "c{w}", e(gam1) > {n + 1} MeV, when: property("{w}", true)\n' for n, w in enumerate(words))
    return f"{HEAD}{PAIR}{lines}end\n"


def _regions(words):
    regions = "".join(
        f'region("{w}", from: baseline) do\nrequire "{w}", e(gam1) > {n + 1} MeV\nend\n' for n, w in enumerate(words)
    )
    return f"{HEAD}{PAIR}end\n{regions}"


@pytest.mark.cpp
@pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP")
@pytest.mark.parametrize("place", [_lets, _lists, _fits, _switches, _regions], ids=lambda place: place.__name__[1:])
def test_words_with_a_meaning_elsewhere_are_refused_or_compile(place):
    words = list(WORDS)
    for _ in range(4):  # what is refused is left out; later passes may refuse more
        result = compile_source(place(words))
        if result.files:
            break
        refused = _refused(result)
        words = [word for word in words if word not in refused and f"n{word}" not in refused]
    assert len(words) > 30, words
    assert _failures(result, "c++98") == []


@pytest.mark.cpp
@pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP")
@pytest.mark.parametrize(("profile", "standard"), [("7.0.x", "c++98"), ("8", "c++17")])
def test_any_text_may_stand_in_strings_and_comments(profile, standard):
    short = [text for text in TEXTS if len(text) < 200]
    inputs = ", ".join(f'"{_quoted(text)}"' for text in TEXTS)
    cuts = "".join(f'require "r{n} {_quoted(t)}", e(gam1) > {n + 1} MeV # {t}\n' for n, t in enumerate(short))
    drawn = "".join(
        f'histogram("h{n}") do\ntitle "{_quoted(t)}"\nfill m(gam1, # {t}\ngam2)\nbins 10, 0..1\nend\n' for n, t in enumerate(TEXTS)
    )
    expected = "".join(f'expect(sample: "{_quoted(t)}") do\nevents 10\nend\n' for t in TEXTS)
    head = f'analysis "A" do\necms 3.097\ninput {inputs}\noutput "{_quoted("".join(short))}"\nend\n'
    comments = "".join(f"# {text}\n" for text in TEXTS)
    result = compile_source(f"{head}{comments}{PAIR}{cuts}end # \\\n{drawn}{expected}", profile=profile)
    assert result.files, [item.message for item in result.bag]
    assert _failures(result, standard) == []
    assert not any("system(" in line.split("//")[0].split('"')[0] for text in result.files.values() for line in text.split("\n"))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "program",
    [
        'analysis "@" do\n ecms 3.097\nend\nevent_selection.photons do\n ngam >= 2\nend\n',
        'analysis "A" do\n algorithm "@"\nend\nevent_selection.photons do\n ngam >= 2\nend\n',
        HEAD + PAIR + 'require "@", e(gam1) > 1 GeV\nend\n',
        HEAD + PAIR + 'end\nregion("@", from: baseline) do\n require "a", e(gam1) > 1 GeV\nend\n',
        HEAD + PAIR + 'end\nntuple("@") do\n column a: e(gam1)\nend\n',
        HEAD + PAIR + 'require "q", e(gam1) > 1 GeV, when: property("@", true)\nend\n',
        HEAD + PAIR + 'kinematic_fit(:f) do\n decay "@"\n constrain :four_momentum\nend\nend\n',
        HEAD + PAIR + 'kinematic_fit(:f) do\n decay "J/psi -> gam gam @"\n constrain :four_momentum\nend\nend\n',
        HEAD + PAIR + 'require "z", m(gam1, gam2) > mass("@")\nend\n',
        HEAD + 'event_selection do\npid(method="@") do\n identify :pip, "@"\n npip "@"\nend\nend\n',
    ],
    ids=["analysis", "algorithm", "require", "region", "ntuple", "property", "decay", "product", "mass", "pid"],
)
def test_a_hostile_text_ends_in_files_or_a_diagnostic_with_a_place(program, text):
    result = compile_source(program.replace("@", _quoted(text)))
    assert result.files or _refused(result)
    assert all(".." not in path.split("/") and not path.startswith("/") for path in result.files)


@pytest.mark.parametrize("word", sorted(("Context", "m_events", "main", "int", "EvtRecTrack", "std", "execute", "log", "NULL")))
def test_a_package_cannot_have_a_name_that_cpp_or_boss_has(word):
    result = compile_source(f'analysis "{word}" do\n ecms 3.097\nend\n{PAIR}end\n')
    assert [item.code.name for item in result.bag if item.severity.value == "error"] == ["bad-name"]


@pytest.mark.parametrize(("name", "package"), [("context.bes", "AnalysisContext"), ("vertex_fit.bes", "AnalysisVertexFit"), ("a b.bes", "AB")])
def test_the_name_of_a_file_never_makes_a_name_that_is_taken(name, package):
    result = compile_source("event_selection.photons do\n ngam >= 2\nend\n", name)
    assert {path.split("/")[0] for path in result.files} == {f"{package}-00-00-01"} or all(
        path.startswith(package) for path in result.files
    )


def test_every_class_of_the_stand_in_is_reserved():
    from dsl4bes.standin.build import INCLUDE

    names = {path.stem for path in INCLUDE.rglob("*.h") if path.stem[:1].isupper() and not path.stem.startswith("I")}
    declared = {
        name for name in names for path in INCLUDE.rglob(f"{name}.h") if re.search(rf"^class {name}\b", path.read_text(), re.MULTILINE)
    }
    assert len(declared) > 30 and declared <= TYPES
    assert "name" in ALGORITHM_MEMBERS and "while" in RESERVED
