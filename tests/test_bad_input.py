"""Bad input through all passes: huge, endless, infinite, clashing: a diagnostic with a place, soon, and never an exception."""

from __future__ import annotations

import time

import pytest

from dsl4bes.driver import MAX_DIAGNOSTICS, compile_source

HEAD = 'analysis "A" do\n ecms 3.097 GeV\nend\nevent_selection do\n'
PAIR = HEAD + "photons do\n energy > 30 MeV\n ngam == 2\nend\n"
TRACKS = HEAD + "charged_tracks do\n {}\nend\nend\n"
FITS = (
    PAIR + 'kinematic_fit(:a) do\n decay "J/psi -> gam gam"\n constrain :four_momentum\nend\n'
    'kinematic_fit do\n decay "J/psi -> gam gam"\n constrain :four_momentum\n {}\nend\nend\n'
)


def errors(text: str) -> list[str]:
    """The names of the errors; the program has files exactly if there are none."""
    result = compile_source(text)
    found = [item for item in result.bag if item.severity.value == "error"]
    assert bool(found) != bool(result.files)
    assert all(item.primary is not None for item in found)
    return [item.code.name for item in found]


def requires(formula: str) -> str:
    return PAIR + f'require "a", {formula}\nend\n'


@pytest.mark.parametrize("number", ["1e400", "1e999", "1e101", "9" * 400, "9" * 5000])
@pytest.mark.parametrize(
    "program",
    [TRACKS.format("ngood == @"), TRACKS.format("vr < @"), TRACKS.format("vr 0..@"), requires("count(gam) < @"), requires("e(gam1) > @ GeV"),
     'analysis "A" do\n events @\nend\n', FITS.format("iterations @")],
    ids=["count", "cut", "range", "require", "energy", "events", "iterations"],
)  # fmt: skip
def test_a_number_too_large_for_cpp_is_an_error(program, number):
    assert errors(program.replace("@", number)) == ["number-too-large"]


@pytest.mark.parametrize("number", ["1000000001", "2147483648", "5000000000", "1e30", "1e100"])
@pytest.mark.parametrize("line", ["ngood == @", "ngood <= @", "ngood 2..@", "net_charge @"])
def test_a_whole_number_too_large_for_an_int_is_an_error(line, number):
    assert errors(TRACKS.format(line.replace("@", number))) == ["value-out-of-range"]


@pytest.mark.parametrize(
    "formula",
    ["e(gam1) > -0", "e(gam1) > 1e-400", "e(gam1) > 007", "e(gam1)/0 > 1", "0/0 > 1", "exp(1000) > 0", "log(0) > 1", "sqrt(-1) > 1",
     "mod(5, 0) > 1", "1e100 * 1e100 * 1e100 * 1e100 > 0", "0**(-1) > 0", "e(gam1) > 1e100 TeV"],
)  # fmt: skip
def test_odd_numbers_compile_or_are_explained(formula):
    errors(requires(formula))


@pytest.mark.parametrize(
    "text",
    [
        FITS.format("max_photons 1"),
        FITS.format("iterations 25"),
        FITS.format("tolerance 3"),
    ],
)
def test_a_fit_without_a_name_may_have_settings_of_its_own_beside_others(text):
    assert errors(text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (PAIR + 'let photons_energy = 3 GeV\nrequire "q", e(gam1) < photons_energy\nend\n', 1),
        (PAIR + 'let q_1 = 3 GeV\nrequire "q", e(gam1) < 2 GeV and e(gam2) < q_1\nend\n', 1),
        (requires('e(gam1) < property("ecms", 3 GeV)'), 1),
        (requires('e(gam1) < property("OutputLevel", 3 GeV)'), 0),
        (requires('e(gam1) < property("record_events", 3 GeV)'), 0),
    ],
)
def test_two_numbers_never_become_one_property(text, places):
    result = compile_source(text)
    (found,) = [item for item in result.bag if item.severity.value == "error"]
    assert found.code.name == "property-conflict"
    assert found.primary is not None and len(found.related) == places


