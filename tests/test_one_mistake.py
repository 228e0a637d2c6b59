"""One mistake, one error: each change of a right program is reported once, at the place of the change."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl4bes.diagnostics.model import ENOUGH, Severity
from dsl4bes.driver import check_source
from dsl4bes.source import SourceFile

RHOPI = (Path(__file__).parents[1] / "examples/rhopi/rhopi.bes").read_text(encoding="utf-8")
FOUR, FIVE = '"J/psi -> pi+ pi- gam gam"', '"J/psi -> pi+ pi- (pi0 -> gam gam)"'

#: right text → wrong text, the code of the one error, the text it points at.
MISTAKES = (
    ("identify    :pip\n", "identify    :piplus\n", "BES0315", ":piplus"),
    ("identify    :pip\n", "identify    :pipp\n", "BES0315", ":pipp"),
    ("identify    :pip\n", 'identify    "pip"\n', "BES0210", '"pip"'),
    (FOUR, '"rho+ -> pi+ pi- gam gam"', "BES0403", "rho+"),
    (FOUR, '"pi0 -> pi+ pi- gam gam"', "BES0404", "pi0"),
    (FOUR, '"J/psii -> pi+ pi- gam gam"', "BES0218", "J/psii"),
    (FOUR, '"J/psi -> pi+ pi+ gam gam"', "BES0403", "J/psi"),
    (FIVE, '"J/psi -> pi+ pi- (pi+ -> gam gam)"', "BES0403", "pi+"),
    (FIVE, '"J/psi -> pi+ pi- (eta -> gam gam)"', "BES0420", ":pi0"),
    (FIVE, '"rho- -> pi+ pi- (pi0 -> gam gam)"', "BES0403", "rho-"),
    ("photons do", "photon do", "BES0201", "photon"),
    ("pid(", "pidd(", "BES0201", "pidd"),
    ("vertex_fit(:vertex)", "vertex_fit(:vtx)", "BES0301", "vertex"),
    ("kinematic_fit(:fit4c)", "kinematik_fit(:fit4c)", "BES0201", "kinematik_fit"),
    ("from        pip, pim", "from        pipp, pim", "BES0301", "pipp"),
    ("ngam ", "ngamm ", "BES0202", "ngamm"),
    ("ecms ", "ecmss ", "BES0202", "ecmss"),
)


@pytest.mark.parametrize(
    ("right", "wrong", "code", "place"), MISTAKES, ids=[row[1].strip() for row in MISTAKES]
)
def test_one_mistake_is_one_error(right: str, wrong: str, code: str, place: str) -> None:
    assert right in RHOPI
    bag = check_source(SourceFile("rhopi.bes", RHOPI.replace(right, wrong, 1))).bag
    errors = [item for item in bag if item.severity is Severity.ERROR]
    found = [(item.code.id, item.primary.span.text if item.primary else "") for item in errors]
    assert found == [(code, place)]


def test_two_mistakes_are_two_errors() -> None:
    text = RHOPI.replace("identify    :pip\n", "identify    :piplus\n").replace("e(gam)", "e(gama)")
    bag = check_source(SourceFile("rhopi.bes", text)).bag
    codes = [item.code.id for item in bag if item.severity is Severity.ERROR]
    assert codes == ["BES0315", "BES0301"]


def test_a_name_used_often_is_one_error_that_shows_all_places() -> None:
    text = RHOPI.replace("vertex_fit(:vertex)", "vertex_fit(:vertx)")
    (error,) = (item for item in check_source(SourceFile("rhopi.bes", text)).bag if item.code.id == "BES0301")
    assert [label.span.text for label in error.related] == ["vertex"]
    lines = {label.span.place.line for label in (error.primary, *error.related) if label}
    assert len(lines) == 2


def test_thousands_of_mistakes_do_not_cost_thousands_of_searches() -> None:
    lines = "".join(f'    require "{number}", mass("nothing{number * 7919}") > 1\n' for number in range(3000))
    bag = check_source(SourceFile("many.bes", f"event_selection do\n{lines}end\n")).bag
    assert bag.errors == ENOUGH
    assert len(bag) < ENOUGH
