"""The traps of the BOSS interface in the text of a package that contains everything; what they do to numbers is in
`test_package_mutants` and `test_cross_check`."""

from __future__ import annotations

import re

import ir_samples
import pytest

from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render


@pytest.fixture(scope="module")
def source() -> str:
    files = render(lower(ir_samples.everything()))
    return files["Every/Every-00-00-01/src/Everything.cxx"]


def methods(source: str, start: str) -> list[str]:
    """The bodies of the methods whose first line contains `start`."""
    return re.findall(rf"^[^\n]*::{start}\w*\([^\n]*\{{\n(.*?)^\}}", source, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "call", ["endreq", "probMuc", "TofHitStatus::part", "pid->all()", "getZHelix(hypothesis", "new TofHitStatus", "mass()"]
)  # fmt: skip
def test_calls_that_boss_lacks_or_that_mislead_are_not_made(source, call):
    assert call not in source


def test_kalman_tracks_enter_fits_as_parameters(source):
    for argument in re.findall(r"fit->AddTrack\(\d+, ([^\n]*)\);", source):
        assert argument.startswith("track_parameter(") or argument.endswith(("_track", "->emcShower()")), (
            argument
        )


def fits(source):
    """The methods that fit one candidate; combinations and tags have no fitter."""
    return [body for body in methods(source, "try_") if "::instance()" in body]


def test_every_fit_and_identification_begins_with_init(source):
    attempts, identifications = fits(source), methods(source, "identified")
    assert len(attempts) == 7 and len(identifications) == 2
    for body in attempts:
        for fitter in {"fit", *re.findall(r"\b(flight)->", body)}:  # the second fit of a secondary vertex
            calls = re.findall(rf"\b{fitter}->(\w+)\(", body)
            assert calls[0] == "init" and calls.count("init") == 1
    for body in identifications:
        calls = re.findall(r"\bpid->(\w+)\(", body)
        assert calls[0] == "init"
        assert body.index("IsPidInfoValid") < body.index("pid->pdf(" if "pid->pdf(" in body else "pid->prob(")


def test_tracks_are_added_before_constraints_and_numbered_from_zero(source):
    for body in methods(source, "try_"):
        calls = re.findall(
            r"\bfit->(Add(?:Track|FourMomentum|ThreeMomentum|Resonance|TotalEnergy|EqualMass))\((\d+)", body
        )
        tracks = [int(number) for call, number in calls if call == "AddTrack"]
        constraints = [int(number) for call, number in calls if call != "AddTrack"]
        assert tracks == list(range(len(tracks))) and constraints == list(range(len(constraints)))
        assert [call for call, _ in calls][: len(tracks)] == ["AddTrack"] * len(tracks)


def test_both_arguments_of_the_ceiling_are_given_and_nan_is_refused(source):
    for body in fits(source):
        assert re.search(r"setChisqCut\(m_\w+, m_\w+\)", body)
        assert re.search(r"if \(!\(candidate\.chi2 <= m_\w+\)\) return false;", body)


def test_vertex_results_are_read_after_swim(source):
    (body,) = methods(source, "try_vertex")
    assert body.index("fit->Swim(0)") < body.index("fit->wtrk(0)")


def test_hypothesis_is_set_in_the_line_before_it_is_read(source):
    lines = source.splitlines()
    for number, line in enumerate(lines):
        if re.search(r"mdcKalTrack\(\)->(p4|charge|chi2)\(", line):
            assert "RecMdcKalTrack::setPidType(" in lines[number - 1], line


def test_detectors_are_asked_for_validity_before_they_are_read(source):
    helpers = source[source.index("namespace {") : source.index("}  // namespace")]
    reads = {
        "mdcTrack()": "isMdcTrackValid()", "mdcKalTrack()": "isMdcKalTrackValid()", "emcShower()": "isEmcShowerValid()",
        "mucTrack()": "isMucTrackValid()", "mdcDedx()": "isMdcDedxValid()", "tofTrack()": "isTofTrackValid()",
        "extTrack()": "isExtTrackValid()",
    }  # fmt: skip
    for body in re.split(r"\n(?=\S[^\n]*\) \{)", helpers):
        if "track_parameter(" in body.splitlines()[0] or "WTrackParameter track_parameter" in body:
            continue  # only for entries of lists of charged tracks, which have a valid Kalman track
        for read, valid in reads.items():
            if f"->{read}" in body:
                assert valid in body and body.index(valid) < body.index(f"->{read}"), body


def test_items_are_booked_with_a_check(source):
    booked = re.findall(r"addItem\(|addIndexedItem\(", source)
    assert len(booked) == len(
        re.findall(
            r"ok &= t\.tuple->add\w+Item\([^\n]*\.isSuccess\(\);|ok &= t\.tuple->addItem\([^\n]*\.isSuccess\(\);",
            source,
        )
    )
    for tuple_ in re.findall(r"t\.tuple = ntupleSvc\(\)->book\(.*?\n  \}", source, re.DOTALL):
        names = re.findall(r'add\w*Item\("(\w+)"', tuple_)
        assert len(names) == len(set(names)) > 0


def test_rejected_event_is_a_success_and_the_filter_starts_closed(source):
    (body,) = methods(source, "execute")
    assert body.strip().startswith("setFilterPassed(false);")
    assert "FAILURE" not in body and "return StatusCode::SUCCESS;" in body