@pytest.mark.parametrize("weight", ["gam1", "recoil_p4(gam1)", "e(gam1) > 1 GeV"])
def test_the_weight_of_a_histogram_is_a_number(weight):
    assert errors(f'{PAIR}end\nhistogram("h") do\n fill m(gam1, gam2)\n bins 10, 0..1\n weight {weight}\nend\n') == ["wrong-kind"]


@pytest.mark.parametrize("label", ["x" * 201, "x y" * 2000])
def test_very_long_names_are_refused(label):
    assert errors(f'{PAIR}require "{label}", e(gam1) > 1 GeV\nend\n') == ["bad-name"]


def test_messages_stay_short_whatever_was_written():
    result = compile_source(HEAD + f"charged_tracks do\n vr < 1 {'c' * 9000}\nend\nend\n")
    assert all(len(item.message) < 300 and len(item.help) < 400 for item in result.bag)


def test_of_very_many_errors_the_first_are_shown():
    result = compile_source(HEAD + "".join(f"zz{n} 1\n" for n in range(1000)) + "end\n")
    assert len(result.bag) == MAX_DIAGNOSTICS + 1
    assert result.bag.items[-1].code.name == "too-many-errors" and f"first {MAX_DIAGNOSTICS} " in result.bag.items[-1].message


MANY = 2000
LONG = {
    "cuts": PAIR + "".join(f'require "c{n}", e(gam1) > {n} MeV\n' for n in range(MANY)) + "end\n",
    "lists": HEAD + "".join(f"photons(:g{n}) do\n energy > {n + 25} MeV\n ng{n} >= 1\nend\n" for n in range(MANY)) + "end\n",
    "lets": PAIR + "let v0 = ecms\n" + "".join(f"let v{n + 1} = v{n} + 1 GeV\n" for n in range(MANY)) + f'require "x", v{MANY} > 1 GeV\nend\n',
    "doubling lets": PAIR + "let v0 = ecms\n" + "".join(f"let v{n + 1} = v{n} + v{n}\n" for n in range(60)) + 'require "x", v60 > 1 GeV\nend\n',
    "newlines": "\n" * 900_000,
    "unknown blocks": HEAD + "zz 1\n" * 5000 + "end\n",
    "open brackets over lines": HEAD + 'require "a", max(' + "1,\n" * 90_000 + "1) > 0\nend\n",
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_programs_take_time_in_proportion(name):
    started = time.process_time()
    result = compile_source(LONG[name], until="ir")
    assert time.process_time() - started < 6  # ten times what it takes
    assert result.ok or len(result.bag) > 0


def test_an_error_of_a_block_is_not_repeated_for_every_use_of_what_it_makes():
    text = PAIR + 'kinematic_fit(:f) do\n decay "J/psi -> gam gam"\n constrain :nonsense\nend\nrequire "a", f.chi2 < 10\nend\n'
    text += 'ntuple("t") do\n column c: f.chi2, m: m(f.gam1, f.gam2)\nend\n'
    assert len(errors(text)) == 1


def test_a_list_is_never_renamed_to_its_antiparticle_by_a_fix():
    text = HEAD + "pid do\n identify :pim\n npip == 1\nend\nend\n"
    (found,) = [item for item in compile_source(text).bag if item.severity.value == "error"]
    assert found.fixes == ()


@pytest.mark.parametrize("limit", ["1e100 * 1e100 * 1e100 * 1e100", "1e100 ** 2", "f.chi2", "0 * f.chi2"])
@pytest.mark.parametrize("left", ["f.chi2", "sqrt(f.chi2)", "f.chi2 / 4", "f.chi2 ** 0.001"])
def test_a_chi2_may_be_compared_with_anything(left, limit):
    fit = 'kinematic_fit(:f) do\n decay "J/psi -> gam gam"\n constrain :four_momentum\nend\n'
    errors(f'{PAIR}{fit}require "a", {left} < {limit}\nend\n')
