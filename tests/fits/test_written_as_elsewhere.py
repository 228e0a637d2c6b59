"""Slips of people who write their first fit: a parameter written with a sign, `fixed` as a word, points without errors, a folder that is not there. Each is told what to write instead."""

from __future__ import annotations

import pytest

from dsl4bes.cli.fit import COMMAND
from dsl4bes.driver import check_source
from dsl4bes.source import SourceFile

FIT = """fit("first") do
    data  "h.root", histogram: "h"
    range 3.0..3.2
    signal gaussian do
        mean  3.1
        sigma 0.01
    end
end
"""
SLIPS = (
    ("mean  3.1", "mean == 3.1", "write `mean 3.1`; limits are `range: LOW..HIGH`", True),
    ("mean  3.1", "mean > 3.1", "write `mean 3.1`; limits are `range: LOW..HIGH`", False),
    ("sigma 0.01", "sigma 0.01, fixed", "with a value, as every option of a parameter", True),
)


@pytest.mark.parametrize(("right", "wrong", "help", "mended"), SLIPS)
def test_a_parameter_is_told_how_it_is_written(right, wrong, help, mended):
    (found,) = check_source(SourceFile("first.bes", FIT.replace(right, wrong))).bag
    assert found.code.id == "BES0207" and found.help == help
    assert bool(found.fixes) is mended
    if mended:
        (fix,) = found.fixes
        text = FIT.replace(right, wrong)
        assert not list(check_source(SourceFile("first.bes", text[: fix.span.start] + fix.text + text[fix.span.end :])).bag)


def test_a_single_equals_in_a_fit_names_the_form_of_parameters():
    (found,) = check_source(SourceFile("first.bes", FIT.replace("mean  3.1", "mean = 3.1"))).bag
    assert found.code.id == "BES0135" and "`mean 3.1`" in found.help


def test_points_without_errors_are_told_of_them():
    (found,) = check_source(SourceFile("first.bes", FIT.replace('"h.root", histogram: "h"', '"p.csv", x: "x", y: "y"'))).bag
    assert found.code.id == "BES0606" and 'error: "dy"' in found.help


def test_a_folder_of_data_that_is_not_there_is_said(tmp_path, capsys):
    (tmp_path / "first.bes").write_text(FIT)
    values = {each.name: each.default for each in COMMAND.parameters}
    assert COMMAND.work(**values | {"file": str(tmp_path / "first.bes"), "data": str(tmp_path / "nowhere")}) == 2
    assert f"there is no folder `{tmp_path / 'nowhere'}`" in capsys.readouterr().err
